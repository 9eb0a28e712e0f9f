"""Model names of submissions are resolved to files that one backend has."""

from collections.abc import Sequence

import pytest
from tests.support.models import report_models

from genonaut.catalog.selection.resolver import ModelResolver, WantedModels
from genonaut.core.errors import InvalidInputError
from genonaut.runtime import Runtime

NEWER = "0.3.80"
ENCODERS = [
    f"text_encoders/{name}.safetensors"
    for name in (
        "byt5_small_glyphxl_fp16",
        "clip_g_hidream",
        "clip_l",
        "gemma_2_2b_fp16",
        "llama_3.1_8b_instruct_fp8_scaled",
        "oldt5_xxl_fp8_e4m3fn_scaled",
        "qwen_2.5_vl_7b_fp8_scaled",
        "qwen_2.5_vl_fp16",
        "qwen_3_06b_base",
        "qwen_3_4b",
        "t5xxl_fp16",
        "umt5_xxl_fp8_e4m3fn_scaled",
    )
]
VAES = [
    f"vae/{name}.safetensors"
    for name in (
        "ae",
        "hunyuan_image_2.1_vae_fp16",
        "qwen_image_vae",
        "sd15_vae",
        "sdxl_vae",
        "wan2.2_vae",
        "wan_2.1_vae",
    )
]


async def test_models_too_new_for_every_backend_are_rejected(runtime: Runtime) -> None:
    name = "z_image_turbo_bf16.safetensors"
    files = [f"diffusion_models/{name}", *ENCODERS, *VAES]
    await report_models(runtime, "a", *files)
    assert "is too old for z-image" in (await resolve_errors(runtime, name))[0]
    await report_models(runtime, "b", *files, version="v0.4")
    assert f"diffusion_models/{name}" in await resolve(runtime, name)


async def resolve(runtime: Runtime, checkpoint: str, *loras: str) -> list[str]:
    async with runtime.begin() as uow:
        wanted = WantedModels(checkpoint=checkpoint, loras=loras)
        return (await ModelResolver(uow.session).resolve(wanted, None)).files


async def resolve_errors(runtime: Runtime, checkpoint: str, *loras: str) -> Sequence[str]:
    with pytest.raises(InvalidInputError) as caught:
        await resolve(runtime, checkpoint, *loras)
    return [error.message for error in caught.value.errors]


async def test_any_name_is_accepted_while_no_model_is_known(runtime: Runtime) -> None:
    assert await resolve(runtime, "any", "thing") == ["checkpoints/any"]


async def test_unknown_names_are_rejected_with_the_nearest_names(runtime: Runtime) -> None:
    await report_models(runtime, "a", "checkpoints/one.safetensors", "loras/grain.safetensors")
    errors = await resolve_errors(runtime, "oen.safetensors", "grian.safetensors")
    assert "one.safetensors" in errors[0]
    assert "grain.safetensors" in errors[1]


async def test_companions_are_taken_from_one_backend(runtime: Runtime) -> None:
    flux = "diffusion_models/flux1-dev.safetensors"
    encoders = ["text_encoders/clip_l.safetensors", "text_encoders/t5xxl_fp16.safetensors"]
    await report_models(runtime, "a", flux, *encoders)
    await report_models(runtime, "b", "vae/ae.safetensors")
    assert "needs a flux1 VAE" in (await resolve_errors(runtime, "flux1-dev.safetensors"))[0]
    await report_models(runtime, "b", "vae/ae.safetensors", flux)
    assert "and needs a " in (await resolve_errors(runtime, "flux1-dev.safetensors"))[0]
    await report_models(runtime, "b", "vae/ae.safetensors", flux, *encoders)
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
        "Qwen-Image-Layered.safetensors",
        "z_image_edit.safetensors",
        "hunyuanimage2.1_refiner_bf16.safetensors",
        "cosmos_predict2_2B_video2world.safetensors",
        "hunyuan_video_t2v.safetensors",
    ],
)
async def test_unsupported_diffusion_models_are_rejected(runtime: Runtime, name: str) -> None:
    await report_models(runtime, "a", f"diffusion_models/{name}", *ENCODERS, *VAES, version=NEWER)
    errors = await resolve_errors(runtime, name)
    assert "from separate files is not supported" in errors[0]


