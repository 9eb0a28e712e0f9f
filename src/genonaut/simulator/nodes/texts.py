"""Nodes for primitive values, texts and decisions."""

import json
import re
from typing import Any

from genonaut.simulator.nodes.files import entry, target_of, write
from genonaut.simulator.nodes.registry import (
    Inputs,
    NodeContext,
    Outputs,
    file_node,
    node,
    passes_on,
)
from genonaut.simulator.result_cache import NodeResult

passes_on(
    "PrimitiveInt PrimitiveFloat PrimitiveString PrimitiveStringMultiline PrimitiveBoolean", "value"
)
passes_on("SeedNode", "seed")


@file_node("PreviewAny")
def _preview(inputs: Inputs, context: NodeContext) -> NodeResult:
    text = shown_text(inputs["source"])
    return context.shown({"text": [text]}, text)


def shown_text(value: Any) -> str:  # noqa: ANN401  # any value of a node
    """Return a value as PreviewAny shows it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int | float):
        return str(value)
    try:
        return json.dumps(value)
    except TypeError:
        return str(value)


@file_node("SaveText")
def _save(inputs: Inputs, context: NodeContext) -> NodeResult:
    text, kind = inputs["text"], inputs["format"]
    target = target_of(inputs["filename_prefix"], "output", (0, 0), context)
    path = target.folder / target.file_name(0, kind, bare=True)
    write(path, _formatted(text, kind).encode("utf-8", "replace"), context)
    files = [entry(path.name, target, "output")]
    return context.shown({"text": [text], "files": files}, text)


def _formatted(text: str, kind: str) -> str:
    """Return what is stored: JSON is indented if it is valid (observed)."""
    if kind != "json":
        return text
    try:
        return json.dumps(json.loads(text), indent=4, ensure_ascii=False)
    except ValueError:
        return text


@node("StringConcatenate")
def _concatenate(inputs: Inputs) -> Outputs:
    return (inputs["delimiter"].join((inputs["string_a"], inputs["string_b"])),)


@node("StringSubstring")
def _substring(inputs: Inputs) -> Outputs:
    return (inputs["string"][inputs["start"] : inputs["end"]],)


@node("StringLength")
def _length(inputs: Inputs) -> Outputs:
    return (len(inputs["string"]),)


@node("StringReplace")
def _replace(inputs: Inputs) -> Outputs:
    return (inputs["string"].replace(inputs["find"], inputs["replace"]),)


@node("StringTrim")
def _trim(inputs: Inputs) -> Outputs:
    text: str = inputs["string"]
    changes = {"Both": text.strip(), "Left": text.lstrip(), "Right": text.rstrip()}
    return (changes.get(inputs["mode"], text),)


@node("StringContains")
def _contains(inputs: Inputs) -> Outputs:
    text, part = _same_case(inputs, inputs["string"], inputs["substring"])
    return (part in text,)


@node("StringCompare")
def _compare(inputs: Inputs) -> Outputs:
    first, second = _same_case(inputs, inputs["string_a"], inputs["string_b"])
    if inputs["mode"] == "Equal":
        return (first == second,)
    starts = inputs["mode"] == "Starts With"
    return (first.startswith(second) if starts else first.endswith(second),)


def _same_case(inputs: Inputs, *texts: str) -> tuple[str, ...]:
    return texts if inputs["case_sensitive"] else tuple(text.lower() for text in texts)


@node("StringFormat")
def _format(inputs: Inputs) -> Outputs:
    values = _values(inputs)
    # Only the plain names: a format specification could build a huge text.
    return (
        re.sub(
            r"\{(\w+)\}",
            lambda match: shown_text(values[match[1]]) if match[1] in values else match[0],
            inputs["f_string"],
        ),
    )


def _values(inputs: Inputs) -> dict[str, Any]:
    """Return the values of a growing input by their short names."""
    return {
        name.removeprefix("values."): value
        for name, value in inputs.items()
        if name.startswith("values.")
    }


@node("CaseConverter")
def _case(inputs: Inputs) -> Outputs:
    text: str = inputs["string"]
    changes = {
        "UPPERCASE": text.upper(),
        "lowercase": text.lower(),
        "Capitalize": text.capitalize(),
        "Title Case": text.title(),
    }
    return (changes.get(inputs["mode"], text),)


@node("RegexMatch", slow=True)
def _regex_match(inputs: Inputs) -> Outputs:
    return (_pattern(inputs).search(inputs["string"]) is not None,)


@node("RegexReplace", slow=True)
def _regex_replace(inputs: Inputs) -> Outputs:
    return (_pattern(inputs).sub(inputs["replace"], inputs["string"], inputs["count"]),)


@node("RegexExtract", slow=True)
def _regex_extract(inputs: Inputs) -> Outputs:
    matches = list(_pattern(inputs).finditer(inputs["string"]))
    group = inputs["group_index"] if inputs["mode"].endswith(("Group", "Groups")) else 0
    found = [match[group] for match in matches if group <= match.re.groups]
    if inputs["mode"].startswith("First"):
        return (found[0] if found else "",)
    return ("\n".join(text for text in found if text is not None),)


_REPETITION = re.compile(r"(?<!\\)[*+{]")
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_MOST_STEPS = 10_000_000


def _pattern(inputs: Inputs) -> re.Pattern[str]:
    """Compile the pattern.

    Raises:
        ValueError: It is invalid, or could take very long: a repeated group, or many repetitions on
            a long text. Nothing can interrupt Python's ``re``.
    """
    pattern, text = inputs["regex_pattern"], inputs["string"]
    repetitions = len(_REPETITION.findall(pattern))
    if _REPEATED_GROUP.search(pattern) or (len(text) + 1) ** repetitions > _MOST_STEPS:
        raise ValueError("the simulator refuses patterns that could take very long on this text")
    flags = (
        (re.IGNORECASE if inputs["case_insensitive"] else re.NOFLAG)
        | (re.MULTILINE if inputs["multiline"] else re.NOFLAG)
        | (re.DOTALL if inputs["dotall"] else re.NOFLAG)
    )
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise ValueError(str(error)) from error


@node("JsonExtractString")
def _json_value(inputs: Inputs) -> Outputs:
    try:
        value = json.loads(inputs["json_string"])
    except ValueError:
        return ("",)
    found = value.get(inputs["key"]) if isinstance(value, dict) else None
    return ("" if found is None else shown_text(found),)


@node("CustomCombo")
def _choice(inputs: Inputs) -> Outputs:
    options = [value for name, value in inputs.items() if name.startswith("option")]
    choice = inputs["choice"]
    return choice, options.index(choice) if choice in options else 0


@node(
    "ComfySwitchNode",
    needs=lambda inputs: ("on_true",) if inputs["switch"] else ("on_false",),
)
def _switch(inputs: Inputs) -> Outputs:
    return (inputs["on_true"] if inputs["switch"] else inputs["on_false"],)


@node("ComfyNotNode")
def _not(inputs: Inputs) -> Outputs:
    return (not inputs["value"],)


@node("ComfyAndNode")
def _and(inputs: Inputs) -> Outputs:
    return (all(_values(inputs).values()),)


@node("ComfyOrNode")
def _or(inputs: Inputs) -> Outputs:
    return (any(_values(inputs).values()),)


@node("ComfyNumberConvert")
def _number(inputs: Inputs) -> Outputs:
    value = float(inputs["value"])
    return value, int(value)


@node("PrimitiveBoundingBox")
def _box(inputs: Inputs) -> Outputs:
    return ({name: inputs[name] for name in ("x", "y", "width", "height")},)


@node("ColorToRGBInt")
def _color(inputs: Inputs) -> Outputs:
    color = inputs["color"].lstrip("#")
    return int(color[:6], 16), f"#{color[:6]}", int(color[6:8] or "ff", 16) / 255


@node("TextToLowercase")
def _lower(inputs: Inputs) -> Outputs:
    return (inputs["texts"].lower(),)


@node("TextToUppercase")
def _upper(inputs: Inputs) -> Outputs:
    return (inputs["texts"].upper(),)


@node("StripWhitespace")
def _strip(inputs: Inputs) -> Outputs:
    return (inputs["texts"].strip(),)


@node("TruncateText")
def _truncate(inputs: Inputs) -> Outputs:
    return (inputs["texts"][: inputs["max_length"]],)


@node("AddTextPrefix")
def _prefix(inputs: Inputs) -> Outputs:
    return (f"{inputs['prefix']}{inputs['texts']}",)


@node("AddTextSuffix")
def _suffix(inputs: Inputs) -> Outputs:
    return (f"{inputs['texts']}{inputs['suffix']}",)


@node("ReplaceText")
def _replace_text(inputs: Inputs) -> Outputs:
    return (inputs["texts"].replace(inputs["find"], inputs["replace"]),)
