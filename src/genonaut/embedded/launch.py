"""Replace this process by a server that ends when the process that started it ends.

``server.py`` runs this file as a script: privileges must be dropped and the parent-death signal
set between fork and exec, and a ``preexec_fn`` for that can deadlock a parent with threads. The
interpreter starts as the parent's user, because the server's account may be unable to read it.

Arguments: parent pid, death signal, uid and gid (-1: unchanged), program and its arguments.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # Source: Linux, include/uapi/linux/prctl.h


def launch(arguments: list[str]) -> None:
    """Replace this process by the server; returns only if the parent has already ended."""
    parent, death_signal, uid, gid = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    os.umask(0o077)
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After setuid, which clears it. On other systems the next start stops a server left running.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            return
    os.execv(command[0], command)  # noqa: S606 - the caller's arguments


if __name__ == "__main__":
    try:
        launch(sys.argv[1:])
    except OSError as error:
        sys.exit(f"cannot run {sys.argv[5]}: {error}")
