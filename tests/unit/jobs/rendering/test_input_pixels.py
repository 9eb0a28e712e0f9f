"""Prepared inputs, compared pixel by pixel."""

import io
from itertools import product
from typing import Any

import pytest
from PIL import Image, ImageChops
from tests.support.uploads import decoded, encoded, gradient

from genonaut.jobs.image_work import (
    Control,
    Extend,
    ImageReference,
    InputImage,
    JobInputs,
    Operation,
    Reference,
    Resize,
    Source,
    Upscale,
)
from genonaut.jobs.params import GenerationSpec, SamplingParams
from genonaut.jobs.rendering.inputs.pixels import (
    extended,
    extension_mask,
    feathered,
    flat_rgb,
    grown,
    mask_png,
    placed,
    placed_mask,
)
from genonaut.jobs.rendering.inputs.preparation import preparations_of, prepare
from genonaut.jobs.states import JobType
from genonaut.storage.images import ImageLimits


def pixel(image: Image.Image, x: int, y: int) -> Any:
    return image.getpixel((x, y))


def square(size: tuple[int, int], box: tuple[int, int, int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    mask.paste(255, box)
    return mask


def test_an_image_of_the_wanted_size_is_unchanged() -> None:
    image = gradient()
    for how in Resize:
        assert placed(image, (64, 48), how) is image


def test_crop_of_the_same_scale_cuts_around_the_centre_without_resampling() -> None:
    image = gradient(64, 48)
    cut = placed(image, (48, 48), Resize.CROP)
    assert cut.tobytes() == image.crop((8, 0, 56, 48)).tobytes()
    cut = placed(image, (64, 40), Resize.CROP)
    assert cut.tobytes() == image.crop((0, 4, 64, 44)).tobytes()


def test_crop_scales_to_cover() -> None:
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (100, 0, 300, 200))
    small = placed(image, (64, 64), Resize.CROP)
    assert small.size == (64, 64)
    assert small.crop((8, 0, 56, 64)).getcolors() == [(48 * 64, (0, 0, 255))]


def test_fit_repeats_the_edges_and_stretch_ignores_the_ratio() -> None:
    image = Image.new("RGB", (20, 10), "red")
    image.paste("blue", (0, 5, 20, 10))
    fitted = placed(image, (20, 20), Resize.FIT)
    for x, y in product(range(20), range(20)):
        assert pixel(fitted, x, y) == ((255, 0, 0) if y < 10 else (0, 0, 255))
    assert placed(image, (16, 32), Resize.STRETCH).size == (16, 32)


def test_masks_follow_the_image_and_fit_paints_nothing_around() -> None:
    mask = Image.new("L", (20, 10), 255)
    fitted = placed_mask(mask, (20, 20), Resize.FIT)
    assert fitted.getbbox() == (0, 5, 20, 15)
    cut = placed_mask(square((64, 48), (8, 0, 20, 48)), (48, 48), Resize.CROP)
    assert cut.getbbox() == (0, 0, 12, 48)


@pytest.mark.parametrize("px", [0, 1, 2, 3, 6, 7, 20])
def test_growing_reaches_exactly_so_far(px: int) -> None:
    mask = grown(square((100, 80), (40, 30, 50, 45)), px)
    assert mask.getbbox() == (40 - px, 30 - px, 50 + px, 45 + px)
    area = (10 + 2 * px) * (15 + 2 * px)
    assert sorted(mask.getcolors() or []) == sorted([(area, 255), (8000 - area, 0)])


def test_growing_stops_at_the_edges() -> None:
    assert grown(square((10, 10), (0, 0, 2, 2)), 3).getbbox() == (0, 0, 5, 5)


@pytest.mark.parametrize("px", [0, 1, 2, 5, 8, 31])
def test_feathering_keeps_the_mask_and_ends_exactly(px: int) -> None:
    box = (40, 40, 60, 60)
    mask = feathered(square((100, 100), box), px)
    for x, y in product(range(0, 100, 3), range(0, 100, 3)):
        away = max(box[0] - x, x - box[2] + 1, box[1] - y, y - box[3] + 1)
        value = pixel(mask, x, y)
        if away <= 0:
            assert value == 255, (x, y)
        elif away > px:
            assert value == 0, (x, y)
    row = [pixel(mask, x, 50) for x in range(60, 100)]
    assert row == sorted(row, reverse=True)
    if px >= 5:
        assert 0 < row[px // 2] < 255


def test_an_extension_keeps_the_image_and_paints_only_around() -> None:
    image = gradient(64, 48)
    extend = Extend(left=16, top=0, right=8, bottom=24, feather_px=10)
    large = extended(image, extend)
    assert large.size == (88, 72)
    assert large.crop((16, 0, 80, 48)).tobytes() == image.tobytes()
    assert pixel(large, 0, 20) == pixel(image, 0, 20)
    assert pixel(large, 87, 20) == pixel(image, 63, 20)
    assert pixel(large, 40, 71) == pixel(image, 24, 47)
    mask = extension_mask((64, 48), extend)
    assert mask.size == large.size
    for x, y in product(range(88), range(72)):
        value = pixel(mask, x, y)
        if x < 16 or x >= 80 or y >= 48:
            assert value == 255
        elif 16 + 10 <= x < 80 - 10 and y < 48 - 10:
            assert value == 0
    assert 0 < pixel(mask, 20, 10) < 255
    assert pixel(mask, 48, 0) == 0, "the upper edge is not extended"


def test_a_mask_is_sent_as_exact_alpha() -> None:
    mask = Image.linear_gradient("L")
    sent = decoded(mask_png(mask))
    assert sent.mode == "RGBA"
    assert sent.size == mask.size
    assert ImageChops.invert(sent.getchannel("A")).tobytes() == mask.tobytes()


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("L", (4, 4), 77), (77, 77, 77)),
        (Image.new("I;16", (4, 4), 0x4D4D), (77, 77, 77)),
        (Image.new("RGBA", (4, 4), (10, 20, 30, 255)), (10, 20, 30)),
        (Image.new("RGBA", (4, 4), (10, 20, 30, 0)), (255, 255, 255)),
        (Image.new("1", (4, 4), 1), (255, 255, 255)),
    ],
)
def test_every_mode_becomes_8_bit_rgb(image: Image.Image, expected: tuple[int, int, int]) -> None:
    flat = flat_rgb(decoded(encoded(image)))
    assert flat.mode == "RGB"
    assert pixel(flat, 1, 1) == expected


