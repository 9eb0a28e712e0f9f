"""InvokeAI: ``invokeai_metadata``; up to version 2 ``sd-metadata`` and a command line in ``Dream``."""

import itertools
import re
import shlex
from typing import Any

from genonaut.metadata.entries import Entries
from genonaut.metadata.generation import Generation, UsedLora, chosen, integer, number, words

Json = Any

_NEGATIVE = re.compile(r"\[([^\[\]]{1,5000})\]")
_OPTIONS = {
    "-s": "steps",
    "-S": "seed",
    "-W": "width",
    "-H": "height",
    "-C": "cfg",
    "-A": "sampler",
    "-f": "denoise",
}


def read_invokeai(entries: Entries) -> Generation | None:
    """Return what InvokeAI wrote, the newest form first."""
    current = entries.mapping("invokeai_metadata")
    if current is not None:
        return _current(current)
    older = entries.mapping("sd-metadata")
    if older is not None:
        return _older(older)
    command = entries.text("Dream")
    if command is not None:
        return _command(command)
    graph = entries.mapping("invokeai_graph")
    return None if graph is None else _current(_metadata_node(graph))


def _metadata_node(graph: dict[str, Json]) -> dict[str, Json]:
    """Return the node that collects the metadata; empty for a workflow of the user without one."""
    nodes = graph.get("nodes")
    found = (
        node
        for node in (nodes.values() if isinstance(nodes, dict) else ())
        if isinstance(node, dict) and node.get("type") == "core_metadata"
    )
    return next(found, {})


def _current(data: dict[str, Json]) -> Generation:
    model = data.get("model")
    model = model if isinstance(model, dict) else {"name": model}
    vae = data.get("vae")
    return Generation(
        program="invokeai",
        version=words(data.get("app_version")),
        prompt=words(data.get("positive_prompt")),
        negative_prompt=words(data.get("negative_prompt")),
        seed=integer(data.get("seed")),
        steps=integer(data.get("steps")),
        cfg=number(data.get("cfg_scale")),
        guidance=number(data.get("guidance")),
        sampler=words(data.get("scheduler")),
        denoise=number(data.get("strength")),
        width=integer(data.get("width")),
        height=integer(data.get("height")),
        clip_skip=integer(data.get("clip_skip")) or None,
        model=words(model.get("name") or model.get("model_name")),
        model_hash=words(model.get("hash")),
        vae=words(vae.get("name") or vae.get("model_name"))
        if isinstance(vae, dict)
        else chosen(vae),
        loras=tuple(_loras(data.get("loras"))),
        hires=_hires(data),
        settings=data,
    )


def _hires(data: dict[str, Json]) -> dict[str, Json]:
    """Return the high resolution fix of versions 3 and 4."""
    if data.get("hrf_enabled") is not True:
        return {}
    found = {"denoise": number(data.get("hrf_strength")), "upscaler": words(data.get("hrf_method"))}
    return {name: value for name, value in found.items() if value is not None}


def _loras(value: Json) -> list[UsedLora]:
    found = []
    for item in value if isinstance(value, list) else []:
        model = item.get("model") or item.get("lora") if isinstance(item, dict) else None
        if isinstance(model, dict):
            weight = number(item.get("weight"))
            name = words(model.get("name") or model.get("model_name"))
            if name:
                found.append(
                    UsedLora(name, 1.0 if weight is None else weight, hash=words(model.get("hash")))
                )
    return found


def _older(data: dict[str, Json]) -> Generation:
    image = data.get("image")
    image = image if isinstance(image, dict) else {}
    prompt = image.get("prompt")
    if isinstance(prompt, list):
        prompt = ", ".join(str(part.get("prompt", "")) for part in prompt if isinstance(part, dict))
    positive, negative = _split(prompt if isinstance(prompt, str) else "")
    return Generation(
        program="invokeai",
        version=words(data.get("app_version")),
        prompt=positive,
        negative_prompt=negative,
        seed=integer(image.get("seed")),
        steps=integer(image.get("steps")),
        cfg=number(image.get("cfg_scale")),
        sampler=words(image.get("sampler")),
        denoise=number(image.get("strength")),
        width=integer(image.get("width")),
        height=integer(image.get("height")),
        model=words(data.get("model_weights")),
        model_hash=words(data.get("model_hash")),
        settings=data,
    )


def _split(prompt: str) -> tuple[str | None, str | None]:
    """Return the prompt without its parts in brackets, and those parts: the negative prompt."""
    negative = ", ".join(match[1].strip() for match in _NEGATIVE.finditer(prompt))
    return words(_NEGATIVE.sub("", prompt)), words(negative)


def _command(command: str) -> Generation:
    prompt, _, options = command.strip().removeprefix('"').rpartition('"')
    values: dict[str, str] = {}
    try:
        parts = shlex.split(options)
    except ValueError:
        parts = options.split()
    for name, value in itertools.pairwise(parts):
        if name in _OPTIONS:
            values[_OPTIONS[name]] = value
        elif name.startswith("-") and name[:2] in _OPTIONS and len(name) > 2:  # noqa: PLR2004 - "-s50"
            values[_OPTIONS[name[:2]]] = name[2:]
    for part in parts:
        if part[:2] in _OPTIONS and len(part) > 2:  # noqa: PLR2004 - "-s50"
            values.setdefault(_OPTIONS[part[:2]], part[2:])
    positive, negative = _split(prompt or command)
    return Generation(
        program="invokeai",
        prompt=positive,
        negative_prompt=negative,
        seed=integer(values.get("seed")),
        steps=integer(values.get("steps")),
        cfg=number(values.get("cfg")),
        sampler=words(values.get("sampler")),
        denoise=number(values.get("denoise")),
        width=integer(values.get("width")),
        height=integer(values.get("height")),
    )
