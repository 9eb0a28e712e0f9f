"""The parameters that an axis can vary, and how a value is put into a submission."""

import itertools
import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from genonaut.grids.values import MAX_VALUES, AxisValue

Body = dict[str, Any]


class GridParameter(StrEnum):
    """What an axis varies.

    ``prompt_replace`` replaces the first value by each value, in prompt and negative prompt; if all
    values are ``text=other text``, each replaces its own text. ``prompt_order`` puts parts of the prompt
    into each order. ``style`` applies a style by its name. ``size`` is ``832x1216``, or one number for a
    square. ``seed`` -1 is drawn. ``lora`` sets one LoRA, ``name`` or ``name:strength``; null leaves it
    out, as in ``vae`` and ``style``. ``lora``, ``lora_strength``, ``control_*`` and
    ``reference_strength`` act on the entry that ``target`` names: a LoRA by its name, a ControlNet or
    reference by its number from 1.
    """

    PROMPT = "prompt"
    PROMPT_REPLACE = "prompt_replace"
    PROMPT_ORDER = "prompt_order"
    STYLE = "style"
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
    HIRES_METHOD = "hires_method"
    HIRES_UPSCALE_MODEL = "hires_upscale_model"
    CONTROL_MODEL = "control_model"
    CONTROL_STRENGTH = "control_strength"
    CONTROL_START = "control_start"
    CONTROL_END = "control_end"
    REFERENCE_STRENGTH = "reference_strength"
    REFINER_MODEL = "refiner_model"
    REFINER_SWITCH_AT = "refiner_switch_at"
    UPSCALE_MODEL = "upscale_model"
    UPSCALE_SCALE = "upscale_scale"


