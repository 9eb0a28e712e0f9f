"""Read files of styles that other programs keep."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from genonaut.core.errors import InvalidInputError
from genonaut.presets.service import NewPreset
from genonaut.presets.tables import NAME_LENGTH, PresetKind

_TEXT_LENGTH = 10_000
# stable-diffusion-webui, Fooocus and SDXL Prompt Styler; before 2023 and with InvokeAI.
_PROMPTS = ("prompt", "positive_prompt", "text")


def read_styles_csv(text: str) -> list[NewPreset]:
    """Return the styles of a ``styles.csv`` of stable-diffusion-webui (modules/styles.py).

    Raises:
        InvalidInputError: it has no column ``name``, or a text is too long.
    """
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))
    if "name" not in (rows.fieldnames or ()):
        raise InvalidInputError.of("csv", "has no column name; send the text of a styles.csv")
    return [
        _style(row, "csv", f"line {number}")
        for number, row in enumerate(rows, start=2)
        if _has_style(row)
    ]


def read_styles_json(text: str) -> list[NewPreset]:
    """Return the styles of a list of objects with ``name``, ``prompt`` and ``negative_prompt``.

    Fooocus keeps its styles so (sdxl_styles/), and the SDXL Prompt Styler; InvokeAI exports
    ``positive_prompt`` instead.

    Raises:
        InvalidInputError: it is no such list, or a text is too long.
    """
    try:
        found = msgspec.json.decode(text, type=list[dict[str, Any]])
    except msgspec.DecodeError as error:
        message = f"is not a list of styles, each with name, prompt and negative_prompt: {error}"
        raise InvalidInputError.of("json", message) from error
    return [
        _style(entry, "json", f"entry {number}")
        for number, entry in enumerate(found, start=1)
        if _has_style(entry)
    ]


def _texts(entry: Mapping[str, Any]) -> Iterator[str]:
    """Yield the prompt and the negative prompt; empty if they are missing."""
    yield next((one for name in _PROMPTS if isinstance(one := entry.get(name), str) and one), "")
    negative = entry.get("negative_prompt")
    yield negative if isinstance(negative, str) else ""


def _has_style(entry: Mapping[str, Any]) -> bool:
    """Return whether an entry is a style; others separate groups."""
    name = entry.get("name")
    return isinstance(name, str) and name.strip() != "" and any(_texts(entry))


def _style(entry: Mapping[str, Any], field: str, place: str) -> NewPreset:
    name = entry["name"].strip()
    prompt, negative = _texts(entry)
    if len(name) > NAME_LENGTH or max(len(prompt), len(negative)) > _TEXT_LENGTH:
        raise InvalidInputError.of(field, f"{place} has a text that is too long")
    if "\0" in name + prompt + negative:
        raise InvalidInputError.of(field, f"{place} has a NUL character")
    return NewPreset(kind=PresetKind.STYLE, name=name, prompt=prompt, negative_prompt=negative)
