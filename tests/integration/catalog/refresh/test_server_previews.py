"""Previews of models on backends whose disk this machine cannot read."""

import base64
import dataclasses
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from PIL import Image
from sqlalchemy import update
from tests.support.models import refresh
from tests.support.service import Api, eventually, running_api, running_worker, with_backends

from genonaut.catalog.refresh.server_previews import fetch_previews
from genonaut.catalog.tables import ModelBackend
from genonaut.comfyui import ComfyClient, ComfyUnreachableError
from genonaut.config import Settings
from genonaut.simulator import SimulatedModel, Simulator, SimulatorOptions, running_simulator
from genonaut.simulator.model_folders import ModelFolders
from genonaut.storage.errors import StorageError
from genonaut.storage.store import FileStore

_NOW, _A_DAY = timedelta(0), timedelta(days=1, minutes=1)


@pytest.fixture
def requested_previews(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models whose preview was requested from a backend."""
    names: list[str] = []
    original: Callable[..., Any] = ComfyClient.model_preview

    async def counted(self: ComfyClient, folder: str, index: int, name: str, **limits: int) -> Any:
        names.append(name)
        return await original(self, folder, index, name, **limits)

    monkeypatch.setattr(ComfyClient, "model_preview", counted)
    return names


async def refresh_and_fetch(api: Api) -> dict[str, Any]:
    """Refresh, and fetch previews as a worker does after it."""
    report = await refresh(api.runtime)
    for backend in api.runtime.settings.backends:
        await fetch_previews(api.runtime, backend)
    return report


async def previews(api: Api) -> dict[str, str | None]:
    found = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
    return {one["name"]: one["preview"] for one in found}


async def test_previews_are_fetched_once_and_served_without_the_backend(
    settings: Settings, requested_previews: list[str]
) -> None:
    models = {
        "loras": [
            SimulatedModel("style/a b+ü #1.safetensors", preview_prompt="a meadow"),
            SimulatedModel("plain.safetensors"),
        ]
    }
    async with running_simulator(SimulatorOptions(models=models)) as server:
        here = with_backends(settings, server.url)
        async with running_api(here) as api:
            await refresh_and_fetch(api)
            found = await previews(api)
            assert found.keys() == {"style/a b+ü #1.safetensors", "plain.safetensors"}
            assert found["plain.safetensors"] is None
            url = found["style/a b+ü #1.safetensors"]
            assert url is not None
            await refresh_and_fetch(api)
            assert sorted(requested_previews) == ["plain.safetensors", "style/a b+ü #1.safetensors"]
            requested_previews.clear()
            await server.go_down(0.0)
            answer = await api.http.get(url)
            assert (answer.status_code, requested_previews) == (200, [])
            with Image.open(io.BytesIO(answer.content)) as image:
                assert image.format == "WEBP"
                assert max(image.size) <= 512


async def test_a_deleted_preview_is_fetched_again(settings: Settings, simulator: Simulator) -> None:
    async with running_api(with_backends(settings, simulator.url)) as api:
        await refresh_and_fetch(api)
        url = (await previews(api))["sd15.safetensors"]
        assert url is not None
        kept = [one.key async for one in api.runtime.store.older_than(_NOW, prefix="previews")]
        await api.runtime.store.delete(*kept)
        assert (await api.http.get(url)).status_code == 200


async def test_a_missing_preview_is_requested_again_after_a_day(
    settings: Settings,
    simulator: Simulator,
    requested_previews: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running_api(with_backends(settings, simulator.url)) as api:
        await refresh_and_fetch(api)
        assert (await previews(api))["detail.safetensors"] is None
        monkeypatch.setattr(ModelFolders, "preview_prompt", lambda *_: "a sunrise")
        requested_previews.clear()
        async with api.runtime.begin() as uow:
            yesterday = ModelBackend.picture_asked_at - _A_DAY
            await uow.session.execute(update(ModelBackend).values(picture_asked_at=yesterday))
        await refresh_and_fetch(api)
        assert "detail.safetensors" in requested_previews
        assert "sd15.safetensors" not in requested_previews  # its preview was fetched
        assert (await previews(api))["detail.safetensors"] is not None


@pytest.mark.parametrize("answer", [b"", b"not an image", b"\x89PNG\r\n\x1a\n" + bytes(50)])
async def test_an_undecodable_preview_is_ignored(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    async def damaged(*_: object, **__: int) -> bytes:
        return answer

    monkeypatch.setattr(ComfyClient, "model_preview", damaged)
    async with running_api(with_backends(settings, simulator.url)) as api:
        report = await refresh_and_fetch(api)
        assert report["problems"] == []
        assert (await previews(api))["style/ink.safetensors"] is None


async def test_previews_are_fetched_after_a_backend_was_unreachable(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: int) -> bytes:
        raise ComfyUnreachableError("gone")

    async with running_api(with_backends(settings, simulator.url)) as api:
        with monkeypatch.context() as patch:
            patch.setattr(ComfyClient, "model_preview", gone)
            with pytest.raises(ComfyUnreachableError):
                await refresh_and_fetch(api)
        await refresh_and_fetch(api)
        assert (await previews(api))["style/ink.safetensors"] is not None


async def test_a_worker_retries_previews_after_a_failure(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    comfyui = msgspec.structs.replace(settings.comfyui, models_refresh_seconds=0.2)
    settings = msgspec.structs.replace(settings, comfyui=comfyui)
    settings = with_backends(settings, simulator.url)
    failures = 1
    original: Callable[..., Any] = ComfyClient.model_preview

    async def wavering(*arguments: object, **limits: int) -> Any:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise ComfyUnreachableError("gone")
        return await original(*arguments, **limits)

    monkeypatch.setattr(ComfyClient, "model_preview", wavering)
    async with running_api(settings) as api, running_worker(settings):

        async def is_there() -> bool:
            return (await previews(api)).get("style/ink.safetensors") is not None

        await eventually(is_there)
    assert failures < 0


async def test_a_preview_of_a_removed_backend_is_404(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(with_backends(settings, simulator.url)) as api:
        await refresh_and_fetch(api)
        url = (await previews(api))["style/ink.safetensors"]
        assert url is not None
        kept = [one.key async for one in api.runtime.store.older_than(_NOW, prefix="previews")]
        await api.runtime.store.delete(*kept)
        comfyui = msgspec.structs.replace(api.runtime.settings.comfyui, backends=(), url="")
        lonely = msgspec.structs.replace(api.runtime.settings, comfyui=comfyui)
        api.app.state.runtime = dataclasses.replace(api.runtime, settings=lonely)
        assert (await api.http.get(url)).status_code == 404


def small_png(color: str) -> str:
    """Return the base64 of a small PNG."""
    data = io.BytesIO()
    Image.new("RGB", (48, 32), color).save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ({"modelspec.thumbnail": f"data:image/png;base64,{small_png('red')}"}, 200),
        ({"ssmd_cover_images": json.dumps([small_png("red"), "second"])}, 200),
        ({"ssmd_cover_images": "[]"}, 404),
        ({"ssmd_cover_images": '["no base64"]'}, 404),
        ({"ssmd_cover_images": '{"not": "a list"}'}, 404),
        ({"ssmd_cover_images": "[" * 5000}, 404),
        ({"modelspec.thumbnail": "data:image/png;base64,AAAA"}, 404),
    ],
    ids=["modelspec", "kohya", "empty", "not base64", "not a list", "deep", "not an image"],
)
async def test_previews_in_the_metadata_of_a_backends_file(
    settings: Settings, metadata: dict[str, str], status: int
) -> None:
    model = SimulatedModel("one.safetensors", metadata=metadata)
    async with (
        running_simulator(SimulatorOptions(models={"loras": [model]})) as server,
        running_api(with_backends(settings, server.url)) as api,
    ):
        await refresh_and_fetch(api)
        found = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
        (model_id,) = [one["id"] for one in found]
        answer = await api.http.get(f"/api/v1/models/{model_id}/preview")
    assert answer.status_code == status
    if status == 200:
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert shown.size == (48, 32)


async def test_a_preview_is_served_when_the_store_cannot_be_written(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StorageError("no space left")

    async with running_api(with_backends(settings, simulator.url)) as api:
        monkeypatch.setattr(FileStore, "put", full)
        await refresh_and_fetch(api)
        url = (await previews(api))["style/ink.safetensors"]
        assert url is not None
        assert (await api.http.get(url)).status_code == 200
