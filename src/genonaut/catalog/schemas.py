"""Requests and responses of the model routes."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.catalog.compatibility import Compatibility, Fit
from genonaut.catalog.details import ModelDetails
from genonaut.catalog.hashing import AUTOV2_DIGITS, AUTOV3_DIGITS
from genonaut.catalog.identification.findings import Evidence
from genonaut.catalog.notes import OwnDetails
from genonaut.catalog.previews import preview_path
from genonaut.catalog.scanning.health import HealthCode, ModelHealth
from genonaut.catalog.selection.capabilities import Ability, abilities_of
from genonaut.catalog.selection.recipe import Defaults
from genonaut.catalog.selection.recipes import UNKNOWN, defaults_of, recipe_of
from genonaut.catalog.service import Correction
from genonaut.catalog.tables import ModelNote, ModelRefresh
from genonaut.catalog.vocabulary import Architecture, ModelKind, ModelSource
from genonaut.catalog.vocabulary import Source as EvidenceSource
from genonaut.core.schemas import NO_NUL, RequestBody, View

_BASE_KINDS = frozenset({ModelKind.CHECKPOINT, ModelKind.DIFFUSION_MODEL})
Word = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
Words = Annotated[list[Word], Meta(max_length=50)]
Title = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
Variant = Annotated[str, Meta(max_length=100, pattern=NO_NUL)]
Notes = Annotated[str, Meta(max_length=4000, pattern=NO_NUL)]
Folder = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$")]
FileName = Annotated[str, Meta(min_length=1, max_length=255, pattern=NO_NUL)]


class ModelPatch(RequestBody, frozen=True):
    """Corrections of a model. Omitted fields stay unchanged; null restores the detected value."""

    kind: ModelKind | UnsetType | None = UNSET
    architecture: Architecture | UnsetType | None = UNSET
    variant: Variant | UnsetType | None = UNSET
    display_name: Title | UnsetType | None = UNSET
    trigger_words: Words | UnsetType | None = UNSET
    notes: Notes | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET

    def correction(self) -> Correction:
        """Return the correction as a domain value."""
        return _correction(self)


class ModelSubmit(RequestBody, frozen=True):
    """A model to add by hand, with the folder and name by which ComfyUI loads it."""

    folder: Folder
    name: FileName
    kind: ModelKind | UnsetType = UNSET
    architecture: Architecture | UnsetType = UNSET
    variant: Variant | UnsetType = UNSET
    display_name: Title | UnsetType = UNSET
    trigger_words: Words | UnsetType = UNSET
    notes: Notes | UnsetType = UNSET
    enabled: bool = True

    def correction(self) -> Correction:
        """Return the correction as a domain value."""
        return _correction(self)


def _correction(body: ModelPatch | ModelSubmit) -> Correction:
    fields = {name: getattr(body, name) for name in Correction.__struct_fields__}
    if isinstance(words := fields["trigger_words"], list):
        fields["trigger_words"] = tuple(words)
    return Correction(**fields)


class EvidenceView(View, frozen=True):
    """One reason for the identification of a model; ``confidence`` is 0..1."""

    rule: str
    says: str
    confidence: float
    source: EvidenceSource

    @classmethod
    def of(cls, evidence: Evidence) -> "EvidenceView":
        """Return the view of a piece of evidence."""
        return cls(**msgspec.structs.asdict(evidence))


class ModelHealthView(View, frozen=True):
    """A problem with a model."""

    code: HealthCode
    detail: str

    @classmethod
    def of(cls, health: ModelHealth) -> "ModelHealthView":
        """Return the view of a problem."""
        return cls(code=health.code, detail=health.detail)


class CompatibilityView(View, frozen=True):
    """How well a LoRA fits the checkpoint in ``compatible_with``."""

    fit: Fit
    reason: str

    @classmethod
    def of(cls, found: Compatibility | None) -> "CompatibilityView | None":
        """Return the view of a compatibility."""
        return None if found is None else cls(fit=found.fit, reason=found.reason)


class ModelDefaultsView(View, frozen=True):
    """Values used for a submission that omits them; width and height in pixels."""

    width: int
    height: int
    steps: int
    cfg: float
    sampler_name: str
    scheduler: str

    @classmethod
    def of(cls, defaults: Defaults) -> "ModelDefaultsView":
        """Return the view of an architecture's defaults."""
        return cls(**msgspec.structs.asdict(defaults))


