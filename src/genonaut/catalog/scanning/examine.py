"""Looking into one file: header, neighbours, identity and health."""

import os

import msgspec

from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.identification.header import Header, PickleArchive, UnreadableHeader
from genonaut.catalog.identification.identify import identify
from genonaut.catalog.identification.reading import read_header
from genonaut.catalog.scanning.discover import FoundFile, printable
from genonaut.catalog.scanning.health import HealthCode, ModelHealth, health_of
from genonaut.catalog.scanning.sidecars import read_sidecars
from genonaut.catalog.vocabulary import FileFormat

# What may pass without a trace in size and time: a right that was lacking, a disk that was away.
_PASSING = frozenset({HealthCode.MISSING, HealthCode.GROWING, HealthCode.UNREADABLE})


class Examined(msgspec.Struct, frozen=True):
    """A file that was opened, and what it is.

    ``is_stable`` is False when the same size and time may mean something else later: the file changed
    while it was read, it may still be growing, or it could not be read at all. The answer is provisional.
    """

    file: FoundFile
    identification: Identification
    health: tuple[ModelHealth, ...] = ()
    is_stable: bool = True


def examine(file: FoundFile) -> Examined:
    """Read the header and the neighbours of one file; every fault is part of the answer."""
    result = read_header(file.path)
    sidecar, faults = read_sidecars(os.path.dirname(file.path), file.neighbours)  # noqa: PTH120 - speed
    identification = identify(
        result if isinstance(result, Header) else None,
        name=file.name,
        folder_kind=file.root.kind,
        sidecar=sidecar,
        format=FileFormat.PICKLE if isinstance(result, PickleArchive) else None,
    )
    health = health_of(result, file.mtime_ns)
    health += tuple(ModelHealth(HealthCode.SIDECAR, printable(fault)) for fault in faults)
    changed = _change_since(file)
    if changed:
        health = (ModelHealth(HealthCode.GROWING, changed), *health)
    is_missing = isinstance(result, UnreadableHeader) and not changed and _is_gone(file.path)
    if is_missing:
        health = (ModelHealth(HealthCode.MISSING, "the file has gone"),)
    is_stable = not any(fault.code in _PASSING for fault in health)
    return Examined(file, identification, health, is_stable=is_stable)


def _change_since(file: FoundFile) -> str:
    """Return how the file differs from when it was found, or an empty text."""
    try:
        facts = os.stat(file.path)  # noqa: PTH116 - speed
    except (OSError, ValueError):
        return ""
    if facts.st_size != file.size_bytes:
        return f"the size went from {file.size_bytes} to {facts.st_size} bytes while it was read"
    if facts.st_mtime_ns != file.mtime_ns:
        return "the file was written to while it was read"
    return ""


def _is_gone(path: str) -> bool:
    return not os.path.lexists(path)
