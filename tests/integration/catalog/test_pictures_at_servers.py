"""Pictures of models on servers whose disk nobody shares."""

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
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models of which a server was asked for a picture."""
    names: list[str] = []
    original: Callable[..., Any] = ComfyClient.model_preview

    async def counted(self: ComfyClient, folder: str, index: int, name: str, **limits: int) -> Any:
        names.append(name)
        return await original(self, folder, index, name, **limits)

    monkeypatch.setattr(ComfyClient, "model_preview", counted)
    return names


async def look(api: Api) -> dict[str, Any]:
    """Refresh, and fetch pictures as a worker does behind it."""
    report = await refresh(api.runtime)
    for backend in api.runtime.settings.backends:
        await fetch_previews(api.runtime, backend)
    return report


async def previews(api: Api) -> dict[str, str | None]:
    found = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
    return {one["name"]: one["preview"] for one in found}


async def test_pictures_are_fetched_once_and_served_without_the_server(
    settings: Settings, asked: list[str]
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
            await look(api)
            found = await previews(api)
            assert found.keys() == {"style/a b+ü #1.safetensors", "plain.safetensors"}
            assert found["plain.safetensors"] is None
            url = found["style/a b+ü #1.safetensors"]
            assert url is not None
            await look(api)
            assert sorted(asked) == ["plain.safetensors", "style/a b+ü #1.safetensors"]
            asked.clear()
            await server.go_down(0.0)
            answer = await api.http.get(url)
            assert (answer.status_code, asked) == (200, [])
            with Image.open(io.BytesIO(answer.content)) as picture:
                assert picture.format == "WEBP"
                assert max(picture.size) <= 512


async def test_a_picture_that_was_lost_is_fetched_again(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(with_backends(settings, simulator.url)) as api:
        await look(api)
        url = (await previews(api))["sd15.safetensors"]
        assert url is not None
        kept = [one.key async for one in api.runtime.store.older_than(_NOW, prefix="previews")]
        await api.runtime.store.delete(*kept)
        assert (await api.http.get(url)).status_code == 200


async def test_a_server_without_a_picture_is_asked_again_after_a_day(
    settings: Settings, simulator: Simulator, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running_api(with_backends(settings, simulator.url)) as api:
        await look(api)
        assert (await previews(api))["detail.safetensors"] is None
        monkeypatch.setattr(ModelFolders, "preview_prompt", lambda *_: "a sunrise")
        asked.clear()
        async with api.runtime.begin() as uow:
            yesterday = ModelBackend.picture_asked_at - _A_DAY
            await uow.session.execute(update(ModelBackend).values(picture_asked_at=yesterday))
        await look(api)
        assert "detail.safetensors" in asked
        assert "sd15.safetensors" not in asked  # its picture is known
        assert (await previews(api))["detail.safetensors"] is not None


@pytest.mark.parametrize("answer", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(50)])
async def test_what_does_not_decode_is_no_picture(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    async def damaged(*_: object, **__: int) -> bytes:
        return answer

    monkeypatch.setattr(ComfyClient, "model_preview", damaged)
    async with running_api(with_backends(settings, simulator.url)) as api:
        report = await look(api)
        assert report["problems"] == []
        assert (await previews(api))["style/ink.safetensors"] is None


async def test_what_a_server_gave_before_it_went_away_is_kept(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: int) -> bytes:
        raise ComfyUnreachableError("gone")

    async with running_api(with_backends(settings, simulator.url)) as api:
        with monkeypatch.context() as patch:
            patch.setattr(ComfyClient, "model_preview", gone)
            with pytest.raises(ComfyUnreachableError):
                await look(api)
        await look(api)
        assert (await previews(api))["style/ink.safetensors"] is not None


async def test_a_worker_fetches_by_itself_also_when_the_server_was_away(
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


async def test_a_picture_at_a_server_we_may_not_ask_any_more_is_404(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(with_backends(settings, simulator.url)) as api:
        await look(api)
        url = (await previews(api))["style/ink.safetensors"]
        assert url is not None
        kept = [one.key async for one in api.runtime.store.older_than(_NOW, prefix="previews")]
        await api.runtime.store.delete(*kept)
        comfyui = msgspec.structs.replace(api.runtime.settings.comfyui, backends=(), url="")
        lonely = msgspec.structs.replace(api.runtime.settings, comfyui=comfyui)
        api.app.state.runtime = dataclasses.replace(api.runtime, settings=lonely)
        assert (await api.http.get(url)).status_code == 404


def picture(color: str) -> str:
    """Return the base64 of a small PNG."""
    data = io.BytesIO()
    Image.new("RGB", (48, 32), color).save(data, "PNG")
    return base64.b64encode(data.getvalue()).decode()


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        ({"modelspec.thumbnail": f"data:image/png;base64,{picture('red')}"}, 200),
        ({"ssmd_cover_images": json.dumps([picture("red"), "second"])}, 200),
        ({"ssmd_cover_images": "[]"}, 404),
        ({"ssmd_cover_images": '["no base64"]'}, 404),
        ({"ssmd_cover_images": '{"not": "a list"}'}, 404),
        ({"ssmd_cover_images": "[" * 5000}, 404),
        ({"modelspec.thumbnail": "data:image/png;base64,AAAA"}, 404),
    ],
    ids=["modelspec", "kohya", "none", "no base64", "no list", "deep", "no picture"],
)
async def test_pictures_in_the_metadata_of_a_file_at_a_server(
    settings: Settings, metadata: dict[str, str], status: int
) -> None:
    model = SimulatedModel("one.safetensors", metadata=metadata)
    async with (
        running_simulator(SimulatorOptions(models={"loras": [model]})) as server,
        running_api(with_backends(settings, server.url)) as api,
    ):
        await look(api)
        found = (await api.http.get("/api/v1/models?limit=100")).json()["items"]
        (model_id,) = [one["id"] for one in found]
        answer = await api.http.get(f"/api/v1/models/{model_id}/preview")
    assert answer.status_code == status
    if status == 200:
        with Image.open(io.BytesIO(answer.content)) as shown:
            assert shown.size == (48, 32)


async def test_a_picture_is_served_although_the_store_cannot_be_written(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StorageError("no space left")

    async with running_api(with_backends(settings, simulator.url)) as api:
        monkeypatch.setattr(FileStore, "put", full)
        await look(api)
        url = (await previews(api))["style/ink.safetensors"]
        assert url is not None
        assert (await api.http.get(url)).status_code == 200
