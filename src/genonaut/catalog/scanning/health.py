"""Problems of model files."""

import time
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

import msgspec

from genonaut.catalog.identification.header import (
    Header,
    HeaderProblem,
    HeaderResult,
    PickleArchive,
    UnreadableHeader,
)

# An incomplete file unchanged for longer is truncated, not a running download.
GROWING_SECONDS = 60


class HealthCode(StrEnum):
    """The kinds of problems; each has its own remedy."""

    MISSING = "missing"
    ZERO_BYTES = "zero_bytes"
    TRUNCATED = "truncated"
    GROWING = "growing"
    CORRUPT_HEADER = "corrupt_header"
    UNREADABLE = "unreadable"
    NOT_A_MODEL = "not_a_model"
    UNSAFE_FORMAT = "unsafe_format"
    ODD_HEADER = "odd_header"
    SIDECAR = "sidecar"
    DUPLICATE = "duplicate"
    NO_BACKEND = "no_backend"
    NEEDS_NEWER_COMFYUI = "needs_newer_comfyui"


# Problems that make a file unusable; the others are warnings.
FATAL = frozenset(
    {
        HealthCode.MISSING,
        HealthCode.ZERO_BYTES,
        HealthCode.TRUNCATED,
        HealthCode.GROWING,
        HealthCode.CORRUPT_HEADER,
        HealthCode.UNREADABLE,
        HealthCode.NOT_A_MODEL,
    }
)
_BY_PROBLEM = {
    HeaderProblem.EMPTY_FILE: HealthCode.ZERO_BYTES,
    HeaderProblem.TOO_SHORT: HealthCode.TRUNCATED,
    HeaderProblem.HEADER_BEYOND_FILE: HealthCode.TRUNCATED,
    HeaderProblem.OTHER_FORMAT: HealthCode.NOT_A_MODEL,
    HeaderProblem.PICKLE_IN_DISGUISE: HealthCode.UNSAFE_FORMAT,
    HeaderProblem.NOT_A_FILE: HealthCode.UNREADABLE,
    HeaderProblem.UNREADABLE: HealthCode.UNREADABLE,
}


class ModelHealth(msgspec.Struct, frozen=True):
    """One problem, described for the owner of the file."""

    code: HealthCode
    detail: str


def health_of(result: HeaderResult, mtime_ns: int) -> tuple[ModelHealth, ...]:
    """Return the problems that a header shows; ``mtime_ns`` separates downloads from truncated files."""
    if isinstance(result, PickleArchive):
        return (
            ModelHealth(
                HealthCode.UNSAFE_FORMAT, f"{result.detail}; loading it runs the code inside"
            ),
        )
    if isinstance(result, UnreadableHeader):
        code = _BY_PROBLEM.get(result.problem, HealthCode.CORRUPT_HEADER)
        return (ModelHealth(_or_growing(code, mtime_ns), result.detail),)
    return _of_header(result, mtime_ns)


def _of_header(header: Header, mtime_ns: int) -> tuple[ModelHealth, ...]:
    problems = [ModelHealth(HealthCode.ODD_HEADER, warning) for warning in header.warnings]
    if header.missing_bytes:
        code = _or_growing(HealthCode.TRUNCATED, mtime_ns)
        problems.insert(
            0, ModelHealth(code, f"{header.missing_bytes} bytes are missing at the end")
        )
    return tuple(problems)


def _or_growing(code: HealthCode, mtime_ns: int) -> HealthCode:
    incomplete = code in {HealthCode.TRUNCATED, HealthCode.ZERO_BYTES}
    age_seconds = time.time() - mtime_ns / 1e9
    return HealthCode.GROWING if incomplete and age_seconds < GROWING_SECONDS else code


class Hashed(msgspec.Struct, frozen=True):
    """A file and the hash of its tensors."""

    path: str
    inode: tuple[int, int]
    autov3: str


def duplicates(files: Iterable[Hashed]) -> dict[str, tuple[str, ...]]:
    """Return, by hash, the paths that hold the same tensors in different files.

    Two names of the same inode cost no space and are not reported.
    """
    by_hash: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for file in files:
        if file.autov3:
            by_hash[file.autov3].setdefault(file.inode, file.path)
    return {
        autov3: tuple(sorted(paths.values())) for autov3, paths in by_hash.items() if len(paths) > 1
    }
