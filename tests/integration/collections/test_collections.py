"""Collections: create, nest, archive, order, smart ones, favourites."""

from typing import Any

import msgspec
import pytest
from tests.builders import make_content
from tests.support.collections import add, collection, create, ids_in, problem
from tests.support.people import Person, Town, running_town

from genonaut.config import Settings
from genonaut.content.tables import Visibility


async def names(person: Person, **query: Any) -> list[str]:
    answer = await person.http.get("/collections/", params=query)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def test_collections_are_nested_but_never_in_themselves(ann: Person) -> None:
    animals = await create(ann, "Animals")
    foxes = await create(ann, "Foxes", parent_id=animals)
    cubs = await create(ann, "cubs", parent_id=foxes)
    assert await names(ann) == ["Animals", "cubs", "Foxes"]
    assert await names(ann, root=True) == ["Animals"]
    assert await names(ann, parent_id=animals) == ["Foxes"]
    assert (await collection(ann, animals))["collection_count"] == 1
    for inside in (animals, foxes, cubs):
        answer = await ann.http.patch(f"/collections/{animals}", json={"parent_id": inside})
        assert problem(answer) == (422, "invalid_input"), inside
    moved = await ann.http.patch(f"/collections/{foxes}", json={"parent_id": None})
    assert moved.json()["parent_id"] is None
    # What was around it may go into it now.
    answer = await ann.http.patch(f"/collections/{animals}", json={"parent_id": cubs})
    assert answer.status_code == 200, answer.text
    assert await names(ann, root=True) == ["Foxes"]


async def test_at_most_eight_collections_are_nested(ann: Person) -> None:
    inner: int | None = None
    for number in range(8):
        inner = await create(ann, f"{number}", parent_id=inner)
    answer = await ann.http.post("/collections/", json={"name": "x", "parent_id": inner})
    assert problem(answer) == (422, "invalid_input")
    pair = await create(ann, "outer")
    await create(ann, "within", parent_id=pair)
    above = (await collection(ann, inner or 0))["parent_id"]
    answer = await ann.http.patch(f"/collections/{pair}", json={"parent_id": above})
    assert problem(answer) == (422, "invalid_input")


async def test_a_collection_with_others_inside_is_deleted_on_request(
    town: Town, ann: Person
) -> None:
    outer = await create(ann, "outer")
    inner = await create(ann, "inner", parent_id=outer)
    content_id = await make_content(town.runtime, ann.identity)
    await add(ann, inner, content_id)
    answer = await ann.http.delete(f"/collections/{outer}")
    assert problem(answer) == (409, "conflict")
    answer = await ann.http.delete(f"/collections/{outer}", params={"recursive": True})
    assert answer.status_code == 204
    assert await names(ann) == []
    assert (await ann.http.get(f"/content/{content_id}")).status_code == 200


async def test_archived_collections_are_listed_apart(ann: Person) -> None:
    old, kept = await create(ann, "old"), await create(ann, "kept")
    answer = await ann.http.patch(f"/collections/{old}", json={"archived": True})
    assert answer.json()["archived_at"] is not None
    assert await names(ann) == ["kept"]
    assert await names(ann, archived=True) == ["old"]
    await ann.http.patch(f"/collections/{old}", json={"archived": False})
    assert await names(ann, search="OL") == ["old"]
    assert kept


async def test_items_keep_their_order_and_can_be_moved(town: Town, ann: Person) -> None:
    ids = [await make_content(town.runtime, ann.identity) for _ in range(5)]
    board = await create(ann)
    assert set((await add(ann, board, *ids[:3])).values()) == {"done"}
    assert await add(ann, board, ids[1], *ids[3:]) == {
        ids[1]: "unchanged",
        ids[3]: "done",
        ids[4]: "done",
    }
    assert await ids_in(ann, board) == ids
    path = f"/collections/{board}/items/move"
    moves: list[tuple[list[int], dict[str, int | None]]] = [
        ([ids[4], ids[2]], {"before": ids[0]}),
        ([ids[4]], {"before": None}),
        ([ids[0]], {"before": ids[4]}),
        ([ids[1], ids[2]], {"after": ids[3]}),
        ([ids[0]], {"after": ids[4]}),
        ([ids[4]], {"after": ids[0]}),
    ]
    order = list(ids)
    for moved, target in moves:
        answer = await ann.http.post(path, json={"ids": moved, **target})
        assert answer.status_code == 204, answer.text
        order = [one for one in order if one not in moved]
        place = len(order)
        for field, beside in target.items():
            if beside is not None:
                place = order.index(beside) + (field == "after")
        order[place:place] = moved
        assert await ids_in(ann, board) == order
    assert await ids_in(ann, board, sort="oldest") == ids
    for wrong in (
        {"before": ids[0]},
        {"after": ids[0]},
        {"before": ids[1], "after": ids[2]},
        {"after": 2**63 - 1},
    ):
        answer = await ann.http.post(path, json={"ids": [ids[0]], **wrong})
        assert problem(answer) == (422, "invalid_input")


