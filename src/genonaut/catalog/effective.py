"""What counts of a model: what was detected, corrected by what an administrator says."""

from functools import lru_cache
from typing import Any

import msgspec

from genonaut.catalog.compatibility import Compatibility, Fit, compare
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.scanning.discover import printable
from genonaut.catalog.vocabulary import Architecture, ModelKind, Source

RULES_VERSION = 1
"""Raise it when files should be identified anew although they have not changed."""
_ARCHITECTURES = frozenset(Architecture)
_MOST_SEARCHED = 2_000


class Overrides(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An administrator's corrections; None leaves what was detected."""

    kind: ModelKind | None = None
    architecture: Architecture | None = None
    variant: str | None = None
    display_name: str | None = None
    trigger_words: tuple[str, ...] | None = None
    notes: str | None = None


class Fitting(msgspec.Struct, frozen=True, array_like=True):
    """All that decides what a model fits."""

    architecture: Architecture
    variant: str
    choices: tuple[str, ...]
    """What is still possible where the file does not tell."""
    is_guess: bool
    """Only the name says so."""

    @property
    def key(self) -> str:
        """Return a text that is equal for models that fit equally."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def of_key(cls, key: str) -> "Fitting":
        """Return what ``key`` was made of."""
        return msgspec.json.decode(key, type=cls)


class Effective(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of a model that are computed from detection and corrections."""

    kind: ModelKind
    architecture: str
    variant: str
    title: str
    search_text: str
    fit_key: str


def effective_of(detected: Identification, overrides: Overrides, name: str) -> Effective:
    """Return what counts for the model that ComfyUI calls ``name``."""
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
        search_text=printable(" ".join(searched))[:_MOST_SEARCHED],
        fit_key=_fitting_of(detected, overrides, architecture, variant).key,
    )


def title_of(detected: Identification, name: str) -> str:
    """Return what people call the model: its title, else its file name without folder and ending."""
    stem = printable(name).rpartition("/")[2]
    stem = (stem.rpartition(".")[0] or stem).replace("_", " ").strip()
    return (detected.title or stem)[:200]


def _fitting_of(
    detected: Identification, overrides: Overrides, architecture: Architecture, variant: str
) -> Fitting:
    if overrides.architecture is not None:
        return Fitting(architecture, printable(variant)[:200], (), is_guess=False)
    choices = tuple(choice for choice in detected.ambiguous_between if choice in _ARCHITECTURES)
    sources = {e.source for e in detected.evidence if e.rule.endswith(".architecture")}
    others = any(e.source is Source.TENSORS for e in detected.evidence)
    is_guess = sources == {Source.NAME} and not others
    return Fitting(architecture, printable(variant)[:200], choices, is_guess)


@lru_cache(maxsize=4096)
def fit_of(lora: Fitting, base: Fitting) -> Compatibility:
    """Tell whether a LoRA fits a base; what only a name says is doubted, never refused."""
    found = compare(_identification(lora), _identification(base))
    if found.fit is Fit.MISFIT and (lora.is_guess or base.is_guess):
        return Compatibility(Fit.DOUBTFUL, f"{found.reason}, going by the names alone")
    return found


def _identification(fitting: Fitting) -> Identification:
    return Identification(
        architecture=fitting.architecture,
        variant=fitting.variant,
        ambiguous_between=fitting.choices,
    )


def storable(text: str) -> str:
    """Return a text that PostgreSQL stores: bytes that are no UTF-8, and NUL, written out."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def storable_json(value: object) -> str:
    """Return a value as JSON that PostgreSQL's jsonb takes."""
    try:
        raw = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate somewhere in foreign metadata
        raw = msgspec.json.encode(_clean(msgspec.to_builtins(value)))
    # The one character that JSON can write and jsonb cannot hold.
    return raw.decode().replace("\\u0000", "\\ufffd")


def _clean(value: Any) -> Any:  # noqa: ANN401  # any JSON
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(key)): _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list | tuple) else value