def test_hidden_colours_are_kept_where_alpha_is_the_mask() -> None:
    image = Image.new("RGBA", (4, 4), (10, 20, 30, 0))
    assert pixel(flat_rgb(image, keeps_hidden=True), 0, 0) == (10, 20, 30)


def spec_of(inputs: JobInputs, width: int = 64, height: int = 48) -> GenerationSpec:
    return GenerationSpec(
        job_type=JobType.IMAGE,
        prompt="x",
        negative_prompt="",
        checkpoint_model="sd15.safetensors",
        lora_models=(),
        width=width,
        height=height,
        params=SamplingParams(seed=1),
        inputs=inputs,
    )


def facts(number: int, data: bytes) -> InputImage:
    image = Image.open(io.BytesIO(data))
    return InputImage(
        reference=ImageReference(upload_id=number),
        sha256=f"sha{number}",
        storage_key=f"uploads/{number}",
        mime="image/png",
        width=image.width,
        height=image.height,
        size_bytes=len(data),
    )


def sent(inputs: JobInputs, *files: bytes, size: tuple[int, int] = (64, 48)) -> dict[str, Any]:
    """Return the pixels that are sent, by role; files are uploads 1, 2 and so on."""
    numbered = dict(enumerate(files, start=1))
    known = tuple(facts(number, data) for number, data in numbered.items())
    spec = spec_of(
        JobInputs(
            **{name: getattr(inputs, name) for name in JobInputs.__struct_fields__}
            | {"images": known}
        ),
        *size,
    )
    contents = {f"sha{number}": data for number, data in numbered.items()}
    return {
        one.role: decoded(prepare(one, contents, ImageLimits())) for one in preparations_of(spec)
    }


ONE, TWO = ImageReference(upload_id=1), ImageReference(upload_id=2)


def test_a_source_alone_is_sent_alone() -> None:
    image = gradient(128, 48)
    found = sent(JobInputs(source=Source(image=ONE)), encoded(image))
    assert set(found) == {"source"}
    assert found["source"].mode == "RGB"
    assert found["source"].tobytes() == image.crop((32, 0, 96, 48)).tobytes()


def test_a_mask_has_the_size_of_the_prepared_source() -> None:
    mask = square((64, 48), (20, 20, 30, 30)).convert("RGB")
    source = Source(image=ONE, mask=TWO, mask_grow_px=2, mask_feather_px=0)
    found = sent(JobInputs(source=source), encoded(gradient()), encoded(mask))
    assert set(found) == {"source", "mask"}
    painted = ImageChops.invert(found["mask"].getchannel("A"))
    assert painted.getbbox() == (18, 18, 32, 32)
    assert found["source"].tobytes() == gradient().tobytes()


def test_the_alpha_of_the_source_can_be_the_mask() -> None:
    image = gradient().convert("RGBA")
    image.putalpha(ImageChops.invert(square((64, 48), (10, 10, 20, 20))))
    source = Source(image=ONE, mask=ONE, mask_grow_px=0, mask_feather_px=0)
    found = sent(JobInputs(source=source), encoded(image))
    painted = ImageChops.invert(found["mask"].getchannel("A"))
    assert painted.getbbox() == (10, 10, 20, 20)
    assert found["source"].tobytes() == gradient().tobytes()


def test_an_extension_is_a_mask_without_a_file() -> None:
    source = Source(image=ONE, extend=Extend(right=16, feather_px=0))
    found = sent(JobInputs(source=source), encoded(gradient()))
    assert found["source"].size == found["mask"].size == (80, 48)
    assert ImageChops.invert(found["mask"].getchannel("A")).getbbox() == (64, 0, 80, 48)


def test_control_and_reference_images() -> None:
    inputs = JobInputs(control=(Control(model="c", image=ONE),), references=(Reference(image=TWO),))
    found = sent(inputs, encoded(gradient(128, 96)), encoded(gradient(4096, 16)))
    assert found["control_1"].size == (64, 48)
    assert found["reference_1"].size == (2048, 8)


def test_an_upscaled_source_is_not_resized() -> None:
    inputs = JobInputs(
        operation=Operation.UPSCALE,
        source=Source(image=ONE),
        upscale=Upscale(model="4x", scale=2.0),
    )
    image = gradient(50, 33)
    assert sent(inputs, encoded(image))["source"].tobytes() == image.tobytes()


def test_equal_preparations_have_equal_keys() -> None:
    known = (facts(1, encoded(gradient())), facts(2, encoded(gradient())))
    base = JobInputs(source=Source(image=ONE, mask=TWO), images=known)

    def keys(inputs: JobInputs, width: int = 64) -> list[str]:
        return [one.key for one in preparations_of(spec_of(inputs, width))]

    assert keys(base) == keys(base)
    assert set(keys(base)).isdisjoint(keys(base, 128))
    grown_more = JobInputs(source=Source(image=ONE, mask=TWO, mask_grow_px=9), images=known)
    assert keys(base)[0] == keys(grown_more)[0]
    assert keys(base)[1] != keys(grown_more)[1]
