"""What a backup knows of files, in a temporary SQLite database: millions fit into little memory."""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from genonaut.backup.manifest import FileEntry
from genonaut.db.table_copy import FileRow

_BATCH = 500
_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE wanted (key TEXT PRIMARY KEY, size_bytes INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE earlier (key TEXT PRIMARY KEY, size_bytes INTEGER, sha256 TEXT) WITHOUT ROWID;
CREATE TABLE objects (name TEXT PRIMARY KEY) WITHOUT ROWID;
"""


class FileIndex:
    """Files to back up, files of the previous backup, and names of objects."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")  # one transaction, never committed: the file is temporary

    def add_wanted(self, rows: Sequence[FileRow]) -> None:
        """Add files to back up; a key that is referenced twice counts once."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)",
            [(row.key, row.size_bytes, row.sha256) for row in rows],
        )

    def add_earlier(self, entries: Sequence[FileEntry]) -> None:
        """Add files of the previous backup."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO earlier VALUES (?, ?, ?)",
            [(one.key, one.size_bytes, one.sha256) for one in entries if one.sha256],
        )

    def add_objects(self, names: Sequence[str]) -> None:
        """Add names of objects."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO objects VALUES (?)", [(name,) for name in names]
        )

    def has_object(self, name: str) -> bool:
        """Return whether an object of this name was added."""
        query = "SELECT 1 FROM objects WHERE name = ?"
        return self._connection.execute(query, (name,)).fetchone() is not None

    def earlier_hash(self, key: str, size_bytes: int | None) -> str | None:
        """Return the SHA-256 of a file in the previous backup, if its size is the same."""
        query = "SELECT sha256 FROM earlier WHERE key = ? AND (? IS NULL OR size_bytes = ?)"
        found = self._connection.execute(query, (key, size_bytes, size_bytes)).fetchone()
        return found[0] if found else None

    def count_wanted(self) -> int:
        """Return the number of files to back up."""
        return int(self._connection.execute("SELECT count(*) FROM wanted").fetchone()[0])

    def wanted(self) -> Iterator[FileRow]:
        """Yield the files to back up, by key."""
        last = ""
        query = "SELECT key, size_bytes, sha256 FROM wanted WHERE key > ? ORDER BY key LIMIT ?"
        while rows := self._connection.execute(query, (last, _BATCH)).fetchall():
            for row in rows:
                yield FileRow(*row)
            last = rows[-1][0]


@contextmanager
def open_index() -> Iterator[FileIndex]:
    """Open an empty index; its file is deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="genonaut-backup-") as folder:
        connection = sqlite3.connect(Path(folder) / "index.sqlite", isolation_level=None)
        try:
            yield FileIndex(connection)
        finally:
            connection.close()
