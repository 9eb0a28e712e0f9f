"""Errors that end a run early."""


class NodeFailedError(Exception):
    """A node raised; the client receives ``execution_error`` with this message."""

    def __init__(self, message: str, *, exception_type: str = "RuntimeError") -> None:
        super().__init__(message)
        self.exception_type = exception_type


class InterruptedRunError(Exception):
    """The run was interrupted; the client receives ``execution_interrupted``."""
