"""Files of ``genonaut workflows``: JSON, plain or compressed."""

import gzip
import json
from pathlib import Path
from typing import Any

from genonaut.workflows.object_info import bundled_object_info

_GZIP = b"\x1f\x8b"


class FileError(Exception):
    """A file cannot be read or written, or it is not what it should be."""


def object_info_of(path: Path | None) -> dict[str, Any]:
    """Return the node classes of a file; without one, those of ComfyUI 0.33.0.

    Raises:
        FileError: the file cannot be read, or it holds no JSON object.
    """
    return bundled_object_info() if path is None else read_mapping(path)


def read_mapping(path: Path) -> dict[str, Any]:
    """Return the JSON object of a file, plain or compressed.

    Raises:
        FileError: the file cannot be read, or it holds no JSON object.
    """
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP):
            content = gzip.decompress(content)
        data = json.loads(content)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise FileError(message) from error
    except (ValueError, EOFError, RecursionError) as error:
        message = f"{path} is not a JSON file: {error}"
        raise FileError(message) from error
    if not isinstance(data, dict):
        message = f"{path} holds no JSON object."
        raise FileError(message)
    return data
