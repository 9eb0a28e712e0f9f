"""Mailboxes: progress is replaced, other events are never dropped."""

import asyncio

import pytest
from tests.support.counters import increase_of

from genonaut.realtime import Envelope, Mailbox, MailboxClosedError
from genonaut.realtime.mailbox import FELL_BEHIND


def state(number: int) -> Envelope:
    return Envelope(("job:1",), b"state %d" % number, None, (1, 1, number))


def progress(percent: int, job_id: int = 1) -> Envelope:
    return Envelope((f"job:{job_id}",), b"%d" % percent, f"progress:{job_id}", (job_id, 1, 1))


async def test_lasting_events_come_in_order_and_before_progress() -> None:
    mailbox = Mailbox()
    mailbox.put(progress(10))
    mailbox.put(state(1))
    mailbox.put(state(2))
    frames = [(await mailbox.get()).frame for _ in range(3)]
    assert frames == [b"state 1", b"state 2", b"10"]


async def test_only_the_newest_progress_of_a_job_is_kept() -> None:
    mailbox = Mailbox()
    dropped = increase_of("genonaut_websocket_frames_dropped_total")
    for percent in range(50):
        mailbox.put(progress(percent))
        mailbox.put(progress(percent + 100, job_id=2))
    assert dropped.value == 98
    assert [(await mailbox.get()).frame for _ in range(2)] == [b"49", b"149"]


async def test_progress_never_closes_a_mailbox() -> None:
    mailbox = Mailbox(capacity=3)
    for job_id in range(100):
        mailbox.put(progress(1, job_id=job_id))
    mailbox.put(state(1))
    assert (await mailbox.get()).frame == b"state 1"
    for _ in range(3):
        await mailbox.get()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await mailbox.get()


async def test_overflow_closes_the_mailbox() -> None:
    mailbox = Mailbox(capacity=3)
    closes = increase_of("genonaut_websocket_overflow_closes_total")
    for number in range(3):
        mailbox.put(state(number))
    assert (await mailbox.get()).frame == b"state 0"
    mailbox.put(state(3))
    mailbox.put(state(4))
    with pytest.raises(MailboxClosedError) as caught:
        await mailbox.get()
    assert caught.value.code == FELL_BEHIND
    mailbox.put(state(5))
    with pytest.raises(MailboxClosedError):
        await mailbox.get()
    assert closes.value == 1


async def test_closing_wakes_a_reader_with_the_first_code() -> None:
    mailbox = Mailbox()
    reader = asyncio.create_task(mailbox.get())
    await asyncio.sleep(0)
    mailbox.close(4401)
    mailbox.close(FELL_BEHIND)
    with pytest.raises(MailboxClosedError) as caught:
        await reader
    assert caught.value.code == 4401
