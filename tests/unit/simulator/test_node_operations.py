from typing import Any, cast

import pytest
from PIL import Image

from genonaut.simulator.files import Folders
from genonaut.simulator.model_folders import ModelFolders
from genonaut.simulator.node_catalogue import NodeCatalogue
from genonaut.simulator.nodes import NODES, SAMPLERS, NodeContext
from genonaut.simulator.nodes.values import Conditioning, Latent, ModelValue
from genonaut.simulator.releases import release_of

RED = Image.new("RGB", (32, 16), (255, 0, 0))
BLUE = Image.new("RGB", (32, 16), (0, 0, 255))


CONTEXT = NodeContext(
    class_type="",
    folders=cast("Folders", None),  # pure nodes use no files
    release=release_of("0.33.0"),
    graph={},
    extra_data={},
    saved=lambda _path: None,
    output_count=1,
)


def outputs(class_type: str, **inputs: Any) -> Any:
    return NODES[class_type].run(inputs, CONTEXT).outputs


def run(class_type: str, **inputs: Any) -> Any:
    return outputs(class_type, **inputs)[0]


@pytest.mark.parametrize("is_current", [False, True])
def test_every_listed_node_can_run(is_current: bool) -> None:
    folders = Folders(None)
    offered = set(NodeCatalogue(ModelFolders(None), folders.input, is_current=is_current).all())
    folders.close()
    assert offered <= {*SAMPLERS, *NODES}


def test_every_node_is_listed_by_a_release() -> None:
    folders = Folders(None)
    shelf = ModelFolders(None)
    older, current = (
        set(NodeCatalogue(shelf, folders.input, is_current=new).all()) for new in (False, True)
    )
    folders.close()
    assert {*SAMPLERS, *NODES} <= older | current


def test_loras_accumulate_except_at_strength_zero() -> None:
    model = ModelValue("m")
    inputs = {"lora_name": "a", "strength_model": 0.5, "strength_clip": 0.0}
    over, clip = outputs("LoraLoader", **inputs, model=model, clip=model)
    assert over.loras == (("a", 0.5),)
    assert clip.loras == ()
    again = run("LoraLoaderModelOnly", model=over, lora_name="b", strength_model=1.0)
    assert again.loras == (("a", 0.5), ("b", 1.0))


def test_texts_of_newer_models_are_joined() -> None:
    flux = run("CLIPTextEncodeFlux", clip_l="fox", t5xxl="a fox", guidance=3.5)
    assert flux == Conditioning("a fox fox", 3.5)
    assert run("CLIPTextEncodeSDXL", text_g="fox", text_l="fox").text == "fox"
    both = run("ConditioningCombine", conditioning_1=flux, conditioning_2=Conditioning("den"))
    assert both.text == "a fox fox den"
    assert run("ConditioningZeroOut", conditioning=flux).text == ""
    assert run("FluxGuidance", conditioning=flux, guidance=2.0).guidance == 2.0


def test_loaders_name_what_they_load() -> None:
    assert run("UNETLoader", unet_name="u").name == "u"
    assert run("VAELoader", vae_name="v").name == "v"
    assert run("DualCLIPLoader", clip_name1="a", clip_name2="b", type="flux").name == "a+b"
    assert run("UpscaleModelLoader", model_name="x").name == "x"
    assert run("CLIPSetLastLayer", clip=ModelValue("c"), stop_at_clip_layer=-2).name == "c"
    assert run("ModelSamplingSD3", model=ModelValue("m"), shift=3.0).name == "m"


def test_latents_are_multiples_of_eight() -> None:
    assert run("EmptySD3LatentImage", width=515, height=260, batch_size=2) == Latent(512, 256, 2)
    encoded = run("VAEEncode", pixels=(Image.new("RGB", (35, 18)),), vae=None)
    assert (encoded.width, encoded.height, encoded.images[0].size) == (32, 16, (32, 16))


def test_an_unsampled_latent_decodes_to_grey() -> None:
    images = run("VAEDecode", samples=Latent(16, 8, 3), vae=None)
    assert [image.size for image in images] == [(16, 8)] * 3
    assert images[0].getpixel((3, 3)) == (127, 127, 127)


def test_image_nodes_change_pixels() -> None:
    assert run("EmptyImage", width=4, height=2, batch_size=1, color=0x102030)[0].getpixel(
        (0, 0)
    ) == (16, 32, 48)
    assert run("ImageInvert", image=(RED,))[0].getpixel((0, 0)) == (0, 255, 255)
    assert run("ImageScale", image=(RED,), width=0, height=8, upscale_method="area")[0].size == (
        16,
        8,
    )
    assert run("ImageScale", image=(RED,), width=8, height=0, upscale_method="area")[0].size == (
        8,
        4,
    )
    for node, extra in (
        ("ImageBlur", {"blur_radius": 3, "sigma": 2.0}),
        ("ImageSharpen", {"sharpen_radius": 1, "sigma": 1.0, "alpha": 1.0}),
    ):
        assert run(node, image=(RED,), **extra)[0].size == RED.size


def test_noise_is_reproducible_and_follows_the_strength() -> None:
    first, same, other = (
        run("ImageAddNoise", image=(RED,), seed=seed, strength=0.3)[0] for seed in (1, 1, 2)
    )
    assert first.tobytes() == same.tobytes() != other.tobytes()
    assert run("ImageAddNoise", image=(RED,), seed=1, strength=0.0)[0].tobytes() == RED.tobytes()


def test_masks_select_what_is_composited() -> None:
    mask = run("SolidMask", value=1.0, width=32, height=16)
    assert run("InvertMask", mask=mask)[0].getpixel((0, 0)) == 0
    feathered = run("FeatherMask", mask=mask, left=8, top=0, right=0, bottom=0)
    soft = feathered[0]
    assert soft.getpixel((0, 8)) < soft.getpixel((4, 8)) < soft.getpixel((20, 8))
    inputs = {"destination": (RED,), "source": (BLUE,), "x": 0, "y": 0, "resize_source": False}
    laid = run("ImageCompositeMasked", mask=feathered, **inputs)[0]
    assert laid.getpixel((31, 8)) == (0, 0, 255)
    assert laid.getpixel((0, 8))[0] > 200
    assert run("ImageCompositeMasked", **inputs)[0].getpixel((0, 0)) == (0, 0, 255)


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("UPPERCASE", "A FOX"),
        ("lowercase", "a fox"),
        ("Capitalize", "A fox"),
        ("Title Case", "A Fox"),
        ("sideways", "a Fox"),
    ],
)
def test_an_unknown_mode_changes_nothing(mode: str, text: str) -> None:
    assert run("CaseConverter", string="a Fox", mode=mode) == text
