"""The priority of evidence: tensors, embedded metadata, sidecars, folders, names."""

import json

import pytest
from tests.zoo import loras, others, unets
from tests.zoo.writer import Shapes, Specimen

from genonaut.catalog.identification.declared import (
    EMPTY_SHA256,
    Declared,
    clean,
    parse_architecture,
    parse_resolution,
    read_declared,
)
from genonaut.catalog.identification.identify import identify
from genonaut.catalog.vocabulary import Architecture, FileFormat, ModelKind, Prediction, Source

XL: Shapes = {**unets.XL_UNET, **unets.XL_TEXT, **unets.VAE}
SD2: Shapes = {**unets.unet(1024, unets.SMALL), **unets.OPEN_CLIP, **unets.VAE}


def specimen(shapes: Shapes, **metadata: str) -> Specimen:
    named = {key.replace("__", "."): value for key, value in metadata.items()}
    return Specimen(name="x.safetensors", shapes=shapes, metadata=named, expect={})


def test_tensors_win_over_contradicting_metadata() -> None:
    header = specimen(XL, modelspec__architecture="stable-diffusion-v1").header()
    found = identify(header, name="x.safetensors")
    assert found.architecture is Architecture.SDXL
    assert found.conflicts == ("metadata declares sd1, but the tensors are sdxl",)


def test_metadata_of_another_kind_is_a_conflict() -> None:
    header = specimen(XL, modelspec__architecture="stable-diffusion-xl-v1-base/lora").header()
    assert identify(header, name="").conflicts == (
        "metadata declares a lora, but the tensors are a checkpoint",
    )


def test_metadata_resolves_ambiguity_of_the_tensors() -> None:
    open_lora = loras.kohya({"lora_unet_down_blocks_1_attentions_0_proj_in": (640, 640)})
    header = specimen(
        open_lora, ss_base_model_version="sdxl_base_v1-0", ss_network_alpha="8"
    ).header()
    found = identify(header, name="")
    assert (found.architecture, found.ambiguous_between, found.alpha) == (
        Architecture.SDXL,
        (),
        8.0,
    )
    assert found.evidence[-1].source is Source.METADATA


def test_metadata_outside_the_ambiguous_choices_is_a_conflict() -> None:
    open_lora = loras.kohya({"lora_unet_up_blocks_3_attentions_0_proj_in": (320, 320)})
    found = identify(specimen(open_lora, ss_base_model_version="flux1").header(), name="")
    assert found.architecture is Architecture.UNKNOWN
    assert found.conflicts == ("metadata declares flux1, but the tensors are one of sd1, sd2",)


def test_metadata_identifies_tensors_that_match_no_rule() -> None:
    header = specimen({"strange": (1,)}, modelspec__architecture="flux-1-dev/lora").header()
    found = identify(header, name="")
    assert (found.kind, found.architecture) == (ModelKind.LORA, Architecture.FLUX1)


def test_a_sidecar_names_the_derivative() -> None:
    words = Declared(architecture=Architecture.SDXL, variant="illustrious", title="A title")
    found = identify(specimen(XL).header(), name="pony.safetensors", sidecar=words)
    assert (found.variant, found.ambiguous_between, found.title) == ("illustrious", (), "A title")


def test_a_hint_from_the_name_does_not_clear_the_ambiguity() -> None:
    found = identify(specimen(XL).header(), name="my_pony_merge.safetensors")
    assert found.variant == "pony"
    assert "pony" in found.ambiguous_between
    assert found.evidence[-1].source is Source.NAME
    assert found.evidence[-1].confidence < 0.5


@pytest.mark.parametrize(
    "name", ["snooby.safetensors", "sponytail.safetensors", "illusion-less.ckpt"]
)
def test_parts_of_other_words_are_not_hints(name: str) -> None:
    assert identify(specimen(XL).header(), name=name).variant == "base"


@pytest.mark.parametrize(
    ("stated", "variant", "prediction"),
    [("v", "768-v", Prediction.V), ("epsilon", "512-epsilon", Prediction.EPSILON)],
)
def test_metadata_decides_the_prediction_of_sd2(
    stated: str, variant: str, prediction: Prediction
) -> None:
    found = identify(specimen(SD2, modelspec__prediction_type=stated).header(), name="")
    assert (found.variant, found.prediction, found.ambiguous_between) == (variant, prediction, ())


def test_a_marker_tensor_wins_over_the_declared_prediction() -> None:
    header = specimen({**XL, "v_pred": (0,)}, modelspec__prediction_type="epsilon").header()
    found = identify(header, name="")
    assert found.prediction is Prediction.V
    assert found.conflicts


def test_the_folder_decides_only_without_tensors() -> None:
    unread = identify(
        None, name="a.ckpt", folder_kind=ModelKind.CHECKPOINT, format=FileFormat.PICKLE
    )
    assert (unread.kind, unread.format) == (ModelKind.CHECKPOINT, FileFormat.PICKLE)
    assert unread.evidence[0].source is Source.FOLDER
    read = identify(specimen(XL).header(), name="a", folder_kind=ModelKind.LORA)
    assert read.kind is ModelKind.CHECKPOINT
    assert read.conflicts == ("in the lora folder, but the tensors are a checkpoint",)


