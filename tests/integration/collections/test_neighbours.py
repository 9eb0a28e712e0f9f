"""The items before and after one in a collection."""

from typing import Any

from tests.builders import make_content
from tests.support.collections import add, create, problem, share
from tests.support.people import Person, Town


async def near(person: Person, collection_id: int, content_id: int, **query: Any) -> dict[str, Any]:
    path = f"/collections/{collection_id}/items/{content_id}/neighbours"
    answer = await person.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_neighbours_follow_the_order_of_the_collection(
    town: Town, ann: Person, bob: Person
) -> None:
    ids = [await make_content(town.runtime, ann.identity) for _ in range(4)]
    board = await create(ann)
    await add(ann, board, ids[2], ids[0], ids[3], ids[1])
    found = await near(ann, board, ids[0])
    assert (found["previous_id"], found["next_id"], found["items"]) == (ids[2], ids[3], [])
    found = await near(ann, board, ids[3], around=1)
    assert [one["id"] for one in found["items"]] == [ids[0], ids[3], ids[1]]
    assert all(one["thumbnail_url"] for one in found["items"])
    found = await near(ann, board, ids[2], around=30)
    assert [one["id"] for one in found["items"]] == [ids[2], ids[0], ids[3], ids[1]]
    assert (found["previous_id"], found["next_id"]) == (None, ids[0])
    found = await near(ann, board, ids[2], sort="oldest")
    assert (found["previous_id"], found["next_id"]) == (ids[1], ids[3])
    # A member sees the same, with items of others.
    await share(ann, board, "bob")
    assert (await near(bob, board, ids[0]))["next_id"] == ids[3]


async def test_only_items_of_a_visible_collection_have_neighbours_in_it(
    town: Town, ann: Person, bob: Person
) -> None:
    inside, outside = [await make_content(town.runtime, ann.identity) for _ in range(2)]
    board = await create(ann)
    await add(ann, board, inside)
    for person, collection_id, content_id in (
        (bob, board, inside),
        (ann, board, outside),
        (ann, board, 2**63),
        (ann, 0, inside),
    ):
        path = f"/collections/{collection_id}/items/{content_id}/neighbours"
        answer = await person.http.get(path)
        assert problem(answer) == (404, "not_found"), path


async def test_a_smart_collection_is_a_list_of_the_gallery(town: Town, ann: Person) -> None:
    first, _other, last = [
        await make_content(town.runtime, ann.identity, prompt=prompt)
        for prompt in ("a fox", "a cat", "an old fox")
    ]
    smart = await create(ann, "foxes", filter={"search": "fox"})
    found = await near(ann, smart, first, around=5)
    assert (found["previous_id"], found["next_id"]) == (last, None)
    assert [one["id"] for one in found["items"]] == [last, first]
