import io
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from genonaut.simulator.image.drawing import MAX_DRAWN_EDGE, draw_image
from genonaut.simulator.image.palette import PALETTES, palette_of
from genonaut.simulator.image.preview import preview_jpeg, preview_size
from genonaut.simulator.image.request import ImageRequest
from genonaut.simulator.image.scene import Landform, scene_of
from genonaut.simulator.image.subjects import SUBJECTS


def request(prompt: str = "a lighthouse at dusk", **more: Any) -> ImageRequest:
    return ImageRequest(prompt, **({"width": 128, "height": 128} | more))


def difference(first: Image.Image, second: Image.Image) -> float:
    """Return the mean difference of two images, 0..255."""
    return sum(ImageStat.Stat(ImageChops.difference(first, second)).mean) / 3


def mean_color(image: Image.Image) -> tuple[float, float, float]:
    red, green, blue = ImageStat.Stat(image).mean
    return red, green, blue


def test_equal_requests_give_equal_pixels() -> None:
    assert draw_image(request()).tobytes() == draw_image(request()).tobytes()


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"negative": "blurry"},
        {"checkpoint": "other.safetensors"},
        {"loras": (("ink.safetensors", 0.8),)},
        {"loras": (("style/watercolor.safetensors", 0.8),)},
        {"loras": (("detail.safetensors", 1.0),)},
        {"loras": (("film-grain.safetensors", 1.0),)},
        {"loras": (("unknown.safetensors", 1.0),)},
    ],
)
def test_every_parameter_changes_the_image(change: dict[str, Any]) -> None:
    assert difference(draw_image(request()), draw_image(request(**change))) > 0.3


def test_the_strength_of_a_lora_matters() -> None:
    weak, strong = (draw_image(request(loras=(("ink.safetensors", s),))) for s in (0.2, 1.0))
    assert difference(weak, strong) > 3


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize(
    "landform", ["ocean", "mountains", "hills", "forest", "city", "dunes", "space"]
)
def test_every_landform_can_be_drawn_with_every_palette(name: str, landform: str) -> None:
    image = draw_image(request(f"{name} {landform}", width=96, height=64))
    assert image.size == (96, 64)
    extremes = ImageStat.Stat(image.convert("L")).extrema[0]
    assert extremes[1] - extremes[0] > 60  # not a uniform area


@pytest.mark.parametrize("word", SUBJECTS)
def test_named_subjects_are_drawn(word: str) -> None:
    named, plain = request(f"{word} on a hill", seed=3), request("hill", seed=3)
    assert word in scene_of(named).subjects
    assert difference(draw_image(named), draw_image(plain)) > 0.5


def test_colour_words_change_the_colours() -> None:
    red = mean_color(draw_image(request("crimson evening hills")))
    blue = mean_color(draw_image(request("azure evening hills")))
    green = mean_color(draw_image(request("emerald evening hills")))
    assert red[0] - red[2] > blue[0] - blue[2] + 30
    assert green[1] - green[0] > red[1] - red[0] + 20


def test_words_select_palette_and_landform() -> None:
    assert palette_of(request("a forest at midnight")).dark
    assert not palette_of(request("a forest at noon")).dark
    assert scene_of(request("tokyo street in the rain")).landform is Landform.TOWN
    assert scene_of(request("northern lights")).aurora
    assert scene_of(request("mountains by a lake")).water


def test_all_seeds_of_a_prompt_share_a_palette() -> None:
    palettes = {repr(palette_of(request("xyzzy plugh", seed=seed))) for seed in range(5)}
    assert len(palettes) == 1


def test_fault_markers_do_not_change_the_image() -> None:
    assert request("a fox [fault:oom once]").words == ["fox"]


@pytest.mark.parametrize(
    "size", [(16, 16), (16, 512), (512, 16), (8, 8), (1216, 832), (2048, 64), (513, 511)]
)
def test_any_size_can_be_drawn(size: tuple[int, int]) -> None:
    for prompt in ("aurora over a lighthouse sea", "city forest castle balloon birds", "space"):
        assert draw_image(request(prompt, width=size[0], height=size[1])).size == size


def test_very_large_images_are_enlarged() -> None:
    assert draw_image(request(width=MAX_DRAWN_EDGE + 64, height=64)).size == (
        MAX_DRAWN_EDGE + 64,
        64,
    )


@pytest.mark.parametrize(
    "prompt", ["", "\x00", "\ud800 lone", "日本の山", "🦊" * 500, "a" * 20_000]
)
def test_any_text_can_be_drawn(prompt: str) -> None:
    assert draw_image(request(prompt)).size == (128, 128)


def test_every_image_has_the_watermark() -> None:
    plain = request("mist hills", width=256, height=256)
    corner = draw_image(plain).crop((150, 225, 256, 256)).convert("L")
    assert ImageStat.Stat(corner).stddev[0] > 12  # white letters on a dark pill


@pytest.mark.parametrize(
    ("size", "shown"), [((64, 32), (512, 256)), ((1024, 512), (512, 256)), ((512, 512), (512, 512))]
)
def test_previews_are_512_pixels_long(size: tuple[int, int], shown: tuple[int, int]) -> None:
    assert preview_size(size) == shown
    jpeg = preview_jpeg(Image.new("RGB", size), 0.5, seed=1)
    with Image.open(io.BytesIO(jpeg)) as preview:
        assert (preview.format, preview.size) == ("JPEG", shown)


def test_previews_approach_the_image_step_by_step() -> None:
    image = draw_image(request(width=512, height=512))
    distances = []
    for step in range(1, 9):
        with Image.open(io.BytesIO(preview_jpeg(image, step / 8, seed=step))) as preview:
            distances.append(difference(image, preview))
    assert distances == sorted(distances, reverse=True)
    assert distances[0] > 4 * distances[-1]
