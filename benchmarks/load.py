"""A load generator: keep-alive connections that each send the next request when answered.

Run as ``python -m benchmarks.load PORT PATH CONNECTIONS SECONDS [HEADER: VALUE …]``; prints one JSON
object. With ``BODY=JSON`` in the environment it sends that body with POST. It writes prepared bytes and reads only the status and the length of each response, so that it
costs a small part of what a server needs. The first fifth of the responses is warm-up and not counted.
"""

import asyncio
import contextlib
import json
import os
import re
import sys
import time
from typing import Any, cast

import uvloop

_RESPONSES_PER_CONNECTION = 5
"""A slow machine gets more time until it has sent so many, at most ``_MORE_SECONDS``."""
_MORE_SECONDS = 20.0
_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class _Samples:
    """End and duration of each request, in seconds."""

    def __init__(self, wanted: int) -> None:
        self.rows: list[tuple[float, float]] = []
        self.has_enough = asyncio.Event()
        self._wanted = wanted

    def add(self, ended: float, duration: float) -> None:
        """Add one request."""
        self.rows.append((ended, duration))
        if len(self.rows) == self._wanted:
            self.has_enough.set()


class _Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, request: bytes, samples: "_Samples") -> None:
        self._request = request
        self._samples = samples
        self._buffer = b""
        self._began = 0.0
        self._transport: asyncio.Transport | None = None
        self.failures = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop has classes of its own
        self._send()

    def data_received(self, data: bytes) -> None:
        """Send the next request when the response is complete."""
        self._buffer = self._buffer + data if self._buffer else data
        head_end = self._buffer.find(_HEAD_END)
        length = _LENGTH.search(self._buffer, 0, head_end) if head_end >= 0 else None
        if length is None or len(self._buffer) < head_end + 4 + int(length[1]):
            return
        now = time.perf_counter()
        self._samples.add(now, now - self._began)
        self.failures += not self._buffer.startswith(b"HTTP/1.1 20")
        self._buffer = b""
        self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        """Count a connection that the server closed."""
        if self._transport is not None:
            self.failures += 1

    def stop(self) -> None:
        """Close the connection; an unfinished request is not counted."""
        if self._transport is not None:
            transport, self._transport = self._transport, None
            transport.abort()

    def _send(self) -> None:
        if self._transport is not None:
            self._began = time.perf_counter()
            self._transport.write(self._request)


async def generate(
    port: int, path: str, connections: int, seconds: float, headers: list[str]
) -> dict[str, Any]:
    """Return requests per second and percentiles in milliseconds over the counted time."""
    body = os.environ.get("BODY", "")
    if body:
        headers = [*headers, "Content-Type: application/json", f"Content-Length: {len(body)}"]
    method = "POST" if body else "GET"
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers, "", body]
    request = "\r\n".join(lines).encode()
    samples = _Samples(_RESPONSES_PER_CONNECTION * connections)
    loop = asyncio.get_running_loop()
    opened = [
        loop.create_connection(lambda: _Client(request, samples), "127.0.0.1", port)
        for _ in range(connections)
    ]
    clients = [client for _, client in await asyncio.gather(*opened)]
    await asyncio.sleep(seconds)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_MORE_SECONDS):
            await samples.has_enough.wait()
    for client in clients:
        client.stop()
    warm_up = len(samples.rows) // 5
    if warm_up == 0:
        raise SystemExit(f"too few responses from {path}")
    counted = samples.rows[warm_up:]
    durations = sorted(taken for _, taken in counted)
    elapsed = counted[-1][0] - samples.rows[warm_up - 1][0]

    def at(share: float) -> float:
        return round(1000 * durations[min(int(len(durations) * share), len(durations) - 1)], 2)

    return {
        "requests": len(samples.rows),
        "failures": sum(client.failures for client in clients),
        "rps": round(len(durations) / elapsed, 1),
        "p50_ms": at(0.5),
        "p99_ms": at(0.99),
    }


def main() -> None:
    """Generate load and print the result."""
    port, path, connections, seconds, *headers = sys.argv[1:]
    result = uvloop.run(generate(int(port), path, int(connections), float(seconds), headers))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
