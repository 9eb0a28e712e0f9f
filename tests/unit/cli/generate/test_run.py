"""``genonaut generate`` against a fake API: files, exit statuses, Ctrl-C."""

import asyncio
import os
import signal
from pathlib import Path

import msgspec
import pytest
from tests.support.timeouts import PATIENCE_SECONDS
from tests.unit.cli.fake_api import FakeApi, sending, stay_silent, until

from genonaut.cli.api_client import ApiRefusedError
from genonaut.cli.generate.image_files import ImageFileError
from genonaut.cli.generate.run import run
from genonaut.config import Settings

BODY = {"prompt": "a red fox"}


def _send_end(server: FakeApi, *states: tuple[int, str]) -> None:
    """Send the end of the jobs over the websocket."""
    frames = [
        {
            "type": "job",
            "job_id": job_id,
            "job_status": status,
            "attempt": 1,
            "seq": 9,
            "content_id": 100 + job_id if status == "completed" else None,
            "error": "the model caught fire" if status == "failed" else None,
        }
        for job_id, status in states
    ]
    server.scripts.append(sending(*frames))


async def test_images_are_saved_and_their_paths_printed(
    server: FakeApi, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.batch = [1, 2]
    _send_end(server, (2, "completed"), (1, "completed"))
    assert await run(settings, server.url, BODY, out=tmp_path / "new" / "dir", as_json=False) == 0
    output = capsys.readouterr()
    paths = [Path(line) for line in output.out.splitlines()]
    assert [path.name for path in paths] == ["000102-a-red-fox.png", "000101-a-red-fox.png"]
    assert [path.read_bytes() for path in paths] == [b"image 102", b"image 101"]
    assert "job 1: completed" in output.err


async def test_a_failed_job_is_reported_and_the_other_images_are_saved(
    server: FakeApi, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.batch = [1, 2]
    _send_end(server, (1, "failed"), (2, "completed"))
    assert await run(settings, server.url, BODY, out=tmp_path, as_json=False) == 3
    output = capsys.readouterr()
    assert output.out == f"{tmp_path}/000102-a-red-fox.png\n"
    assert "job 1: failed: the model caught fire" in output.err


async def test_json_output_is_one_object(
    server: FakeApi, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.batch = [1, 2]
    _send_end(server, (1, "completed"), (2, "cancelled"))
    assert await run(settings, server.url, BODY, out=tmp_path, as_json=True) == 3
    path = str(tmp_path / "000101-a-red-fox.png")
    assert msgspec.json.decode(capsys.readouterr().out) == {
        "batch_id": "b1",
        "jobs": [
            {
                "id": 1, "status": "completed", "content_id": 101, "path": path, "paths": [path],
                "error": None,
            },
            {
                "id": 2, "status": "cancelled", "content_id": None, "path": None, "paths": [],
                "error": None,
            },
        ],
    }  # fmt: skip


async def test_ctrl_c_cancels_the_batch_and_waits_until_it_ends(
    server: FakeApi, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.scripts.append(stay_silent)
    task = asyncio.create_task(run(settings, server.url, BODY, out=tmp_path, as_json=False))
    await until(lambda: bool(server.sockets))
    os.kill(os.getpid(), signal.SIGINT)
    await until(lambda: server.cancelled == ["b1"])
    assert not task.done()
    server.put(1, status="cancelled")
    os.kill(os.getpid(), signal.SIGINT)
    assert await asyncio.wait_for(task, PATIENCE_SECONDS) == 130
    output = capsys.readouterr()
    assert "press Ctrl-C again" in output.err
    assert output.out == ""


async def test_an_image_that_completes_despite_ctrl_c_is_saved(
    server: FakeApi, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genonaut.cli.generate.follow._LIVE_POLL_SECONDS", 0)
    server.scripts.append(stay_silent)
    task = asyncio.create_task(run(settings, server.url, BODY, out=tmp_path, as_json=False))
    await until(lambda: bool(server.sockets))
    os.kill(os.getpid(), signal.SIGINT)
    await until(lambda: server.cancelled == ["b1"])
    server.complete(1)
    assert await asyncio.wait_for(task, PATIENCE_SECONDS) == 130
    assert os.listdir(tmp_path) == ["000101-a-red-fox.png"]  # noqa: PTH208


async def test_a_refused_submission_creates_no_file(
    server: FakeApi, settings: Settings, tmp_path: Path
) -> None:
    server.problem = (422, {"detail": "no", "errors": [{"field": "cfg", "message": "too high"}]})
    with pytest.raises(ApiRefusedError, match="cfg: too high"):
        await run(settings, server.url, BODY, out=tmp_path / "out", as_json=False)
    assert list((tmp_path / "out").iterdir()) == []


async def test_an_unusable_directory_is_reported_before_anything_is_submitted(
    server: FakeApi, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImageFileError):
        await run(settings, server.url, BODY, out=tmp_path / "file", as_json=False)
    assert server.bodies == []
