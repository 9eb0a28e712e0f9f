import asyncio
from typing import Any

from sqlalchemy import select
from tests.builders import keys_of, make_content, png
from tests.support.people import Person, Town

from genonaut.content.tables import ContentItem, Visibility
from genonaut.jobs.tables import GenerationJob

PUBLIC = Visibility.PUBLIC


async def view(person: Person, content_id: int, query: str = "") -> dict[str, Any]:
    answer = await person.http.get(f"/content/{content_id}{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_an_item_shows_all_its_fields(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity, tags=frozenset({"b", "a"}))
    item = await view(ann, content_id)
    assert item["prompt"] == "a lighthouse at dusk"
    assert item["negative_prompt"] == "blurry"
    assert item["tags"] == ["a", "b"]
    assert (item["my_rating"], item["rating_average"], item["rating_count"]) == (None, None, 0)
    assert item["visibility"] == "private"
    assert item["creator"]["username"] == "ann"
    assert item["is_mine"] is True
    assert item["deleted_at"] is None
    assert (item["width"], item["height"], item["mime"]) == (96, 64, "image/png")
    assert item["metadata"] == {"seed": 42}
    assert item["image_url"] == f"/api/v1/content/{content_id}/image?v={item['sha256']}"
    assert [one["size"] for one in item["thumbnails"]] == ["small", "medium", "large"]
    assert "search_text" not in item


async def test_title_visibility_and_tags_can_be_changed_by_the_owner(
    town: Town, ann: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity, tags=frozenset({"old", "kept"}))
    before = await view(ann, content_id)
    answer = await ann.http.patch(
        f"/content/{content_id}",
        json={"title": "  Dusk ", "visibility": "public", "tags": [" Kept", "NEW  Tag", "kept"]},
    )
    assert answer.status_code == 200
    changed = answer.json()
    assert changed == await view(ann, content_id)
    assert changed["title"] == "Dusk"
    assert changed["visibility"] == "public"
    assert changed["tags"] == ["kept", "new tag"]
    assert changed["updated_at"] > before["updated_at"]
    assert (await ann.http.patch(f"/content/{content_id}", json={})).json() == changed
    emptied = await ann.http.patch(f"/content/{content_id}", json={"tags": []})
    assert emptied.json()["tags"] == []
    assert emptied.json()["title"] == "Dusk"


BAD: list[object] = [
    {"titel": "x"},
    {"title": ""},
    {"title": "   "},
    {"title": None},
    {"title": 5},
    {"title": "x" * 256},
    {"title": "a\0b"},
    {"visibility": "secret"},
    {"visibility": None},
    {"prompt": "another"},
    {"tags": "a"},
    {"tags": [1]},
    {"tags": [""]},
    {"tags": ["  "]},
    {"tags": ["a,b"]},
    {"tags": ["a\0"]},
    {"tags": ["a\u202eb"]},
    {"tags": ["\u200d"]},
    {"tags": ["x" * 51]},
    {"tags": ["\ufdfa" * 3]},  # one character each, 18 once normalised
    {"tags": [f"t{number}" for number in range(51)]},
    {"tags": [f"t{number}" for number in range(10_000)]},
    [],
    "title",
]


async def test_an_invalid_change_changes_nothing(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity, tags=frozenset({"kept"}))
    before = await view(ann, content_id)
    for body in BAD:
        answer = await ann.http.patch(f"/content/{content_id}", json=body)
        assert answer.status_code == 422, (body, answer.text)
        assert answer.json()["errors"], body
    assert await view(ann, content_id) == before


async def test_unknown_ids_are_not_found(ann: Person) -> None:
    for content_id in ("0", "-1", "7777", str(2**63), str(10**40), "x", "1.5"):
        await check_nothing_there(ann, f"/content/{content_id}")


async def check_nothing_there(ann: Person, path: str) -> None:
    answers = [
        await ann.http.get(path),
        await ann.http.get(f"{path}/image"),
        await ann.http.get(f"{path}/thumbnails/small"),
        await ann.http.get(f"{path}/neighbours"),
        await ann.http.patch(path, json={"title": "x"}),
        await ann.http.put(f"{path}/rating", json={"rating": 3}),
        await ann.http.post(f"{path}/restore"),
        await ann.http.delete(path),
        await ann.http.delete(f"{path}?trash=true"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 9
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in answers)


async def test_other_users_cannot_read_private_items_or_change_public_ones(
    town: Town, ann: Person, bob: Person
) -> None:
    private = await make_content(town.runtime, ann.identity)
    public = await make_content(town.runtime, ann.identity, visibility=PUBLIC)
    trashed = await make_content(town.runtime, ann.identity, visibility=PUBLIC, is_trashed=True)
    assert (await bob.http.get(f"/content/{public}")).status_code == 200
    for content_id, query in ((private, ""), (trashed, ""), (trashed, "?trash=true")):
        for path in ("", "/image", "/thumbnails/small", "/neighbours"):
            answer = await bob.http.get(f"/content/{content_id}{path}{query}")
            assert answer.status_code == 404, (content_id, path)
    for content_id in (private, trashed):
        answer = await bob.http.put(f"/content/{content_id}/rating", json={"rating": 1})
        assert answer.status_code == 404
    for content_id in (private, public, trashed):
        path = f"/content/{content_id}"
        assert (await bob.http.patch(path, json={"title": "mine"})).status_code == 404
        assert (await bob.http.delete(path)).status_code == 404
        assert (await bob.http.post(f"{path}/restore")).status_code == 404
        assert (await bob.http.delete(f"{path}?trash=true")).status_code == 404
    assert (await view(ann, public))["title"] == "a lighthouse at dusk"


async def test_an_administrator_may_change_items_of_others(
    town: Town, ann: Person, admin: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    answer = await admin.http.patch(f"/content/{content_id}", json={"tags": ["checked"]})
    assert answer.status_code == 200
    assert answer.json()["is_mine"] is False
    assert (await view(ann, content_id))["tags"] == ["checked"]


async def test_a_rating_can_be_set_changed_and_removed(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity, visibility=PUBLIC)
    before = await view(ann, content_id)

    async def rate(person: Person, rating: int | None) -> list[object]:
        answer = await person.http.put(f"/content/{content_id}/rating", json={"rating": rating})
        assert answer.status_code == 200, answer.text
        item = answer.json()
        return [item["my_rating"], item["rating_average"], item["rating_count"]]

    assert await rate(ann, 4) == [4, 4.0, 1]
    assert await rate(bob, 1) == [1, 2.5, 2]
    assert await rate(bob, 1) == [1, 2.5, 2]
    assert await rate(bob, 3) == [3, 3.5, 2]
    assert (await view(ann, content_id))["my_rating"] == 4
    assert await rate(ann, None) == [None, 3.0, 1]
    assert await rate(bob, None) == [None, None, 0]
    assert await rate(bob, None) == [None, None, 0]
    assert (await view(ann, content_id))["updated_at"] == before["updated_at"]


async def test_concurrent_ratings_all_count(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity, visibility=PUBLIC)
    people = [await town.person(f"person{number}") for number in range(5)]
    await asyncio.gather(
        *(
            person.http.put(f"/content/{content_id}/rating", json={"rating": stars})
            for stars, person in enumerate(people, start=1)
            for _ in range(2)
        )
    )
    item = await view(ann, content_id)
    assert (item["rating_average"], item["rating_count"]) == (3.0, 5)


async def test_a_rating_is_a_whole_number_from_1_to_5(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    for body in ({}, *({"rating": wrong} for wrong in (0, 6, 2.5, "5", True)), {"stars": 5}):
        answer = await ann.http.put(f"/content/{content_id}/rating", json=body)
        assert answer.status_code == 422, (body, answer.text)


async def test_a_deleted_item_is_hidden_until_it_is_restored(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity, tags=frozenset({"sea"}))
    path = f"/content/{content_id}"
    assert (await ann.http.delete(path)).status_code == 204
    for hidden in (path, f"{path}/image", f"{path}/thumbnails/small"):
        assert (await ann.http.get(hidden)).status_code == 404
    assert (await ann.http.patch(path, json={"title": "x"})).status_code == 404
    assert (await ann.http.delete(path)).status_code == 404
    assert (await ann.http.get("/content/")).json()["total"] == 0
    trash = (await ann.http.get("/content/?trash=true")).json()
    assert trash["total"] == 1
    assert trash["items"] == [await view(ann, content_id, "?trash=true")]
    assert trash["items"][0]["deleted_at"] is not None
    shown = trash["items"][0]["thumbnails"][0]["url"]
    assert (await ann.http.get(shown.removeprefix("/api/v1"))).status_code == 200
    restored = await ann.http.post(f"{path}/restore")
    assert restored.status_code == 200
    assert restored.json()["deleted_at"] is None
    assert restored.json()["tags"] == ["sea"]
    assert (await ann.http.post(f"{path}/restore")).status_code == 404
    assert (await ann.http.get(path)).status_code == 200


async def test_a_purged_item_is_gone_with_its_files_and_its_job_stays(
    town: Town, ann: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity, data=png(600, 300))
    keys = await keys_of(town.runtime, content_id)
    assert len(keys) == 4
    path = f"/content/{content_id}"
    assert (await ann.http.delete(f"{path}?trash=true")).status_code == 404
    await ann.http.delete(path)
    assert all([await town.runtime.store.exists(key) for key in keys])
    assert (await ann.http.delete(f"{path}?trash=true")).status_code == 204
    assert not any([await town.runtime.store.exists(key) for key in keys])
    assert (await ann.http.delete(f"{path}?trash=true")).status_code == 404
    async with town.runtime.begin() as uow:
        assert await uow.session.scalar(select(ContentItem.id)) is None
        job = (await uow.session.scalars(select(GenerationJob))).one()
        assert job.content_id is None


async def test_anonymous_callers_see_nothing(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity, visibility=PUBLIC)
    for path in ("content/", f"content/{content_id}", "tags", "content/stats"):
        assert (await town.api.http.get(f"/api/v1/{path}")).status_code == 401
