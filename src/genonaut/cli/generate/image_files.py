"""Writes the images of ``genonaut generate`` under readable names; never overwrites a file."""

import re
import unicodedata
from pathlib import Path
from typing import BinaryIO

from genonaut.cli.api_client import Image
from genonaut.core.errors import GenonautError

_LONGEST_SLUG = 48
_EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/avif": ".avif",
}


class ImageFileError(GenonautError):
    """An image cannot be written."""

    code = "image_file"


def slug_of(prompt: str) -> str:
    """Return the first words of the prompt as a part of a file name, valid on every system."""
    plain = unicodedata.normalize("NFKD", prompt).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(slug) > _LONGEST_SLUG:
        cut = slug[: _LONGEST_SLUG + 1]
        slug = cut.rpartition("-")[0] or cut[:_LONGEST_SLUG]
    return slug or "image"


def make_directory(directory: Path) -> None:
    """Create the directory for the images.

    Raises:
        ImageFileError: the directory cannot be created.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImageFileError(f"cannot write images to {directory}: {error.strerror}") from error


def write_image(
    directory: Path, content_id: int, prompt: str, image: Image, *, extension: str = ""
) -> Path:
    """Write the image under the first free name; returns the path.

    ``extension`` with its dot, if it does not follow from the media type of an image.

    Raises:
        ImageFileError: the file cannot be written; an incomplete one is deleted.
    """
    name = f"{content_id:06d}-{slug_of(prompt)}"
    extension = extension or _EXTENSIONS.get(image.mime, ".bin")
    try:
        path, file = _first_free(directory, name, extension)
        with file:
            try:
                file.write(image.data)
                file.flush()
            except OSError:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ImageFileError(f"cannot write to {directory}: {error.strerror}") from error
    return path


def _first_free(directory: Path, name: str, extension: str) -> tuple[Path, BinaryIO]:
    number = 1
    while True:
        path = directory / f"{name}{'' if number == 1 else f'-{number}'}{extension}"
        try:
            return path, path.open("xb")
        except FileExistsError:
            number += 1
