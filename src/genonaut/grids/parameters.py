"""The parameters that an axis can vary, and how a value is put into a submission."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import msgspec

from genonaut.grids.values import AxisValue

Body = dict[str, Any]


class GridParameter(StrEnum):
    """What an axis varies.

    ``prompt_replace`` replaces the first value by each value, in prompt and negative prompt. ``size``
    is ``832x1216``. ``lora`` sets one LoRA, ``name`` or ``name:strength``; null leaves it out.
    ``lora``, ``lora_strength``, ``control_*`` and ``reference_strength`` act on the entry that
    ``target`` names: a LoRA by its name, a ControlNet or reference by its number from 1.
    """

    PROMPT = "prompt"
    PROMPT_REPLACE = "prompt_replace"
    NEGATIVE_PROMPT = "negative_prompt"
    CHECKPOINT_MODEL = "checkpoint_model"
    LORA = "lora"
    LORA_STRENGTH = "lora_strength"
    VAE = "vae"
    SEED = "seed"
    STEPS = "steps"
    CFG = "cfg"
    SAMPLER_NAME = "sampler_name"
    SCHEDULER = "scheduler"
    DENOISE = "denoise"
    SIZE = "size"
    WIDTH = "width"
    HEIGHT = "height"
    CLIP_SKIP = "clip_skip"
    HIRES_SCALE = "hires_scale"
    HIRES_STEPS = "hires_steps"
    HIRES_DENOISE = "hires_denoise"
    CONTROL_STRENGTH = "control_strength"
    CONTROL_START = "control_start"
    CONTROL_END = "control_end"
    REFERENCE_STRENGTH = "reference_strength"
    REFINER_SWITCH_AT = "refiner_switch_at"
    UPSCALE_SCALE = "upscale_scale"


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """One axis: a parameter and its values; ``target`` names the entry of a list."""

    parameter: GridParameter
    values: tuple[AxisValue, ...]
    target: str | int | None = None

    @property
    def path(self) -> str:
        """Return the field of the submission that is set, as error messages name it."""
        return _PATHS.get(self.parameter, self.parameter.value)

    def put(self, body: Body, value: AxisValue) -> None:
        """Put a value into a submission.

        Raises:
            ValueError: the value or the target does not fit; says why.
        """
        _SETTERS[self.parameter](body, self, value)


def _plain(*path: str) -> Callable[[Body, Axis, AxisValue], None]:
    """Return the setter of a field; the objects around it must be in the submission."""

    def put(body: Body, axis: Axis, value: AxisValue) -> None:
        del axis
        at: Any = body
        for step in path[:-1]:
            at = at.setdefault(step, {}) if step == "params" else at.get(step)
            if at is None:
                raise ValueError(f"needs {step} in the request")
        at[path[-1]] = value

    return put


def _item(name: str, field: str) -> Callable[[Body, Axis, AxisValue], None]:
    """Return the setter of a field of one entry of a list; ``target`` is its number, from 1."""

    def put(body: Body, axis: Axis, value: AxisValue) -> None:
        entries = body.get(name) or []
        number = axis.target or 1
        if not isinstance(number, int) or not 1 <= number <= len(entries):
            raise ValueError(f"needs entry {number} in {name} of the request; set target")
        entries[number - 1][field] = value

    return put


def _replace(body: Body, axis: Axis, value: AxisValue) -> None:
    wanted = axis.values[0]
    if not isinstance(wanted, str) or not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004  # reported as an invalid value
    texts = {name: body.get(name) or "" for name in ("prompt", "negative_prompt")}
    if not any(wanted in text for text in texts.values()):
        raise ValueError(
            f"the first value, {wanted[:100]!r}, is in neither prompt nor negative prompt"
        )
    for name, text in texts.items():
        if wanted in text:
            body[name] = text.replace(wanted, value)


def _size(body: Body, axis: Axis, value: AxisValue) -> None:
    del axis
    width, _, height = str(value).lower().partition("x")
    try:
        body["width"], body["height"] = int(width), int(height)
    except ValueError:
        raise ValueError("must be a size like 832x1216") from None


def _lora(body: Body, axis: Axis, value: AxisValue) -> None:
    loras = body.setdefault("lora_models", [])
    places = [place for place, one in enumerate(loras) if one["name"] == axis.target]
    if value is None or value == "":
        for place in reversed(places):
            del loras[place]
        return
    name, strength = _named_strength(str(value))
    before = loras[places[0]] if places else {"strength_model": 1.0}
    chosen = {**before, "name": name}
    if strength is not None:
        chosen |= {"strength_model": strength, "strength_clip": strength}
    if places:
        loras[places[0]] = chosen
    else:
        loras.append(chosen)


def _named_strength(text: str) -> tuple[str, float | None]:
    name, _, strength = text.rpartition(":")
    try:
        return name or text, float(strength) if name else None
    except ValueError:
        return text, None


def _lora_strength(body: Body, axis: Axis, value: AxisValue) -> None:
    loras = body.get("lora_models") or []
    named = [one for one in loras if axis.target in {None, one["name"]}]
    if not named:
        missing = "a LoRA" if axis.target is None else f"the LoRA {axis.target}"
        raise ValueError(f"needs {missing} in the request")
    if axis.target is None and len(named) > 1:
        raise ValueError("needs target, the name of one of the LoRAs")
    for one in named:
        one["strength_model"] = one["strength_clip"] = value


_PATHS = {
    GridParameter.PROMPT_REPLACE: "prompt",
    GridParameter.LORA: "lora_models",
    GridParameter.LORA_STRENGTH: "lora_models",
    GridParameter.SEED: "params.seed",
    GridParameter.STEPS: "params.steps",
    GridParameter.CFG: "params.cfg",
    GridParameter.SAMPLER_NAME: "params.sampler_name",
    GridParameter.SCHEDULER: "params.scheduler",
    GridParameter.DENOISE: "params.denoise",
    GridParameter.SIZE: "width",
    GridParameter.HIRES_SCALE: "hires.scale",
    GridParameter.HIRES_STEPS: "hires.steps",
    GridParameter.HIRES_DENOISE: "hires.denoise",
    GridParameter.CONTROL_STRENGTH: "control",
    GridParameter.CONTROL_START: "control",
    GridParameter.CONTROL_END: "control",
    GridParameter.REFERENCE_STRENGTH: "references",
    GridParameter.REFINER_SWITCH_AT: "refiner.switch_at",
    GridParameter.UPSCALE_SCALE: "upscale.scale",
}
_SPECIAL: dict[GridParameter, Callable[[Body, Axis, AxisValue], None]] = {
    GridParameter.PROMPT_REPLACE: _replace,
    GridParameter.SIZE: _size,
    GridParameter.LORA: _lora,
    GridParameter.LORA_STRENGTH: _lora_strength,
    GridParameter.CONTROL_STRENGTH: _item("control", "strength"),
    GridParameter.CONTROL_START: _item("control", "start"),
    GridParameter.CONTROL_END: _item("control", "end"),
    GridParameter.REFERENCE_STRENGTH: _item("references", "strength"),
}
_SETTERS = {
    one: _SPECIAL.get(one) or _plain(*_PATHS.get(one, one.value).split("."))
    for one in GridParameter
}
INTEGERS = frozenset(
    {
        GridParameter.SEED,
        GridParameter.STEPS,
        GridParameter.WIDTH,
        GridParameter.HEIGHT,
        GridParameter.CLIP_SKIP,
        GridParameter.HIRES_STEPS,
    }
)
"""Parameters whose ranges with a number of values are rounded."""
EXPENSIVE = frozenset({GridParameter.CHECKPOINT_MODEL, GridParameter.VAE, GridParameter.LORA})
"""Parameters whose change makes ComfyUI load files; jobs are ordered so that they change least."""
