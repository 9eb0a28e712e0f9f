"""The node classes of real ComfyUI servers, as recorded."""

import gzip
from functools import cache
from pathlib import Path

import msgspec

from genonaut.comfyui import NodeInfo
from genonaut.workflows.object_info import bundled_object_info

_RECORDED = Path(__file__).parents[1] / "data" / "comfyui" / "object_info-0.3.64.json.gz"
RELEASES = ("0.3.64", "0.33.0")


@cache
def classes_of(release: str) -> dict[str, NodeInfo]:
    """Return the node classes of a release, without custom nodes."""
    if release == "0.33.0":
        return msgspec.convert(bundled_object_info(), dict[str, NodeInfo])
    raw = gzip.decompress(_RECORDED.read_bytes())
    return msgspec.json.decode(raw, type=dict[str, NodeInfo])
