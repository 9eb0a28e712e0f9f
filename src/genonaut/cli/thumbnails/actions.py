"""Make thumbnails again, some items at once, with a progress bar."""

import asyncio
from collections.abc import Sequence

import msgspec
from rich.progress import Progress

from genonaut.cli.output import can_redraw, console
from genonaut.config import Settings
from genonaut.content.thumbnail_files import damaged_thumbnails
from genonaut.content.thumbnails import (
    RebuildOutcome,
    next_items,
    number_of_items,
    rebuild_thumbnails,
)
from genonaut.runtime import Runtime, open_runtime
from genonaut.storage.thumbnails import ThumbnailSize

# An image of the largest size takes 256 MiB while its thumbnails are made.
_AT_ONCE = 4
_PAGE = 200


class Report(msgspec.Struct):
    """Numbers of images, and the ids and outcomes of those whose thumbnails could not be made."""

    checked: int = 0
    rebuilt: int = 0
    failures: list[tuple[int, RebuildOutcome]] = []


async def rebuild(settings: Settings, *, only_missing: bool, size: str | None) -> Report:
    """Make the thumbnails of all items again, or only missing and damaged ones.

    Raises:
        SettingsError: the database or Redis is not configured.
        StorageError: the storage cannot be read or written; what was made before is kept.
    """
    sizes = tuple(ThumbnailSize) if size is None else (ThumbnailSize(size),)
    report = Report()
    screen = console(stderr=True)
    async with open_runtime(settings, application="genonaut-thumbnails") as runtime:
        total = await number_of_items(runtime)
        with Progress(console=screen, disable=not can_redraw(screen), transient=True) as progress:
            bar = progress.add_task("thumbnails", total=total)
            after = 0
            while ids := await next_items(runtime, after=after, limit=_PAGE):
                for start in range(0, len(ids), _AT_ONCE):
                    some = ids[start : start + _AT_ONCE]
                    await _rebuild_some(runtime, some, sizes, report, only_missing=only_missing)
                    progress.advance(bar, len(some))
                after = ids[-1]
    return report


async def _rebuild_some(
    runtime: Runtime,
    ids: Sequence[int],
    sizes: Sequence[ThumbnailSize],
    report: Report,
    *,
    only_missing: bool,
) -> None:
    async def one(content_id: int) -> RebuildOutcome | None:
        wanted = set(sizes)
        if only_missing:
            wanted &= set(await damaged_thumbnails(runtime, content_id, records_hashes=True))
        if not wanted:
            return None
        return await rebuild_thumbnails(runtime, content_id, sizes=wanted)

    outcomes = await asyncio.gather(*map(one, ids))
    report.checked += len(ids)
    for content_id, outcome in zip(ids, outcomes, strict=True):
        if outcome is RebuildOutcome.REBUILT:
            report.rebuilt += 1
        elif outcome not in {None, RebuildOutcome.GONE}:
            report.failures.append((content_id, outcome))
