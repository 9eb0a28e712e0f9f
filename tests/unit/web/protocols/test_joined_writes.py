"""The head of a response is sent together with the first part of its body."""

import asyncio
from collections.abc import Iterable

from genonaut.web.protocols.joined_writes import JoinedWrites


class _Wire(asyncio.Transport):
    """Notes what is passed to the kernel at once."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent.append(bytes(data))

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.sent.append(b"".join(bytes(one) for one in list_of_data))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


async def test_head_and_body_are_one_write_and_later_parts_are_sent_at_once() -> None:
    wire = _Wire()
    response = JoinedWrites(wire, asyncio.get_running_loop())

    response.write(b"head\r\n\r\n")
    assert wire.sent == []
    response.write(b"body")
    response.write(b"more")

    assert wire.sent == [b"head\r\n\r\nbody", b"more"]
    await asyncio.sleep(0)
    assert len(wire.sent) == 2


async def test_a_head_without_a_body_is_sent_at_the_end_of_the_turn() -> None:
    wire = _Wire()
    response = JoinedWrites(wire, asyncio.get_running_loop())

    response.write(b"head\r\n\r\n")
    await asyncio.sleep(0)

    assert wire.sent == [b"head\r\n\r\n"]
    response.write(b"late body")
    assert wire.sent == [b"head\r\n\r\n", b"late body"]


async def test_closing_sends_what_was_kept() -> None:
    wire = _Wire()
    response = JoinedWrites(wire, asyncio.get_running_loop())

    response.write(b"head\r\n\r\n")
    response.close()

    assert wire.sent == [b"head\r\n\r\n"]
    assert response.is_closing()
