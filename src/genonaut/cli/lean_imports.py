"""Load libraries without what servers do not use of them."""

import sys


def load_structlog() -> None:
    """Load structlog without rich, which it takes for tracebacks in colour where it is installed.

    The log shows plain ones (``core/logging.py``), and rich costs each server 3 MiB. Other modules can
    import rich afterwards. Does nothing once one of the two is loaded.
    """
    if "rich" in sys.modules or "structlog" in sys.modules:
        return
    sys.modules["rich"] = None  # type: ignore[assignment]  # makes its import fail
    try:
        import structlog  # noqa: F401, PLC0415
    finally:
        del sys.modules["rich"]