class ModelAbilitiesView(View, frozen=True):
    """What a submission may ask of a model."""

    text_to_image: bool
    """Without any image."""
    source: bool
    """Start from an image as a whole."""
    mask: bool
    """Paint a part of a source."""
    extend: bool
    hires: bool
    control: bool
    reads_control: list[str]
    """What the control image shows that the model reads itself, without a ControlNet, such as ``canny``; two
    values: its file does not tell which. Empty: it takes ControlNets, or no control image."""
    references: int
    """The most reference images; 0: none. An edit model counts its source as one."""
    is_edit: bool
    """Whether a source is a reference too: the prompt says what to change."""
    refiner: bool
    clip_skip: bool
    step_px: int
    """Width and height of an image are multiples of this, in pixels."""

    @classmethod
    def of(cls, architecture: str, variant: str) -> "ModelAbilitiesView":
        """Return the view of what a model can do."""
        found = abilities_of(architecture, variant)
        recipe = recipe_of(architecture, variant)
        return cls(
            text_to_image=Ability.TEXT_TO_IMAGE in found.can,
            source=Ability.IMAGE_TO_IMAGE in found.can,
            mask=Ability.INPAINT in found.can,
            extend=Ability.EXTEND in found.can,
            hires=Ability.HIRES in found.can,
            control=Ability.CONTROL in found.can,
            reads_control=list(found.reads_control),
            references=found.max_references,
            is_edit=found.source_is_reference,
            refiner=Ability.REFINE in found.can,
            clip_skip=Ability.CLIP_SKIP in found.can,
            step_px=(recipe or UNKNOWN).latent.step_px,
        )


class ModelView(View, frozen=True):
    """One model: its effective values, the backends that have it, and the evidence."""

    id: int
    folder: str
    name: str
    """The name by which ComfyUI loads it: the path below its folder."""
    display_name: str
    kind: ModelKind
    architecture: str
    variant: str
    precision: str
    size_bytes: int | None
    sha256: str | None
    autov2: str | None
    autov3: str | None
    trigger_words: list[str]
    vectors: int | None
    """The tokens that an embedding takes the place of in a prompt; null for other models, and if it is not known."""
    notes: str
    preview: str | None
    enabled: bool
    available: bool
    available_on: list[str]
    source: ModelSource
    evidence: list[EvidenceView]
    ambiguous_between: list[str]
    conflicts: list[str]
    health: list[ModelHealthView]
    is_corrected: bool
    is_favourite: bool
    """Whether the caller marked it."""
    compatibility: CompatibilityView | None
    """Null unless the request has ``compatible_with``."""
    defaults: ModelDefaultsView | None
    """Null unless the model is a checkpoint or a diffusion model."""
    abilities: ModelAbilitiesView | None
    """Null unless the model is a checkpoint or a diffusion model."""
    first_seen_at: datetime
    updated_at: datetime
    unavailable_since: datetime | None

    @classmethod
    def of(cls, details: ModelDetails, *, is_favourite: bool = False) -> "ModelView":
        """Return the view of a model."""
        return cls(**_fields_of(details), is_favourite=is_favourite)


