"""Small graphs and UI files for tests of workflows."""

import copy
import gzip
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from genonaut.runtime import Runtime
from genonaut.workflows.backend_classes import BackendClassesService
from genonaut.workflows.object_info import bundled_object_info, pack
from genonaut.workflows.tables import BackendObjectInfo

Json = Any

TEXT_TO_IMAGE: dict[str, Json] = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 5, "steps": 4, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal",
            "denoise": 1.0, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0],
            "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd15.safetensors"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a fox", "clip": ["4", 1]}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": "blurry", "clip": ["4", 1]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["3", 0], "vae": ["4", 2]}},
    "9": {
        "class_type": "SaveImage",
        "inputs": {"filename_prefix": "ComfyUI", "images": ["8", 0]},
        "_meta": {"title": "Result"},
    },
}  # fmt: skip


def text_to_image(**inputs: dict[str, Json]) -> dict[str, Json]:
    """Return a graph; ``n6={"text": "x"}`` changes inputs of node 6."""
    graph = copy.deepcopy(TEXT_TO_IMAGE)
    for name, values in inputs.items():
        graph[name.removeprefix("n")]["inputs"].update(values)
    return graph


def with_photo() -> dict[str, Json]:
    """Return a graph that loads an image and saves it."""
    return {
        "1": {"class_type": "LoadImage", "inputs": {"image": "my holiday.png"}},
        "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["2", 0]}},
    }


def short_video() -> dict[str, Json]:
    """Return a graph that makes a video of one colour."""
    return {
        "1": {
            "class_type": "EmptyImage",
            "inputs": {"width": 64, "height": 48, "batch_size": 4, "color": 200},
        },
        "2": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 8}},
        "3": {
            "class_type": "SaveVideo",
            "inputs": {
                "video": ["2", 0], "filename_prefix": "x", "format": "auto", "codec": "auto",
            },
        },
    }  # fmt: skip


def short_sound() -> dict[str, Json]:
    """Return a graph that makes a second of silence."""
    return {
        "1": {
            "class_type": "EmptyAudio",
            "inputs": {"duration": 1.0, "sample_rate": 44100, "channels": 2},
        },
        "2": {
            "class_type": "SaveAudioMP3",
            "inputs": {"audio": ["1", 0], "filename_prefix": "x", "quality": "128k"},
        },
    }


def object_info(**options: dict[str, list[str]]) -> dict[str, Json]:
    """Return the classes of 0.33; ``CheckpointLoaderSimple={"ckpt_name": […]}`` sets options."""
    classes = bundled_object_info()
    for name, inputs in options.items():
        for key, values in inputs.items():
            described = classes[name]["input"]["required"][key]
            if isinstance(described[0], list):
                described[0] = values
            else:
                described[1]["options"] = values
    return classes


async def report_classes(
    runtime: Runtime, backend: str, classes: dict[str, Json], version: str = "0.33.0"
) -> None:
    """Store the node classes of a server, as its worker does."""
    async with runtime.begin() as uow:
        await BackendClassesService(uow).record(backend, pack(classes), version)


def read_json(path: Path) -> Json:
    """Return the JSON of a file, plain or compressed."""
    data = path.read_bytes()
    return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)


async def has_classes(runtime: Runtime) -> bool:
    """Return whether a worker has reported the node classes of a server."""
    async with runtime.begin() as uow:
        return await uow.session.scalar(select(BackendObjectInfo.backend)) is not None
