"""What servers list: it comes, goes, is asked about once, and decides what may be drawn."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.support.locks import that_many_wait
from tests.support.models import put, refresh, rows, specimen
from tests.support.service import eventually

from genonaut.catalog.details import ModelDetails, details_of
from genonaut.catalog.filters import ModelFilter
from genonaut.catalog.recording.server_listing import ListedModel, ListingService
from genonaut.catalog.recording.service import RecordingService
from genonaut.catalog.scanning.discover import FoundFile, discover
from genonaut.catalog.scanning.examine import examine
from genonaut.catalog.scanning.roots import roots_of_models_folder
from genonaut.catalog.selection.resolver import ModelResolver, WantedModels
from genonaut.catalog.service import CatalogService
from genonaut.comfyui import ComfyClient
from genonaut.core.errors import InvalidInputError
from genonaut.runtime import Runtime

FOLDERS = ("checkpoints", "loras", "diffusion_models", "text_encoders", "vae")
NEWER = "0.3.80"
ENCODERS = [
    f"text_encoders/{name}.safetensors"
    for name in (
        "clip_l",
        "qwen_2.5_vl_7b_fp8_scaled",
        "qwen_3_4b",
        "t5xxl_fp16",
        "umt5_xxl_fp8_e4m3fn_scaled",
    )
]
VAES = [
    f"vae/{name}.safetensors"
    for name in ("ae", "qwen_image_vae", "sdxl_vae", "wan2.2_vae", "wan_2.1_vae")
]


async def tell(
    runtime: Runtime, backend: str, *names: str, version: str = "0.3.64", size: int | None = None
) -> int:
    """Let a server list ``folder/name``."""
    parts = [name.partition("/") for name in names]
    listed = [ListedModel(folder=one[0], name=one[2], size_bytes=size) for one in parts]
    async with runtime.begin() as uow:
        return await ListingService(uow).record_backend(
            backend, listed, folders=FOLDERS, version=version
        )


async def seen(runtime: Runtime) -> dict[str, ModelDetails]:
    found = await rows(runtime)
    async with runtime.begin() as uow:
        models = await details_of(uow.session, list(found.values()))
    return {one.model.name: one for one in models}


async def test_models_come_and_go_with_their_servers(runtime: Runtime) -> None:
    assert await tell(runtime, "a", "checkpoints/one.safetensors", "loras/l.safetensors") == 2
    assert await tell(runtime, "b", "checkpoints/one.safetensors") == 0
    found = await seen(runtime)
    assert list(found["one.safetensors"].available_on) == ["a", "b"]
    await tell(runtime, "a", "checkpoints/one.safetensors")
    found = await seen(runtime)
    assert not found["l.safetensors"].is_available
    assert [fault.code for fault in found["l.safetensors"].health] == ["missing"]
    async with runtime.begin() as uow:
        await ListingService(uow).forget_other_backends(["b"])
    assert list((await seen(runtime))["one.safetensors"].available_on) == ["b"]


async def test_a_server_that_was_told_of_twice_changes_nothing(runtime: Runtime) -> None:
    await tell(runtime, "a", "vae/one.safetensors", size=7)
    before = (await rows(runtime))["vae/one.safetensors"]
    await tell(runtime, "a", "vae/one.safetensors")
    after = (await rows(runtime))["vae/one.safetensors"]
    assert (after.size_bytes, after.updated_at) == (7, before.updated_at)


async def test_a_list_that_comes_while_a_file_is_written_down_does_not_hide_the_file(
    runtime: Runtime, models: Path
) -> None:
    name = "checkpoints/one.safetensors"
    await tell(runtime, "a", name)
    put(specimen("sd3", "3-medium"), models / name)
    files = discover(roots_of_models_folder(models).roots)
    examined = [examine(file) for file in files if isinstance(file, FoundFile)]
    async with runtime.begin() as uow:
        await RecordingService(uow).record_examined(examined, leading=examined)
        listing = asyncio.create_task(tell(runtime, "a", name, size=7))
        await eventually(that_many_wait(runtime))
    await listing
    (found,) = (await rows(runtime)).values()
    # What only a server has is called what the server says of it.
    assert (found.source, found.architecture) == ("filesystem", "sd3")
    assert found.size_bytes == (models / name).stat().st_size


async def test_metadata_are_asked_for_once_until_the_file_changes(
    beside_comfyui: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    original = ComfyClient.view_metadata

    async def counted(self: ComfyClient, folder: str, name: str) -> object:
        asked.append(name)
        return await original(self, folder, name)

    monkeypatch.setattr(ComfyClient, "view_metadata", counted)
    await refresh(beside_comfyui)
    assert "detail.safetensors" in asked
    asked.clear()
    await refresh(beside_comfyui)
    assert asked == []
    await tell(beside_comfyui, "sim1", "loras/detail.safetensors", size=1)
    await refresh(beside_comfyui)
    assert asked.count("detail.safetensors") == 1


async def test_what_a_server_is_too_old_for_is_said(runtime: Runtime) -> None:
    await tell(runtime, "a", "checkpoints/flux2-dev.safetensors")
    found = await seen(runtime)
    codes = [fault.code for fault in found["flux2-dev.safetensors"].health]
    assert codes == ["needs_newer_comfyui"]
    await tell(runtime, "b", "checkpoints/flux2-dev.safetensors", version="0.4.0")
    assert (await seen(runtime))["flux2-dev.safetensors"].health == []


async def test_what_every_server_is_too_old_for_is_refused(runtime: Runtime) -> None:
    name = "z_image_turbo_bf16.safetensors"
    files = [f"diffusion_models/{name}", *ENCODERS, *VAES]
    await tell(runtime, "a", *files)
    assert "is too old for z-image" in (await objections(runtime, name))[0]
    await tell(runtime, "b", *files, version="v0.4")
    assert f"diffusion_models/{name}" in await resolve(runtime, name)


async def resolve(runtime: Runtime, checkpoint: str, *loras: str) -> list[str]:
    async with runtime.begin() as uow:
        wanted = WantedModels(checkpoint=checkpoint, loras=loras)
        return (await ModelResolver(uow.session).resolve(wanted, None)).files


async def objections(runtime: Runtime, checkpoint: str, *loras: str) -> Sequence[str]:
    with pytest.raises(InvalidInputError) as caught:
        await resolve(runtime, checkpoint, *loras)
    return [error.message for error in caught.value.errors]


async def test_everything_is_believed_while_nothing_is_known(runtime: Runtime) -> None:
    assert await resolve(runtime, "any", "thing") == ["checkpoints/any"]


async def test_unknown_names_get_the_nearest(runtime: Runtime) -> None:
    await tell(runtime, "a", "checkpoints/one.safetensors", "loras/grain.safetensors")
    said = await objections(runtime, "oen.safetensors", "grian.safetensors")
    assert "one.safetensors" in said[0]
    assert "grain.safetensors" in said[1]


async def test_parts_are_taken_from_one_server(runtime: Runtime) -> None:
    flux = "diffusion_models/flux1-dev.safetensors"
    encoders = ["text_encoders/clip_l.safetensors", "text_encoders/t5xxl_fp16.safetensors"]
    await tell(runtime, "a", flux, *encoders)
    await tell(runtime, "b", "vae/ae.safetensors")
    assert "needs a flux1 VAE" in (await objections(runtime, "flux1-dev.safetensors"))[0]
    await tell(runtime, "b", "vae/ae.safetensors", flux)
    assert "and needs a " in (await objections(runtime, "flux1-dev.safetensors"))[0]
    await tell(runtime, "b", "vae/ae.safetensors", flux, *encoders)
    assert await resolve(runtime, "flux1-dev.safetensors") == [
        flux,
        *encoders,
        "vae/ae.safetensors",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "wan2.1_t2v.safetensors",
        "wan2.1_i2v_480p_14B.safetensors",
        "wan2.2_t2v_high_noise_14B.safetensors",
        "flux2-dev.safetensors",
        "qwen_image_edit_2509.safetensors",
        "Qwen-Image-Layered.safetensors",
        "z_image_edit.safetensors",
        "Chroma1-Radiance.safetensors",
        "hunyuan_video_t2v.safetensors",
    ],
)
async def test_what_we_cannot_draw_with_in_parts_is_refused(runtime: Runtime, name: str) -> None:
    await tell(runtime, "a", f"diffusion_models/{name}", *ENCODERS, *VAES, version=NEWER)
    said = await objections(runtime, name)
    assert "in parts is not known here" in said[0]


@pytest.mark.parametrize(
    ("name", "encoder", "vae"),
    [
        ("qwen_image_fp8_e4m3fn", "qwen_2.5_vl_7b_fp8_scaled", "qwen_image_vae"),
        ("z_image_turbo_bf16", "qwen_3_4b", "ae"),
        ("z_image_bf16", "qwen_3_4b", "ae"),
        ("wan2.1_t2v_1.3B_fp16", "umt5_xxl_fp8_e4m3fn_scaled", "wan_2.1_vae"),
        ("wan2.1_t2v_14B_bf16", "umt5_xxl_fp8_e4m3fn_scaled", "wan_2.1_vae"),
        ("Chroma1-HD", "t5xxl_fp16", "ae"),
    ],
)
async def test_parts_are_told_by_the_names_they_are_published_under(
    runtime: Runtime, name: str, encoder: str, vae: str
) -> None:
    files = [f"diffusion_models/{name}.safetensors", *ENCODERS, *VAES]
    await tell(runtime, "a", *files, version=NEWER)
    assert await resolve(runtime, f"{name}.safetensors") == [
        f"diffusion_models/{name}.safetensors",
        f"text_encoders/{encoder}.safetensors",
        f"vae/{vae}.safetensors",
    ]


async def test_a_vae_of_other_latents_is_none(runtime: Runtime) -> None:
    wan = "wan2.1_t2v_1.3B_fp16.safetensors"
    await tell(runtime, "a", f"diffusion_models/{wan}", *ENCODERS, "vae/wan2.2_vae.safetensors")
    assert "needs a wan VAE" in (await objections(runtime, wan))[0]


async def test_a_name_in_two_folders_is_the_one_servers_have(runtime: Runtime) -> None:
    await tell(runtime, "a", "checkpoints/x.safetensors")
    async with runtime.begin() as uow:
        offered = {"diffusion_models": ["x.safetensors"], "checkpoints": ["x.safetensors"]}
        wanted = WantedModels(checkpoint="x.safetensors")
        plan = await ModelResolver(uow.session).resolve(wanted, offered)
        assert plan.folder == "checkpoints"
        offered.pop("checkpoints")
        with pytest.raises(InvalidInputError, match="no ComfyUI server has"):
            await ModelResolver(uow.session).resolve(wanted, offered)


async def test_pages_of_available_models(runtime: Runtime) -> None:
    await tell(runtime, "a", "checkpoints/one.safetensors", "checkpoints/two.safetensors")
    await tell(runtime, "a", "checkpoints/one.safetensors")
    async with runtime.begin() as uow:
        for is_available, name in ((True, "one.safetensors"), (False, "two.safetensors")):
            wanted = ModelFilter(available=is_available)
            page = await CatalogService(uow).page(
                wanted, cursor=None, limit=5, compatible_with=None
            )
            assert [one.model.name for one in page.rows] == [name]
