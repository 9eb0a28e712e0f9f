"""Write embeddings as PyTorch pickles them, without PyTorch."""

import pickle
import zipfile
from io import BytesIO
from typing import NamedTuple


class Storage(NamedTuple):
    """Where the numbers of a tensor are; a pickle refers to it by an id."""

    name: str


class Tensor:
    """A tensor of this shape, pickled like those of PyTorch (torch/_utils.py, _rebuild_tensor_v2)."""

    def __init__(self, *shape: int) -> None:
        self.shape = shape

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        stride = tuple(1 for _ in self.shape)
        return rebuild, (Storage("0"), 0, self.shape, stride, False, {})


def rebuild(*_arguments: object) -> None:
    """Stand for PyTorch's function; it must never run."""
    raise AssertionError


class _Pickler(pickle.Pickler):
    def persistent_id(self, one: object) -> object:
        """Name storages as PyTorch does."""
        return ("storage", "FloatStorage", one.name, "cpu", 1) if type(one) is Storage else None


def _dumped(content: object) -> bytes:
    out = BytesIO()
    _Pickler(out, protocol=2).dump(content)
    return out.getvalue()


def archive(content: object) -> bytes:
    """Return a file in the layout since PyTorch 1.6."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("archive/data.pkl", _dumped(content))
        file.writestr("archive/data/0", bytes(16))
    return out.getvalue()


def older(content: object) -> bytes:
    """Return a file in the older layout: two numbers, a dictionary, the content, and keys of storages."""
    return b"".join(map(_dumped, (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}, content)))


def inversion(*shape: int) -> dict[str, object]:
    """Return what stable-diffusion-webui stores of an embedding."""
    return {
        "string_to_token": {"*": Tensor()},
        "string_to_param": {"*": Tensor(*shape)},
        "name": "ink",
        "step": 499,
    }
