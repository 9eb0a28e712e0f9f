"""Changes to single values of the settings of a preset."""

from collections.abc import Mapping
from typing import Any

_MOST_LEVELS = 8
"""Deeper than any field of a submission."""


def merged(
    settings: Mapping[str, Any], patch: Mapping[str, Any], *, level: int = 1
) -> dict[str, Any]:
    """Return settings with a JSON merge patch applied.

    null removes a value, objects are merged, other values replaced. Unlike the standard, an object that
    becomes empty is removed.

    Source: RFC 7396, section 2.
    """
    result = dict(settings)
    for name, value in patch.items():
        before = result.get(name)
        if value is None:
            result.pop(name, None)
        elif not isinstance(value, dict) or level >= _MOST_LEVELS:
            result[name] = value
        elif inner := merged(before if isinstance(before, dict) else {}, value, level=level + 1):
            result[name] = inner
        else:
            result.pop(name, None)
    return result