async def test_an_item_can_be_moved_between_two_others_any_number_of_times(
    town: Town, ann: Person
) -> None:
    ids = [await make_content(town.runtime, ann.identity) for _ in range(3)]
    board = await create(ann)
    await add(ann, board, *ids)
    first, *others = ids
    # Each move halves the gap; without new numbers it would be used up after about 50.
    for turn in range(60):
        moved = others[turn % 2]
        other = others[1 - turn % 2]
        target = {"before": other} if turn < 30 else {"after": first}
        answer = await ann.http.post(
            f"/collections/{board}/items/move", json={"ids": [moved], **target}
        )
        assert answer.status_code == 204
        assert await ids_in(ann, board) == [first, moved, other]


async def test_items_are_removed_and_the_trash_hides_them(town: Town, ann: Person) -> None:
    ids = [await make_content(town.runtime, ann.identity) for _ in range(3)]
    board = await create(ann)
    await add(ann, board, *ids)
    answer = await ann.http.post(
        f"/collections/{board}/items/remove", json={"ids": [ids[0], 10**9]}
    )
    assert [one["status"] for one in answer.json()["items"]] == ["done", "not_found"]
    await ann.http.delete(f"/content/{ids[1]}")
    assert await ids_in(ann, board) == [ids[2]]
    shown = await collection(ann, board)
    assert shown["item_count"] == 1
    assert shown["cover"]["image_url"].startswith(f"/api/v1/content/{ids[2]}/")
    await ann.http.post(f"/content/{ids[1]}/restore")
    assert await ids_in(ann, board) == ids[1:]
    await ann.http.delete(f"/content/{ids[1]}")
    await ann.http.delete(f"/content/{ids[1]}", params={"trash": True})
    assert await ids_in(ann, board) == [ids[2]]


async def test_all_items_of_a_filter_are_added(town: Town, ann: Person) -> None:
    foxes = [
        await make_content(town.runtime, ann.identity, prompt=f"a fox {number}")
        for number in range(3)
    ]
    await make_content(town.runtime, ann.identity, prompt="a whale")
    board = await create(ann)
    body = {"filter": {"search": "fox", "except_ids": [foxes[1]]}}
    answer = await ann.http.post(f"/collections/{board}/items", json=body)
    assert answer.json()["next_cursor"] is None
    assert await ids_in(ann, board, sort="oldest") == [foxes[0], foxes[2]]


async def test_only_items_that_one_may_see_are_added(town: Town, ann: Person, bob: Person) -> None:
    private = await make_content(town.runtime, bob.identity)
    public = await make_content(town.runtime, bob.identity, visibility=Visibility.PUBLIC)
    board = await create(ann)
    assert await add(ann, board, private, public) == {private: "not_found", public: "done"}
    await bob.http.patch(f"/content/{public}", json={"visibility": "private"})
    assert await ids_in(ann, board) == []
    assert (await ann.http.get(f"/content/{public}")).status_code == 404
    assert (await collection(ann, board))["cover"] is None


async def test_the_cover_is_an_item_of_the_collection(town: Town, ann: Person) -> None:
    first, second, other = [await make_content(town.runtime, ann.identity) for _ in range(3)]
    board = await create(ann)
    await add(ann, board, first, second)
    path = f"/collections/{board}"
    answer = await ann.http.patch(path, json={"cover_content_id": other})
    assert problem(answer) == (422, "invalid_input")
    answer = await ann.http.patch(path, json={"cover_content_id": second})
    assert answer.json()["cover"]["image_url"].startswith(f"/api/v1/content/{second}/")
    await ann.http.post(f"{path}/items/remove", json={"ids": [second]})
    shown = await collection(ann, board)
    assert shown["cover"]["image_url"].startswith(f"/api/v1/content/{first}/")


async def test_a_smart_collection_has_what_matches_now(town: Town, ann: Person) -> None:
    fox = await make_content(town.runtime, ann.identity, prompt="a fox")
    board = await create(ann, filter={"search": "fox"})
    assert await ids_in(ann, board) == [fox]
    second = await make_content(town.runtime, ann.identity, prompt="another fox")
    assert await ids_in(ann, board) == [second, fox]
    shown = await collection(ann, board)
    assert (shown["is_smart"], shown["item_count"]) == (True, None)
    assert shown["filter"]["search"] == "fox"
    answer = await ann.http.post(f"/collections/{board}/items", json={"ids": [fox]})
    assert problem(answer) == (409, "conflict")
    await ann.http.patch(f"/collections/{board}", json={"filter": {"tags": ["Sea"]}})
    assert await ids_in(ann, board) == []
    await ann.http.patch(f"/content/{fox}", json={"tags": ["sea"]})
    assert await ids_in(ann, board) == [fox]
    plain = await create(ann)
    answer = await ann.http.patch(f"/collections/{plain}", json={"filter": {}})
    assert problem(answer) == (422, "invalid_input")


