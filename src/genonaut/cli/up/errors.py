"""Errors that prevent the start of an environment; their messages are shown to the user."""

from genonaut.core.errors import ConflictError, GenonautError, UnavailableError


class AlreadyRunningError(ConflictError):
    """Another ``genonaut up`` runs the environment."""

    code = "already_running"


class PortTakenError(ConflictError):
    """Another program listens on a port that a service needs."""

    code = "port_taken"


class DataDirectoryError(GenonautError):
    """The data directory cannot be created or written."""

    code = "data_directory"


class StartFailedError(UnavailableError):
    """A child process ended or did not become ready; the message quotes its last log line."""

    code = "start_failed"


class ProcessEndedError(UnavailableError):
    """One of several processes ended by itself; the others were stopped."""

    code = "process_ended"
