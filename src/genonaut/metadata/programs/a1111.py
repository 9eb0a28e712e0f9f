"""The text of AUTOMATIC1111, Forge, reForge and SD.Next: prompt, negative prompt, settings.

Format: https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features (PNG info).
"""

import re
from typing import Any

from genonaut.metadata.entries import parse_json
from genonaut.metadata.generation import Generation, UsedLora, base_name, integer, number, words

Json = Any

_NEGATIVE = "Negative prompt:"
_PAIR = re.compile(
    r'\s*([\w][\w \-/.()]{0,99}):\s*("(?:\\.|[^\\"])*"|\{[^{}]*\}|\[[^\[\]]*\]|[^,]*)(?:,|$)'
)
_LORA = re.compile(r"<lora:([^:<>]{1,300})(?::([-\d.]{1,20}))?(?::([^<>]{0,200}))?>")
_SIZE = re.compile(r"(\d{1,6})\s*[xX\u00d7]\s*(\d{1,6})")
_LEAST_PAIRS = 3
_SCHEDULERS = (
    "Karras",
    "Exponential",
    "Polyexponential",
    "SGM Uniform",
    "Simple",
    "Normal",
    "DDIM",
    "Beta",
    "Automatic",
)
_HIRES = {
    "hires upscale": "scale",
    "hires upscaler": "upscaler",
    "hires steps": "steps",
    "hires resize": "size",
    "hires prompt": "prompt",
    "hires cfg scale": "cfg",
    "hires sampler": "sampler",
    "hires checkpoint": "model",
    "denoising strength": "denoise",
}


def looks_like_a1111(text: str) -> bool:
    """Return whether a text ends with settings, or has a negative prompt, as A1111 writes them."""
    return bool(_settings_line(text)[1]) or f"\n{_NEGATIVE}" in text


def read_a1111(text: str) -> Generation:
    """Return what the text says; a text without settings is all prompt."""
    body, pairs = _settings_line(text.replace("\r\n", "\n").strip())
    prompt, negative = _prompts(body)
    settings = {key.lower(): value for key, value in pairs.items()}
    width, height = _size(settings)
    sampler, scheduler = _sampler(settings)
    program, version = _program(settings)
    return Generation(
        program=program,
        version=version,
        prompt=prompt,
        negative_prompt=negative,
        seed=integer(settings.get("seed")),
        steps=integer(settings.get("steps")),
        cfg=number(settings.get("cfg scale")),
        guidance=number(settings.get("distilled cfg scale")),
        sampler=sampler,
        scheduler=scheduler,
        denoise=number(settings.get("denoising strength")),
        width=width,
        height=height,
        clip_skip=integer(settings.get("clip skip")),
        model=words(settings.get("model")),
        model_hash=words(settings.get("model hash")),
        vae=words(settings.get("vae")),
        loras=_loras(prompt or "", settings),
        hires={
            name: integer(settings[key]) or number(settings[key]) or settings[key]
            for key, name in _HIRES.items()
            if key in settings and ("hires upscale" in settings or "hires resize" in settings)
        },
        settings=dict(pairs),
    )


def loras_in_prompt(prompt: str) -> tuple[UsedLora, ...]:
    """Return the LoRAs that a prompt names as ``<lora:name:strength>``."""
    return tuple(
        UsedLora(match[1], 1.0 if (strength := number(match[2])) is None else strength)
        for match in _LORA.finditer(prompt)
    )


def _settings_line(text: str) -> tuple[str, dict[str, str]]:
    """Return the text before the settings, and the settings; none unless there are three."""
    lines = text.split("\n")
    for count in range(1, min(len(lines), 6) + 1):
        line = "\n".join(lines[-count:])
        if not re.match(r"\s*(?:Steps|Sampler|Seed|Size|CFG [sS]cale)\s*:", line):
            continue
        pairs = _pairs(line.replace("\n", ", ") if count > 1 else line)
        if len(pairs) >= _LEAST_PAIRS:
            return "\n".join(lines[:-count]), pairs
    pairs = _pairs(lines[-1])
    return (
        ("\n".join(lines[:-1]), pairs)
        if len(pairs) >= _LEAST_PAIRS and len(lines) > 1
        else (text, {})
    )


