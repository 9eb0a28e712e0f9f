"""Choosing a loopback port."""

import random
import socket

LOOPBACK = "127.0.0.1"

# Below the range from which Linux (32768 up) and macOS (49152 up) lend ports to outgoing
# connections: a server that is stopped and started again must not find its port lent away.
_OWN_RANGE = range(20_000, 32_000)
_ATTEMPTS = 200


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the loopback port at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_port(preferred: int | None = None) -> int:
    """Return ``preferred`` when it is free, else a free port that is never lent to a connection.

    Raises:
        OSError: not one port of the range is free.
    """
    if preferred is not None and is_free(preferred):
        return preferred
    for port in random.sample(_OWN_RANGE, _ATTEMPTS):
        if is_free(port):
            return port
    raise OSError(f"no free port between {_OWN_RANGE.start} and {_OWN_RANGE.stop}")
