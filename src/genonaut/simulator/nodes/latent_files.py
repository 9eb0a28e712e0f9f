"""Nodes SaveLatent and LoadLatent: safetensors files that hold the image of a latent."""

import json
import struct

from PIL import Image

from genonaut.simulator.nodes.files import entry, input_path, tags_of, target_of, write
from genonaut.simulator.nodes.latents import decoded
from genonaut.simulator.nodes.registry import Inputs, NodeContext, file_node
from genonaut.simulator.nodes.values import Latent
from genonaut.simulator.result_cache import NodeResult

_LONGEST_HEADER = 1 << 24


@file_node("SaveLatent")
def _save(inputs: Inputs, context: NodeContext) -> NodeResult:
    latent: Latent = inputs["samples"]
    images = decoded(latent)
    pixels = b"".join(image.tobytes() for image in images)
    shape = [len(images), latent.height, latent.width, 3]
    header = {
        "__metadata__": tags_of(context),
        "latent_tensor": {"dtype": "U8", "shape": shape, "data_offsets": [0, len(pixels)]},
    }
    text = json.dumps(header).encode()
    target = target_of(inputs["filename_prefix"], "output", (0, 0), context)
    name = target.file_name(0, "latent")
    write(target.folder / name, struct.pack("<Q", len(text)) + text + pixels, context)
    return context.shown({"latents": [entry(name, target, "output")]}, latent)


@file_node("LoadLatent")
def _load(inputs: Inputs, context: NodeContext) -> NodeResult:
    data = input_path(context, inputs["latent"]).read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    if length > _LONGEST_HEADER:
        raise ValueError("invalid latent file")
    count, height, width, _ = json.loads(data[8 : 8 + length])["latent_tensor"]["shape"]
    size = width * height * 3
    images = tuple(
        Image.frombytes("RGB", (width, height), data[start : start + size])
        for start in range(8 + length, 8 + length + count * size, size)
    )
    return NodeResult((Latent(width, height, count, images),))
