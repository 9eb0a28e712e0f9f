"""The text of AUTOMATIC1111, Forge, reForge and SD.Next: prompt, negative prompt, settings.

Format: https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features (PNG info).
"""

import re
from collections.abc import Iterator
from typing import Any

from genonaut.metadata.entries import parse_json, parse_object
from genonaut.metadata.generation import (
    Generation,
    UsedLora,
    base_name,
    chosen,
    integer,
    number,
    seed_of,
    words,
)
from genonaut.metadata.lora_tags import loras_in_prompt
from genonaut.metadata.programs.a1111_settings import split_settings, with_lines

Json = Any

_MODULE = re.compile(r"module \d{1,2}")
_NUMBERED_LORA = re.compile(r"lora_(\d{1,3}) model name")
_NEGATIVE = "Negative prompt:"
_SIZE = re.compile(r"(\d{1,6})\s*[xX\u00d7]\s*(\d{1,6})")
_SCHEDULERS = (
    "Karras",
    "Polyexponential",
    "Exponential",
    "SGM Uniform",
    "DDIM Uniform",
    "Simple",
    "Normal",
    "DDIM",
    "Beta",
    "KL Optimal",
    "Automatic",
)
_CLASS = "Scheduler"
"""Newer versions of SD.Next name the class of Diffusers that samples: ``EulerDiscreteScheduler``."""
_HIRES = {
    "denoising strength": "denoise",
    "hires denoising strength": "denoise",
    "hires strength": "denoise",
    "hires upscale": "scale",
    "hires scale": "scale",
    "hires upscaler": "upscaler",
    "hires steps": "steps",
    "hires size": "size",
    "hires resize": "size",
    "hires prompt": "prompt",
    "hires cfg scale": "cfg",
    "hires sampler": "sampler",
    "hires checkpoint": "model",
}
"""The settings of a second pass; of two names for one the later counts. ``strength`` and ``scale`` are SD.Next's."""
_SECOND_PASS = ("hires upscale", "hires scale", "hires resize", "hires steps")
_VAE_NAME = re.compile(r"(?:^|[\W_])(?:vae|ae)(?:[\W_]|$)", re.IGNORECASE)


def looks_like_a1111(text: str) -> bool:
    """Return whether a text ends with settings, or has a negative prompt, as A1111 writes them."""
    text = with_lines(text)
    return bool(split_settings(text)[1]) or f"\n{_NEGATIVE}" in f"\n{text}"


def read_a1111(text: str) -> Generation:
    """Return what the text says; a text without settings is all prompt."""
    body, pairs = split_settings(with_lines(text.replace("\r\n", "\n").strip()))
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
        seed=seed_of(settings.get("seed")),
        steps=integer(settings.get("steps")),
        cfg=number(settings.get("cfg scale")),
        guidance=number(settings.get("distilled cfg scale")),
        sampler=sampler,
        scheduler=scheduler,
        denoise=number(settings.get("denoising strength")),
        width=width,
        height=height,
        clip_skip=integer(settings.get("clip skip")),
        model=words(settings.get("model")) or _civitai_model(settings),
        model_hash=words(settings.get("model hash")) or words(_hashes(settings).get("model")),
        vae=chosen(settings.get("vae")) or _vae_module(settings),
        loras=_loras(prompt or "", settings),
        hires=_hires(settings),
        settings=dict(pairs),
    )


def _hires(settings: dict[str, str]) -> dict[str, Json]:
    """Return the settings of a second pass that enlarges the image; empty without one."""
    if not any(name in settings for name in _SECOND_PASS):
        return {}
    found = {name: settings[key] for key, name in _HIRES.items() if key in settings}
    return {
        name: next((value for value in (integer(text), number(text)) if value is not None), text)
        for name, text in found.items()
    }


def _prompts(body: str) -> tuple[str | None, str | None]:
    lines = body.split("\n")
    for index, line in enumerate(lines):
        if line.strip().startswith(_NEGATIVE):
            first = line.strip().removeprefix(_NEGATIVE)
            negative = "\n".join([first, *lines[index + 1 :]])
            prompt = _without_templates("\n".join(lines[:index]))
            return words(prompt), words(_without_templates(negative))
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
    """Return sampler and scheduler; older texts, and savers of ComfyUI, have both in one name."""
    sampler = chosen(settings.get("sampler"))
    sigmas = words(settings.get("sampler sigma"))  # of SD.Next
    scheduler = words(settings.get("schedule type") or settings.get("scheduler"))
    if scheduler is not None and scheduler.endswith(_CLASS):
        sampler, scheduler = sampler or scheduler, None
    if scheduler is None and sigmas is not None and sigmas.lower() != "default":
        scheduler = sigmas
    return split_sampler(sampler, scheduler)


