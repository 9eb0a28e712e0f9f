"""Become a server that dies with the process that started it.

Run as a script by ``server.py``, never imported: dropping privileges and asking for the death
signal must happen in the child between fork and exec, and doing that in a ``preexec_fn`` can
deadlock a parent that has threads. The interpreter starts as the parent's user because the
server's user may not be able to read it.

Arguments: parent pid, death signal, uid and gid to become (-1: stay), program and its arguments.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1  # Source: Linux, include/uapi/linux/prctl.h


def launch(arguments: list[str]) -> None:
    """Replace this process by the server; returns only when the parent has already gone."""
    parent, death_signal, uid, gid = (int(argument) for argument in arguments[:4])
    command = arguments[4:]
    os.umask(0o077)
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        # After setuid, which clears it. Elsewhere the next start clears what was left running.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            return
    os.execv(command[0], command)  # noqa: S606 - the argument list is the caller's own


if __name__ == "__main__":
    try:
        launch(sys.argv[1:])
    except OSError as error:
        sys.exit(f"cannot run {sys.argv[5]}: {error}")
