"""The routes of notifications."""

import base64
from typing import Any

import msgspec
from sqlalchemy import text
from tests.support.notifications import ON, make_notifications, set_preferences, told
from tests.support.people import Person, Town

from genonaut.core.pagination import Position, encode_cursor
from genonaut.notifications.tables import NotificationType

FIELDS = {
    "id",
    "user_id",
    "title",
    "message",
    "notification_type",
    "read_status",
    "related_job_id",
    "related_content_id",
    "created_at",
    "read_at",
}


async def ids_of(person: Person, **query: Any) -> list[int]:
    answer = await person.http.get("/notifications/", params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def unread(person: Person) -> int:
    answer = await person.http.get("/notifications/unread/count")
    assert answer.status_code == 200
    count: int = answer.json()["unread_count"]
    return count


async def test_users_see_their_own_notifications_newest_first(
    town: Town, ann: Person, bob: Person
) -> None:
    mine = await make_notifications(town.runtime, ann.identity.user_id, 3)
    await make_notifications(town.runtime, bob.identity.user_id, 2)
    answer = (await ann.http.get("/notifications")).json()
    assert [one["id"] for one in answer["items"]] == mine[::-1]
    assert (answer["total"], answer["next_cursor"]) == (3, None)
    assert set(answer["items"][0]) == FIELDS
    assert answer["items"][0]["created_at"].endswith("Z")
    assert (await ann.http.get(f"/notifications/{mine[0]}")).json() == answer["items"][-1]


async def test_pages_are_contiguous_although_new_ones_arrive(town: Town, ann: Person) -> None:
    ids = await make_notifications(town.runtime, ann.identity.user_id, 7)
    first = (await ann.http.get("/notifications/", params={"limit": 3})).json()
    await make_notifications(town.runtime, ann.identity.user_id)
    params = {"limit": 3, "cursor": first["next_cursor"]}
    second = (await ann.http.get("/notifications/", params=params)).json()
    assert second["total"] is None
    third_params = {"limit": 3, "cursor": second["next_cursor"]}
    third = (await ann.http.get("/notifications/", params=third_params)).json()
    pages = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert pages == ids[::-1]
    assert third["next_cursor"] is None


async def test_filters_narrow_the_list(town: Town, ann: Person) -> None:
    user_id = ann.identity.user_id
    (failed,) = await make_notifications(
        town.runtime,
        user_id,
        title="50% of a LIGHTHOUSE",
        notification_type=NotificationType.JOB_FAILED,
    )
    (done,) = await make_notifications(
        town.runtime, user_id, message="50 lights", notification_type=NotificationType.JOB_COMPLETED
    )
    (system,) = await make_notifications(town.runtime, user_id)
    await ann.http.put(f"/notifications/{done}/read")
    assert await ids_of(ann, unread="true") == [system, failed]
    assert await ids_of(ann, unread="false") == [done]
    assert await ids_of(ann, type="job_failed") == [failed]
    assert await ids_of(ann, type=["job_failed", "job_completed"]) == [done, failed]
    assert await ids_of(ann, search="light") == [done, failed]
    assert await ids_of(ann, search="50%") == [failed]
    assert await ids_of(ann, search="_") == []
    assert await ids_of(ann, search="light", unread="true", type="job_failed") == [failed]


async def test_marking_as_read_and_unread(town: Town, ann: Person) -> None:
    (one, _) = await make_notifications(town.runtime, ann.identity.user_id, 2)
    assert await unread(ann) == 2
    read = (await ann.http.put(f"/notifications/{one}/read")).json()
    assert read["read_status"] is True
    assert read["read_at"]
    again = (await ann.http.put(f"/notifications/{one}/read")).json()
    assert again == read
    assert await unread(ann) == 1
    back = (await ann.http.put(f"/notifications/{one}/unread")).json()
    assert (back["read_status"], back["read_at"]) == (False, None)
    assert await unread(ann) == 2


async def test_all_can_be_marked_as_read_and_read_ones_deleted(
    town: Town, ann: Person, bob: Person
) -> None:
    mine = await make_notifications(town.runtime, ann.identity.user_id, 3)
    theirs = await make_notifications(town.runtime, bob.identity.user_id, 2)
    await ann.http.put(f"/notifications/{mine[0]}/read")
    deleted = await ann.http.delete("/notifications/", params={"read": "true"})
    assert deleted.json() == {"changed": 1, "unread_count": 2}
    assert (await ann.http.put("/notifications/read-all")).json() == {
        "changed": 2,
        "unread_count": 0,
    }
    await ann.http.delete("/notifications/?read=true")
    assert await ids_of(ann) == []
    assert await ids_of(bob, unread="true") == theirs[::-1]


async def test_one_can_be_deleted(town: Town, ann: Person) -> None:
    (one, other) = await make_notifications(town.runtime, ann.identity.user_id, 2)
    assert (await ann.http.delete(f"/notifications/{one}")).status_code == 204
    assert (await ann.http.delete(f"/notifications/{one}")).status_code == 404
    assert await ids_of(ann) == [other]


async def test_unread_ones_are_never_deleted_by_the_list(town: Town, ann: Person) -> None:
    await make_notifications(town.runtime, ann.identity.user_id)
    for query in ("", "?read=false", "?read=1", "?read=TRUE"):
        answer = await ann.http.delete(f"/notifications/{query}")
        assert answer.status_code == 422, answer.text
    assert len(await ids_of(ann)) == 1


async def test_objects_of_other_users_are_not_found(
    town: Town, ann: Person, bob: Person, admin: Person
) -> None:
    (one,) = await make_notifications(town.runtime, ann.identity.user_id)
    for method, path in (("GET", ""), ("PUT", "/read"), ("PUT", "/unread"), ("DELETE", "")):
        for stranger in (bob, admin):
            answer = await stranger.http.request(method, f"/notifications/{one}{path}")
            assert answer.status_code == 404
        anonymous = await town.api.http.request(method, f"/api/v1/notifications/{one}{path}")
        assert anonymous.status_code == 401
    (row,) = await told(town.runtime)
    assert row.read_status is False


async def test_ids_out_of_range_are_not_found(ann: Person) -> None:
    for number in ("0", "-1", "9223372036854775807", "9223372036854775808", "9" * 40):
        for method, path in (("GET", ""), ("PUT", "/read"), ("PUT", "/unread"), ("DELETE", "")):
            answer = await ann.http.request(method, f"/notifications/{number}{path}")
            assert answer.status_code == 404, answer.text


class _Foreign(Position, frozen=True, tag="notifications"):
    notification_id: int


FORGED = [
    "x",
    "=",
    "%00",
    "é",
    base64.urlsafe_b64encode(b"\x01").decode(),
    base64.urlsafe_b64encode(msgspec.msgpack.encode(["jobs", "newest", 1])).decode(),
    encode_cursor(_Foreign(0)),
    encode_cursor(_Foreign(-5)),
    encode_cursor(_Foreign(2**63)),
    "A" * 501,
]


async def test_forged_cursors_are_refused(ann: Person) -> None:
    for cursor in FORGED:
        answer = await ann.http.get("/notifications/", params={"cursor": cursor})
        assert answer.status_code == 422, answer.text


BAD_FILTERS: list[dict[str, str]] = [
    {"type": "job_exploded"},
    {"unread": "maybe"},
    {"limit": "0"},
    {"limit": "101"},
    {"search": "x" * 201},
    {"search": "a\x00b"},
]


async def test_invalid_filters_are_refused(ann: Person) -> None:
    for query in BAD_FILTERS:
        answer = await ann.http.get("/notifications/", params=query)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == next(iter(query))


async def test_an_administrator_notifies_one_user_who_opted_in(
    town: Town, ann: Person, bob: Person, admin: Person
) -> None:
    await set_preferences(town.runtime, ann.identity.user_id, ON)
    body = {"title": "t" * 255, "message": "m", "notification_type": "recommendation"}
    told_ann = await admin.http.post(
        "/notifications/", json=body | {"user_id": str(ann.identity.user_id)}
    )
    assert (told_ann.status_code, told_ann.json()) == (201, {"created": 1, "skipped": 0})
    told_bob = await admin.http.post(
        "/notifications/", json=body | {"user_id": str(bob.identity.user_id)}
    )
    assert told_bob.json() == {"created": 0, "skipped": 1}
    (row,) = await told(town.runtime)
    assert (row.user_id, row.title) == (ann.identity.user_id, "t" * 255)
    assert row.notification_type is NotificationType.RECOMMENDATION


async def test_an_administrator_notifies_all_users_who_opted_in(
    town: Town, ann: Person, bob: Person, admin: Person
) -> None:
    await set_preferences(town.runtime, ann.identity.user_id, ON)
    only_jobs = ON | {"notification_types": {"system": False}}
    await set_preferences(town.runtime, bob.identity.user_id, only_jobs)
    async with town.runtime.begin() as uow:
        # More than one chunk; half of them opted in, and one of those is deactivated.
        await uow.session.execute(
            text(
                "INSERT INTO users (id, username, role, preferences, is_active) "
                "SELECT gen_random_uuid(), 'extra' || n, 'user', "
                "jsonb_build_object('notifications_enabled', n % 2 = 0), n <> 2 "
                "FROM generate_series(1, 2200) AS n"
            )
        )
    answer = await admin.http.post("/notifications/", json={"title": "Maintenance at noon"})
    assert answer.status_code == 201
    rows = await told(town.runtime)
    assert answer.json()["created"] == len(rows) == 1 + 1099
    assert len({row.user_id for row in rows}) == len(rows)
    assert ann.identity.user_id in {row.user_id for row in rows}
    assert bob.identity.user_id not in {row.user_id for row in rows}


async def test_only_administrators_send_notifications(town: Town, ann: Person) -> None:
    body = {"title": "hi", "user_id": str(ann.identity.user_id)}
    await set_preferences(town.runtime, ann.identity.user_id, ON)
    assert (await ann.http.post("/notifications/", json=body)).status_code == 403
    anonymous = await town.api.http.post("/api/v1/notifications/", json=body)
    assert anonymous.status_code == 401
    assert await told(town.runtime) == []


BAD_MESSAGES: list[tuple[Any, int]] = [
    ({"title": "t" * 256}, 422),
    ({"title": ""}, 422),
    ({}, 422),
    ({"title": "a\x00b"}, 422),
    ({"title": "x", "message": "m" * 10_001}, 422),
    ({"title": "x", "message": "a\x00b"}, 422),
    ({"title": "x", "notification_type": "job_exploded"}, 422),
    ({"title": "x", "read_status": True}, 422),
    ({"title": 5}, 422),
    ({"title": "x", "user_id": "me"}, 422),
    ({"title": "x", "user_id": "00000000-0000-0000-0000-000000000000"}, 404),
    ([], 422),
]


async def test_invalid_messages_are_refused(town: Town, admin: Person) -> None:
    for body, status in BAD_MESSAGES:
        answer = await admin.http.post("/notifications/", json=body)
        assert answer.status_code == status, (body, answer.text)
    assert await told(town.runtime) == []
