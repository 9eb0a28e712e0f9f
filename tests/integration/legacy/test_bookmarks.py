"""``genonaut import legacy``: bookmarks become collections and favourites, tags keep their parents."""

from pathlib import Path

from sqlalchemy import select
from tests.integration.legacy.test_import import fill, imported, item_named, rows_of
from tests.support.legacy import SHARE_TOKEN
from tests.support.people import Town

from genonaut.accounts.tokens import hash_of
from genonaut.collections.tables import CollectionLink
from genonaut.content.collection_tables import Collection, CollectionItem, ContentFavourite


async def test_bookmarks_become_collections_and_favourites(
    town: Town, old_database: str, folder: Path
) -> None:
    await fill(old_database, folder)
    await imported(town, old_database, folder)
    collections = {one.name: one for one in await rows_of(town, select(Collection))}
    assert set(collections) == {"Outer", "Inner", "Loop", "Bookmarks"}
    outer, inner = collections["Outer"], collections["Inner"]
    assert (outer.parent_id, outer.path) == (None, [outer.id])
    assert (inner.parent_id, inner.path) == (outer.id, [outer.id, inner.id])
    assert collections["Loop"].parent_id is None
    notes = {outer.description, inner.description}
    assert notes == {"About Outer", "About Inner\nFirst: Love the light"}

    first, second, auto = [await item_named(town, name) for name in ("First", "Second", "Auto")]
    query = select(CollectionItem).order_by(CollectionItem.position)
    entries = [(one.collection_id, one.content_id) for one in await rows_of(town, query)]
    assert [item for collection, item in entries if collection == outer.id] == [second.id, first.id]
    assert (inner.id, first.id) in entries
    assert (collections["Bookmarks"].id, auto.id) in entries
    assert len(entries) == 4

    (link,) = await rows_of(town, select(CollectionLink))
    assert (link.collection_id, link.is_enabled) == (outer.id, True)
    assert link.token_hash == hash_of(str(SHARE_TOKEN))
    (favourite,) = await rows_of(town, select(ContentFavourite))
    assert favourite.content_id == first.id


async def test_a_link_that_is_in_use_is_not_imported_again(
    town: Town, old_database: str, folder: Path
) -> None:
    await fill(old_database, folder)
    await imported(town, old_database, folder)
    again = await imported(town, old_database, folder, "--source", "again", "--same-users")
    reasons = {one["reason"] for one in again["problems"] if one["kind"] == "collection"}
    assert reasons == {"its link was not imported: it is in use"}
    assert len(await rows_of(town, select(CollectionLink))) == 1


async def test_items_get_the_tags_above_their_own(
    town: Town, old_database: str, folder: Path
) -> None:
    await fill(old_database, folder)
    await imported(town, old_database, folder)
    assert sorted((await item_named(town, "First")).tag_names) == ["sea", "sky"]
    assert sorted((await item_named(town, "Auto")).tag_names) == ["moon", "sea", "sky"]