def _pairs(line: str) -> dict[str, str]:
    pairs = {}
    position = 0
    while match := _PAIR.match(line, position):
        position = match.end()
        value = match[2].strip()
        if value.startswith('"'):
            parsed = parse_json(value)
            value = parsed if isinstance(parsed, str) else value.strip('"')
        pairs[match[1].strip()] = value
        if position >= len(line):
            break
    return pairs


def _prompts(body: str) -> tuple[str | None, str | None]:
    lines = body.split("\n")
    for index, line in enumerate(lines):
        if line.startswith(_NEGATIVE):
            first = line.removeprefix(_NEGATIVE).strip()
            negative = "\n".join([first, *lines[index + 1 :]])
            return words("\n".join(lines[:index])), words(_without_templates(negative))
    return words(_without_templates(body)), None


def _without_templates(text: str) -> str:
    kept = [
        line
        for line in text.split("\n")
        if not line.startswith(("Template:", "Negative Template:"))
    ]
    return "\n".join(kept)


def _size(settings: dict[str, str]) -> tuple[int | None, int | None]:
    match = _SIZE.fullmatch(settings.get("size", "").strip())
    return (
        (int(match[1]), int(match[2]))
        if match
        else (integer(settings.get("width")), integer(settings.get("height")))
    )


def _sampler(settings: dict[str, str]) -> tuple[str | None, str | None]:
    """Return sampler and scheduler; older texts have both in one name."""
    sampler = words(settings.get("sampler"))
    scheduler = words(settings.get("schedule type") or settings.get("scheduler"))
    if sampler and not scheduler:
        for name in _SCHEDULERS:
            if sampler.endswith(f" {name}"):
                return sampler.removesuffix(f" {name}"), name
    return sampler, scheduler


def _program(settings: dict[str, str]) -> tuple[str, str | None]:
    version = words(settings.get("version"))
    text = (version or "").lower()
    app = f"{settings.get('app', '')} {settings.get('parser', '')}".lower()
    kinds = (
        ("sd.next", "sd.next" in app or "sdnext" in app),
        ("forge-neo", text.startswith("neo")),
        ("forge-classic", text.startswith("classic")),
        ("reforge", text.startswith("f1") and "-v1.10" in text),
        ("forge", re.match(r"f\d", text) is not None),
        ("civitai", "civitai resources" in settings or "civitai metadata" in settings),
        ("comfyui", text.startswith("comfyui")),
    )
    return next((name for name, fits in kinds if fits), "a1111"), version


def _loras(prompt: str, settings: dict[str, str]) -> tuple[UsedLora, ...]:
    hashes = {}
    for pair in (settings.get("lora hashes") or "").split(","):
        name, _, digest = pair.rpartition(":")
        if name.strip():
            hashes[name.strip().lower()] = digest.strip()
    found = [
        UsedLora(
            lora.name,
            lora.strength,
            hash=hashes.get((base_name(lora.name) or lora.name).lower())
            or hashes.get(lora.name.lower()),
        )
        for lora in loras_in_prompt(prompt)
    ]
    return tuple(found) or _civitai_loras(settings)


def _civitai_loras(settings: dict[str, str]) -> tuple[UsedLora, ...]:
    resources = parse_json(settings.get("civitai resources"))
    if not isinstance(resources, list):
        return ()
    return tuple(
        UsedLora(
            str(item.get("modelName") or item.get("air") or item.get("modelVersionId")),
            number(item.get("weight")) or 1.0,
        )
        for item in resources
        if isinstance(item, dict)
        and str(item.get("type", "")).lower() in {"lora", "lycoris", "locon", "dora"}
    )
