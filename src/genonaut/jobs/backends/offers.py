"""What the ComfyUI servers offer, as last reported."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from msgspec import UNSET, UnsetType
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.filters import BASE_FOLDERS
from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.jobs.backends.capability import missing_at
from genonaut.jobs.params import (
    CHECKPOINTS,
    LORAS,
    NODES,
    REFERENCE_METHODS,
    SAMPLERS,
    SCHEDULERS,
)
from genonaut.jobs.tables import ComfyuiBackend

_MAX_LISTED = 5
_OFFERS = (
    select(ComfyuiBackend.name, ComfyuiBackend.offers)
    .where(ComfyuiBackend.enabled)
    .order_by(ComfyuiBackend.name)
)


_NOUNS = {
    CHECKPOINTS: "checkpoint",
    "diffusion_models": "diffusion model",
    "text_encoders": "text encoder",
    "vae": "VAE",
    LORAS: "LoRA",
    "controlnet": "ControlNet",
    "model_patches": "ControlNet",
    "upscale_models": "upscale model",
    "style_models": "style model",
    "clip_vision": "CLIP vision model",
    "embeddings": "embedding",
    SAMPLERS: "sampler",
    SCHEDULERS: "scheduler",
    NODES: "node",
    REFERENCE_METHODS: "reference method",
}


class BackendOffers:
    """The offers of all enabled backends; unknown until one has reported."""

    def __init__(self, by_backend: Mapping[str, Collection[str] | None]) -> None:
        """Take the offers by name of the backend; None for one that has never answered."""
        self._by_backend = by_backend
        known = [offers for offers in by_backend.values() if offers is not None]
        self.is_known = bool(known)
        self.is_complete = len(known) == len(by_backend)
        self._names: dict[str, list[str]] = {}
        for offer in sorted(set(chain.from_iterable(known))):
            folder, _, name = offer.partition("/")
            self._names.setdefault(folder, []).append(name)

    @classmethod
    async def read(cls, session: AsyncSession) -> "BackendOffers":
        """Read the reported offers."""
        rows = (await session.execute(_OFFERS)).all()
        return cls({name: None if offers is None else set(offers) for name, offers in rows})

    @property
    def offered(self) -> Mapping[str, Collection[str]] | None:
        """Return all names by folder; None while unknown."""
        return self._names if self.is_known else None

    def names(self, folder: str) -> list[str]:
        """Return the names in one folder, sorted."""
        return self._names.get(folder, [])

    def canonical_name(self, folders: Iterable[str], name: str) -> str:
        """Return a name with forward slashes if it is offered only so; else the name unchanged."""
        if "\\" not in name:
            return name
        known = set(chain.from_iterable(map(self.names, folders)))
        canonical = name.replace("\\", "/")
        return canonical if name not in known and canonical in known else name

    def checkpoint_or_default(self, wanted: str, configured: str) -> str:
        """Return the wanted checkpoint, else the configured one, else the only one.

        Raises:
            InvalidInputError: none is wanted and there is no default.
        """
        if wanted:
            return self.canonical_name(BASE_FOLDERS, wanted)
        default = self.default_checkpoint(configured)
        if default is not None:
            return default
        known = self.names(CHECKPOINTS)
        if known:
            message = f"is required, as there are several: {_listed(known)}"
        else:
            message = "is required: no ComfyUI server has reported its checkpoints yet"
        raise InvalidInputError.of("checkpoint_model", message)

    def default_checkpoint(self, configured: str) -> str | None:
        """Return the configured checkpoint, else the only one; None if there are none or several."""
        known = self.names(CHECKPOINTS)
        configured = self.canonical_name([CHECKPOINTS], configured)
        if configured and (configured in known or not self.is_known):
            return configured
        return known[0] if len(known) == 1 else None

    def require_options(self, *, sampler_name: str | UnsetType, scheduler: str | UnsetType) -> None:
        """Check that sampler and scheduler, where set, are offered.

        Accepts all while a server has never answered: it may have them.

        Raises:
            InvalidInputError: for each that no server offers, with similar names.
        """
        if not self.is_known or not self.is_complete:
            return
        wanted = [
            ("params.sampler_name", SAMPLERS, "sampler", sampler_name),
            ("params.scheduler", SCHEDULERS, "scheduler", scheduler),
        ]
        errors = [
            FieldError(field, self._unknown(folder, noun, name))
            for field, folder, noun, name in wanted
            if name is not UNSET and name not in self.names(folder)
        ]
        if errors:
            raise InvalidInputError(*errors)

    def require_together(self, needs: Collection[str], *, field: str = "checkpoint_model") -> None:
        """Check that one backend offers all needs, or may offer them as its offers are not known.

        Args:
            needs: ``folder/name`` of everything that the job needs.
            field: the field that the error names.

        Raises:
            InvalidInputError: no backend offers all of them; says what each one has and lacks.
        """
        lacking: dict[str, list[str]] = {}
        for backend, offers in self._by_backend.items():
            missing = missing_at(offers, needs)
            if not missing:
                return
            lacking[backend] = missing
        if lacking:
            parts = "; ".join(self._parts_of(lacking))
            message = f"no ComfyUI server has everything that this needs: {parts}"
            raise InvalidInputError.of(field, message)

    def _parts_of(self, lacking: Mapping[str, Sequence[str]]) -> Iterator[str]:
        """Say of each server which of the parts that one of them lacks it has."""
        disputed = list(dict.fromkeys(chain.from_iterable(lacking.values())))
        for backend, missing in islice(lacking.items(), _MAX_LISTED):
            offers = self._by_backend[backend] or ()
            present = [need for need in disputed if need in offers]
            has = f"has {_described(present)} but not" if present else "lacks"
            yield f"{backend} {has} {_described(missing)}"
        if len(lacking) > _MAX_LISTED:
            yield f"and {len(lacking) - _MAX_LISTED} more servers"

    def _unknown(self, folder: str, noun: str, name: str) -> str:
        known = self.names(folder)
        if not known:
            return f"{name!r} is unknown: no ComfyUI server has any {noun}"
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"available: {_listed(known)}"
        return f"{name!r} is not a {noun} of any ComfyUI server; {hint}"


def _described(needs: Sequence[str]) -> str:
    """Return ``folder/name`` as words."""
    parts = [need.partition("/") for need in needs]
    return _listed([f"the {_NOUNS.get(folder, folder)} {name!r}" for folder, _, name in parts])


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_MAX_LISTED])
    return shown if len(names) <= _MAX_LISTED else f"{shown} and {len(names) - _MAX_LISTED} more"
