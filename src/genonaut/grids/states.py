"""Which cells of a grid have an image, and which can be made again."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from genonaut.jobs.states import JobStatus

FAILED = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})


class Deleted(StrEnum):
    """Why the image of a completed cell is not there."""

    TRASH = "trash"
    """It can be restored."""
    PURGED = "purged"
    """It was deleted for good, or its job was."""


class CellChoice(StrEnum):
    """The cells that are made again: failed and cancelled ones, or those without their image."""

    FAILED = "failed"
    DELETED = "deleted"


class ImageCounts(msgspec.Struct, frozen=True):
    """Numbers of cells: with an image, with one in the trash, and with one deleted for good."""

    there: int = 0
    in_trash: int = 0
    purged: int = 0


def deleted_of(status: JobStatus | None, *, has_item: bool, is_trashed: bool) -> Deleted | None:
    """Return why a cell has no image any more; None if it has one, or has not had any yet."""
    if status not in {None, JobStatus.COMPLETED}:
        return None
    if status is None or not has_item:
        return Deleted.PURGED
    return Deleted.TRASH if is_trashed else None


def image_counts(cells: Iterable[tuple[JobStatus | None, Deleted | None, int]]) -> ImageCounts:
    """Return the numbers of cells by image, of (status, why it is gone, number of cells)."""
    there = in_trash = purged = 0
    for status, deleted, count in cells:
        there += count if status is JobStatus.COMPLETED and deleted is None else 0
        in_trash += count if deleted is Deleted.TRASH else 0
        purged += count if deleted is Deleted.PURGED else 0
    return ImageCounts(there, in_trash, purged)
