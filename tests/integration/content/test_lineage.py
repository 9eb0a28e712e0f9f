"""What an item was made from, and what was made from it."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from tests.builders import make_content
from tests.support.people import Person, Town

from genonaut.content.lineage import MAX_CHILDREN, made_from
from genonaut.content.tables import ContentItem, Visibility


async def lineage(person: Person, content_id: int) -> dict[str, Any]:
    answer = await person.http.get(f"/content/{content_id}/lineage")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(items: list[dict[str, Any]]) -> list[int]:
    return [item["id"] for item in items]


async def test_parents_in_their_order_and_children_newest_first(town: Town, ann: Person) -> None:
    first = await make_content(town.runtime, ann.identity, prompt="a harbour")
    second = await make_content(town.runtime, ann.identity)
    made = await make_content(town.runtime, ann.identity, source_content_ids=[second, first])
    newer = await make_content(town.runtime, ann.identity, source_content_ids=[first])
    found = await lineage(ann, made)
    assert ids(found["parents"]) == [second, first]
    assert found["parents"][1]["title"] == "a harbour"
    assert found["parents"][1]["picture"]["image_url"].startswith(f"/api/v1/content/{first}/image")
    assert found["parents"][1]["is_mine"]
    assert (found["children"], found["has_more_children"]) == ([], False)
    assert ids((await lineage(ann, first))["children"]) == [newer, made]
    assert ids((await lineage(ann, first))["parents"]) == []


async def test_items_that_one_may_not_see_are_left_out(
    town: Town, ann: Person, bob: Person
) -> None:
    public = Visibility.PUBLIC
    parent = await make_content(town.runtime, ann.identity, visibility=public)
    private = await make_content(town.runtime, ann.identity)
    trashed = await make_content(town.runtime, ann.identity, is_trashed=True)
    made = await make_content(
        town.runtime,
        ann.identity,
        visibility=public,
        source_content_ids=[private, parent, trashed, 999_999],
    )
    of_bob = await make_content(town.runtime, bob.identity, source_content_ids=[parent])
    assert ids((await lineage(bob, made))["parents"]) == [parent]
    assert ids((await lineage(ann, made))["parents"]) == [private, parent]
    assert ids((await lineage(bob, parent))["children"]) == [of_bob, made]
    assert ids((await lineage(ann, parent))["children"]) == [made]
    assert (await bob.http.get(f"/content/{private}/lineage")).status_code == 404
    assert (await ann.http.get(f"/content/{2**63}/lineage")).status_code == 404


async def test_many_children_are_cut_off_and_found_by_an_index(town: Town, ann: Person) -> None:
    parent = await make_content(town.runtime, ann.identity)
    for _ in range(3):
        child = await make_content(town.runtime, ann.identity, source_content_ids=[parent])
    columns = (
        "user_id, content_type, title, prompt, negative_prompt, checkpoint_model, width, height"
    )
    columns += ", size_bytes, mime, sha256, placeholder, metadata, source_content_ids"
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            text(
                f"INSERT INTO content_items (storage_key, {columns})"  # noqa: S608  # constants
                f" SELECT 'copy' || n, {columns} FROM content_items, generate_series(1, :most) AS n"
                " WHERE id = :child"
            ),
            {"most": MAX_CHILDREN - 3, "child": child},
        )
    found = await lineage(ann, parent)
    assert (len(found["children"]), found["has_more_children"]) == (MAX_CHILDREN, False)
    await make_content(town.runtime, ann.identity, source_content_ids=[parent])
    found = await lineage(ann, parent)
    assert (len(found["children"]), found["has_more_children"]) == (MAX_CHILDREN, True)
    query = select(ContentItem.id).where(*made_from(parent))
    async with town.runtime.begin() as uow:
        await uow.session.execute(text("SET LOCAL enable_seqscan = off"))
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        sql = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        plan = (await uow.session.scalars(text(f"EXPLAIN {sql}"))).all()
    assert any("ix_content_items_sources" in line for line in plan), plan
