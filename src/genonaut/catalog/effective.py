"""The effective values of a model: detected values with an administrator's corrections applied."""

from functools import lru_cache
from typing import Any

import msgspec

from genonaut.catalog.compatibility import Compatibility, Fit, compare
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.scanning.discover import printable
from genonaut.catalog.vocabulary import Architecture, ModelKind, Source

RULES_VERSION = 2
"""Increase it to have unchanged files identified again."""
_ARCHITECTURES = frozenset(Architecture)
_MAX_SEARCH_CHARS = 2_000


class Overrides(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An administrator's corrections; None keeps the detected value."""

    kind: ModelKind | None = None
    architecture: Architecture | None = None
    variant: str | None = None
    display_name: str | None = None
    trigger_words: tuple[str, ...] | None = None
    notes: str | None = None


class FitTraits(msgspec.Struct, frozen=True, array_like=True):
    """The values that decide which models a model fits."""

    architecture: Architecture
    variant: str
    choices: tuple[str, ...]
    """The architectures that remain possible if the file does not decide."""
    is_guess: bool
    """True if the architecture was taken from the file name alone."""

    @property
    def key(self) -> str:
        """Return a text that is equal for models that fit the same models."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def of_key(cls, key: str) -> "FitTraits":
        """Return the traits encoded in ``key``."""
        return msgspec.json.decode(key, type=cls)


class Effective(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a model that are computed from detected values and corrections."""

    kind: ModelKind
    architecture: str
    variant: str
    title: str
    search_text: str
    fit_key: str


def effective_of(detected: Identification, overrides: Overrides, name: str) -> Effective:
    """Return the effective values of the model that ComfyUI calls ``name``."""
    architecture = overrides.architecture or detected.architecture
    variant = detected.variant if overrides.variant is None else overrides.variant
    title = overrides.display_name or title_of(detected, name)
    words = detected.trigger_words if overrides.trigger_words is None else overrides.trigger_words
    searched = (name, title, architecture, variant, *words, *detected.tags)
    return Effective(
        kind=overrides.kind or detected.kind,
        architecture=architecture,
        variant=printable(variant)[:200],
        title=title,
        search_text=printable(" ".join(searched))[:_MAX_SEARCH_CHARS],
        fit_key=_fitting_of(detected, overrides, architecture, variant).key,
    )


def title_of(detected: Identification, name: str) -> str:
    """Return the title of a model: the detected one, else its file name without folder and suffix."""
    stem = printable(name).rpartition("/")[2]
    stem = (stem.rpartition(".")[0] or stem).replace("_", " ").strip()
    return (detected.title or stem)[:200]


def _fitting_of(
    detected: Identification, overrides: Overrides, architecture: Architecture, variant: str
) -> FitTraits:
    if overrides.architecture is not None:
        return FitTraits(architecture, printable(variant)[:200], (), is_guess=False)
    choices = tuple(choice for choice in detected.ambiguous_between if choice in _ARCHITECTURES)
    sources = {e.source for e in detected.evidence if e.rule.endswith(".architecture")}
    others = any(e.source is Source.TENSORS for e in detected.evidence)
    is_guess = sources == {Source.NAME} and not others
    return FitTraits(architecture, printable(variant)[:200], choices, is_guess)


@lru_cache(maxsize=4096)
def fit_of(lora: FitTraits, base: FitTraits) -> Compatibility:
    """Return whether a LoRA fits a base; a guess from a file name is doubtful, never a misfit."""
    found = compare(_identification(lora), _identification(base))
    if found.fit is Fit.MISFIT and (lora.is_guess or base.is_guess):
        return Compatibility(Fit.DOUBTFUL, f"{found.reason}, according to the file names")
    return found


def _identification(fitting: FitTraits) -> Identification:
    return Identification(
        architecture=fitting.architecture,
        variant=fitting.variant,
        ambiguous_between=fitting.choices,
    )


def storable(text: str) -> str:
    """Return a text that PostgreSQL can store: invalid UTF-8 and NUL are replaced by escapes."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def storable_json(value: object) -> str:
    """Return a value as JSON that PostgreSQL's jsonb accepts."""
    try:
        raw = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate in a file's metadata
        raw = msgspec.json.encode(_clean(msgspec.to_builtins(value)))
    # The only character that JSON can represent and jsonb cannot store.
    return raw.decode().replace("\\u0000", "\\ufffd")


def _clean(value: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value
