"""End the process without finalising the interpreter."""

import atexit
import os
import sys
import threading
from typing import NoReturn

_NEEDED_BEFORE = (3, 14)


def end_process(status: int | str | None) -> NoReturn:
    """Run the exit handlers, flush the output and end.

    Threads of obstore may return a result while the interpreter is being finalised. Python before
    3.14 ends such a thread with pthread_exit, which aborts the process because it unwinds Rust
    code: about one in ten commands that used a bucket ended with SIGABRT.
    Source: https://github.com/python/cpython/issues/87135
    """
    if "obstore" not in sys.modules or sys.version_info >= _NEEDED_BEFORE:
        sys.exit(status)
    if isinstance(status, str):
        sys.stderr.write(f"{status}\n")
    code = 0 if status is None else status if isinstance(status, int) else 1
    # What Py_Finalize does first: wait for threads, then call the handlers.
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # the reader of a pipe has gone, or it was closed
            code = code or 1
    os._exit(code & 0xFF)
