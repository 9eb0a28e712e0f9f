"""Examples of submissions that work on images: whole bodies, with the answers to them."""

import io
from typing import Any

from PIL import Image, ImageDraw
from tests.builders import png
from tests.contract.access.table import JOBS
from tests.contract.access.test_routes import filled
from tests.contract.api.example_recording import Recorder, Stable

from genonaut.web.openapi.examples import NamedExample

SUBMIT = f"POST {JOBS}"
_SD: dict[str, Any] = {"checkpoint_model": "sd15.safetensors"}
_PHOTO = {"upload_id": "{photo_id}"}
IMAGE_WORK: dict[str, tuple[str, dict[str, Any]]] = {
    "image_to_image": (
        "Image to image",
        {
            **_SD,
            "prompt": "a lighthouse in winter, snow",
            "source": {"image": {"content_id": "{content_id}"}, "resize": "crop"},
            "params": {"denoise": 0.5, "seed": 42},
        },
    ),
    "inpaint": (
        "Paint a masked part anew",
        {
            **_SD,
            "prompt": "a red sailing boat",
            "source": {
                "image": _PHOTO,
                "mask": {"upload_id": "{mask_id}"},
                "mask_mode": "preserve",
                "mask_grow_px": 6,
                "mask_feather_px": 8,
            },
            "params": {"denoise": 0.8},
        },
    ),
    "extend": (
        "Extend beyond the edges",
        {
            **_SD,
            "prompt": "a coast, the open sea",
            "source": {"image": _PHOTO, "extend": {"right": 128, "feather_px": 40}},
        },
    ),
    "control": (
        "Follow the edges of a photo",
        {
            **_SD,
            "prompt": "a watercolour of a harbour",
            "control": [
                {
                    "model": "sd15/control_v11p_sd15_canny.safetensors",
                    "type": "canny",
                    "image": _PHOTO,
                    "preprocessor": "canny",
                    "strength": 0.8,
                    "start": 0.0,
                    "end": 0.9,
                }
            ],
        },
    ),
    "hires": (
        "Enlarge and sample again",
        {
            **_SD,
            "prompt": "a lighthouse, great detail, embedding:watercolor-look",
            "hires": {
                "scale": 1.5,
                "method": "model",
                "upscale_model": "4x-gentle.safetensors",
                "steps": 12,
                "denoise": 0.4,
            },
        },
    ),
    "references": (
        "Edit by references",
        {
            "checkpoint_model": "qwen_image_edit_2509_fp8_e4m3fn.safetensors",
            "prompt": "the boat of the second image before the lighthouse of the first",
            "references": [{"image": {"content_id": "{content_id}"}}, {"image": _PHOTO}],
        },
    ),
    "upscale": (
        "Enlarge without sampling",
        {
            "operation": "upscale",
            "source": {"image": {"content_id": "{content_id}"}},
            "upscale": {"model": "4x-gentle.safetensors", "scale": 2.0},
        },
    ),
}
"""Summary and body by name; texts in braces are replaced by ids."""


async def record_image_work(recorder: Recorder) -> dict[str, NamedExample]:
    """Submit every body, and return it with the answer."""
    ids = {
        "content_id": recorder.subjects["content_id"],
        "photo_id": await _upload(recorder, "harbour.png", png(256, 192)),
        "mask_id": await _upload(recorder, "mask.png", _mask(256, 192)),
    }
    found = {}
    for name, (summary, body) in IMAGE_WORK.items():
        sent = filled(body, ids)
        answer = await recorder.post(JOBS, json=sent)
        assert answer.status_code == 201, f"{name}: {answer.text}"
        found[name] = NamedExample(summary, "201", *Stable().of(sent, answer.json()))
    return found


async def _upload(recorder: Recorder, name: str, data: bytes) -> int:
    answer = await recorder.post("/api/v1/uploads", files={"file": (name, data)})
    assert answer.status_code == 201, answer.text
    upload_id: int = answer.json()["id"]
    return upload_id


def _mask(width: int, height: int) -> bytes:
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).ellipse((80, 60, 160, 130), fill=255)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
