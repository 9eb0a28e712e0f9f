"""Nodes for 3D models: a box whose proportions depend on what was sampled."""

import json
import struct

import msgspec
from PIL import Image

from genonaut.simulator.nodes.files import entry, tags_of, target_of, write
from genonaut.simulator.nodes.registry import (
    Inputs,
    NodeContext,
    Outputs,
    file_node,
    node,
    passes_on,
)
from genonaut.simulator.nodes.values import Conditioning, Latent, Reference
from genonaut.simulator.result_cache import NodeResult

_SIDE_PX = 64  # of the image that stands for a 3D latent
_ARRAY_BUFFER, _INDEX_BUFFER = 34962, 34963
_FLOAT, _UNSIGNED_SHORT = 5126, 5123
_FACES = (
    (0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3),
)  # fmt: skip


class Mesh(msgspec.Struct, frozen=True):
    """A box with edges of 1 or less."""

    edges: tuple[float, float, float]


@node("EmptyLatentHunyuan3Dv2")
def _empty(inputs: Inputs) -> Outputs:
    return (Latent(_SIDE_PX, _SIDE_PX, inputs["batch_size"]),)


@node("Hunyuan3Dv2Conditioning")
def _prompt(inputs: Inputs) -> Outputs:
    prompt = Conditioning("", references=(Reference(inputs["clip_vision_output"]),))
    return prompt, Conditioning("")


@node("Hunyuan3Dv2ConditioningMultiView")
def _prompt_of_views(inputs: Inputs) -> Outputs:
    views = [inputs[name] for name in ("front", "left", "back", "right") if inputs.get(name)]
    return Conditioning("", references=tuple(Reference(view) for view in views)), Conditioning("")


@node("VAEDecodeHunyuan3D", slow=True)
def _decode(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    return (latent.images[:1] or (Image.new("RGB", (1, 1)),),)


@node("VoxelToMesh", "VoxelToMeshBasic", slow=True)
def _mesh(inputs: Inputs) -> Outputs:
    color = inputs["voxel"][0].resize((1, 1), Image.Resampling.BOX).tobytes()
    edges = tuple(0.25 + 0.75 * level / 255 for level in color)
    return (Mesh((edges[0], edges[1], edges[2])),)


passes_on("MeshSmoothNormals", "mesh")


@file_node("SaveGLB")
def _save(inputs: Inputs, context: NodeContext) -> NodeResult:
    target = target_of(inputs["filename_prefix"], "output", (0, 0), context)
    name = target.file_name(0, "glb")
    write(target.folder / name, glb(inputs["mesh"], tags_of(context)), context)
    return context.shown({"3d": [entry(name, target, "output")]}, inputs["mesh"])


def glb(mesh: Mesh, tags: dict[str, str]) -> bytes:
    """Return a binary glTF 2.0 file; the tags are extras of its asset."""
    x, y, z = mesh.edges
    corners = [(x * (n & 1), y * (n >> 1 & 1), z * (n >> 2 & 1)) for n in range(8)]
    points = b"".join(struct.pack("<3f", *corner) for corner in corners)
    triangles = [index for a, b, c, d in _FACES for index in (a, b, c, a, c, d)]
    indices = struct.pack(f"<{len(triangles)}H", *triangles)
    description = {
        "asset": {"version": "2.0", "generator": "ComfyUI", "extras": tags},
        "buffers": [{"byteLength": len(points) + len(indices)}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(points), "target": _ARRAY_BUFFER},
            {
                "buffer": 0,
                "byteOffset": len(points),
                "byteLength": len(indices),
                "target": _INDEX_BUFFER,
            },
        ],
        "accessors": [
            {
                "bufferView": 0, "componentType": _FLOAT, "count": 8, "type": "VEC3",
                "min": [0, 0, 0], "max": [x, y, z],
            },
            {
                "bufferView": 1, "componentType": _UNSIGNED_SHORT, "count": len(triangles),
                "type": "SCALAR",
            },
        ],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "nodes": [{"mesh": 0}],
        "scenes": [{"nodes": [0]}],
        "scene": 0,
    }  # fmt: skip
    text = json.dumps(description).encode()
    text += b" " * (-len(text) % 4)
    binary = points + indices
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(binary), b"BIN\x00") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
