"""Where backups are: a directory or a bucket.

``backups/<id>/manifest.json`` is written last. ``objects/<2 digits>/<name>`` are the stored files of
all backups, named after their contents, so that an unchanged file is stored once.
"""

import hashlib
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import msgspec

from genonaut.backup.encryption import BackupKey
from genonaut.backup.errors import (
    BackupDamagedError,
    BackupError,
    SourceError,
    SourceMissingError,
)
from genonaut.backup.manifest import Manifest, Part, check_manifest, read_manifest, sealed
from genonaut.core.private_files import open_private
from genonaut.storage.errors import FileMissingError, StorageError
from genonaut.storage.store import FileStore

_BACKUPS, _OBJECTS = "backups", "objects"
_MANIFEST = "manifest.json"
_COMPRESSION = 1
"""Of zlib: text of tables shrinks to a quarter; higher levels cost much and gain little."""
_DELETE_BATCH = 100
_STAGED_FOR = timedelta(days=1)
_GZIP_BITS = 31
"""Source: zlib manual, deflateInit2: 15 for the largest window, 16 more for a gzip header."""


class StoredBackup(msgspec.Struct, frozen=True):
    """A backup in a repository; without a manifest it was interrupted."""

    id: str
    manifest: Manifest | None


def _age(backup: StoredBackup) -> tuple[str, datetime, str]:
    """Sort key, oldest first: an id starts with the second, a manifest has the microseconds."""
    manifest = backup.manifest
    created_at = datetime.max.replace(tzinfo=UTC) if manifest is None else manifest.created_at
    return backup.id.partition("-")[0], created_at, backup.id


class NewObject(msgspec.Struct, frozen=True):
    """A stored file that was read; ``keep`` adds it to the repository."""

    name: str
    sha256: str
    size_bytes: int
    keep: Callable[[], Awaitable[None]]


