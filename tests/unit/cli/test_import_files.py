"""``genonaut import`` against a server that records what is sent."""

import asyncio
import hashlib
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner

from genonaut.cli.imports.files import import_files
from genonaut.cli.main import cli


class Gallery:
    """Answers the routes of imports, and records the files that are sent."""

    def __init__(self) -> None:
        self.items: dict[str, int] = {}
        self.sent: list[str] = []
        self.on_sent: Callable[[], object] = lambda: None
        self.url = ""

    async def known(self, request: web.Request) -> web.Response:
        hashes = (await request.json())["sha256"]
        return web.json_response(
            {"items": {one: self.items[one] for one in hashes if one in self.items}}
        )

    async def receive(self, request: web.Request) -> web.Response:
        part = await (await request.multipart()).next()
        assert part is not None
        data = bytes(await part.read())  # type: ignore[union-attr]
        self.sent.append(Path(str(part.filename)).name)  # type: ignore[union-attr]
        outcome: dict[str, Any] = {"status": "refused", "reason": "no image"}
        if data.startswith(b"image"):
            sha256 = hashlib.sha256(data).hexdigest()
            content_id = self.items.setdefault(sha256, len(self.items) + 1)
            outcome = {"status": "imported", "content_id": content_id}
        self.on_sent()
        return web.json_response({"items": [outcome]})


@pytest.fixture
async def gallery() -> AsyncIterator[Gallery]:
    found = Gallery()
    app = web.Application()
    app.router.add_post("/api/v1/imports/known", found.known)
    app.router.add_post("/api/v1/imports", found.receive)
    async with TestServer(app) as server:
        found.url = str(server.make_url("")).rstrip("/")
        yield found


async def test_an_interrupted_import_continues_without_sending_files_again(
    gallery: Gallery, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.png").write_bytes(b"image %d" % number)
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as made:
        made.writestr("a/3.avif", b"image 3")
        made.writestr("a/4.txt", b"hello")
    work = asyncio.create_task(import_files("test", gallery.url, [tmp_path]))
    gallery.on_sent = lambda: work.cancel() if len(gallery.sent) == 2 else None
    with pytest.raises(asyncio.CancelledError):
        await work
    assert "the same command continues" in capsys.readouterr().err
    assert gallery.sent == ["0.png", "1.png"]

    assert not await import_files("test", gallery.url, [tmp_path])
    output = capsys.readouterr()
    assert "2 imported, 2 were there already, 1 refused" in output.out
    assert "files: 5 of 5" in output.err
    assert "a/4.txt: no image" in output.err
    assert gallery.sent[2:] == ["2.png", "3.avif", "4.txt"]
    sent = len(gallery.sent)
    await import_files("test", gallery.url, [tmp_path / "0.png", tmp_path / "more.zip"])
    assert gallery.sent[sent:] == ["4.txt"]


@pytest.mark.parametrize(
    "arguments", [["import", "absent.png"], ["import", "--server", "http://x", "absent.png"]]
)
def test_paths_need_no_command(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli, arguments)
    assert result.exit_code == 2
    assert "Path 'absent.png' does not exist" in result.output


def test_the_help_names_paths_and_commands() -> None:
    result = CliRunner().invoke(cli, ["import", "--help"])
    assert "PATH... | COMMAND" in result.output
    assert "legacy" in result.output
    assert "--dry-run" in CliRunner().invoke(cli, ["import", "legacy", "--help"]).output
