"""``--set`` and ``--unset`` of presets: single values of their settings."""

from collections.abc import Sequence
from typing import Any

import msgspec

from genonaut.core.errors import GenonautError

_PARAMS = frozenset(
    {"seed", "steps", "cfg", "sampler_name", "scheduler", "denoise", "allow_mismatch"}
)
_SHORT_NAMES = {
    "sampler": "sampler_name",
    "checkpoint": "checkpoint_model",
    "model": "checkpoint_model",
}
_TEXTS = frozenset(
    {"checkpoint_model", "vae", "sampler_name", "scheduler", "prompt", "negative_prompt"}
)


class InvalidSettingError(GenonautError):
    """An option is not of the form KEY=VALUE."""

    code = "invalid_setting"


def settings_patch(given: Sequence[str], removed: Sequence[str]) -> dict[str, Any]:
    """Return the JSON merge patch of ``--set KEY=VALUE`` and ``--unset KEY``.

    A key is a path such as ``hires.scale``; parameters of the sampler need no ``params.``, and ``size`` is
    width and height. A value that is JSON is taken as such, other ones as text.

    Raises:
        InvalidSettingError: there is no key or value, or a size is not WIDTHxHEIGHT.
    """
    patch: dict[str, Any] = {}
    for one in given:
        key, equals, text = one.partition("=")
        if not key.strip() or not equals or not text.strip():
            raise InvalidSettingError(f"{one!r} is not a setting such as steps=30")
        if key == "size":
            width, _, height = text.lower().partition("x")
            if not (width.isdecimal() and height.isdecimal()):
                raise InvalidSettingError(f"size: {text!r} is not a size such as 832x1216")
            patch |= {"width": int(width), "height": int(height)}
            continue
        path = _path(key)
        _put(patch, path, text if path[-1] in _TEXTS else _value(text))
    for key in removed:
        if key == "size":
            patch |= {"width": None, "height": None}
        else:
            _put(patch, _path(key), None)
    return patch


def _path(key: str) -> list[str]:
    first, *rest = key.strip().split(".")
    name = _SHORT_NAMES.get(first, first)
    if name in _PARAMS and not rest:
        return ["params", name]
    return [name, *rest]


def _put(patch: dict[str, Any], path: Sequence[str], value: object) -> None:
    *outer, last = path
    for name in outer:
        inner = patch.setdefault(name, {})
        if not isinstance(inner, dict):
            raise InvalidSettingError(f"{'.'.join(path)}: {name} is set to a value as well")
        patch = inner
    patch[last] = value


def _value(text: str) -> Any:  # noqa: ANN401  # JSON
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
