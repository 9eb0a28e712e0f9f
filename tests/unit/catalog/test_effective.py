"""Effective values of models, compatibility, recipes and defaults; all without a database."""

import msgspec
import pytest

from genonaut.catalog.compatibility import Fit
from genonaut.catalog.effective import (
    Effective,
    FitTraits,
    Overrides,
    effective_of,
    fit_of,
    storable,
    storable_json,
)
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.identification.from_metadata import identify_from_metadata
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipe import Latent
from genonaut.catalog.selection.recipes import defaults_of, recipe_of
from genonaut.catalog.vocabulary import Architecture, FileFormat, ModelKind


def fit_traits(folder: str, name: str, **metadata: str) -> FitTraits:
    found = identify_from_metadata(folder, name, metadata)
    return FitTraits.of_key(effective_of(found, Overrides(), name).fit_key)


def test_corrections_win_field_by_field() -> None:
    detected = Identification(
        kind=ModelKind.LORA, architecture=Architecture.SD1, variant="base", trigger_words=("a",)
    )
    plain = effective_of(detected, Overrides(), "sub/my_file.v2.safetensors")
    assert (plain.kind, plain.architecture, plain.title) == ("lora", "sd1", "my file.v2")
    overrides = Overrides(architecture=Architecture.SDXL, variant="", trigger_words=("b",))
    corrected = effective_of(detected, overrides, "x.safetensors")
    assert (corrected.kind, corrected.architecture, corrected.variant) == ("lora", "sdxl", "")
    assert "b" in corrected.search_text.split()
    assert "a" not in corrected.search_text.split()


def test_names_that_are_only_a_suffix_are_valid() -> None:
    assert effective_of(Identification(), Overrides(), ".safetensors").title == ".safetensors"


@pytest.mark.parametrize(
    ("folder", "name", "kind", "architecture", "variant"),
    [
        ("checkpoints", "v1-5-pruned.safetensors", "checkpoint", "sd1", ""),
        ("checkpoints", "sound/ace_step_v1_3.5b.safetensors", "checkpoint", "ace-step", ""),
        ("checkpoints", "Stable-Audio-Open-1.0.safetensors", "checkpoint", "stable-audio", ""),
        ("diffusion_models", "flux1-schnell.safetensors", "diffusion_model", "flux1", "schnell"),
        ("diffusion_models", "sd3.5_large.safetensors", "diffusion_model", "sd3", "3.5-large"),
        ("text_encoders", "t5xxl_fp16.safetensors", "text_encoder", "t5", "t5-xxl"),
        ("text_encoders", "umt5_xxl_fp8.safetensors", "text_encoder", "t5", "umt5-xxl"),
        ("text_encoders", "clip_g.safetensors", "text_encoder", "clip", "clip-g"),
        ("text_encoders", "mystery.safetensors", "text_encoder", "unknown", ""),
        ("text_encoders", "oldt5_xxl_fp8.safetensors", "text_encoder", "t5", "t5-xxl-old"),
        ("text_encoders", "byt5_small_glyphxl.safetensors", "text_encoder", "t5", "byt5-small"),
        (
            "text_encoders",
            "qwen_2.5_vl_fp16.safetensors",
            "text_encoder",
            "language-model",
            "qwen2.5-vl-3b",
        ),
        (
            "clip_vision",
            "sigclip_vision_patch14_384.safetensors",
            "clip_vision",
            "clip",
            "siglip-so400m",
        ),
        ("clip_vision", "clip_vision_h.safetensors", "clip_vision", "clip", "vit-h"),
        ("style_models", "flux1-redux-dev.safetensors", "style_model", "flux1", "redux"),
        (
            "controlnet",
            "FLUX.1-dev-ControlNet-Union-Pro.safetensors",
            "controlnet",
            "flux1",
            "union",
        ),
        ("controlnet", "control_v11p_sd15_canny.pth", "controlnet", "sd1", ""),
        ("controlnet", "control_v11p_sd15_inpaint.pth", "controlnet", "sd1", ""),
        ("controlnet", "flux1-dev-inpaint-beta.safetensors", "controlnet", "flux1", "inpaint"),
        (
            "model_patches",
            "qwen_image_canny_diffsynth_controlnet.safetensors",
            "controlnet",
            "qwen-image",
            "patch",
        ),
        (
            "model_patches",
            "qwen_image_inpaint_diffsynth_controlnet.safetensors",
            "controlnet",
            "qwen-image",
            "patch-inpaint",
        ),
        (
            "diffusion_models",
            "hidream_i1_fast_fp8.safetensors",
            "diffusion_model",
            "hidream",
            "i1-fast",
        ),
        (
            "diffusion_models",
            "qwen_image_edit_2511_bf16.safetensors",
            "diffusion_model",
            "qwen-image",
            "edit-2511",
        ),
        ("diffusion_models", "flux1-canny-dev.safetensors", "diffusion_model", "flux1", "canny"),
        ("diffusion_models", "flux/FLUX.1-Depth-dev.sft", "diffusion_model", "flux1", "depth"),
        ("vae", "ae.safetensors", "vae", "flux1", ""),
        ("loras", "who knows.safetensors", "lora", "unknown", ""),
        ("somewhere", "flux.safetensors", "unknown", "unknown", ""),
    ],
)
def test_models_are_identified_by_folder_and_name(
    folder: str, name: str, kind: str, architecture: str, variant: str
) -> None:
    found = identify_from_metadata(folder, name, {})
    assert (found.kind, found.architecture, found.variant) == (kind, architecture, variant)
    assert all(evidence.confidence <= 0.5 for evidence in found.evidence)


