"""Image downloads: from /view, else from a shared directory, and only complete files."""

import contextlib
import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from tests.integration.comfyui.scripted_server import ScriptedComfy, until
from tests.support.timeouts import PATIENCE_SECONDS, patiently

from genonaut.comfyui import (
    ComfyClient,
    ComfyUnreachableError,
    ImageMissingError,
    ImageRef,
    ImageTooLargeError,
    Timeouts,
    TruncatedDownloadError,
    download,
    fetch_image,
)

PIXELS = os.urandom(3_000_000)
IMAGE = ImageRef("a b_00001_.png", "genonaut", "output")


@pytest.fixture
def client(server: ScriptedComfy, http: aiohttp.ClientSession) -> ComfyClient:
    timeouts = Timeouts(connect_seconds=PATIENCE_SECONDS, read_seconds=PATIENCE_SECONDS)
    return ComfyClient(server.url, http, timeouts=timeouts)


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "download.part"


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "output" / "genonaut"
    folder.mkdir(parents=True)
    (folder / IMAGE.filename).write_bytes(PIXELS)
    (folder / "empty.png").touch()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    return tmp_path / "output"


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def serving(body: bytes, *, status: int = 200) -> Any:
    async def serve(request: web.Request) -> web.StreamResponse:
        assert request.headers["Accept-Encoding"] == "identity", (
            "otherwise Content-Length is not the size of the image"
        )
        assert dict(request.query) == {
            "filename": IMAGE.filename,
            "subfolder": IMAGE.subfolder,
            "type": IMAGE.type,
        }
        return web.Response(status=status, body=body)

    return serve


def cutting(server: ScriptedComfy, *, whole_from: int = 99) -> list[int]:
    calls: list[int] = []

    async def cut(request: web.Request) -> web.StreamResponse:
        calls.append(1)
        if len(calls) >= whole_from:
            return web.Response(body=PIXELS)
        reply = web.StreamResponse(headers={"Content-Length": str(len(PIXELS))})
        await reply.prepare(request)
        await reply.write(PIXELS[:1_000_000])
        assert request.transport is not None
        request.transport.close()
        return reply

    server.answers["/view"] = cut
    return calls


async def test_an_image_is_streamed_into_the_file(
    client: ComfyClient, server: ScriptedComfy, destination: Path
) -> None:
    server.answers["/view"] = serving(PIXELS)
    assert await fetch_image(client, IMAGE, destination) == len(PIXELS)
    assert content(destination) == PIXELS


async def test_a_chunked_response_without_length_is_accepted(
    client: ComfyClient, server: ScriptedComfy, destination: Path
) -> None:
    async def chunked(request: web.Request) -> web.StreamResponse:
        reply = web.StreamResponse()
        reply.enable_chunked_encoding()
        await reply.prepare(request)
        await reply.write(PIXELS)
        return reply

    server.answers["/view"] = chunked
    assert await download(client, IMAGE, destination) == len(PIXELS)


async def test_a_truncated_download_leaves_no_file(
    client: ComfyClient, server: ScriptedComfy, destination: Path
) -> None:
    calls = cutting(server)
    with pytest.raises(TruncatedDownloadError):
        await fetch_image(client, IMAGE, destination, attempts=2, pause_seconds=0)
    assert len(calls) == 2
    assert content(destination) is None


async def test_a_truncated_download_is_retried(
    client: ComfyClient, server: ScriptedComfy, destination: Path
) -> None:
    cutting(server, whole_from=3)
    assert await fetch_image(client, IMAGE, destination, pause_seconds=0) == len(PIXELS)
    assert content(destination) == PIXELS


async def test_a_download_that_stalls_is_truncated(
    server: ScriptedComfy, http: aiohttp.ClientSession, destination: Path
) -> None:
    async def stall(request: web.Request) -> web.StreamResponse:
        reply = web.StreamResponse(headers={"Content-Length": "100"})
        await reply.prepare(request)
        await reply.write(b"x" * 10)
        assert request.transport is not None
        await until(request.transport.is_closing)
        return reply

    server.answers["/view"] = stall
    client = ComfyClient(server.url, http, timeouts=Timeouts(read_seconds=0.2))

    async def until_it_answers() -> None:
        async with patiently():
            while True:
                # A stall before the first byte is a different error.
                with contextlib.suppress(ComfyUnreachableError):
                    await download(client, IMAGE, destination)

    with pytest.raises(TruncatedDownloadError, match="10 bytes"):
        await until_it_answers()


