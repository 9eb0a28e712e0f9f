"""Generation parameters in the text format of AUTOMATIC1111, which most tools read.

Source: AUTOMATIC1111/stable-diffusion-webui, modules/processing.py (create_infotext) and
modules/infotext_utils.py (quote, parse_generation_parameters).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

# ComfyUI's sampler name to AUTOMATIC1111's, where both are the same algorithm.
# Source: ComfyUI comfy/samplers.py (KSAMPLER_NAMES, SAMPLER_NAMES); AUTOMATIC1111
# modules/sd_samplers_kdiffusion.py, sd_samplers_lcm.py, sd_samplers_timesteps.py.
_SAMPLERS = {
    "euler": "Euler",
    "euler_ancestral": "Euler a",
    "heun": "Heun",
    "dpm_2": "DPM2",
    "dpm_2_ancestral": "DPM2 a",
    "lms": "LMS",
    "dpm_fast": "DPM fast",
    "dpm_adaptive": "DPM adaptive",
    "dpmpp_2s_ancestral": "DPM++ 2S a",
    "dpmpp_sde": "DPM++ SDE",
    "dpmpp_sde_gpu": "DPM++ SDE",
    "dpmpp_2m": "DPM++ 2M",
    "dpmpp_2m_sde": "DPM++ 2M SDE",
    "dpmpp_2m_sde_gpu": "DPM++ 2M SDE",
    "dpmpp_2m_sde_heun": "DPM++ 2M SDE Heun",
    "dpmpp_2m_sde_heun_gpu": "DPM++ 2M SDE Heun",
    "dpmpp_3m_sde": "DPM++ 3M SDE",
    "dpmpp_3m_sde_gpu": "DPM++ 3M SDE",
    "lcm": "LCM",
    "ddim": "DDIM",
    "uni_pc": "UniPC",
}
# Source: ComfyUI comfy/samplers.py (SCHEDULER_NAMES); AUTOMATIC1111 modules/sd_schedulers.py.
_SCHEDULERS = {
    "normal": "Normal",
    "karras": "Karras",
    "exponential": "Exponential",
    "sgm_uniform": "SGM Uniform",
    "simple": "Simple",
    "ddim_uniform": "DDIM",
    "beta": "Beta",
    "kl_optimal": "KL Optimal",
}
_MODEL_SUFFIX = re.compile(r"\.(safetensors|ckpt|pt|pth|bin|sft|gguf)\Z", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


class LoraUse(msgspec.Struct, frozen=True):
    """A LoRA of a render: ComfyUI's file name, strength, and AutoV2 or None."""

    name: str
    weight: float
    autov2: str | None = None


def sampler_name(comfyui_name: str) -> str:
    """Return AUTOMATIC1111's name of a ComfyUI sampler, or the name unchanged."""
    return _SAMPLERS.get(comfyui_name, comfyui_name)


def scheduler_name(comfyui_name: str) -> str:
    """Return AUTOMATIC1111's label of a ComfyUI scheduler, or the name unchanged."""
    return _SCHEDULERS.get(comfyui_name, comfyui_name)


def a1111_parameters(
    *,
    prompt: str,
    negative_prompt: str,
    steps: int,
    sampler: str,
    scheduler: str,
    cfg: float,
    seed: int,
    width: int,
    height: int,
    model_name: str,
    model_hash: str | None = None,
    loras: Sequence[LoraUse] = (),
    more: Iterable[tuple[str, str]] = (),
    version: str = "Genonaut",
) -> str:
    """Return the text for the ``parameters`` entry of a PNG.

    LoRAs are written as ``<lora:name:weight>`` after the prompt, the only place where
    AUTOMATIC1111 stores their strength, and with their hashes in the last line.

    Args:
        prompt: Positive prompt; inner line breaks are kept, outer white space is removed.
        negative_prompt: Omitted when empty.
        steps: Sampling steps.
        sampler: ComfyUI's name; written as AUTOMATIC1111's if there is one.
        scheduler: ComfyUI's name; written as AUTOMATIC1111's if there is one.
        cfg: Guidance scale.
        seed: The noise seed.
        width: Width of the image in pixels.
        height: Height of the image in pixels.
        model_name: File name of the checkpoint, with or without folders and extension.
        model_hash: AutoV2, the first ten hex digits of the SHA-256; None omits it.
        loras: In the order they are applied.
        more: Names and values of further fields.
        version: Name of the writing program.
    """
    tags = " ".join(f"<lora:{_stem(lora.name)}:{lora.weight:g}>" for lora in loras)
    positive = " ".join(filter(None, (_normalised_lines(prompt), tags)))
    negative = _normalised_lines(negative_prompt)
    fields: list[tuple[str, str]] = [
        ("Steps", str(steps)),
        ("Sampler", sampler_name(sampler)),
        ("Schedule type", scheduler_name(scheduler)),
        ("CFG scale", f"{cfg:g}"),
        ("Seed", str(seed)),
        ("Size", f"{width}x{height}"),
    ]
    if model_hash:
        fields.append(("Model hash", model_hash))
    fields.append(("Model", _stem(model_name)))
    fields.extend(_hashes(model_hash, loras))
    fields.extend(more)
    fields.append(("Version", version))
    lines = [positive, f"Negative prompt: {negative}" if negative else ""]
    return "\n".join((*filter(None, lines), _last_line(fields)))


def a1111_postprocessing(fields: Iterable[tuple[str, str]], *, version: str = "Genonaut") -> str:
    """Return the ``parameters`` text of an image that was changed but not sampled."""
    return _last_line([*fields, ("Version", version)])


def _last_line(fields: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}: {_quoted(value)}" for name, value in fields)


def _hashes(model_hash: str | None, loras: Sequence[LoraUse]) -> Iterator[tuple[str, str]]:
    known = {_stem(lora.name): lora.autov2 for lora in loras if lora.autov2}
    if known:
        yield "Lora hashes", ", ".join(f"{name}: {autov2}" for name, autov2 in known.items())
    every = {"model": model_hash} if model_hash else {}
    every |= {f"lora:{name}": autov2 for name, autov2 in known.items()}
    if every:
        yield "Hashes", json.dumps(every, ensure_ascii=False)


def _quoted(value: str) -> str:
    """Quote a value that contains separators; the JSON of ``Hashes`` is not quoted."""
    if value.startswith("{"):
        return value
    if any(mark in value for mark in ',:"\n'):
        return json.dumps(value, ensure_ascii=False)
    return value


def _stem(name: str) -> str:
    """Return a model's name as AUTOMATIC1111 writes it: no folders, no extension."""
    return _MODEL_SUFFIX.sub("", re.split(r"[\\/]", name)[-1])


def _normalised_lines(text: str) -> str:
    """Return the text trimmed, with line breaks as LF, as PNG requires."""
    return _LINE_BREAKS.sub("\n", text).strip()
