"""The inputs of a node for the values of one graph: dynamic inputs depend on them.

Source: ComfyUI comfy_api/latest/_io.py, DynamicCombo and Autogrow; recorded refusals of 0.33.0.
"""

from collections.abc import Iterator, Mapping
from typing import Any

InputConfig = list[Any]
Groups = Mapping[str, Mapping[str, InputConfig]]

DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
AUTOGROW = "COMFY_AUTOGROW_V3"
MATCH_TYPE = "COMFY_MATCHTYPE_V3"

_DEEPEST = 8  # levels of dynamic inputs


def expanded(groups: Groups, given: Mapping[str, Any]) -> dict[str, tuple[InputConfig, bool]]:
    """Return, by input, its config (as in object_info) and whether it is required.

    A dynamic combo brings the inputs of the chosen key, named ``combo.input``; an unknown key brings
    none. Without a value it brings nothing and is not required (observed). A growing input brings as
    many inputs as the graph has.
    """
    return {name: (config, required) for name, config, required in _expanded(groups, given, "", 0)}


def _expanded(
    groups: Groups, given: Mapping[str, Any], prefix: str, depth: int
) -> Iterator[tuple[str, InputConfig, bool]]:
    for group in ("required", "optional"):
        for short, config in groups.get(group, {}).items():
            name = f"{prefix}{short}"
            required = group == "required"
            if config[0] == DYNAMIC_COMBO and depth < _DEEPEST:
                yield from _of_combo(name, config, given, depth)
            elif config[0] == AUTOGROW:
                yield from _growing(name, config, given, is_required=required)
            else:
                yield name, config, required


def _of_combo(
    name: str, config: InputConfig, given: Mapping[str, Any], depth: int
) -> Iterator[tuple[str, InputConfig, bool]]:
    if name not in given:
        return
    yield name, config, True
    chosen = given[name]
    for option in config[1]["options"]:
        if option["key"] == chosen:
            yield from _expanded(option["inputs"], given, f"{name}.", depth + 1)


def _growing(
    name: str, config: InputConfig, given: Mapping[str, Any], *, is_required: bool
) -> Iterator[tuple[str, InputConfig, bool]]:
    template = config[1]["template"]
    required = template["input"].get("required", {})
    inner = next(iter((required or template["input"].get("optional", {})).values()))
    names = template.get("names") or [
        f"{template['prefix']}{index}" for index in range(template.get("max", 100))
    ]
    for index, short in enumerate(names):
        is_needed = is_required and bool(required) and index < template.get("min", 0)
        if is_needed or f"{name}.{short}" in given:
            yield f"{name}.{short}", inner, is_needed
