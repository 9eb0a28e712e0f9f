"""Open a model file and read its header with the reader for its format."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from genonaut.catalog.identification.gguf import read_gguf
from genonaut.catalog.identification.header import HeaderProblem, HeaderResult, UnreadableHeader
from genonaut.catalog.identification.pickles import read_pickle
from genonaut.catalog.identification.safetensors import read_safetensors
from genonaut.catalog.regular_file import NotARegularFileError, open_regular

_READERS: dict[str, Callable[[BinaryIO, int], HeaderResult]] = {
    ".safetensors": read_safetensors,
    ".sft": read_safetensors,
    ".gguf": read_gguf,
    **dict.fromkeys((".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl"), read_pickle),
}
# ComfyUI folder_paths.py, supported_pt_extensions; and .gguf of the GGUF loader nodes.
MODEL_SUFFIXES = frozenset(_READERS)


def read_header(path: Path | str) -> HeaderResult:
    """Read the header of ``path``; a problem of the file is a result, not an exception."""
    reader = _READERS.get(os.path.splitext(os.fspath(path))[1].lower(), read_safetensors)  # noqa: PTH122 - speed
    try:
        with open_regular(path) as file:
            return reader(file, os.fstat(file.fileno()).st_size)
    except NotARegularFileError as error:
        return UnreadableHeader(HeaderProblem.NOT_A_FILE, str(error))
    except OSError as error:
        return UnreadableHeader(HeaderProblem.UNREADABLE, error.strerror or str(error))
