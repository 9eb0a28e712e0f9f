"""Errors of the embedded servers; their messages are shown to the user."""

from genonaut.core.errors import GenonautError


class EmbeddedServerError(GenonautError):
    """A database server could not be found, prepared or started."""

    code = "embedded_server"


class DataInUseError(EmbeddedServerError):
    """Another running process uses the data directory; the message names it."""

    code = "embedded_data_in_use"


class PortTakenError(EmbeddedServerError):
    """Another program took the port after it was chosen and before the server listened on it."""

    code = "embedded_port_taken"
