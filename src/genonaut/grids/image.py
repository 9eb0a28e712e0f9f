"""One labelled image of a grid: cells in a matrix, values at the edges, layers below one another."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from PIL import UnidentifiedImageError

from genonaut.core.errors import InvalidInputError
from genonaut.grids.fonts import Label, LabelFonts
from genonaut.storage.pillow import Image, ImageDraw

if TYPE_CHECKING:
    from genonaut.grids.fonts import Font

_BACKGROUND, _INK, _MUTED = (255, 255, 255), (24, 24, 27), (113, 113, 122)
_EMPTY = (236, 236, 240)
_GAP_PX = 6
_LINES = 3
"""Most lines of a label."""
_MAX_TEXT = 400
"""Most characters of a label that are read."""
_MAX_EDGE_PX = 32_000
"""JPEG allows 65,535; many viewers do not open longer edges."""
_JPEG_QUALITY = 92
_PNG_LEVEL = 4


class GridFormat(StrEnum):
    """Format of the exported image."""

    PNG = "png"
    JPEG = "jpeg"

    @property
    def mime(self) -> str:
        """Return the media type."""
        return f"image/{self.value}"


class GridLabels(msgspec.Struct, frozen=True):
    """The texts of the image; one entry per column, row and layer."""

    title: str
    columns: Sequence[str]
    rows: Sequence[str]
    layers: Sequence[str]


class _Layout(msgspec.Struct, frozen=True):
    """Sizes in pixels."""

    cell_width: int
    cell_height: int
    left: int
    title: int
    header: int
    layer: int

    def size(self, labels: GridLabels) -> tuple[int, int]:
        """Return the size of the whole image."""
        width = self.left + len(labels.columns) * (self.cell_width + _GAP_PX) + _GAP_PX
        height = self.title + len(labels.layers) * self.block(labels)
        return width, height

    def block(self, labels: GridLabels) -> int:
        """Return the height of one layer."""
        rows = len(labels.rows) * (self.cell_height + _GAP_PX)
        return self.layer + self.header + rows + _GAP_PX


class GridImage:
    """Composes the image cell by cell, so that at most one cell is decoded at a time."""

    def __init__(
        self,
        labels: GridLabels,
        cell_size: tuple[int, int],
        *,
        max_pixels: int,
        fonts: LabelFonts,
    ) -> None:
        """Take the texts and the size of the cells in pixels, which are made smaller if needed.

        Raises:
            InvalidInputError: even cells of 32 px would make an image of more than ``max_pixels``.
        """
        self._labels = labels
        self._fonts = fonts
        self.missing: frozenset[str] = frozenset()
        """The characters of labels that no font has."""
        self._layout = _fitting(labels, cell_size, max_pixels)
        self._font_px = max(11, min(30, self._layout.cell_width // 14))
        self._image = Image.new("RGB", self._layout.size(labels), _BACKGROUND)
        self._draw = ImageDraw.Draw(self._image)
        self._draw_labels()

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height in pixels."""
        return self._image.size

    def place(self, x: int, y: int, z: int, data: bytes | None, note: str) -> None:
        """Draw one cell: its image, or ``note`` if there is none."""
        layout = self._layout
        left, top = self._corner(x, y, z)
        frame = (layout.cell_width, layout.cell_height)
        if data is not None:
            try:
                with Image.open(io.BytesIO(data)) as opened:
                    opened.draft("RGB", frame)
                    shown = opened.convert("RGB")
            except (UnidentifiedImageError, OSError, ValueError):
                note = "unreadable"
            else:
                shown.thumbnail(frame, Image.Resampling.LANCZOS)
                spare = (frame[0] - shown.width) // 2, (frame[1] - shown.height) // 2
                self._image.paste(shown, (left + spare[0], top + spare[1]))
                return
        self._draw.rectangle((left, top, left + frame[0] - 1, top + frame[1] - 1), fill=_EMPTY)
        middle = (left + frame[0] // 2, top + frame[1] // 2)
        label = self._label(note)
        self._draw.text(middle, label.text, font=label.font, fill=_MUTED, anchor="mm")

    def encode(self, form: GridFormat) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        if form is GridFormat.PNG:
            self._image.save(out, "PNG", compress_level=_PNG_LEVEL)
        else:
            self._image.save(out, "JPEG", quality=_JPEG_QUALITY)
        return out.getvalue()

    def _corner(self, x: int, y: int, z: int) -> tuple[int, int]:
        layout = self._layout
        top = layout.title + z * layout.block(self._labels) + layout.layer + layout.header
        return (
            layout.left + _GAP_PX + x * (layout.cell_width + _GAP_PX),
            top + _GAP_PX + y * (layout.cell_height + _GAP_PX),
        )

    def _draw_labels(self) -> None:
        layout, labels = self._layout, self._labels
        width = self._image.width
        if layout.title:
            self._text((width // 2, layout.title // 2), labels.title, width - 2 * _GAP_PX)
        for z, layer in enumerate(labels.layers):
            top = layout.title + z * layout.block(labels)
            if layout.layer:
                self._text((width // 2, top + layout.layer // 2), layer, width - 2 * _GAP_PX)
            for x, column in enumerate(labels.columns):
                left, _ = self._corner(x, 0, z)
                middle = (left + layout.cell_width // 2, top + layout.layer + layout.header // 2)
                self._text(middle, column, layout.cell_width)
            for y, row in enumerate(labels.rows):
                _, above = self._corner(0, y, z)
                middle = (layout.left // 2, above + layout.cell_height // 2)
                self._text(middle, row, layout.left - 2 * _GAP_PX)

    def _text(self, middle: tuple[int, int], text: str, width: int) -> None:
        """Draw text centred in at most three lines of ``width`` pixels."""
        if not text:
            return
        label = self._label(text[:_MAX_TEXT])
        shown = "\n".join(_wrapped(label.text, label.font, width))
        self._draw.multiline_text(
            middle, shown, font=label.font, fill=_INK, anchor="mm", align="center", spacing=2
        )

    def _label(self, text: str) -> Label:
        label = self._fonts.label(text, self._font_px)
        self.missing |= label.missing
        return label


def _wrapped(text: str, font: Font, width: int) -> list[str]:
    """Return the lines of a text, the last one cut with an ellipsis if there is more."""
    lines: list[str] = []
    rest = " ".join(text.split())[:_MAX_TEXT]
    while rest and len(lines) < _LINES:
        count = _fitting_length(rest, font, width)
        if count < len(rest):
            space = rest.rfind(" ", 0, count + 1)
            count = space if space > 0 else count
        lines.append(rest[:count].strip())
        rest = rest[count:].strip()
    if rest:
        lines[-1] = lines[-1][:-1].rstrip() + "…"
    return lines


def _fitting_length(text: str, font: Font, width: int) -> int:
    """Return how many characters fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _fitting(labels: GridLabels, cell_size: tuple[int, int], max_pixels: int) -> _Layout:
    for scale in _scales():
        layout = _layout(labels, cell_size, scale)
        width, height = layout.size(labels)
        if width * height <= max_pixels and max(width, height) <= _MAX_EDGE_PX:
            return layout
    count = len(labels.columns) * len(labels.rows) * len(labels.layers)
    raise InvalidInputError.of(
        "z", f"{count} cells do not fit into one image; export one layer at a time"
    )


def _scales() -> Iterator[float]:
    scale = 1.0
    while scale > 1 / 32:
        yield scale
        scale *= 0.9


def _layout(labels: GridLabels, cell_size: tuple[int, int], scale: float) -> _Layout:
    width, height = max(int(cell_size[0] * scale), 8), max(int(cell_size[1] * scale), 8)
    font = max(11, min(30, width // 14))
    line = int(font * 1.3)
    return _Layout(
        cell_width=width,
        cell_height=height,
        left=max(width // 3, 7 * font) if any(labels.rows) else 0,
        title=2 * line if labels.title else 0,
        header=(_LINES * line + _GAP_PX) if any(labels.columns) else 0,
        layer=2 * line if any(labels.layers) else 0,
    )
