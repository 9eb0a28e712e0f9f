"""The log files of the child processes."""

import asyncio
from pathlib import Path

from tests.support.timeouts import patiently

from genonaut.cli.up.logs import follow, last_lines, rotate


def test_each_start_rotates_the_logs(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    for start in range(5):
        rotate(log, kept=3)
        log.write_text(f"start {start}")
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "api.log": "start 4",
        "api.log.1": "start 3",
        "api.log.2": "start 2",
        "api.log.3": "start 1",
    }


def test_the_last_lines_skip_blank_lines_and_earlier_processes(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_bytes(b"old\n" + b"one\n\n  \ntwo\nthr\xffee")
    assert last_lines(log, 2) == ["two", "thr\N{REPLACEMENT CHARACTER}ee"]
    assert last_lines(log, 9, since=4) == ["one", "two", "thr\N{REPLACEMENT CHARACTER}ee"]
    assert last_lines(tmp_path / "missing", 2) == []


async def test_following_shows_complete_lines_from_the_start(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    shown: asyncio.Queue[str] = asyncio.Queue()
    task = asyncio.create_task(follow(log, shown.put_nowait))
    with log.open("a") as file:
        for written, line in (("first\nsec", "first"), ("ond\n", "second")):
            file.write(written)
            file.flush()
            async with patiently():
                assert await shown.get() == line
    task.cancel()
    await asyncio.wait({task})
    assert shown.empty()
