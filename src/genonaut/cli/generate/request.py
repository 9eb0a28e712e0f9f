"""Builds the request body from the options of ``genonaut generate``."""

import re
from typing import Any

import click

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
# Strengths are read from the right: names may contain colons, as in C:\models\detail.safetensors.
_LORA = re.compile(
    rf"^(?P<name>.+?)(?::(?P<model>{_NUMBER})(?::(?P<clip>{_NUMBER}))?)?$", re.DOTALL
)
_SIZE = re.compile(r"^(\d{1,6})[xX*](\d{1,6})$")


class LoraType(click.ParamType[dict[str, Any]]):
    """``name``, ``name:0.8`` or ``name:0.8:0.5`` (model, CLIP); strengths default to 1."""

    name = "NAME[:STRENGTH[:CLIP]]"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        """Return the LoRA as a field of the request body."""
        found = _LORA.match(value)
        if found is None:
            self.fail("a LoRA needs a name", param, ctx)
        strength = float(found["model"] or 1.0)
        clip = float(found["clip"]) if found["clip"] else strength
        return {"name": found["name"], "strength_model": strength, "strength_clip": clip}


class SizeType(click.ParamType[tuple[int, int]]):
    """``WIDTHxHEIGHT`` in pixels."""

    name = "WIDTHxHEIGHT"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return (width, height) in pixels."""
        found = _SIZE.match(value)
        if found is None:
            self.fail(f"{value!r} is not a size such as 512x768", param, ctx)
        return int(found[1]), int(found[2])


def request_body(
    prompt: str,
    *,
    negative: str | None,
    dynamic_prompt: bool,
    checkpoint: str | None,
    loras: tuple[dict[str, Any], ...],
    lora_tags: bool = False,
    size: tuple[int, int] | None,
    batch: int | None,
    params: dict[str, int | float | str | None],
) -> dict[str, Any]:
    """Return the request body; options that were not given are omitted.

    Raises:
        click.UsageError: an argument is not valid UTF-8.
    """
    width, height = size or (None, None)
    fields: dict[str, Any] = {
        "prompt": prompt,
        "negative_prompt": negative,
        "dynamic_prompt": dynamic_prompt or None,
        "checkpoint_model": checkpoint,
        "lora_models": list(loras) or None,
        "lora_tags": lora_tags or None,
        "width": width,
        "height": height,
        "batch_size": batch,
        "params": {name: value for name, value in params.items() if value is not None} or None,
    }
    for text in (prompt, negative or "", checkpoint or "", *(lora["name"] for lora in loras)):
        try:
            text.encode()
        except UnicodeEncodeError:
            raise click.UsageError(
                f"{text.encode(errors='replace').decode()!r} is not valid UTF-8"
            ) from None
    return {name: value for name, value in fields.items() if value is not None}
