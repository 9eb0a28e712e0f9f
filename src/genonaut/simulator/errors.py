"""How a run of the simulator ends early."""


class NodeFailedError(Exception):
    """A node raised; the client gets ``execution_error`` with these words."""

    def __init__(self, message: str, *, exception_type: str = "RuntimeError") -> None:
        super().__init__(message)
        self.exception_type = exception_type


class InterruptedRunError(Exception):
    """Somebody interrupted the run; the client gets ``execution_interrupted``."""
