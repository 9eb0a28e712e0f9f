import asyncio
from typing import Any

from sqlalchemy import func, select, update
from tests.builders import keys_of, make_content
from tests.support.people import Person, Town

from genonaut.content.tables import ContentItem, ContentTag, TagUsage, Visibility

PUBLIC = Visibility.PUBLIC


async def bulk(person: Person, action: str, ids: list[int], **more: object) -> dict[int, str]:
    body = {"action": action, "ids": ids, **more}
    answer = await person.http.post("/content/bulk", json=body)
    assert answer.status_code == 200, answer.text
    items = answer.json()["items"]
    counts = answer.json()["counts"]
    assert sum(counts.values()) == len(items)
    return {item["id"]: item["status"] for item in items}


async def view(person: Person, content_id: int) -> dict[str, Any]:
    found: dict[str, Any] = (await person.http.get(f"/content/{content_id}")).json()
    return found


async def test_each_item_is_changed_or_has_a_reason(town: Town, ann: Person, bob: Person) -> None:
    mine = await make_content(town.runtime, ann.identity)
    tagged = await make_content(town.runtime, ann.identity, tags=frozenset({"sea"}))
    full = await make_content(
        town.runtime, ann.identity, tags=frozenset(f"t{number}" for number in range(50))
    )
    trashed = await make_content(town.runtime, ann.identity, is_trashed=True)
    bobs = await make_content(town.runtime, bob.identity, visibility=PUBLIC)
    ids = [bobs, mine, 0, -5, 10**30, tagged, mine, full, trashed]
    answer = await ann.http.post(
        "/content/bulk", json={"action": "tag", "ids": ids, "tags": [" SEA "]}
    )
    assert answer.json()["counts"] == {"done": 1, "unchanged": 1, "not_found": 4, "refused": 2}
    assert answer.json()["items"] == [
        {"id": bobs, "status": "not_found", "reason": None},
        {"id": mine, "status": "done", "reason": None},
        {"id": 0, "status": "not_found", "reason": None},
        {"id": -5, "status": "not_found", "reason": None},
        {"id": 10**30, "status": "not_found", "reason": None},
        {"id": tagged, "status": "unchanged", "reason": None},
        {"id": full, "status": "refused", "reason": "it would have 51 tags; 50 are allowed"},
        {
            "id": trashed,
            "status": "refused",
            "reason": "it is in the trash; restore it first",
        },
    ]
    assert (await view(ann, mine))["tags"] == ["sea"]
    assert len((await view(ann, full))["tags"]) == 50
    assert (await view(bob, bobs))["tags"] == []


async def test_tags_are_added_removed_and_searchable(town: Town, ann: Person) -> None:
    one = await make_content(town.runtime, ann.identity, tags=frozenset({"a"}))
    two = await make_content(town.runtime, ann.identity)
    assert await bulk(ann, "tag", [one, two], tags=["b", "C"]) == {one: "done", two: "done"}
    assert (await view(ann, one))["tags"] == ["a", "b", "c"]
    assert await bulk(ann, "untag", [one, two], tags=["a", "b"]) == {one: "done", two: "done"}
    assert await bulk(ann, "untag", [one], tags=["a"]) == {one: "unchanged"}
    assert (await view(ann, one))["tags"] == (await view(ann, two))["tags"] == ["c"]
    assert (await ann.http.get("/content/?search=c&tags=c")).json()["total"] == 2
    assert (await ann.http.get("/content/?tags=b")).json()["total"] == 0


async def test_visibility_trash_restore_and_purge(town: Town, ann: Person, bob: Person) -> None:
    one = await make_content(town.runtime, ann.identity)
    two = await make_content(town.runtime, ann.identity)
    keys = await keys_of(town.runtime, one)
    both = [one, two]
    assert await bulk(ann, "visibility", both, visibility="public") == {one: "done", two: "done"}
    assert (await bob.http.get(f"/content/{two}")).status_code == 200
    assert await bulk(ann, "delete", [one]) == {one: "done"}
    assert await bulk(ann, "delete", both) == {one: "unchanged", two: "done"}
    assert (await bob.http.get(f"/content/{two}")).status_code == 404
    assert await bulk(ann, "restore", [two]) == {two: "done"}
    assert await bulk(ann, "restore", [two]) == {two: "unchanged"}
    assert await bulk(bob, "purge", both) == {one: "not_found", two: "not_found"}
    assert await bulk(ann, "purge", both) == {one: "done", two: "refused"}
    assert not any([await town.runtime.store.exists(key) for key in keys])
    assert await bulk(ann, "purge", [one]) == {one: "not_found"}
    assert (await view(ann, two))["visibility"] == "public"


