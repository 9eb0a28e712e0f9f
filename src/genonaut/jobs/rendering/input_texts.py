"""What metadata say about a job's work on images; pure functions."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genonaut.jobs.image_work import HiresMethod, JobInputs, Operation

_HASH_DIGITS = 10
_SHOWN = ("source", "references", "control", "hires", "upscale", "refiner")


def input_fields(inputs: JobInputs, *, denoise: float) -> Iterator[tuple[str, str]]:
    """Yield names and values for the last line of A1111's ``parameters``.

    Source: infotext of AUTOMATIC1111 1.10 (modules/processing.py, modules/postprocessing.py) and of
    its extension sd-webui-controlnet. ``Init image hash`` is the start of the file's SHA-256.
    """
    if (source := inputs.source) is not None and inputs.operation is Operation.GENERATE:
        yield "Denoising strength", f"{denoise:g}"
        if source.mask is not None:
            yield "Mask blur", str(source.mask_feather_px)
            yield "Masked content", "original" if source.mask_mode == "preserve" else "fill"
        if (extend := source.extend) is not None:
            edges = {
                "left": extend.left,
                "up": extend.top,
                "right": extend.right,
                "down": extend.bottom,
            }
            yield "Outpaint", ", ".join(f"{name} {px}" for name, px in edges.items() if px)
    if source is not None:
        yield "Init image hash", inputs.image(source.image).sha256[:_HASH_DIGITS]
    for number, control in enumerate(inputs.control):
        parts = {
            "Module": control.preprocessor,
            "Model": control.model,
            "Weight": f"{control.strength:g}",
            "Guidance Start": f"{control.start:g}",
            "Guidance End": f"{control.end:g}",
        }
        yield f"ControlNet {number}", ", ".join(f"{name}: {value}" for name, value in parts.items())
    for number, reference in enumerate(inputs.references):
        yield f"Reference {number}", inputs.image(reference.image).sha256[:_HASH_DIGITS]
    yield from _enlargement(inputs)
    yield from _choices(inputs)


def _enlargement(inputs: JobInputs) -> Iterator[tuple[str, str]]:
    if (hires := inputs.hires) is not None:
        yield "Hires upscale", f"{hires.scale:g}"
        if hires.steps:
            yield "Hires steps", str(hires.steps)
        is_latent = hires.method is HiresMethod.LATENT
        yield "Hires upscaler", "Latent" if is_latent else hires.upscale_model
        if inputs.source is None:
            yield "Denoising strength", f"{hires.denoise:g}"
    if (upscale := inputs.upscale) is not None:
        yield "Postprocess upscale by", f"{upscale.scale:g}"
        yield "Postprocess upscaler", upscale.model


def _choices(inputs: JobInputs) -> Iterator[tuple[str, str]]:
    if inputs.clip_skip > 1:
        yield "Clip skip", str(inputs.clip_skip)
    if inputs.vae:
        yield "VAE", inputs.vae
    if inputs.refiner is not None:
        yield "Refiner", inputs.refiner.model
        yield "Refiner switch at", f"{inputs.refiner.switch_at:g}"


def input_details(inputs: JobInputs) -> Mapping[str, Any]:
    """Return what the gallery's details name: the parts of the inputs that are set, without files."""
    values = {name: getattr(inputs, name) for name in _SHOWN}
    details = {name: msgspec.to_builtins(value) for name, value in values.items() if value}
    details["operation"] = inputs.operation.value
    if inputs.clip_skip > 1:
        details["clip_skip"] = inputs.clip_skip
    if inputs.vae:
        details["vae"] = inputs.vae
    return details