async def test_an_empty_image_is_truncated(
    client: ComfyClient, server: ScriptedComfy, destination: Path
) -> None:
    server.answers["/view"] = serving(b"")
    with pytest.raises(TruncatedDownloadError):
        await download(client, IMAGE, destination)


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_a_missing_image_is_not_retried(
    client: ComfyClient, server: ScriptedComfy, destination: Path, status: int
) -> None:
    server.answers["/view"] = serving(b"", status=status)
    with pytest.raises(ImageMissingError):
        await fetch_image(client, IMAGE, destination, pause_seconds=60)
    assert content(destination) is None


async def test_a_failing_server_is_unreachable(
    client: ComfyClient, server: ScriptedComfy, destination: Path
) -> None:
    server.answers["/view"] = serving(b"", status=500)
    with pytest.raises(ComfyUnreachableError):
        await download(client, IMAGE, destination)
    await server.stop()
    with pytest.raises(ComfyUnreachableError):
        await download(client, IMAGE, destination)


@pytest.mark.parametrize("announces", [True, False])
async def test_a_huge_image_is_refused(
    client: ComfyClient, server: ScriptedComfy, destination: Path, *, announces: bool
) -> None:
    async def huge(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Length": str(len(PIXELS))} if announces else {}
        reply = web.StreamResponse(headers=headers)
        await reply.prepare(request)
        await reply.write(PIXELS)
        return reply

    server.answers["/view"] = huge
    with pytest.raises(ImageTooLargeError):
        await fetch_image(client, IMAGE, destination, limit_bytes=2_000_000)
    assert content(destination) is None


async def test_the_shared_directory_is_used_after_a_failed_download(
    client: ComfyClient, server: ScriptedComfy, destination: Path, shared: Path
) -> None:
    server.answers["/view"] = serving(b"", status=404)
    assert await fetch_image(client, IMAGE, destination, output_dir=shared) == len(PIXELS)
    assert content(destination) == PIXELS


@pytest.mark.parametrize(
    "image",
    [
        ImageRef("../../secret.png", "genonaut"),
        ImageRef("secret.png", ".."),
        ImageRef("link.png", "genonaut"),
        ImageRef("nul\0.png", "genonaut"),
        ImageRef("", "genonaut"),
        ImageRef("absent.png", "genonaut"),
        ImageRef("empty.png", "genonaut"),
        ImageRef(IMAGE.filename, "genonaut", "temp"),
    ],
    ids=repr,
)
async def test_paths_outside_the_shared_directory_are_not_read(
    client: ComfyClient, server: ScriptedComfy, destination: Path, shared: Path, image: ImageRef
) -> None:
    async def missing(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    server.answers["/view"] = missing
    with pytest.raises(ImageMissingError):
        await fetch_image(client, image, destination, output_dir=shared)


async def test_an_absolute_name_does_not_leave_the_shared_directory(
    client: ComfyClient, server: ScriptedComfy, destination: Path, shared: Path
) -> None:
    async def missing(_: web.Request) -> web.StreamResponse:
        return web.Response(status=404)

    server.answers["/view"] = missing
    with pytest.raises(ImageMissingError):
        await fetch_image(
            client, ImageRef(str(shared.parent / "secret.png")), destination, output_dir=shared
        )


async def test_the_limit_applies_to_the_shared_directory(
    client: ComfyClient, server: ScriptedComfy, destination: Path, shared: Path
) -> None:
    server.answers["/view"] = serving(b"", status=404)
    with pytest.raises(ImageTooLargeError):
        await fetch_image(client, IMAGE, destination, output_dir=shared, limit_bytes=10)
    assert content(destination) is None


async def test_a_missing_shared_directory_changes_nothing(
    client: ComfyClient, server: ScriptedComfy, destination: Path, tmp_path: Path
) -> None:
    server.answers["/view"] = serving(b"", status=404)
    with pytest.raises(ImageMissingError):
        await fetch_image(client, IMAGE, destination, output_dir=tmp_path / "not mounted")