async def test_files_that_cannot_be_deleted_do_not_undo_a_purge(
    town: Town, ann: Person, tmp_path: Any
) -> None:
    content_id = await make_content(town.runtime, ann.identity, is_trashed=True)
    key = max(await keys_of(town.runtime, content_id))
    file = tmp_path / "files" / key
    file.unlink()
    file.mkdir()  # unlink fails, for root too
    assert await bulk(ann, "purge", [content_id]) == {content_id: "done"}


BAD: list[object] = [
    {},
    {"ids": [1]},
    {"action": "burn", "ids": [1]},
    {"action": "delete"},
    {"action": "delete", "ids": []},
    {"action": "delete", "ids": [1], "filter": {}},
    {"action": "delete", "filter": None},
    {"action": "delete", "filter": {"scope": "all"}},
    {"action": "delete", "filter": {"tags": ",".join(f"t{number}" for number in range(11))}},
    {"action": "delete", "filter": {"created_to": "yesterday"}},
    {"action": "delete", "filter": {"except_ids": list(range(1, 502))}},
    {"action": "delete", "filter": {}, "cursor": "nowhere"},
    {"action": "delete", "ids": list(range(1, 502))},
    {"action": "delete", "ids": ["1"]},
    {"action": "delete", "ids": [1.5]},
    {"action": "delete", "ids": [None]},
    {"action": "delete", "ids": [1], "tags": ["a"]},
    {"action": "tag", "ids": [1]},
    {"action": "tag", "ids": [1], "tags": []},
    {"action": "tag", "ids": [1], "tags": ["a,b"]},
    {"action": "tag", "ids": [1], "tags": ["a\0"]},
    {"action": "untag", "ids": [1], "tags": [f"t{number}" for number in range(10_000)]},
    {"action": "visibility", "ids": [1]},
    {"action": "visibility", "ids": [1], "visibility": "secret"},
    [],
]


async def test_an_invalid_body_is_refused(ann: Person) -> None:
    for body in BAD:
        answer = await ann.http.post("/content/bulk", json=body)
        assert answer.status_code == 422, (body, answer.text)
        assert answer.json()["errors"], body


async def test_five_hundred_items_with_fifty_tags_fit_into_one_request(
    town: Town, ann: Person
) -> None:
    first = await make_content(town.runtime, ann.identity)
    ids = await copies(town, first, 499)
    tags = [f"tag {number}" for number in range(50)]
    done = await bulk(ann, "tag", [first, *ids], tags=tags)
    assert set(done.values()) == {"done"}
    async with town.runtime.begin() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(ContentTag)) == 25_000
    assert set((await bulk(ann, "delete", [first, *ids])).values()) == {"done"}
    emptied = await ann.http.delete("/content/trash")
    assert emptied.json() == {"purged": 500, "has_more": False}
    assert (await ann.http.delete("/content/trash")).json() == {"purged": 0, "has_more": False}


