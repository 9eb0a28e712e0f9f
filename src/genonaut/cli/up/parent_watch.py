"""Ends a child process when its supervisor ends, also if the supervisor was killed.

The supervisor keeps the write end of the child's standard input open and never writes. When it
ends for any reason, the kernel closes that end.
"""

import os
import signal
import threading
import time

GRACE_SECONDS = 20.0
"""How long an orderly stop may take: a worker hands its jobs back within 10 s."""


def end_with_supervisor(*, grace_seconds: float = GRACE_SECONDS) -> None:
    """Send SIGTERM to this process when standard input ends; exit after the grace period.

    Runs in a thread, so that it also ends a process whose event loop hangs.
    """
    threading.Thread(
        target=_wait_and_end, args=(grace_seconds,), name="parent-watch", daemon=True
    ).start()


def _wait_and_end(grace_seconds: float) -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    os._exit(1)
