"""Examine one file: header, sidecars, identification and health."""

import os

import msgspec

from genonaut.catalog.identification.findings import Finding, Identification
from genonaut.catalog.identification.header import (
    Header,
    HeaderResult,
    PickleArchive,
    UnreadableHeader,
)
from genonaut.catalog.identification.header_reader import read_header
from genonaut.catalog.identification.identify import identify
from genonaut.catalog.identification.rules.small import embedding_of
from genonaut.catalog.scanning.discover import FoundFile, printable
from genonaut.catalog.scanning.health import HealthCode, ModelHealth, health_of
from genonaut.catalog.scanning.sidecars import read_sidecars
from genonaut.catalog.vocabulary import FileFormat, ModelKind

# Problems that may end without changing size or time: missing permissions, an unmounted disk.
_TRANSIENT = frozenset({HealthCode.MISSING, HealthCode.GROWING, HealthCode.UNREADABLE})


class Examined(msgspec.Struct, frozen=True):
    """A file with its identification and health.

    ``is_stable`` is False if the result may change while size and time stay the same: the file changed
    while it was read, may still be growing, or could not be read. It must be examined again.
    """

    file: FoundFile
    identification: Identification
    health: tuple[ModelHealth, ...] = ()
    is_stable: bool = True


def examine(file: FoundFile) -> Examined:
    """Read the header and the sidecars of one file; problems are part of the result."""
    result = read_header(file.path)
    sidecar, problems = read_sidecars(os.path.dirname(file.path), file.neighbours)  # noqa: PTH120 - speed
    identification = identify(
        result if isinstance(result, Header) else None,
        name=file.name,
        folder_kind=file.root.kind,
        sidecar=sidecar,
        format=FileFormat.PICKLE if isinstance(result, PickleArchive) else None,
        finding=_pickled_embedding(result, file.root.kind),
    )
    health = health_of(result, file.mtime_ns)
    health += tuple(ModelHealth(HealthCode.SIDECAR, printable(problem)) for problem in problems)
    changed = _change_since(file)
    if changed:
        health = (ModelHealth(HealthCode.GROWING, changed), *health)
    is_missing = isinstance(result, UnreadableHeader) and not changed and _is_gone(file.path)
    if is_missing:
        health = (ModelHealth(HealthCode.MISSING, "the file no longer exists"),)
    is_stable = not any(problem.code in _TRANSIENT for problem in health)
    return Examined(file, identification, health, is_stable=is_stable)


def _pickled_embedding(result: HeaderResult, folder_kind: ModelKind | None) -> Finding | None:
    """Return what the shape in a pickle shows, if its folder says that it is an embedding."""
    is_embedding = folder_kind is ModelKind.EMBEDDING
    if not is_embedding or not isinstance(result, PickleArchive) or not result.embedding_shape:
        return None
    return embedding_of(result.embedding_shape)


def _change_since(file: FoundFile) -> str:
    """Return how the file changed since it was found, or an empty text."""
    try:
        facts = os.stat(file.path)  # noqa: PTH116 - speed
    except (OSError, ValueError):
        return ""
    if facts.st_size != file.size_bytes:
        return f"the size changed from {file.size_bytes} to {facts.st_size} bytes while it was read"
    if facts.st_mtime_ns != file.mtime_ns:
        return "the file was written to while it was read"
    return ""


def _is_gone(path: str) -> bool:
    return not os.path.lexists(path)