async def test_a_filter_selects_all_own_items_that_match(
    town: Town, ann: Person, bob: Person
) -> None:
    first = await make_content(town.runtime, ann.identity, tags=frozenset({"sea"}))
    other = await make_content(town.runtime, ann.identity)
    trashed = await make_content(town.runtime, ann.identity, is_trashed=True)
    bobs = await make_content(town.runtime, bob.identity, visibility=PUBLIC)
    body = {"action": "visibility", "visibility": "public", "filter": {"tags": "Sea"}}
    answer = (await ann.http.post("/content/bulk", json=body)).json()
    assert [one["id"] for one in answer["items"]] == [first]
    assert (await view(ann, other))["visibility"] == "private"
    body = {"action": "delete", "filter": {"except_ids": [other]}}
    answer = (await ann.http.post("/content/bulk", json=body)).json()
    assert {one["id"]: one["status"] for one in answer["items"]} == {first: "done"}
    assert answer["next_cursor"] is None
    assert (await bob.http.get(f"/content/{bobs}")).status_code == 200
    body = {"action": "purge", "filter": {"trash": True}}
    answer = (await ann.http.post("/content/bulk", json=body)).json()
    assert {one["id"] for one in answer["items"]} == {first, trashed}


async def test_a_change_by_filter_continues_at_its_cursor(town: Town, ann: Person) -> None:
    first = await make_content(town.runtime, ann.identity)
    ids = await copies(town, first, 700)
    newest = (await ann.http.get("/content/?limit=1")).json()["items"][0]["created_at"]
    later = await make_content(town.runtime, ann.identity)
    body: dict[str, Any] = {"action": "tag", "tags": ["a"], "filter": {"created_to": newest}}
    answer = (await ann.http.post("/content/bulk", json=body)).json()
    done = [one["id"] for one in answer["items"]]
    assert len(done) == 500
    body["cursor"] = answer["next_cursor"]
    answer = (await ann.http.post("/content/bulk", json=body)).json()
    assert answer["next_cursor"] is None
    done += [one["id"] for one in answer["items"]]
    assert sorted(done) == sorted([first, *ids])
    assert (await view(ann, later))["tags"] == []


async def test_emptying_the_trash_says_when_there_is_more(
    town: Town, ann: Person, bob: Person
) -> None:
    bobs = await make_content(town.runtime, bob.identity, is_trashed=True)
    first = await make_content(town.runtime, ann.identity)
    kept = await make_content(town.runtime, ann.identity)
    ids = await copies(town, first, 500)
    async with town.runtime.begin() as uow:
        trashed = ContentItem.id.in_([first, *ids])
        await uow.session.execute(update(ContentItem).where(trashed).values(deleted_at=func.now()))
    assert (await ann.http.delete("/content/trash")).json() == {"purged": 500, "has_more": True}
    assert (await ann.http.delete("/content/trash")).json() == {"purged": 1, "has_more": False}
    assert (await ann.http.get(f"/content/{kept}")).status_code == 200
    assert (await bob.http.get(f"/content/{bobs}?trash=true")).status_code == 200


async def copies(town: Town, content_id: int, number: int) -> list[int]:
    """Copy a row many times; the copies reference files that do not exist."""
    async with town.runtime.begin() as uow:
        row = (
            await uow.session.scalars(select(ContentItem).where(ContentItem.id == content_id))
        ).one()
        kept = {"id", "job_id", "rating_average", "search_text", "storage_key"}
        values = {
            attribute.key: getattr(row, attribute.key)
            for attribute in ContentItem.__mapper__.column_attrs
            if attribute.key not in kept
        }
        items = [ContentItem(**values, storage_key=f"images/copy/{n}.png") for n in range(number)]
        uow.session.add_all(items)
    return [item.id for item in items]


async def test_concurrent_bulk_changes_keep_the_tag_counts_right(town: Town, ann: Person) -> None:
    ids = [await make_content(town.runtime, ann.identity) for _ in range(6)]

    async def change(number: int) -> None:
        order = ids if number % 2 else ids[::-1]
        action = ("tag", "untag", "delete", "restore")[number % 4]
        tags = {"tags": ["a", "b"] if number % 3 else ["b", "c"]} if "tag" in action else {}
        await bulk(ann, action, order, **tags)

    await asyncio.gather(*(change(number) for number in range(24)))
    await bulk(ann, "restore", ids)
    async with town.runtime.begin() as uow:
        counted = select(ContentTag.tag, func.count()).group_by(ContentTag.tag)
        kept = select(TagUsage.tag, TagUsage.private_count + TagUsage.public_count)
        assert dict((await uow.session.execute(kept)).all()) == dict(
            (await uow.session.execute(counted)).all()
        )
