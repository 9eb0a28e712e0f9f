from uuid import UUID

import pytest

from genonaut.content.actions import (
    AddTags,
    ChangeRefusedError,
    Edit,
    ItemState,
    Purge,
    RemoveTags,
    Restore,
    Trash,
)
from genonaut.content.tables import Visibility

KEPT = ItemState(
    id=1,
    user_id=UUID(int=1),
    title="a fox",
    visibility=Visibility.PRIVATE,
    is_trashed=False,
    tags=frozenset({"fox"}),
)
TRASHED = Trash().of(KEPT)


def test_an_edit_changes_only_the_given_fields() -> None:
    assert Edit().of(KEPT) == KEPT
    edited = Edit(title="an owl", tags=frozenset({"owl"})).of(KEPT)
    assert (edited.title, edited.tags) == ("an owl", frozenset({"owl"}))
    assert edited.visibility is Visibility.PRIVATE


def test_tags_are_added_and_removed() -> None:
    assert AddTags(frozenset({"fox", "snow"})).of(KEPT).tags == {"fox", "snow"}
    assert RemoveTags(frozenset({"fox", "owl"})).of(KEPT).tags == set()


def test_an_item_has_fifty_tags_at_most() -> None:
    many = frozenset(f"t{number}" for number in range(50))
    assert len(Edit(tags=many).of(KEPT).tags) == 50
    with pytest.raises(ChangeRefusedError, match="51 tags"):
        AddTags(many).of(KEPT)
    with pytest.raises(ChangeRefusedError, match="51 tags"):
        Edit(tags=many | {"one more"}).of(KEPT)


@pytest.mark.parametrize(
    "action", [Edit(title="x"), AddTags(frozenset({"a"})), RemoveTags(frozenset({"fox"}))]
)
def test_trashed_items_cannot_be_changed(action: Edit | AddTags | RemoveTags) -> None:
    with pytest.raises(ChangeRefusedError, match="restore it first"):
        action.of(TRASHED)


def test_trash_and_restore_lose_nothing() -> None:
    assert TRASHED.is_trashed
    assert Trash().of(TRASHED) == TRASHED
    assert Restore().of(TRASHED) == KEPT
    assert Restore().of(KEPT) == KEPT


def test_only_trashed_items_can_be_purged() -> None:
    Purge().of(TRASHED)
    with pytest.raises(ChangeRefusedError, match="delete it first"):
        Purge().of(KEPT)
