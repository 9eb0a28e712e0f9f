"""Apply a preset and styles to a submission, as the web app does."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genonaut.cli.api_client import ApiClient
from genonaut.cli.presets.api import PresetApi

_PLACE = "{prompt}"


class PresetOptions(msgspec.Struct, frozen=True):
    """The names of a preset and of styles, which are applied in their order."""

    preset: str | None = None
    styles: Sequence[str] = ()


async def with_presets(
    api: ApiClient, body: Mapping[str, Any], options: PresetOptions
) -> dict[str, Any]:
    """Return the submission with the settings of the preset, and the prompts that the styles make.

    Fields of the submission win over those of the preset.

    Raises:
        PresetNotFoundError: no preset or style has such a name.
    """
    presets = PresetApi.of(api)
    preset = await presets.find(options.preset, "preset") if options.preset else None
    styles = [await presets.find(name, "style") for name in options.styles]
    found = merged({} if preset is None else preset.settings, body)
    templates = [one for one in (preset, *styles) if one is not None]
    for field in ("prompt", "negative_prompt"):
        text = styled(found.get(field) or "", [getattr(one, field) for one in templates])
        if text:
            found[field] = text
    return found


def merged(settings: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with the fields of a submission, and the parameters of both."""
    params = {**(settings.get("params") or {}), **(body.get("params") or {})}
    return {**settings, **body, **({"params": params} if params else {})}


def styled(text: str, templates: Sequence[str]) -> str:
    """Put a text into each template; a template without ``{prompt}`` is added at its end."""
    for template in templates:
        if not template.strip():
            continue
        if _PLACE in template:
            text = template.replace(_PLACE, text)
        else:
            text = f"{text}, {template}" if text.strip() else template
    return text
