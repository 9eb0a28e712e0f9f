"""Choose a loopback port."""

import random
import socket

LOOPBACK = "127.0.0.1"

# Below the ephemeral ports of Linux (from 32768) and macOS (from 49152): while a server restarts,
# an outgoing connection must not take its port.
_PORT_RANGE = range(20_000, 32_000)
_ATTEMPTS = 200


def is_free(port: int) -> bool:
    """Return whether a server could listen on the loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def choose_port(preferred: int | None = None) -> int:
    """Return ``preferred`` if it is free, else a free port outside the ephemeral ports.

    Raises:
        OSError: no free port was found.
    """
    if preferred is not None and is_free(preferred):
        return preferred
    for port in random.sample(_PORT_RANGE, _ATTEMPTS):
        if is_free(port):
            return port
    raise OSError(f"no free port between {_PORT_RANGE.start} and {_PORT_RANGE.stop}")