def test_without_evidence_the_kind_is_unknown() -> None:
    found = identify(None, name="mystery.ckpt")
    assert (found.kind, found.architecture, found.evidence) == (
        ModelKind.UNKNOWN,
        Architecture.UNKNOWN,
        (),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stable-diffusion-v1", (Architecture.SD1, "")),
        ("sd_v2_v", (Architecture.SD2, "")),
        ("SD 1.5", (Architecture.SD1, "")),
        ("SD 2.1 768", (Architecture.SD2, "")),
        ("sdxl_base_v1-0", (Architecture.SDXL, "")),
        ("SDXL 1.0", (Architecture.SDXL, "")),
        ("stable-diffusion-xl-v1-refiner", (Architecture.SDXL_REFINER, "")),
        ("Pony", (Architecture.SDXL, "pony")),
        ("Pony V7", (Architecture.AURAFLOW, "")),
        ("Illustrious", (Architecture.SDXL, "illustrious")),
        ("NoobAI", (Architecture.SDXL, "noobai")),
        ("SD 3.5 Large", (Architecture.SD3, "3.5-large")),
        ("stable-diffusion-v3-medium", (Architecture.SD3, "3-medium")),
        ("flux-1-dev", (Architecture.FLUX1, "dev")),
        ("Flux.1 D", (Architecture.FLUX1, "dev")),
        ("Flux.1 S", (Architecture.FLUX1, "schnell")),
        ("stable-diffusion-v1-inpainting", (Architecture.SD1, "inpaint")),
        ("stable-diffusion-xl-v1-inpainting", (Architecture.SDXL, "inpaint")),
        ("Flux.1 Kontext", (Architecture.FLUX1, "kontext")),
        ("Flux.2 D", (Architecture.FLUX2, "")),
        ("Flux.2 Klein 9B", (Architecture.FLUX2, "klein-9b")),
        ("flux", (Architecture.FLUX1, "")),
        ("Chroma", (Architecture.CHROMA, "")),
        ("Qwen", (Architecture.QWEN_IMAGE, "")),
        ("Wan Video 14B t2v", (Architecture.WAN, "")),
        ("Wan2.2", (Architecture.WAN, "")),
        ("ZImageTurbo", (Architecture.Z_IMAGE, "")),
        ("hyvid", (Architecture.HUNYUAN_VIDEO, "")),
        ("LTXV", (Architecture.LTXV, "")),
        ("something else", (None, "")),
        ("", (None, "")),
    ],
)
def test_architectures_are_parsed_from_free_text(
    text: str, expected: tuple[Architecture | None, str]
) -> None:
    assert parse_architecture(text) == expected


def test_all_metadata_fields_are_read() -> None:
    header = specimen(
        {"a": (1,)},
        modelspec__title="Title\x00 with\x1b control",
        modelspec__description="d" * 10_000,
        modelspec__author="someone",
        modelspec__license="MIT",
        modelspec__tags="a, b,, a",
        modelspec__trigger_phrase="ohwx, woman",
        modelspec__resolution="832x1216",
        modelspec__thumbnail="data:image/jpeg;base64,AAAA",
        modelspec__hash_sha256="0x" + "AB" * 32,
        sshs_model_hash=EMPTY_SHA256,
        ss_sd_model_name="base.safetensors",
        ss_network_alpha="nan",
    ).header()
    found = read_declared(header)
    assert found.title == "Title with control"
    assert len(found.description) == 4_000
    assert (found.author, found.license, found.tags) == ("someone", "MIT", ("a", "b"))
    assert found.trigger_words == ("ohwx", "woman")
    assert found.resolution == (832, 1216)
    assert found.has_preview
    assert found.hashes == ("ab" * 32,)
    assert found.base_model_hint == "base.safetensors"
    assert found.alpha is None


@pytest.mark.parametrize(
    ("frequency", "words"),
    [
        ({"10_cat": {"sks cat": 40, "grass": 12, "sky": 9, "tree": 4}}, ("sks cat",)),
        ({"1_a": {"sks": 20, "b": 3}, "2_a": {"sks": 20, "c": 9, "d": 2}}, ("sks",)),
        ({"1": {str(number): 5 for number in range(30)}}, tuple("012")),
        ({"1": {str(number): 5 for number in range(60)}}, ()),
        ({"1": {}}, ()),
        ({"1": 5}, ()),
        ([], ()),
    ],
)
def test_tags_of_every_training_image_are_trigger_words(
    frequency: object, words: tuple[str, ...]
) -> None:
    header = specimen({"a": (1,)}, ss_tag_frequency=json.dumps(frequency)).header()
    if frequency == {"1": {str(number): 5 for number in range(30)}}:
        words = ()  # thirty equal tags: none is a trigger word
    assert read_declared(header).trigger_words == words


@pytest.mark.parametrize("text", ["", "not json", "[" * 100_000, '{"a": {"b": 1e999}}', "\ud800"])
def test_an_invalid_tag_frequency_is_ignored(text: str) -> None:
    assert read_declared(specimen({"a": (1,)}, ss_tag_frequency=text).header()).trigger_words == ()


def test_small_parsers() -> None:
    assert clean(5) == ""
    assert parse_resolution("(512, 768)") == (512, 768)
    assert parse_resolution("large") is None


def test_metadata_decides_the_architecture_of_a_vae() -> None:
    header = specimen(others.vae(16), modelspec__architecture="Flux.1-AE/vae").header()
    found = identify(header, name="ae.safetensors")
    assert (found.kind, found.architecture, found.ambiguous_between) == (
        ModelKind.VAE,
        Architecture.FLUX1,
        (),
    )