class ModelDetailView(ModelView, frozen=True):
    """One model with all detected values and all corrections.

    ``my_note`` is the caller's own note, which no other user sees; empty without one.
    """

    detected: dict[str, Any]
    overrides: dict[str, Any]
    my_note: str

    @classmethod
    def of_details(cls, details: ModelDetails, own: OwnDetails) -> "ModelDetailView":
        """Return the view of a model and of what the caller keeps about it."""
        return cls(
            **_fields_of(details),
            is_favourite=own.is_favourite,
            my_note=own.note,
            detected=msgspec.to_builtins(details.detected),
            overrides=msgspec.to_builtins(details.overrides),
        )


def _fields_of(details: ModelDetails) -> dict[str, Any]:
    model, detected, overrides = details.model, details.detected, details.overrides
    words = detected.trigger_words if overrides.trigger_words is None else overrides.trigger_words
    is_base = model.kind in _BASE_KINDS
    return {
        **{name: getattr(model, name) for name in _PLAIN},
        "display_name": model.title,
        "precision": detected.precision,
        "autov2": model.sha256[:AUTOV2_DIGITS] if model.sha256 else None,
        "autov3": model.tensors_sha256[:AUTOV3_DIGITS] if model.tensors_sha256 else None,
        "trigger_words": list(words),
        "vectors": detected.vectors,
        "notes": overrides.notes or "",
        "preview": preview_path(model.id) if details.has_preview else None,
        "available": details.is_available,
        "available_on": list(details.available_on),
        "evidence": [EvidenceView.of(one) for one in detected.evidence],
        "ambiguous_between": list(detected.ambiguous_between),
        "conflicts": list(detected.conflicts),
        "health": [ModelHealthView.of(one) for one in details.health],
        "is_corrected": bool(model.overrides),
        "compatibility": CompatibilityView.of(details.compatibility),
        "defaults": ModelDefaultsView.of(defaults_of(model.architecture, model.variant))
        if is_base
        else None,
        "abilities": ModelAbilitiesView.of(model.architecture, model.variant) if is_base else None,
    }


_PLAIN = (
    "id", "folder", "name", "kind", "architecture", "variant", "size_bytes", "sha256", "enabled",
    "source", "first_seen_at", "updated_at", "unavailable_since",
)  # fmt: skip


class ModelFavouritePut(RequestBody, frozen=True):
    """Whether the model is a favourite of the caller."""

    is_favourite: bool


class ModelFavouriteView(View, frozen=True):
    """Whether a model is a favourite of the caller."""

    model_id: int
    is_favourite: bool


class ModelNoteSubmit(RequestBody, frozen=True):
    """The caller's note on a model; a blank text deletes it."""

    text: Notes


class ModelNoteView(View, frozen=True):
    """The caller's note on a model; without one ``text`` is empty and ``updated_at`` null."""

    model_id: int
    text: str
    updated_at: datetime | None

    @classmethod
    def of(cls, model_id: int, note: ModelNote | None) -> "ModelNoteView":
        """Return the view of a note, or that there is none."""
        if note is None:
            return cls(model_id=model_id, text="", updated_at=None)
        return cls(model_id=model_id, text=note.text, updated_at=note.updated_at)


class ModelNotesView(View, frozen=True):
    """The caller's notes on models, the last changed first."""

    items: list[ModelNoteView]


class RefreshView(View, frozen=True):
    """When a refresh was requested, started and finished, and its report."""

    requested_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    """Null while it runs, or if it was interrupted."""
    report: dict[str, Any]
    """Report of the last finished refresh: counts, and for administrators problems as text."""

    @classmethod
    def of(cls, state: ModelRefresh | None, *, with_problems: bool) -> "RefreshView":
        """Return the view of the row, which is None before the first refresh.

        Problems name absolute paths, which only administrators may see.
        """
        if state is None:
            return cls(requested_at=None, started_at=None, finished_at=None, report={})
        return cls(
            requested_at=state.requested_at,
            started_at=state.started_at,
            finished_at=state.finished_at,
            report={
                name: value
                for name, value in state.report.items()
                if with_problems or name != "problems"
            },
        )
