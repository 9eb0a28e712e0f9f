"""Filters of the model lists, as SQL conditions that indexes serve."""

import re
from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, exists, or_, select

from genonaut.catalog.tables import AvailableModel, CatalogBackend, ModelBackend, ModelFavourite
from genonaut.catalog.vocabulary import ModelKind, ModelSource

BASE_FOLDERS = ("checkpoints", "diffusion_models")
"""ComfyUI's folders of base models, in the order in which a name is searched."""
LORA_FOLDER = "loras"


class ModelFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Conditions for models; None and empty fields do not filter."""

    kinds: Sequence[ModelKind] = ()
    folders: Sequence[str] = ()
    architecture: str | None = None
    search: str | None = None
    source: ModelSource | None = None
    enabled: bool | None = None
    available: bool | None = None
    fit_keys: Sequence[str] | None = None
    favourite: bool | None = None
    viewer_id: UUID | None = None
    """Whose favourites; None without ``favourite``, so that the filters of all users are equal."""

    def within(self, kinds: Sequence[ModelKind], folders: Sequence[str]) -> "ModelFilter":
        """Return this filter restricted to these kinds and folders."""
        return msgspec.structs.replace(self, kinds=kinds, folders=folders)

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions that a model must meet."""
        model = AvailableModel
        found: list[ColumnElement[bool]] = [
            model.search_text.ilike(f"%{_escaped(word)}%") for word in (self.search or "").split()
        ]
        if self.kinds:
            found.append(model.kind.in_(self.kinds))
        if self.folders:
            found.append(model.folder.in_(self.folders))
        if self.architecture is not None:
            found.append(model.architecture == self.architecture)
        if self.source is not None:
            found.append(model.source == self.source)
        if self.enabled is not None:
            found.append(model.enabled.is_(self.enabled))
        if self.fit_keys is not None:
            found.append(model.fit_key.in_(self.fit_keys))
        return [*found, *self._conditions_on_other_rows()]

    def _conditions_on_other_rows(self) -> Iterator[ColumnElement[bool]]:
        if self.available is not None:
            yield is_available() if self.available else ~is_available()
        if self.favourite is not None:
            marked = _is_favourite_of(self.viewer_id)
            yield marked if self.favourite else ~marked


def is_available() -> ColumnElement[bool]:
    """Return the SQL condition "some backend has the model"; while no backend is known, "a file exists"."""
    no_server_known = ~exists(select(CatalogBackend.name))
    return or_(
        exists().where(ModelBackend.model_id == AvailableModel.id),
        no_server_known & AvailableModel.unavailable_since.is_(None),
    )


def _is_favourite_of(user_id: UUID | None) -> ColumnElement[bool]:
    mark = ModelFavourite
    return exists().where(mark.model_id == AvailableModel.id, mark.user_id == user_id)


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