async def test_favourites_are_each_users_own(town: Town, ann: Person, bob: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity, visibility=Visibility.PUBLIC)
    private = await make_content(town.runtime, ann.identity)
    path = f"/content/{content_id}/favourite"
    for _ in range(2):
        answer = await bob.http.put(path, json={"is_favourite": True})
        assert answer.json()["is_favourite"] is True
    answer = await bob.http.put(f"/content/{private}/favourite", json={"is_favourite": True})
    assert answer.status_code == 404
    assert (await ann.http.get(f"/content/{content_id}")).json()["is_favourite"] is False
    query: dict[str, Any] = {"favourite": True, "scope": "all"}
    listed = (await bob.http.get("/content/", params=query)).json()["items"]
    assert [(one["id"], one["is_favourite"]) for one in listed] == [(content_id, True)]
    assert (await ann.http.get("/content/", params=query)).json()["items"] == []
    await bob.http.put(path, json={"is_favourite": False})
    assert (await bob.http.get("/content/", params=query)).json()["items"] == []


async def test_the_gallery_can_be_filtered_by_a_visible_collection(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity, visibility=Visibility.PUBLIC)
    await make_content(town.runtime, ann.identity, visibility=Visibility.PUBLIC)
    board = await create(ann)
    await add(ann, board, content_id)
    query: dict[str, Any] = {"collection_id": board, "scope": "all"}
    listed = (await ann.http.get("/content/", params=query)).json()
    assert [one["id"] for one in listed["items"]] == [content_id]
    # It is no secret that the item exists, but what is in the collection is one.
    assert (await bob.http.get("/content/", params=query)).json()["items"] == []
    named = await names(ann, content_id=content_id)
    assert named == ["Foxes"]
    assert await names(bob, content_id=content_id) == []


async def test_the_number_of_collections_and_of_items_is_limited(settings: Settings) -> None:
    replace = msgspec.structs.replace
    few = replace(settings.collections, max_per_user=1, max_items=2)
    async with running_town(replace(settings, collections=few)) as town:
        ann = await town.person("ann")
        ids = [await make_content(town.runtime, ann.identity) for _ in range(3)]
        board = await create(ann)
        answer = await ann.http.post("/collections/", json={"name": "another"})
        assert problem(answer) == (409, "conflict")
        answer = await ann.http.post(f"/collections/{board}/items", json={"ids": ids})
        assert problem(answer) == (409, "conflict")
        await add(ann, board, *ids[:2])


@pytest.mark.parametrize("body", [{"name": "  "}, {"name": ""}, {"name": "x" * 121}, {}, {"name": "x", "filter": {"tags": ["a,b"]}}])  # fmt: skip
async def test_invalid_collections_are_refused(ann: Person, body: dict[str, Any]) -> None:
    assert problem(await ann.http.post("/collections/", json=body)) == (422, "invalid_input")


async def test_many_items_become_favourites_at_once(town: Town, ann: Person, bob: Person) -> None:
    own = await make_content(town.runtime, ann.identity)
    public = await make_content(town.runtime, bob.identity, visibility=Visibility.PUBLIC)
    private = await make_content(town.runtime, bob.identity)
    shared = await make_content(town.runtime, bob.identity)
    board = await create(bob)
    await add(bob, board, shared)
    await bob.http.post(f"/collections/{board}/members", json={"username": "ann"})

    async def mark(*, is_favourite: bool, **selection: Any) -> dict[int, str]:
        body = {"action": "favourite", "is_favourite": is_favourite, **selection}
        answer = await ann.http.post("/content/bulk", json=body)
        assert answer.status_code == 200, answer.text
        return {one["id"]: one["status"] for one in answer.json()["items"]}

    ids = [own, public, private, shared, own, 2**63]
    assert await mark(is_favourite=True, ids=ids) == {
        own: "done",
        public: "done",
        private: "not_found",
        shared: "done",
        2**63: "not_found",
    }
    assert await mark(is_favourite=True, ids=[own]) == {own: "unchanged"}
    assert await mark(is_favourite=False, filter={"favourite": True}) == {own: "done"}
    assert (await ann.http.get(f"/content/{own}")).json()["is_favourite"] is False
    assert (await ann.http.get(f"/content/{public}")).json()["is_favourite"] is True


async def test_a_collection_is_shown_by_its_first_images_and_those_inside_it(
    town: Town, ann: Person
) -> None:
    outer, inner = await create(ann, "outer"), await create(ann, "inner")
    await ann.http.patch(f"/collections/{inner}", json={"parent_id": outer})
    ids = [await make_content(town.runtime, ann.identity) for _ in range(6)]
    await add(ann, inner, *ids[:4])
    await add(ann, outer, ids[5], ids[4])
    await ann.http.delete(f"/content/{ids[1]}")

    async def images(collection_id: int) -> list[int]:
        shown = (await collection(ann, collection_id))["images"]
        return [int(one["image_url"].split("/")[4]) for one in shown]

    assert await images(outer) == [ids[5], ids[4], ids[0], ids[2]]
    assert await images(inner) == [ids[0], ids[2], ids[3]]
    await ann.http.patch(f"/collections/{inner}", json={"archived": True})
    assert await images(outer) == [ids[5], ids[4]]
    smart = await create(ann, "all", filter={"search": "lighthouse"})
    assert await images(smart) == []
