"""The options of ``genonaut generate`` and ``genonaut upscale`` that name images."""

from pathlib import Path

import click
import pytest
from tests.support.uploads import encoded, gradient

from genonaut.cli.generate.image_options import (
    ControlType,
    ExtendType,
    ImageName,
    ImageType,
    NamedControl,
    ReferenceType,
    read_image_options,
)
from genonaut.cli.upscale.actions import works_of

NOTHING = {
    "source": None,
    "resize": None,
    "mask": None,
    "mask_mode": None,
    "extend": (),
    "control": (),
    "references": (),
    "hires": None,
}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(gradient()))
    return path


def test_images_are_files_uploads_or_items(photo: Path) -> None:
    assert ImageType().convert(str(photo), None, None) == ImageName(photo)
    assert ImageType().convert("upload:3", None, None) == ImageName(upload_id=3)
    assert ImageType().convert("content:12", None, None) == ImageName(content_id=12)
    with pytest.raises(click.BadParameter, match="is no file"):
        ImageType().convert("missing.png", None, None)


def test_controls_have_a_model_an_image_and_a_strength(photo: Path) -> None:
    convert = ControlType().convert
    image = ImageName(photo)
    assert convert(f"canny:{photo}:0.8", None, None) == NamedControl("canny", image, 0.8)
    assert convert(f"canny:{photo}", None, None) == NamedControl("canny", image, 1.0)
    stored = NamedControl("canny", ImageName(content_id=12), 1.0)
    assert convert("canny:content:12", None, None) == stored
    assert convert("canny:content:12:0.5", None, None).strength == 0.5
    # For a checkpoint that reads the image itself.
    assert convert(f"{photo}:0.8", None, None) == NamedControl("", image, 0.8)
    assert convert("content:12", None, None) == NamedControl("", ImageName(content_id=12), 1.0)
    with pytest.raises(click.BadParameter, match="not a model and an image"):
        convert("canny", None, None)


def test_references_have_a_strength(photo: Path) -> None:
    convert = ReferenceType().convert
    assert convert(f"{photo}:0.6", None, None).strength == 0.6
    assert convert("upload:3", None, None).image == ImageName(upload_id=3)


def test_extensions_are_pixels_by_side() -> None:
    assert ExtendType().convert("right=256,top=8", None, None) == {"right": 256, "top": 8}
    for text in ("256", "right", "up=8", "left=-8", "left=a"):
        with pytest.raises(click.BadParameter, match="left, top, right or bottom"):
            ExtendType().convert(text, None, None)


def test_what_changes_a_source_needs_one(photo: Path) -> None:
    options = read_image_options(
        **NOTHING | {"source": ImageName(photo), "extend": ({"left": 8}, {"right": 16})}
    )
    assert options.extend == {"left": 8, "right": 16}
    with pytest.raises(click.UsageError, match="--mask-mode needs --source"):
        read_image_options(**NOTHING | {"mask_mode": "fill"})


def test_folders_keep_their_structure_and_names_stay_apart(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "a").mkdir(parents=True)
    for name in ("one.png", "one.jpg", "a/two.webp", "notes.txt"):
        (folder / name).write_bytes(b"x")
    out = tmp_path / "out"
    found = {work.source.name: work.target for work in works_of([folder], out)}
    assert found == {
        "one.jpg": out / "one.png",
        "one.png": out / "one-png.png",
        "two.webp": out / "a" / "two.png",
    }
