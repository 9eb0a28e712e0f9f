"""End a child with its supervisor, even one that was killed and could stop nothing.

The supervisor holds the writing end of the child's standard input and never writes. When it
dies, however it dies, the kernel closes that end on every system we run on.
"""

import os
import signal
import threading
import time

GRACE_SECONDS = 20.0
"""How long the process may take for an orderly stop: a worker hands its jobs back in 10 s."""


def end_with_supervisor(*, grace_seconds: float = GRACE_SECONDS) -> None:
    """Send ourselves SIGTERM when standard input ends, and leave for good after the grace.

    Runs in a thread, so that an event loop that hangs ends as well.
    """
    threading.Thread(target=_wait, args=(grace_seconds,), name="lifeline", daemon=True).start()


def _wait(grace_seconds: float) -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    os._exit(1)
