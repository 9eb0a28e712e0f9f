"""Sidecars of files on this machine."""

from collections.abc import Iterator
from pathlib import Path

from genonaut.metadata import MAX_SIDECAR_BYTES, sidecar_names


def sidecars_beside(path: Path) -> tuple[bytes, ...]:
    """Return the contents of the sidecars of a file; those that cannot be read are left out."""
    return tuple(_contents(path))


def _contents(path: Path) -> Iterator[bytes]:
    for name in sidecar_names(path.name):
        beside = path.with_name(name)
        try:
            if beside.is_file() and beside.stat().st_size <= MAX_SIDECAR_BYTES:
                yield beside.read_bytes()
        except OSError:
            continue
