"""What can keep an embedded server from starting, each in one sentence for the person at the terminal."""

from genonaut.core.errors import GenonautError


class EmbeddedServerError(GenonautError):
    """A database server could not be found, prepared or started."""

    code = "embedded_server"


class DataInUseError(EmbeddedServerError):
    """Another living process holds the data directory; the message names it."""

    code = "embedded_data_in_use"


class PortTakenError(EmbeddedServerError):
    """The port was taken between the choice and the server's bind."""

    code = "embedded_port_taken"
