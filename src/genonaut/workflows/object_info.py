"""The node classes of ComfyUI 0.33.0, for work without a server."""

import gzip
import json
from importlib import resources
from typing import Any


def bundled_object_info() -> dict[str, Any]:
    """Return the answer of ``/object_info`` recorded on ComfyUI 0.33.0 without custom nodes."""
    packed = resources.files("genonaut.workflows").joinpath("data/object-info-0.33.0.json.gz")
    classes: dict[str, Any] = json.loads(gzip.decompress(packed.read_bytes()))
    return classes
