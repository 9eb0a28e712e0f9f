"""Read the shape of a tensor in a small pickle without unpickling it.

``pickletools`` only splits a pickle into its operations; nothing in it is imported or called.

Source: PyTorch, torch/_utils.py: the arguments of ``_rebuild_tensor_v2`` are the storage (a persistent id), its
offset, the size and the stride. torch/serialization.py: the pickle is ``data.pkl`` of an archive, or follows two
numbers and a dictionary in a file of the older layout.
"""

import pickletools
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

Shape = tuple[int, ...]
_MAX_FILE_BYTES = 4_000_000
"""Embeddings are smaller; other pickles are not read."""
_MAX_PICKLE_BYTES = 256_000
_OLD_LAYOUT_PICKLES = 4
_NUMBERS = frozenset({"BININT", "BININT1", "BININT2", "INT", "LONG1"})
_SIZES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_MEMORY = frozenset({"BINPUT", "LONG_BINPUT", "PUT", "MEMOIZE", "MARK"})
_UNREADABLE = (ValueError, EOFError, OSError, RuntimeError, struct.error, zlib.error)
_UNREADABLE_ARCHIVE = (zipfile.BadZipFile, NotImplementedError, KeyError)


def embedding_shape(file: BinaryIO, file_bytes: int) -> Shape:
    """Return the shape of the first matrix in a file, else of its first vector, else ().

    Training programs also store numbers as tensors: they have no dimension, or one of size 1.
    """
    if not 0 < file_bytes <= _MAX_FILE_BYTES:
        return ()
    vector: Shape = ()
    try:
        for shape in _shapes(file):
            if len(shape) > 1:
                return shape
            if not vector and shape and shape[0] > 1:
                vector = shape
    except (*_UNREADABLE, *_UNREADABLE_ARCHIVE):
        return vector
    return vector


def _shapes(file: BinaryIO) -> Iterator[Shape]:
    file.seek(0)
    is_archive = file.read(2) == b"PK"
    file.seek(0)
    if not is_archive:
        content = BytesIO(file.read(_MAX_PICKLE_BYTES))
        for _ in range(_OLD_LAYOUT_PICKLES):
            yield from _shapes_in(content)
        return
    with zipfile.ZipFile(file) as archive:
        name = next(one for one in archive.namelist() if one.endswith("data.pkl"))
        with archive.open(name) as member:
            yield from _shapes_in(BytesIO(member.read(_MAX_PICKLE_BYTES)))


def _shapes_in(content: BytesIO) -> Iterator[Shape]:
    """Yield the size of each tensor: the first tuple behind a storage and its offset."""
    numbers: list[int] | None = None
    for operation, argument, _ in pickletools.genops(content):
        name = operation.name
        if name == "BINPERSID":
            numbers = []
        elif numbers is None or name in _MEMORY:
            continue
        elif name in _NUMBERS and isinstance(argument, int):
            numbers.append(argument)
        else:
            # The first number is the offset in the storage.
            if name == "TUPLE" or len(numbers) - 1 == _SIZES.get(name):
                yield tuple(numbers[1:])
            numbers = None
