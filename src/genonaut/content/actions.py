"""What can be done to an item, as pure functions from one state to the next."""

from typing import TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType, structs

from genonaut.content.tables import Visibility
from genonaut.content.tags import MAX_TAGS
from genonaut.core.errors import ConflictError


class ChangeRefusedError(ConflictError):
    """The item's state does not allow the change."""

    code = "change_refused"


class ItemState(msgspec.Struct, frozen=True, kw_only=True):
    """What of an item can be changed."""

    id: int
    user_id: UUID
    title: str
    visibility: Visibility
    is_trashed: bool
    tags: frozenset[str]


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """Give an item other words or visibility; what is unset stays. Tags are replaced."""

    title: str | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    tags: frozenset[str] | UnsetType = UNSET

    def of(self, state: ItemState) -> ItemState:
        """Return the item as edited."""
        given = {name: value for name, value in structs.asdict(self).items() if value is not UNSET}
        return _with_few_tags(structs.replace(_kept(state), **given))


class AddTags(msgspec.Struct, frozen=True):
    """Add tags to those the item has."""

    tags: frozenset[str]

    def of(self, state: ItemState) -> ItemState:
        """Return the item with the tags added."""
        return _with_few_tags(structs.replace(_kept(state), tags=state.tags | self.tags))


class RemoveTags(msgspec.Struct, frozen=True):
    """Take tags away; those it has not are no matter."""

    tags: frozenset[str]

    def of(self, state: ItemState) -> ItemState:
        """Return the item without the tags."""
        return structs.replace(_kept(state), tags=state.tags - self.tags)


class Trash(msgspec.Struct, frozen=True):
    """Hide an item until it is restored or purged."""

    def of(self, state: ItemState) -> ItemState:
        """Return the item in the trash."""
        return structs.replace(state, is_trashed=True)


class Restore(msgspec.Struct, frozen=True):
    """Bring an item back as it was."""

    def of(self, state: ItemState) -> ItemState:
        """Return the item out of the trash."""
        return structs.replace(state, is_trashed=False)


class Purge(msgspec.Struct, frozen=True):
    """Remove an item in the trash for good."""

    def of(self, state: ItemState) -> None:
        """Check that the item may go."""
        if not state.is_trashed:
            raise ChangeRefusedError("it is not in the trash; delete it first")


Action: TypeAlias = Edit | AddTags | RemoveTags | Trash | Restore | Purge


def _kept(state: ItemState) -> ItemState:
    if state.is_trashed:
        raise ChangeRefusedError("it is in the trash; restore it first")
    return state


def _with_few_tags(state: ItemState) -> ItemState:
    if len(state.tags) > MAX_TAGS:
        raise ChangeRefusedError(f"it would have {len(state.tags)} tags; {MAX_TAGS} are allowed")
    return state