class PartWriter:
    """Compresses, encrypts and hashes what is written."""

    def __init__(self, file: BinaryIO, key: BackupKey | None, *, is_compressed: bool) -> None:
        self._file = file
        self._zip = zlib.compressobj(_COMPRESSION, wbits=_GZIP_BITS) if is_compressed else None
        self._encryptor = None if key is None else key.encryptor()
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    async def write(self, data: bytes) -> None:
        """Append."""
        self._pass_on(data if self._zip is None else self._zip.compress(data))

    def finish(self) -> None:
        """Write what is buffered."""
        if self._zip is not None:
            self._pass_on(self._zip.flush())
        if self._encryptor is not None:
            self._store(self._encryptor.finish())

    def part(self, key: str) -> Part:
        """Return the description of the finished file."""
        return Part(key, self.size_bytes, self._digest.hexdigest())

    def _pass_on(self, data: bytes) -> None:
        self._store(data if self._encryptor is None else self._encryptor.update(data))

    def _store(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.size_bytes += len(data)


class Repository:
    """Backups and their objects; with a key everything but the manifests is encrypted."""

    def __init__(self, store: FileStore, *, location: str, key: BackupKey | None) -> None:
        """Use a store; ``location`` names it in messages."""
        self._store = store
        self.location = location
        self.key = key

    async def backups(self) -> list[StoredBackup]:
        """Return all backups, also interrupted ones, oldest first."""
        with self._errors():
            ids = {head.key.split("/")[1] async for head in self._store.list_files(prefix=_BACKUPS)}
        stored = [StoredBackup(one, await self._manifest_or_none(one)) for one in ids]
        return sorted(stored, key=_age)

    async def complete_backups(self) -> list[Manifest]:
        """Return the manifests of the complete backups, oldest first."""
        return [one.manifest for one in await self.backups() if one.manifest is not None]

    async def manifest(self, backup_id: str) -> Manifest:
        """Return the checked manifest of a complete backup; ``latest`` is the newest one.

        Raises:
            BackupError: there is no such backup, or it is not complete.
            BackupKeyError: the key is missing or another one.
            BackupDamagedError: the manifest is damaged.
        """
        backups = await self.backups()
        if backup_id == "latest":
            complete = [one for one in backups if one.manifest is not None]
            if not complete:
                raise BackupError(f"there is no complete backup in {self.location}")
            found: StoredBackup | None = complete[-1]
        else:
            found = next((one for one in backups if one.id == backup_id), None)
        if found is None:
            raise BackupError(f"there is no backup {backup_id} in {self.location}")
        if found.manifest is None:
            raise BackupError(f"backup {backup_id} was interrupted and is not complete")
        check_manifest(found.manifest, self.key)
        return found.manifest

    async def complete(self, manifest: Manifest) -> None:
        """Write the manifest, which completes the backup."""
        data = msgspec.json.format(msgspec.json.encode(sealed(manifest, self.key)))
        with self._errors():
            await self._store.put({f"{_BACKUPS}/{manifest.id}/{_MANIFEST}": data})

    async def clear_staging(self) -> None:
        """Delete files that killed commands were writing more than a day ago."""
        with self._errors():
            await self._store.clear_staging(older_than=_STAGED_FOR)

    async def delete_backup(self, backup_id: str) -> None:
        """Delete a backup, its manifest first; its objects stay."""
        prefix = f"{_BACKUPS}/{backup_id}"
        with self._errors():
            await self._store.delete(f"{prefix}/{_MANIFEST}")
            keys = [head.key async for head in self._store.list_files(prefix=prefix)]
            await self._store.delete(*keys)

    @asynccontextmanager
    async def new_part(
        self, backup_id: str, name: str, *, into: list[Part]
    ) -> AsyncIterator[PartWriter]:
        """Write a file of a backup, compressed; its description is appended to ``into``."""
        key = f"{_BACKUPS}/{backup_id}/{name}"
        async with self._written(key, is_compressed=True) as writer:
            yield writer
        into.append(writer.part(key))

    async def read_part(self, part: Part) -> AsyncIterator[bytes]:
        """Yield the decompressed contents of a part.

        Raises:
            BackupDamagedError: it is missing, truncated or changed; possibly after some pieces.
        """
        digest, size = hashlib.sha256(), 0
        unzip = zlib.decompressobj(wbits=_GZIP_BITS)
        decryptor = None if self.key is None else self.key.decryptor()
        with self._errors(part.key):
            async for piece in (await self._store.open(part.key)).chunks:
                digest.update(piece)
                size += len(piece)
                plain = piece if decryptor is None else decryptor.update(piece)
                yield unzip.decompress(plain)
            rest = b"" if decryptor is None else decryptor.finish()
            yield unzip.decompress(rest) + unzip.flush()
        if (size, digest.hexdigest()) != (part.size_bytes, part.sha256) or not unzip.eof:
            raise BackupDamagedError(f"{part.key} was changed or is truncated")

    async def check_part(self, part: Part) -> None:
        """Read a part completely.

        Raises:
            BackupDamagedError: it is missing, truncated or changed.
        """
        async for _ in self.read_part(part):
            pass

    def object_name(self, sha256: str) -> str:
        """Return the name of the object with these contents."""
        return sha256 if self.key is None else self.key.name_of(sha256)

    async def object_names(self) -> AsyncIterator[str]:
        """Yield the names of all objects."""
        with self._errors():
            async for head in self._store.list_files(prefix=_OBJECTS):
                yield head.key.rpartition("/")[2]

    @asynccontextmanager
    async def new_object(self, source: AsyncIterator[bytes]) -> AsyncIterator[NewObject]:
        """Encrypt and hash a stored file; `NewObject.keep` adds it, else it is discarded."""
        digest, size = hashlib.sha256(), 0
        with self._errors():
            async with self._store.staging() as path:
                with open_private(path, "wb") as file:
                    writer = PartWriter(file, self.key, is_compressed=False)
                    async for piece in _of_source(source):
                        digest.update(piece)
                        size += len(piece)
                        await writer.write(piece)
                    writer.finish()
                name = self.object_name(digest.hexdigest())

                async def keep() -> None:
                    await self._store.commit(path, _object_key(name))

                yield NewObject(name, digest.hexdigest(), size, keep)

    async def read_object(self, sha256: str) -> AsyncIterator[bytes]:
        """Yield the contents of an object.

        Raises:
            BackupDamagedError: it is missing, truncated or changed; possibly after some pieces.
        """
        key = _object_key(self.object_name(sha256))
        digest = hashlib.sha256()
        decryptor = None if self.key is None else self.key.decryptor()
        with self._errors(key):
            async for piece in (await self._store.open(key)).chunks:
                plain = piece if decryptor is None else decryptor.update(piece)
                digest.update(plain)
                yield plain
            rest = b"" if decryptor is None else decryptor.finish()
            digest.update(rest)
            yield rest
        if digest.hexdigest() != sha256:
            raise BackupDamagedError(f"{key} was changed or is truncated")

    async def delete_objects(self, names: list[str]) -> None:
        """Delete objects that no backup references."""
        with self._errors():
            for start in range(0, len(names), _DELETE_BATCH):
                some = names[start : start + _DELETE_BATCH]
                await self._store.delete(*map(_object_key, some))

    @asynccontextmanager
    async def _written(self, key: str, *, is_compressed: bool) -> AsyncIterator[PartWriter]:
        with self._errors():
            async with self._store.staging() as path:
                with open_private(path, "wb") as file:
                    writer = PartWriter(file, self.key, is_compressed=is_compressed)
                    yield writer
                    writer.finish()
                await self._store.commit(path, key)

    async def _manifest_or_none(self, backup_id: str) -> Manifest | None:
        try:
            with self._errors():
                data = await self._store.read(f"{_BACKUPS}/{backup_id}/{_MANIFEST}")
        except BackupDamagedError:
            return None
        return read_manifest(data, backup_id)

    @contextmanager
    def _errors(self, key: str = "") -> Iterator[None]:
        """Name the repository in errors of its storage, and report missing files as damage."""
        try:
            yield
        except FileMissingError as error:
            raise BackupDamagedError(f"{key or 'a file'} is missing in {self.location}") from error
        except StorageError as error:
            raise type(error)(f"the backups in {self.location}: {error}") from error
        except zlib.error as error:
            raise BackupDamagedError(f"{key} was changed or is truncated") from error
        except BackupDamagedError as error:
            raise BackupDamagedError(f"{key}: {error}" if key else str(error)) from error


async def _of_source(source: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the pieces; errors of the installation's storage are not those of the repository."""
    try:
        async for piece in source:
            yield piece
    except FileMissingError as error:
        raise SourceMissingError(str(error)) from error
    except StorageError as error:
        raise SourceError(f"the files of the installation: {error}") from error


def _object_key(name: str) -> str:
    return f"{_OBJECTS}/{name[:2]}/{name}"
