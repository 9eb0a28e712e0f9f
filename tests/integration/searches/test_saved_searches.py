"""Saved searches, and alerts for items that other users make public."""

import json
from typing import Any

from tests.builders import make_content
from tests.support.people import Person, Town

from genonaut.searches.alerts import send_alerts


async def save(person: Person, name: str = "Foxes", **fields: Any) -> dict[str, Any]:
    body = {"name": name, "filter": {"scope": "all", "search": "fox"}, **fields}
    answer = await person.http.post("/saved-searches/", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def publish(person: Person, content_id: int, visibility: str = "public") -> None:
    answer = await person.http.patch(f"/content/{content_id}", json={"visibility": visibility})
    assert answer.status_code == 200, answer.text


async def alert(town: Town) -> int:
    async with town.runtime.begin() as uow:
        return await send_alerts(uow)


async def choose(person: Person, **preferences: Any) -> None:
    answer = await person.http.put("/users/me/preferences", json=preferences)
    assert answer.status_code == 200, answer.text


async def titles(person: Person) -> list[str]:
    answer = await person.http.get("/notifications/")
    return [one["title"] for one in answer.json()["items"]]


async def test_searches_are_saved_changed_and_deleted(ann: Person, bob: Person) -> None:
    wanted = {"scope": "all", "search": "fox", "tags": ["Winter"], "min_rating": 4, "size": "large"}
    saved = await save(ann, "  Public   foxes ", filter=wanted, sort="top-rated")
    assert (saved["name"], saved["sort"], saved["has_alert"]) == (
        "Public foxes",
        "top-rated",
        False,
    )
    kept = {key: saved["filter"][key] for key in wanted}
    assert kept == {**wanted, "tags": ["winter"]}
    await save(ann, "animals")
    listed = (await ann.http.get("/saved-searches/")).json()["items"]
    assert [one["name"] for one in listed] == ["animals", "Public foxes"]
    path = f"/saved-searches/{saved['id']}"
    changed = await ann.http.patch(path, json={"name": "Foxes", "has_alert": True})
    assert (changed.json()["name"], changed.json()["has_alert"]) == ("Foxes", True)
    assert changed.json()["filter"] == saved["filter"]
    assert (await bob.http.get(path)).status_code == 404
    assert (await ann.http.delete(path)).status_code == 204
    assert (await ann.http.get(path)).status_code == 404


async def test_an_alert_needs_items_of_other_users(ann: Person) -> None:
    body = {"name": "x", "filter": {"scope": "mine"}, "has_alert": True}
    answer = await ann.http.post("/saved-searches/", json=body)
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["has_alert"]
    blank = await ann.http.post("/saved-searches/", json={"name": "  ", "filter": {}})
    assert blank.status_code == 422


async def test_an_alert_reports_all_new_items_of_other_users_once(
    town: Town, ann: Person, bob: Person
) -> None:
    await choose(ann, notifications_enabled=True)
    saved = await save(ann, has_alert=True)
    await save(ann, "Quiet foxes")
    foxes = [await make_content(town.runtime, bob.identity, prompt=f"a fox, {n}") for n in range(3)]
    other = await make_content(town.runtime, bob.identity, prompt="a whale")
    own = await make_content(town.runtime, ann.identity, prompt="a fox of my own")
    for person, content_id in [*((bob, one) for one in foxes), (bob, other), (ann, own)]:
        await publish(person, content_id)
    # Hidden again before the alert: it is compared, and is no match.
    await publish(bob, foxes[2], "private")
    assert await alert(town) == 5
    assert await titles(ann) == ["2 new matches for “Foxes”"]
    newest = (await ann.http.get("/notifications/")).json()["items"][0]
    assert newest["related_content_id"] == foxes[1]
    assert newest["notification_type"] == "search_alert"
    assert (await ann.http.get(f"/saved-searches/{saved['id']}")).json()["alerted_at"] is not None
    # An item that is hidden and shown again is not reported again.
    await publish(bob, foxes[0], "private")
    await publish(bob, foxes[0])
    assert await alert(town) == 0
    assert len(await titles(ann)) == 1
    assert await titles(bob) == []


async def test_preferences_mute_alerts_and_webhooks_do_not_depend_on_them(
    town: Town, ann: Person, bob: Person
) -> None:
    hook = {"url": "https://hooks.example.org/x", "events": ["search.matched"]}
    hook_id = (await ann.http.post("/webhooks/", json=hook)).json()["webhook"]["id"]
    saved = await save(ann, has_alert=True)
    path = f"/saved-searches/{saved['id']}"
    assert saved["is_alert_muted"]  # notifications are off by default
    found: list[int] = []

    async def share_fox() -> None:
        found.append(await make_content(town.runtime, bob.identity, prompt="a fox"))
        await publish(bob, found[-1])
        assert await alert(town) == 1

    await share_fox()
    await choose(ann, notifications_enabled=True, notification_types={"search_alert": False})
    await share_fox()
    assert await titles(ann) == []
    await choose(ann, notification_types={"search_alert": True, "recommendation": False})
    assert not (await ann.http.get(path)).json()["is_alert_muted"]
    await share_fox()
    assert await titles(ann) == ["New match for “Foxes”"]
    listed = (await ann.http.get(f"/webhooks/{hook_id}/deliveries")).json()["items"]
    bodies = [
        json.loads(
            (await ann.http.get(f"/webhooks/{hook_id}/deliveries/{one['id']}")).json()["payload"]
        )
        for one in listed
    ]
    assert [body["data"] for body in bodies] == [
        {"search_id": saved["id"], "name": "Foxes", "count": 1, "content_ids": [content_id]}
        for content_id in reversed(found)
    ]