def split_sampler(sampler: str | None, scheduler: str | None) -> tuple[str | None, str | None]:
    """Return sampler and scheduler of a name that has both; the scheduler may be known already."""
    for name in _SCHEDULERS:
        for ending in (f" {name}", f"_{name.lower().replace(' ', '_')}"):
            if sampler and sampler.endswith(ending) and (scheduler or name).lower() == name.lower():
                plain = ending[1:] if scheduler is None else scheduler
                return sampler.removesuffix(ending), plain
    return sampler, scheduler


def _vae_module(settings: dict[str, str]) -> str | None:
    """Return the VAE among the modules of Forge, which has text encoders there too."""
    modules = (value for key, value in settings.items() if _MODULE.fullmatch(key))
    return next((name for name in modules if _VAE_NAME.search(name)), None)


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
        ("fooocus", text.startswith("fooocus")),
    )
    return next((name for name, fits in kinds if fits), "a1111"), version


def _hashes(settings: dict[str, str]) -> dict[str, Json]:
    """Return the hashes of all resources; the names of LoRAs start with ``lora:``."""
    return parse_object(settings.get("hashes")) or {}


def _loras(prompt: str, settings: dict[str, str]) -> tuple[UsedLora, ...]:
    digests = {
        name.removeprefix("lora:").lower(): digest
        for name, digest in _hashes(settings).items()
        if name.startswith("lora:") and isinstance(digest, str)
    } | {name.lower(): digest for name, digest in _listed(settings.get("lora hashes"))}
    used = loras_in_prompt(prompt) or tuple(
        UsedLora(name, 1.0 if (strength := number(weight)) is None else strength, hash=digest)
        for name, weight, digest in _weighted(settings)
    )
    found = [
        UsedLora(
            lora.name,
            lora.strength,
            lora.clip_strength,
            digests.get((base_name(lora.name) or lora.name).lower())
            or digests.get(lora.name.lower())
            or lora.hash,
        )
        for lora in used
    ]
    by_hash = tuple(UsedLora(name, hash=digest) for name, digest in digests.items())
    return tuple(found) or _civitai_loras(settings) or by_hash


def _weighted(settings: dict[str, str]) -> Iterator[tuple[str, str | None, str | None]]:
    """Return names, weights and hashes as Fooocus and a saver of ComfyUI write them outside of the prompt."""
    for name, weight in _listed(settings.get("lora weights")):
        yield name, weight, None
    for key, name in settings.items():
        match = _NUMBERED_LORA.fullmatch(key)
        if match:
            start = f"lora_{match[1]} "
            yield name, settings.get(f"{start}strength model"), settings.get(f"{start}model hash")


def _listed(text: str | None) -> list[tuple[str, str]]:
    """Return the pairs of ``name: value, name: value``."""
    pairs = [pair.rpartition(":") for pair in (text or "").split(",")]
    return [(name.strip(), value.strip()) for name, _, value in pairs if name.strip()]


def _civitai_resources(settings: dict[str, str], *kinds: str) -> list[dict[str, Json]]:
    resources = parse_json(settings.get("civitai resources"))
    return [
        item
        for item in (resources if isinstance(resources, list) else [])
        if isinstance(item, dict) and str(item.get("type", "")).lower() in kinds
    ]


def _civitai_name(item: dict[str, Json]) -> str:
    return str(item.get("modelName") or item.get("air") or item.get("modelVersionId"))


def _civitai_model(settings: dict[str, str]) -> str | None:
    return next(
        (_civitai_name(item) for item in _civitai_resources(settings, "checkpoint", "model")), None
    )


def _civitai_loras(settings: dict[str, str]) -> tuple[UsedLora, ...]:
    return tuple(
        UsedLora(
            _civitai_name(item), 1.0 if (weight := number(item.get("weight"))) is None else weight
        )
        for item in _civitai_resources(settings, "lora", "lycoris", "locon", "dora")
    )
