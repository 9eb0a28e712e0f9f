"""The description of one backup; its presence means that the backup is complete."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import msgspec

from genonaut.backup.encryption import BackupKey
from genonaut.backup.errors import BackupDamagedError, BackupError, BackupKeyError
from genonaut.db.table_copy import Table

FORMAT = 1


class Part(msgspec.Struct, frozen=True):
    """One file of the backup itself: its key, and size and SHA-256 as stored."""

    key: str
    size_bytes: int
    sha256: str


class TablePart(msgspec.Struct, frozen=True):
    """The rows of one table."""

    table: Table
    rows: int
    part: Part


class FileList(msgspec.Struct, frozen=True):
    """The list of the stored files: one JSON object per line, see `FileEntry`."""

    part: Part
    count: int
    size_bytes: int
    missing: int
    """Files that rows reference and that did not exist."""


class FileEntry(msgspec.Struct, frozen=True):
    """One stored file; ``sha256`` names its object and is None for a missing file."""

    key: str
    size_bytes: int
    sha256: str | None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that restoring needs."""

    format: int
    id: str
    created_at: datetime
    version: str
    """Version of Genonaut."""
    revision: str
    """Revision of the schema."""
    postgresql: str
    tables: Sequence[TablePart]
    sequences: dict[str, int]
    files: FileList
    key_id: str | None
    """Identifies the key; None: not encrypted."""
    digest: str = ""
    """SHA-256 of all the above, or its authentication code if the backup is encrypted."""

    @property
    def rows(self) -> int:
        """Return the number of rows of all tables."""
        return sum(one.rows for one in self.tables)

    @property
    def parts(self) -> list[Part]:
        """Return all files of the backup itself."""
        return [*(one.part for one in self.tables), self.files.part]


def sealed(manifest: Manifest, key: BackupKey | None) -> Manifest:
    """Return the manifest with its digest."""
    return msgspec.structs.replace(manifest, digest=_digest(manifest, key))


def read_manifest(data: bytes, name: str) -> Manifest:
    """Decode a manifest; it is not authenticated yet, see `check_manifest`.

    Raises:
        BackupDamagedError: it cannot be decoded.
        BackupError: it was written by a later version.
    """
    try:
        version = msgspec.json.decode(data, type=dict).get("format")
        if version != FORMAT:
            raise BackupError(
                f"backup {name} has format {version}, this version of Genonaut reads {FORMAT}"
            )
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise BackupDamagedError(f"the manifest of backup {name} is damaged: {error}") from error


def check_manifest(manifest: Manifest, key: BackupKey | None) -> None:
    """Check that the key is the right one and that the manifest is unchanged.

    Raises:
        BackupKeyError: the key is missing or another one.
        BackupDamagedError: the manifest was changed.
    """
    if manifest.key_id is not None and key is None:
        raise BackupKeyError(
            f"backup {manifest.id} is encrypted with key {manifest.key_id}: name the file of the "
            "key with --key-file or backup.key_file"
        )
    if key is not None and manifest.key_id is not None and key.id != manifest.key_id:
        raise BackupKeyError(
            f"backup {manifest.id} is encrypted with key {manifest.key_id}, not with the given key "
            f"{key.id}"
        )
    if manifest.digest != _digest(manifest, key if manifest.key_id else None):
        raise BackupDamagedError(f"the manifest of backup {manifest.id} was changed")


def _digest(manifest: Manifest, key: BackupKey | None) -> str:
    data = msgspec.json.encode(msgspec.structs.replace(manifest, digest=""), order="sorted")
    return hashlib.sha256(data).hexdigest() if key is None else key.sign(data)