def test_formats_come_from_the_suffix() -> None:
    formats = [
        identify_from_metadata("loras", name, {}).format for name in ("a.SFT", "a.gguf", "a.pt")
    ]
    assert formats == [FileFormat.SAFETENSORS, FileFormat.GGUF, FileFormat.PICKLE]


def test_metadata_wins_over_names() -> None:
    words = {"ss_base_model_version": "sdxl_base_v1-0"}
    found = identify_from_metadata("loras", "sd15_style.safetensors", words)
    assert found.architecture == "sdxl"


def test_releases_that_declare_themselves_alike_are_told_apart_by_name() -> None:
    declared = {"modelspec.architecture": "qwen-image-edit"}
    for name, variant in (
        ("qwen_image_edit_2509_fp8.safetensors", "edit-2509"),
        ("Qwen-Image-Edit-2511.safetensors", "edit-2511"),
        ("qwen_image_edit_fp8.safetensors", "edit"),
    ):
        assert identify_from_metadata("diffusion_models", name, declared).variant == variant


def test_a_union_controlnet_is_known_by_its_name_whatever_it_declares() -> None:
    declared = {"modelspec.architecture": "stable-diffusion-xl-v1-base/controlnet"}
    found = identify_from_metadata("controlnet", "xl/controlnet-union.safetensors", declared)
    assert (found.kind, found.architecture, found.variant) == ("controlnet", "sdxl", "union")


def test_a_guess_from_a_name_is_never_a_misfit() -> None:
    base = fit_traits("checkpoints", "sd15.safetensors")
    declared = {"ss_base_model_version": "sdxl_base_v1-0"}
    lora = fit_traits("loras", "x.safetensors", **declared)
    assert base.is_guess
    assert fit_of(lora, base).fit is Fit.DOUBTFUL
    sure = fit_traits("checkpoints", "x", **{"modelspec.architecture": "stable-diffusion-v1"})
    assert fit_of(lora, sure).fit is Fit.MISFIT


def test_a_correction_is_not_a_guess() -> None:
    found = identify_from_metadata("checkpoints", "sd15.safetensors", {})
    corrected = effective_of(found, Overrides(architecture=Architecture.SDXL), "x")
    assert FitTraits.of_key(corrected.fit_key) == FitTraits(
        Architecture.SDXL, "", (), is_guess=False
    )


@pytest.mark.parametrize(
    ("architecture", "variant", "steps", "cfg", "width"),
    [
        ("sd1", "base", 20, 7.0, 512),
        ("sd2", "512-epsilon", 20, 7.0, 512),
        ("sd2", "768-v", 20, 7.0, 768),
        ("sdxl", "pony", 25, 8.0, 1024),
        ("sd3", "3-medium", 28, 7.0, 1024),
        ("sd3", "3.5-medium", 40, 4.5, 1024),
        ("sd3", "3.5-large", 28, 3.5, 1024),
        ("sd3", "3.5-large-turbo", 4, 1.0, 1024),
        ("flux1", "dev", 20, 1.0, 1024),
        ("flux1", "schnell", 4, 1.0, 1024),
        ("qwen-image", "", 20, 4.0, 1328),
        ("z-image", "", 50, 4.0, 1024),
        ("z-image", "turbo", 8, 1.0, 1024),
        ("wan", "2.1-t2v-14b", 30, 6.0, 832),
        ("wan", "t2v-14b", 20, 7.0, 512),
        ("chroma", "", 40, 3.0, 1024),
        ("nothing we know", "", 20, 7.0, 512),
    ],
)
def test_defaults(architecture: str, variant: str, steps: int, cfg: float, width: int) -> None:
    found = defaults_of(architecture, variant)
    assert (found.steps, found.cfg, found.width) == (steps, cfg, width)


def test_flux_has_guidance_except_schnell() -> None:
    dev, schnell = recipe_of("flux1", "dev"), recipe_of("flux1", "schnell")
    assert dev is not None
    assert schnell is not None
    assert (dev.flux_guidance, schnell.flux_guidance) == (3.5, None)
    assert dev.latent is Latent.SD3


def test_a_plan_names_every_file() -> None:
    plan = ModelPlan(
        folder="diffusion_models", name="f", text_encoders=("a", "b"), vae="v", clip_type="flux"
    )
    files = ["diffusion_models/f", "text_encoders/a", "text_encoders/b", "vae/v"]
    assert plan.files == files
    assert ModelPlan(folder="checkpoints", name="c").files == ["checkpoints/c"]


@pytest.mark.parametrize("text", ["plain", "a\x00b", "bad\udcff", "tab\t\n", "\\u0000"])
def test_any_text_can_be_stored(text: str) -> None:
    assert "\x00" not in storable(text)
    storable(text).encode()
    written = storable_json({"x": [text], text: {"y": text}})
    assert "\\u0000" not in written
    assert "x" in msgspec.json.decode(written)


def test_effective_titles_are_bounded() -> None:
    found: Effective = effective_of(Identification(variant="v" * 999), Overrides(), "n" * 999)
    assert (len(found.title), len(found.variant)) == (200, 200)
