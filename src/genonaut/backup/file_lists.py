"""Read the list of the stored files of a backup."""

from collections.abc import AsyncIterator

import msgspec

from genonaut.backup.errors import BackupDamagedError
from genonaut.backup.manifest import FileEntry, Part
from genonaut.backup.repository import Repository

_LINES = msgspec.json.Decoder(FileEntry)


async def read_entries(repository: Repository, part: Part) -> AsyncIterator[list[FileEntry]]:
    """Yield the entries of a list, some at a time.

    Raises:
        BackupDamagedError: the list is missing, truncated or changed; possibly after some entries.
    """
    rest = b""
    async for piece in repository.read_part(part):
        *lines, rest = (rest + piece).split(b"\n")
        yield _decoded(lines, part)
    if rest:
        raise BackupDamagedError(f"{part.key} ends within a line")


def _decoded(lines: list[bytes], part: Part) -> list[FileEntry]:
    try:
        return [_LINES.decode(line) for line in lines]
    except msgspec.MsgspecError as error:
        raise BackupDamagedError(f"{part.key} is damaged: {error}") from error
