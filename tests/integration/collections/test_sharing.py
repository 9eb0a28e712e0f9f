"""Members of collections: what they see, what they may do, and when that ends."""

from tests.builders import make_content
from tests.support.collections import add, collection, create, ids_in, problem, share
from tests.support.people import Person, Town

from genonaut.accounts.administration import UserService
from genonaut.content.tables import Visibility


async def statuses(person: Person, content_id: int) -> set[int]:
    """Return the statuses of an item and its files."""
    paths = ("", "/image", "/file", "/thumbnails/small", "/lineage")
    answers = [await person.http.get(f"/content/{content_id}{path}") for path in paths]
    return {answer.status_code for answer in answers}


async def test_members_see_the_items_of_a_collection_and_no_others(
    town: Town, ann: Person, bob: Person
) -> None:
    shown = await make_content(town.runtime, ann.identity)
    hidden = await make_content(town.runtime, ann.identity)
    board = await create(ann)
    await add(ann, board, shown)
    assert (await bob.http.get(f"/collections/{board}")).status_code == 404
    assert await statuses(bob, shown) == {404}
    await share(ann, board, "BOB")
    view = await collection(bob, board)
    assert (view["role"], view["owner"]["username"], view["has_link"]) == ("viewer", "ann", False)
    assert await ids_in(bob, board) == [shown]
    assert await statuses(bob, shown) == {200}
    assert await statuses(bob, hidden) == {404}
    listed = (await bob.http.get("/collections/", params={"scope": "shared"})).json()["items"]
    assert [one["id"] for one in listed] == [board]
    await ann.http.delete(f"/collections/{board}/members/{bob.identity.user_id}")
    assert await statuses(bob, shown) == {404}
    assert (await bob.http.get(f"/collections/{board}")).status_code == 404


async def test_viewers_look_and_editors_change_items(town: Town, ann: Person, bob: Person) -> None:
    own = await make_content(town.runtime, ann.identity)
    brought = await make_content(town.runtime, bob.identity)
    board = await create(ann)
    await add(ann, board, own)
    path = f"/collections/{board}"
    await share(ann, board, "bob")
    answer = await bob.http.post(f"{path}/items", json={"ids": [brought]})
    assert problem(answer) == (403, "forbidden")
    await share(ann, board, "bob", "editor")
    assert await add(bob, board, brought) == {brought: "done"}
    assert await ids_in(ann, board) == [own, brought]
    assert await statuses(ann, brought) == {200}
    moved = await bob.http.post(f"{path}/items/move", json={"ids": [brought], "before": own})
    assert moved.status_code == 204
    for refused in (
        await bob.http.patch(path, json={"name": "mine"}),
        await bob.http.delete(path),
        await bob.http.post(f"{path}/link", json={}),
        await bob.http.get(f"{path}/link"),
        await bob.http.post(f"{path}/members", json={"username": "root"}),
    ):
        assert problem(refused) == (403, "forbidden")
    # The item of another user cannot be changed through the collection.
    answer = await bob.http.patch(f"/content/{own}", json={"title": "mine"})
    assert answer.status_code == 404


async def test_a_member_who_leaves_takes_private_items_along(
    town: Town, ann: Person, bob: Person
) -> None:
    private = await make_content(town.runtime, bob.identity)
    board = await create(ann)
    inner = await create(ann, "inner", parent_id=board)
    await share(ann, board, "bob", "editor")
    await add(bob, board, private)
    await add(bob, inner, private)
    assert (await collection(ann, board))["member_count"] == 1
    assert (await collection(bob, board))["member_count"] == 0
    path = f"/collections/{board}/members"
    other = await bob.http.delete(f"{path}/{ann.identity.user_id}")
    assert problem(other) == (403, "forbidden")
    assert (await bob.http.delete(f"{path}/{bob.identity.user_id}")).status_code == 204
    assert await ids_in(ann, board) == []
    assert await ids_in(ann, inner) == []
    assert await statuses(ann, private) == {404}


async def test_members_see_the_collections_inside_a_shared_one(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    outer = await create(ann, "outer")
    shared = await create(ann, "shared", parent_id=outer)
    inner = await create(ann, "inner", parent_id=shared)
    await add(ann, inner, content_id)
    await share(ann, shared, "bob")
    assert (await bob.http.get(f"/collections/{outer}")).status_code == 404
    assert (await collection(bob, shared))["parent_id"] is None
    assert (await collection(bob, inner))["parent_id"] == shared
    assert await ids_in(bob, inner) == [content_id]
    assert await statuses(bob, content_id) == {200}
    roots = (await bob.http.get("/collections/", params={"root": True})).json()["items"]
    assert [one["name"] for one in roots] == ["shared"]
    await ann.http.patch(f"/collections/{inner}", json={"parent_id": outer})
    assert await statuses(bob, content_id) == {404}


async def test_members_of_a_smart_collection_see_what_matches(
    town: Town, ann: Person, bob: Person
) -> None:
    fox = await make_content(town.runtime, ann.identity, prompt="a fox")
    whale = await make_content(town.runtime, ann.identity, prompt="a whale")
    board = await create(ann, filter={"search": "fox"})
    await share(ann, board, "bob")
    assert await ids_in(bob, board) == [fox]
    assert await statuses(bob, fox) == {200}
    assert await statuses(bob, whale) == {404}


async def test_shared_items_cannot_be_passed_on(
    town: Town, ann: Person, bob: Person, admin: Person
) -> None:
    private = await make_content(town.runtime, ann.identity)
    board = await create(ann)
    await add(ann, board, private)
    await share(ann, board, "bob")
    own = await create(bob)
    assert await add(bob, own, private) == {private: "not_found"}
    theirs = await create(admin)
    assert await add(admin, theirs, private) == {private: "not_found"}


async def test_an_item_added_while_it_was_public_is_not_shown_once_it_is_private(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, bob.identity, visibility=Visibility.PUBLIC)
    board = await create(ann)
    await add(ann, board, content_id)
    await share(ann, board, "bob", "editor")
    await bob.http.patch(f"/content/{content_id}", json={"visibility": "private"})
    assert await ids_in(ann, board) == []
    # Its owner may show it nevertheless.
    assert await add(bob, board, content_id) == {content_id: "unchanged"}
    assert await ids_in(ann, board) == [content_id]


async def test_collections_of_deleted_users_are_not_shared(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    board = await create(ann)
    await add(ann, board, content_id)
    await share(ann, board, "bob")
    async with town.runtime.begin() as uow:
        await UserService(uow, town.runtime.settings.auth).delete(ann.identity.user_id)
    assert (await bob.http.get(f"/collections/{board}")).status_code == 404
    assert await statuses(bob, content_id) == {404}


async def test_only_users_can_be_members_and_the_owner_is_none(ann: Person) -> None:
    board = await create(ann)
    path = f"/collections/{board}/members"
    for name in ("nobody-here", "ann"):
        answer = await ann.http.post(path, json={"username": name})
        assert problem(answer) == (422, "invalid_input"), name
    assert (await ann.http.get(path)).json() == {"items": []}
