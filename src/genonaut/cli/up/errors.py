"""Why an environment cannot be started, each in one sentence for the person at the terminal."""

from genonaut.core.errors import ConflictError, GenonautError, UnavailableError


class AlreadyRunningError(ConflictError):
    """Another ``genonaut up`` holds the environment."""

    code = "already_running"


class PortTakenError(ConflictError):
    """Somebody else listens where one of our servers should."""

    code = "port_taken"


class DataDirectoryError(GenonautError):
    """The data directory cannot be used."""

    code = "data_directory"


class StartFailedError(UnavailableError):
    """A child ended, or did not become ready; the message ends with its last words."""

    code = "start_failed"
