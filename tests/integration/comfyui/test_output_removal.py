"""Removal of stored images from ComfyUI's output."""

from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from tests.integration.comfyui.scripted_server import ScriptedComfy
from tests.support.timeouts import PATIENCE_SECONDS

from genonaut.comfyui import ComfyClient, ImageRef, Timeouts, remove_output

IMAGE = ImageRef("a_00001_.png", "genonaut", "output")


@pytest.fixture
def client(server: ScriptedComfy, http: aiohttp.ClientSession) -> ComfyClient:
    timeouts = Timeouts(connect_seconds=PATIENCE_SECONDS, read_seconds=PATIENCE_SECONDS)
    return ComfyClient(server.url, http, timeouts=timeouts)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "output" / "genonaut"
    folder.mkdir(parents=True)
    (folder / IMAGE.filename).write_bytes(b"pixels")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    return tmp_path / "output"


async def test_the_file_in_a_shared_directory_is_deleted(client: ComfyClient, shared: Path) -> None:
    assert await remove_output(client, IMAGE, output_dir=shared)
    assert not (shared / IMAGE.subfolder / IMAGE.filename).exists()
    assert not await remove_output(client, IMAGE, output_dir=shared), "it is gone already"


@pytest.mark.parametrize(
    "image",
    [
        ImageRef("../../secret.png", "genonaut"),
        ImageRef("secret.png", ".."),
        ImageRef("link.png", "genonaut"),
        ImageRef("nul\0.png", "genonaut"),
        ImageRef("", "genonaut"),
        ImageRef(IMAGE.filename, "genonaut", "input"),
    ],
    ids=repr,
)
async def test_other_files_are_not_deleted(
    client: ComfyClient, shared: Path, image: ImageRef
) -> None:
    assert not await remove_output(client, image, output_dir=shared)
    assert (shared.parent / "secret.png").exists()
    assert (shared / IMAGE.subfolder / IMAGE.filename).exists()


@pytest.mark.parametrize(("status", "is_deleted"), [(204, True), (404, False), (503, False)])
async def test_an_asset_is_deleted_by_its_id(
    client: ComfyClient, server: ScriptedComfy, status: int, is_deleted: bool
) -> None:
    requests: list[str] = []

    async def delete(request: web.Request) -> web.StreamResponse:
        requests.append(f"{request.method} {request.path}")
        return web.Response(status=status)

    server.answers["/api/assets/7b1e"] = delete
    image = ImageRef(IMAGE.filename, IMAGE.subfolder, "output", "7b1e")
    assert await remove_output(client, image, output_dir=None) is is_deleted
    assert requests == ["DELETE /api/assets/7b1e"]


async def test_without_directory_and_asset_nothing_is_sent(client: ComfyClient) -> None:
    assert not await remove_output(client, IMAGE, output_dir=None)
