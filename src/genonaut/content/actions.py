"""The actions on an item, as pure functions from one state to the next."""

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
    """The fields of an item that actions read and change."""

    id: int
    user_id: UUID
    title: str
    visibility: Visibility
    is_trashed: bool
    tags: frozenset[str]


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """Change title, visibility or tags. Unset fields are kept; tags are replaced as a whole."""

    title: str | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    tags: frozenset[str] | UnsetType = UNSET

    def of(self, state: ItemState) -> ItemState:
        """Return the item as edited."""
        given = {name: value for name, value in structs.asdict(self).items() if value is not UNSET}
        return _require_tag_limit(structs.replace(_require_not_trashed(state), **given))


class AddTags(msgspec.Struct, frozen=True):
    """Add tags to an item."""

    tags: frozenset[str]

    def of(self, state: ItemState) -> ItemState:
        """Return the item with the tags added."""
        return _require_tag_limit(
            structs.replace(_require_not_trashed(state), tags=state.tags | self.tags)
        )


class RemoveTags(msgspec.Struct, frozen=True):
    """Remove tags from an item; tags that it does not have are ignored."""

    tags: frozenset[str]

    def of(self, state: ItemState) -> ItemState:
        """Return the item without the tags."""
        return structs.replace(_require_not_trashed(state), tags=state.tags - self.tags)


class Trash(msgspec.Struct, frozen=True):
    """Move an item to the trash."""

    def of(self, state: ItemState) -> ItemState:
        """Return the item in the trash."""
        return structs.replace(state, is_trashed=True)


class Restore(msgspec.Struct, frozen=True):
    """Restore an item from the trash, unchanged."""

    def of(self, state: ItemState) -> ItemState:
        """Return the restored item."""
        return structs.replace(state, is_trashed=False)


class Purge(msgspec.Struct, frozen=True):
    """Delete an item in the trash for good."""

    def of(self, state: ItemState) -> None:
        """Check that the item is in the trash.

        Raises:
            ChangeRefusedError: it is not.
        """
        if not state.is_trashed:
            raise ChangeRefusedError("it is not in the trash; delete it first")


Action: TypeAlias = Edit | AddTags | RemoveTags | Trash | Restore | Purge


def _require_not_trashed(state: ItemState) -> ItemState:
    if state.is_trashed:
        raise ChangeRefusedError("it is in the trash; restore it first")
    return state


def _require_tag_limit(state: ItemState) -> ItemState:
    if len(state.tags) > MAX_TAGS:
        raise ChangeRefusedError(f"it would have {len(state.tags)} tags; {MAX_TAGS} are allowed")
    return state
