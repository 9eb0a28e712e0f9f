"""Load libraries without what servers do not use of them."""

import contextlib
import importlib
import sys
from collections.abc import Iterator

from genonaut.core.deferred_module import DeferredModule


def load_structlog() -> None:
    """Load structlog without rich, which it takes for tracebacks in colour where it is installed.

    The log shows plain ones (``core/logging.py``), and rich costs each server 3 MiB. Other modules can
    import rich afterwards. Does nothing once one of the two is loaded.
    """
    with _instead("rich", None):
        import structlog  # noqa: F401, PLC0415


def load_web_framework() -> None:
    """Load Litestar without YAML, which only its own documents use, and uvicorn without watchfiles.

    uvicorn takes watchfiles to restart a server whose code changes. 2 MiB together; other modules can import
    both afterwards.
    """
    with _instead("yaml", DeferredModule("yaml")), _instead("watchfiles", None):
        for name in ("litestar", "uvicorn"):  # only loaded, not used here
            importlib.import_module(name)


@contextlib.contextmanager
def _instead(name: str, stand_in: object) -> Iterator[None]:
    """Let an import of a module that is not loaded return another; None makes it fail."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = stand_in  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