class Axis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One axis: a parameter and its values; ``target`` names the entry of a list.

    ``name`` is ``x``, ``y`` or ``z``, once the axis is stored. ``text`` has the values as they were
    given, if that was a text.
    """

    parameter: GridParameter
    values: tuple[AxisValue, ...]
    target: str | int | None = None
    name: str = ""
    text: str | None = None

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
    if not all(isinstance(one, str) for one in (*axis.values, value)):
        raise ValueError("must be a text")
    found, text = str(axis.values[0]), str(value)
    what = f"the first value, {found[:100]!r},"
    if all(str(one).find("=") > 0 for one in axis.values):
        found, _, text = text.partition("=")
        what = repr(found[:100])
    if not found:
        raise ValueError("the first value is what is replaced; it must not be empty")
    texts = {name: body.get(name) or "" for name in ("prompt", "negative_prompt")}
    if not any(found in before for before in texts.values()):
        raise ValueError(f"{what} is in neither prompt nor negative prompt")
    for name, before in texts.items():
        if found in before:
            body[name] = before.replace(found, text)


ORDER_SEPARATOR = " | "
"""Between the parts of a value of ``prompt_order``."""


def orders(parts: Sequence[str]) -> list[AxisValue]:
    """Return all orders of the parts of a prompt, as values of ``prompt_order``.

    Raises:
        ValueError: there are too many parts, or two are equal.
    """
    if len(set(parts)) != len(parts):
        raise ValueError("the parts must differ")
    if math.factorial(min(len(parts), 20)) > MAX_VALUES:
        raise ValueError(f"{len(parts)} parts have more than {MAX_VALUES:,} orders")
    return [ORDER_SEPARATOR.join(one) for one in itertools.permutations(parts)]


def _order(body: Body, axis: Axis, value: AxisValue) -> None:
    """Put the parts in the order of the value where those of the first one are in the prompt."""
    del axis
    parts, prompt = str(value).split(ORDER_SEPARATOR), body.get("prompt") or ""
    places = []
    for part in parts:
        place = prompt.find(part) if part else -1
        if place < 0:
            raise ValueError(f"{part[:100]!r} is not in the prompt")
        places.append((place, part))
    places.sort()
    ordered, at = "", 0
    for (place, before), part in zip(places, parts, strict=True):
        if place < at:
            raise ValueError("the parts overlap in the prompt")
        ordered += prompt[at:place] + part
        at = place + len(before)
    body["prompt"] = ordered + prompt[at:]


def _style(body: Body, axis: Axis, value: AxisValue) -> None:
    """Do nothing: ``GridRequest`` applies the styles, which are rows of the database."""
    del body, axis, value


def _size(body: Body, axis: Axis, value: AxisValue) -> None:
    del axis
    width, times, height = str(value).lower().replace("\N{MULTIPLICATION SIGN}", "x").partition("x")
    try:
        body["width"], body["height"] = int(width), int(height if times else width)
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
    GridParameter.PROMPT_ORDER: "prompt",
    GridParameter.STYLE: "prompt",
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
    GridParameter.HIRES_METHOD: "hires.method",
    GridParameter.HIRES_UPSCALE_MODEL: "hires.upscale_model",
    GridParameter.CONTROL_MODEL: "control",
    GridParameter.CONTROL_STRENGTH: "control",
    GridParameter.CONTROL_START: "control",
    GridParameter.CONTROL_END: "control",
    GridParameter.REFERENCE_STRENGTH: "references",
    GridParameter.REFINER_MODEL: "refiner.model",
    GridParameter.REFINER_SWITCH_AT: "refiner.switch_at",
    GridParameter.UPSCALE_MODEL: "upscale.model",
    GridParameter.UPSCALE_SCALE: "upscale.scale",
}
_SPECIAL: dict[GridParameter, Callable[[Body, Axis, AxisValue], None]] = {
    GridParameter.PROMPT_REPLACE: _replace,
    GridParameter.PROMPT_ORDER: _order,
    GridParameter.STYLE: _style,
    GridParameter.SIZE: _size,
    GridParameter.LORA: _lora,
    GridParameter.LORA_STRENGTH: _lora_strength,
    GridParameter.CONTROL_MODEL: _item("control", "model"),
    GridParameter.CONTROL_STRENGTH: _item("control", "strength"),
    GridParameter.CONTROL_START: _item("control", "start"),
    GridParameter.CONTROL_END: _item("control", "end"),
    GridParameter.REFERENCE_STRENGTH: _item("references", "strength"),
}
_SETTERS = {
    one: _SPECIAL.get(one) or _plain(*_PATHS.get(one, one.value).split("."))
    for one in GridParameter
}
TEXTS = frozenset(
    {
        GridParameter.PROMPT,
        GridParameter.PROMPT_REPLACE,
        GridParameter.PROMPT_ORDER,
        GridParameter.STYLE,
        GridParameter.NEGATIVE_PROMPT,
        GridParameter.CHECKPOINT_MODEL,
        GridParameter.LORA,
        GridParameter.VAE,
        GridParameter.SAMPLER_NAME,
        GridParameter.SCHEDULER,
        GridParameter.HIRES_METHOD,
        GridParameter.HIRES_UPSCALE_MODEL,
        GridParameter.CONTROL_MODEL,
        GridParameter.REFINER_MODEL,
        GridParameter.UPSCALE_MODEL,
    }
)
"""Parameters whose values are texts: ``1-5`` is no range, and 7 is the text "7"."""
WITH_NONE = frozenset({GridParameter.LORA, GridParameter.VAE, GridParameter.STYLE})
"""Parameters whose text ``none`` means null: no LoRA, the model's own VAE, no style."""
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
EXPENSIVE = frozenset(
    {
        GridParameter.CHECKPOINT_MODEL,
        GridParameter.VAE,
        GridParameter.LORA,
        GridParameter.CONTROL_MODEL,
        GridParameter.REFINER_MODEL,
        GridParameter.UPSCALE_MODEL,
        GridParameter.HIRES_UPSCALE_MODEL,
    }
)
"""Parameters whose change makes ComfyUI load files; jobs are ordered so that they change least."""
