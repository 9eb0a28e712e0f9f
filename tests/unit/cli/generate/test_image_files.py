"""The names of image files: readable, safe, never overwritten."""

from pathlib import Path

import pytest

from genonaut.cli.api_client import Image
from genonaut.cli.generate import image_files
from genonaut.cli.generate.image_files import ImageFileError, make_directory, slug_of, write_image

PNG = Image(b"png", "image/png")


@pytest.mark.parametrize(
    ("prompt", "slug"),
    [
        ("A lighthouse, at dusk!", "a-lighthouse-at-dusk"),
        ("Größe café", "groe-cafe"),
        ("../../etc/passwd", "etc-passwd"),
        ("東京", "image"),
        ("", "image"),
        ("x" * 200, "x" * 48),
        ("word " * 30, "word-word-word-word-word-word-word-word-word"),
    ],
)
def test_prompts_become_part_of_the_file_name(prompt: str, slug: str) -> None:
    assert slug_of(prompt) == slug


def test_the_name_contains_content_id_and_prompt(tmp_path: Path) -> None:
    path = write_image(tmp_path, 123, "a lighthouse at dusk", PNG)
    assert path == tmp_path / "000123-a-lighthouse-at-dusk.png"
    assert path.read_bytes() == b"png"


def test_existing_files_are_not_overwritten(tmp_path: Path) -> None:
    names = [write_image(tmp_path, 1, "fox", PNG).name for _ in range(3)]
    assert names == ["000001-fox.png", "000001-fox-2.png", "000001-fox-3.png"]


@pytest.mark.parametrize(
    ("mime", "suffix"), [("image/jpeg", ".jpg"), ("image/webp", ".webp"), ("text/html", ".bin")]
)
def test_the_suffix_follows_the_media_type(tmp_path: Path, mime: str, suffix: str) -> None:
    assert write_image(tmp_path, 1, "fox", Image(b"", mime)).suffix == suffix


def test_an_unusable_directory_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ImageFileError, match="cannot write images to"):
        make_directory(tmp_path / "file" / "below")
    with pytest.raises(ImageFileError, match="cannot write to"):
        write_image(tmp_path / "missing", 1, "fox", PNG)


def test_a_full_disk_leaves_no_incomplete_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = image_files._first_free

    def full(directory: Path, name: str, extension: str) -> tuple[Path, object]:
        path, file = free(directory, name, extension)
        file.close()
        return path, Path("/dev/full").open("wb", buffering=0)

    monkeypatch.setattr(image_files, "_first_free", full)
    with pytest.raises(ImageFileError, match="No space left"):
        write_image(tmp_path, 1, "fox", PNG)
    assert list(tmp_path.iterdir()) == []