@pytest.mark.parametrize(
    ("name", "encoders", "vae"),
    [
        ("qwen_image_fp8_e4m3fn", ["qwen_2.5_vl_7b_fp8_scaled"], "qwen_image_vae"),
        ("qwen_image_edit_2509", ["qwen_2.5_vl_7b_fp8_scaled"], "qwen_image_vae"),
        ("z_image_turbo_bf16", ["qwen_3_4b"], "ae"),
        ("z_image_bf16", ["qwen_3_4b"], "ae"),
        ("wan2.1_t2v_1.3B_fp16", ["umt5_xxl_fp8_e4m3fn_scaled"], "wan_2.1_vae"),
        ("wan2.1_t2v_14B_bf16", ["umt5_xxl_fp8_e4m3fn_scaled"], "wan_2.1_vae"),
        ("Chroma1-HD", ["t5xxl_fp16"], "ae"),
        ("lumina_2_model_bf16", ["gemma_2_2b_fp16"], "ae"),
        (
            "hidream_i1_dev_fp8",
            ["clip_l", "clip_g_hidream", "t5xxl_fp16", "llama_3.1_8b_instruct_fp8_scaled"],
            "ae",
        ),
        ("omnigen2_fp16", ["qwen_2.5_vl_fp16"], "ae"),
        (
            "hunyuanimage2.1_bf16",
            ["qwen_2.5_vl_7b_fp8_scaled", "byt5_small_glyphxl_fp16"],
            "hunyuan_image_2.1_vae_fp16",
        ),
        ("PixArt-Sigma-XL-2-1024-MS", ["t5xxl_fp16"], "sdxl_vae"),
        ("PixArt-Alpha-XL-2-1024-MS", ["t5xxl_fp16"], "sd15_vae"),
        ("cosmos_predict2_2B_t2i", ["oldt5_xxl_fp8_e4m3fn_scaled"], "wan_2.1_vae"),
        ("anima-base-v1.0", ["qwen_3_06b_base"], "qwen_image_vae"),
    ],
)
async def test_companions_are_identified_by_their_published_names(
    runtime: Runtime, name: str, encoders: list[str], vae: str
) -> None:
    files = [f"diffusion_models/{name}.safetensors", *ENCODERS, *VAES]
    await report_models(runtime, "a", *files, version=NEWER)
    assert await resolve(runtime, f"{name}.safetensors") == [
        f"diffusion_models/{name}.safetensors",
        *(f"text_encoders/{encoder}.safetensors" for encoder in encoders),
        f"vae/{vae}.safetensors",
    ]


async def test_a_model_that_works_on_pixels_needs_no_file_as_vae(runtime: Runtime) -> None:
    name = "Chroma1-Radiance.safetensors"
    await report_models(runtime, "a", f"diffusion_models/{name}", *ENCODERS, version=NEWER)
    async with runtime.begin() as uow:
        wanted = WantedModels(checkpoint=name)
        plan = await ModelResolver(uow.session).resolve(wanted, None)
    assert plan.vae == "pixel_space"
    assert plan.files == [f"diffusion_models/{name}", "text_encoders/t5xxl_fp16.safetensors"]


async def test_a_vae_with_other_latents_is_not_chosen(runtime: Runtime) -> None:
    wan = "wan2.1_t2v_1.3B_fp16.safetensors"
    await report_models(
        runtime, "a", f"diffusion_models/{wan}", *ENCODERS, "vae/wan2.2_vae.safetensors"
    )
    assert "needs a wan VAE" in (await resolve_errors(runtime, wan))[0]


async def test_a_name_in_two_folders_resolves_to_the_one_a_backend_has(runtime: Runtime) -> None:
    await report_models(runtime, "a", "checkpoints/x.safetensors")
    async with runtime.begin() as uow:
        offered = {"diffusion_models": ["x.safetensors"], "checkpoints": ["x.safetensors"]}
        wanted = WantedModels(checkpoint="x.safetensors")
        plan = await ModelResolver(uow.session).resolve(wanted, offered)
        assert plan.folder == "checkpoints"
        offered.pop("checkpoints")
        with pytest.raises(InvalidInputError, match="no ComfyUI server has"):
            await ModelResolver(uow.session).resolve(wanted, offered)
