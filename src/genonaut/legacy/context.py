"""What every step of an import needs."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import msgspec
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.legacy.files import LegacyFiles
from genonaut.legacy.id_map import USER, IdMap
from genonaut.legacy.report import ImportReport
from genonaut.legacy.source import LegacyDatabase, Row
from genonaut.runtime import Runtime

OnProgress = Callable[[str, int, int | None], None]
"""Receives the phase, the number that is done, and the total if it is known."""


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How to import."""

    source: str = "legacy"
    """Name of the older installation, for the table of imported ids."""
    is_dry_run: bool = False
    joins_users: bool = False
    """Whether an old user is the user of the same name here; else another name is chosen."""


class ImportContext:
    """Old database and files, this installation, and the report."""

    def __init__(
        self,
        runtime: Runtime,
        database: LegacyDatabase,
        files: LegacyFiles,
        options: ImportOptions,
        on_progress: OnProgress,
    ) -> None:
        self.runtime = runtime
        self.database = database
        self.files = files
        self.options = options
        self.on_progress = on_progress
        self.ids = IdMap(runtime, options.source)
        self.report = ImportReport(
            source=options.source, state=database.state, is_dry_run=options.is_dry_run
        )

    async def unknown(self, kind: str, batch: Sequence[Row]) -> list[Row]:
        """Return the rows that were not imported yet; the others are counted."""
        known = await self.ids.known(kind, [row["id"] for row in batch])
        self.report.skip(kind, len(known))
        return [row for row in batch if str(row["id"]) not in known]

    async def store(
        self, kind: str, legacy_id: object, write: Callable[[AsyncSession], Awaitable[object]]
    ) -> object | None:
        """Write one row and its mapping in one transaction; return the new id.

        A dry run writes nothing. What the database refuses is reported, and None returned.
        """
        if self.options.is_dry_run:
            self.ids.remember(kind, legacy_id, UUID(int=0) if kind == USER else 0)
            self.report.count(kind)
            return "0"
        try:
            async with self.runtime.begin() as uow:
                new_id = await write(uow.session)
                self.ids.add(uow.session, kind, legacy_id, new_id)
        except (IntegrityError, DataError) as error:
            reason = str(error.orig).rpartition(">: ")[2].partition("\n")[0]
            self.report.add(kind, legacy_id, f"refused by the database: {reason}")
            return None
        self.report.count(kind)
        return new_id
