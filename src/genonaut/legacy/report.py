"""What an import did, and what did not fit."""

from collections.abc import Mapping

import msgspec


class Problem(msgspec.Struct):
    """One reason, and the old ids of the rows that it concerns."""

    kind: str
    reason: str
    ids: list[str] = []


class ImportReport(msgspec.Struct):
    """Numbers by kind, and the problems by kind and reason.

    ``not_imported`` are tables without an equivalent here, with their numbers of rows.
    """

    source: str
    state: str
    is_dry_run: bool
    imported: dict[str, int] = {}
    already_imported: dict[str, int] = {}
    problems: list[Problem] = []
    not_imported: dict[str, int] = {}

    def count(self, kind: str, number: int = 1) -> None:
        """Count imported rows."""
        self.imported[kind] = self.imported.get(kind, 0) + number

    def skip(self, kind: str, number: int) -> None:
        """Count rows that an earlier run has imported."""
        if number:
            self.already_imported[kind] = self.already_imported.get(kind, 0) + number

    def add(self, kind: str, legacy_id: object, reason: str) -> None:
        """Record that a row, or a part of it, did not fit."""
        for one in self.problems:
            if (one.kind, one.reason) == (kind, reason):
                one.ids.append(str(legacy_id))
                return
        self.problems.append(Problem(kind, reason, [str(legacy_id)]))

    def set_not_imported(self, rows: Mapping[str, int]) -> None:
        """Record tables that are not imported."""
        self.not_imported = dict(rows)
