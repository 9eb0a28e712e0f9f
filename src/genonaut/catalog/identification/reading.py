"""Opening a model file and choosing the reader for it; never follows the file anywhere else."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from genonaut.catalog.identification.gguf import read_gguf
from genonaut.catalog.identification.header import HeaderProblem, HeaderResult, UnreadableHeader
from genonaut.catalog.identification.pickles import read_pickle
from genonaut.catalog.identification.safetensors import read_safetensors

_READERS: dict[str, Callable[[BinaryIO, int], HeaderResult]] = {
    ".safetensors": read_safetensors,
    ".sft": read_safetensors,
    ".gguf": read_gguf,
    **dict.fromkeys((".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl"), read_pickle),
}
# ComfyUI folder_paths.py, supported_pt_extensions; and .gguf of the GGUF loader nodes.
MODEL_SUFFIXES = frozenset(_READERS)


def read_header(path: Path | str) -> HeaderResult:
    """Read what ``path`` says of its tensors; a fault of the file is a result, not an exception."""
    try:
        # Without O_NONBLOCK a FIFO with a model's name would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return UnreadableHeader(HeaderProblem.UNREADABLE, error.strerror or str(error))
    except ValueError as error:  # a NUL in the name
        return UnreadableHeader(HeaderProblem.UNREADABLE, str(error))
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, no path
        return read_open_file(file, os.path.splitext(os.fspath(path))[1])  # noqa: PTH122 - speed


def read_open_file(file: BinaryIO, suffix: str) -> HeaderResult:
    """Read the header of an open file with the reader for ``suffix``."""
    facts = os.fstat(file.fileno())
    if not stat.S_ISREG(facts.st_mode):
        return UnreadableHeader(HeaderProblem.NOT_A_FILE, "not a regular file")
    reader = _READERS.get(suffix.lower(), read_safetensors)
    try:
        return reader(file, facts.st_size)
    except OSError as error:
        return UnreadableHeader(HeaderProblem.UNREADABLE, error.strerror or str(error))
