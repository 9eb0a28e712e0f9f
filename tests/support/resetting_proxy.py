"""A TCP proxy that forwards connections, or accepts and resets them."""

import contextlib
import selectors
import socket
import struct
import threading
from collections.abc import Iterator

from yarl import URL

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with a timeout of 0: close() sends RST."""


class ResettingProxy:
    """Forwards to the server of ``target`` while ``is_forwarding``; otherwise it resets every connection.

    It runs in a thread of its own, so that a busy event loop does not delay it.
    """

    def __init__(self, target: URL) -> None:
        self.is_forwarding = True
        self.resets = 0
        self._target = (target.host or "", target.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = str(target.with_host("127.0.0.1").with_port(self._listener.getsockname()[1]))
        self._peers: dict[socket.socket, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._is_stopped = threading.Event()

    def run(self) -> None:
        """Serve until ``stop`` is called."""
        self._selector.register(self._listener, selectors.EVENT_READ)
        while not self._is_stopped.is_set():
            for key, _ in self._selector.select(timeout=0.05):
                if key.fileobj is self._listener:
                    self._accept()
                elif isinstance(key.fileobj, socket.socket) and key.fileobj in self._peers:
                    self._forward(key.fileobj)
            if not self.is_forwarding:
                for connection in list(self._peers):
                    self._reset(connection)
        for connection in [*self._peers, self._listener]:
            connection.close()
        self._selector.close()

    def stop(self) -> None:
        """Make ``run`` return."""
        self._is_stopped.set()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if not self.is_forwarding:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            client.close()
            self.resets += 1
            return
        try:
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            client.close()
            return
        for one, other in ((client, server), (server, client)):
            self._peers[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _forward(self, source: socket.socket) -> None:
        try:
            data = source.recv(65536)
            if data:
                self._peers[source].sendall(data)
                return
        except OSError:
            pass
        self._reset(source)

    def _reset(self, connection: socket.socket) -> None:
        other = self._peers.get(connection)
        if other is None:
            return
        for one in (connection, other):
            del self._peers[one]
            self._selector.unregister(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            one.close()
        self.resets += 1


@contextlib.contextmanager
def resetting_proxy(url: str) -> Iterator[ResettingProxy]:
    """Run a proxy for the server of ``url`` during the block."""
    proxy = ResettingProxy(URL(url))
    thread = threading.Thread(target=proxy.run, name="resetting proxy")
    thread.start()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()
