"""Read the thumbnails of a grid and compose its labelled image."""

import asyncio
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from genonaut.core.errors import InvalidInputError
from genonaut.grids.fonts import LabelFonts, log_missing
from genonaut.grids.image import GridFormat, GridImage, GridLabels
from genonaut.grids.parameters import Axis
from genonaut.grids.reading import CellDetails, GridDetails, GridService
from genonaut.grids.repository import GridRepository
from genonaut.grids.states import Deleted
from genonaut.runtime import Runtime
from genonaut.storage.errors import FileMissingError
from genonaut.storage.thumbnails import ThumbnailSize

_COMPOSING = asyncio.Semaphore(1)
"""One image at a time in a process: each takes up to 3 bytes per pixel of the limit."""

_UNNAMED = frozenset({"prompt", "prompt_replace", "prompt_order", "negative_prompt", "style"})
"""Parameters whose values say what they are."""


class GridFile(msgspec.Struct, frozen=True):
    """An exported image; ``warning`` is empty, or says in ASCII which characters no font has."""

    name: str
    content: bytes
    warning: str


class GridExport:
    """Makes the images of the grids of one user."""

    def __init__(self, runtime: Runtime, owner_id: UUID) -> None:
        self._runtime = runtime
        self._owner_id = owner_id

    async def image(
        self, grid_id: int, *, layer: int | None, size: ThumbnailSize, form: GridFormat
    ) -> GridFile:
        """Return the file.

        Args:
            grid_id: the grid.
            layer: only this value of the z axis, from 0; None: all, below one another.
            size: the thumbnails to use; they are made smaller where the image would be too large.
            form: the format.

        Raises:
            NotFoundError: there is no such grid of this user.
            InvalidInputError: there is no such layer, or the image would be too large.
        """
        async with self._runtime.begin() as uow:
            details = await GridService(uow, self._owner_id).get(grid_id)
            shown = [one.content_id for one in details.cells if one.picture is not None]
            ids = [one for one in shown if one is not None]
            files = await GridRepository(uow.session).thumbnails(ids, size)
        cells, labels = _selected(details, layer)
        async with _COMPOSING:
            max_pixels = self._runtime.settings.grids.max_image_pixels
            cell_size = _cell_size(files.values(), size)
            fonts = LabelFonts(self._runtime.settings.grids.font_file)
            image = await asyncio.to_thread(
                GridImage, labels, cell_size, max_pixels=max_pixels, fonts=fonts
            )
            for cell in cells:
                data = await self._read(files.get(cell.content_id or 0))
                z = cell.z if layer is None else 0
                await asyncio.to_thread(image.place, cell.x, cell.y, z, data, _note(cell))
            content = await asyncio.to_thread(image.encode, form)
        suffix = "" if layer is None else f"-{layer + 1}"
        name = f"grid-{grid_id}{suffix}.{'jpg' if form is GridFormat.JPEG else form}"
        return GridFile(name, content, log_missing(image.missing))

    async def _read(self, file: tuple[str, int, int] | None) -> bytes | None:
        if file is None:
            return None
        try:
            return await self._runtime.store.read(file[0])
        except FileMissingError:
            return None


def _selected(details: GridDetails, layer: int | None) -> tuple[Sequence[CellDetails], GridLabels]:
    texts = {axis.name: labels_of(axis) for axis in details.head.axes}
    columns, rows, layers = (texts.get(name, [""]) for name in "xyz")
    title = details.head.grid.title
    if layer is None:
        return details.cells, GridLabels(title, columns, rows, layers)
    if layer >= len(layers):
        raise InvalidInputError.of("z", f"must be less than {len(layers)}, the number of layers")
    cells = [cell for cell in details.cells if cell.z == layer]
    return cells, GridLabels(title, columns, rows, [layers[layer]])


def labels_of(axis: Axis) -> list[str]:
    """Return the texts beside an axis, such as ``cfg 7``."""
    if axis.parameter in _UNNAMED:
        return ["none" if one in {None, ""} else str(one) for one in axis.values]
    name = axis.parameter.removesuffix("_model").removesuffix("_name").replace("_", " ")
    target = f" {axis.target}" if axis.target is not None else ""
    return [f"{name}{target} {'none' if one in {None, ''} else one}" for one in axis.values]


def _cell_size(files: Collection[tuple[str, int, int]], size: ThumbnailSize) -> tuple[int, int]:
    """Return the largest width and height of the thumbnails."""
    found = list(files)
    if not found:
        edge = size.longest_edge_px
        return edge, edge
    return max(one[1] for one in found), max(one[2] for one in found)


def _note(cell: CellDetails) -> str:
    if cell.deleted is None and cell.status is not None:
        return cell.status.value
    return "in the trash" if cell.deleted is Deleted.TRASH else "deleted"
