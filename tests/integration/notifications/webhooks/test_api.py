"""The routes of webhooks."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update
from tests.integration.notifications.webhooks.test_delivery_service import (
    ALL,
    add_hook,
    deliver_all,
    deliveries,
    end_job_of,
)
from tests.support.people import Person, Town
from tests.support.standard_webhooks import VerificationError, verify
from tests.support.webhook_receivers import Receiver, receiving

from genonaut.core.clock import utcnow
from genonaut.notifications.webhooks.tables import Webhook

URL = "https://example.com/hook"


async def test_the_secret_of_a_new_webhook_is_shown_once(ann: Person) -> None:
    body = {"url": URL, "events": ["job.failed", "job.failed"], "description": "my script"}
    made = await ann.http.post("/webhooks/", json=body)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    hook = made.json()["webhook"]
    assert (hook["url"], hook["events"], hook["is_enabled"]) == (URL, ["job.failed"], True)
    listed = await ann.http.get("/webhooks/")
    assert listed.json() == [hook]
    assert (await ann.http.get(f"/webhooks/{hook['id']}")).json() == hook
    for answer in (listed, await ann.http.patch(f"/webhooks/{hook['id']}", json={})):
        assert "whsec_" not in answer.text
        assert "secret" not in set(answer.json()[0] if answer is listed else answer.json())


async def test_a_webhook_is_changed_and_deleted(town: Town, ann: Person) -> None:
    hook, _ = await add_hook(ann, URL)
    change = {"url": "https://example.org/", "events": ["job.completed"], "description": "new"}
    changed = await ann.http.patch(f"/webhooks/{hook}", json=change)
    assert {key: changed.json()[key] for key in change} == change
    await end_job_of(town, ann)
    disabled = await ann.http.patch(f"/webhooks/{hook}", json={"is_enabled": False})
    assert disabled.json()["is_enabled"] is False
    (given_up,) = await deliveries(town.runtime)
    assert given_up.error == "the webhook was disabled"
    assert (await ann.http.post(f"/webhooks/{hook}/test")).status_code == 409
    redelivery = f"/webhooks/{hook}/deliveries/{given_up.id}/redeliver"
    assert (await ann.http.post(redelivery)).status_code == 409
    assert (await ann.http.delete(f"/webhooks/{hook}")).status_code == 204
    assert (await ann.http.get("/webhooks/")).json() == []
    assert await deliveries(town.runtime) == []


BAD_BODIES: list[dict[str, Any]] = [
    {"url": "https://user:password@example.com/"},
    {"url": "http://example.com/"},
    {"url": "https://localhost/"},
    {"url": "https://10.0.0.1/"},
    {"url": "https://169.254.169.254/latest/meta-data"},
    {"url": "https://[::ffff:10.0.0.1]/"},
    {"url": "https://2130706434/"},
    {"url": "https://0177.0.0.2/"},
    {"url": f"https://example.com/{'x' * 2048}"},
    {"url": ""},
    {"url": 5},
    {"url": URL, "events": []},
    {"url": URL, "events": ["job.exploded"]},
    {"url": URL, "events": ["webhook.test"]},
    {"url": URL, "description": "d" * 201},
    {"url": URL, "description": "\x00"},
    {"url": URL, "secret": "whsec_mine"},
]


async def test_invalid_webhooks_are_refused(ann: Person) -> None:
    hook, _ = await add_hook(ann, URL)
    for body in BAD_BODIES:
        added = await ann.http.post("/webhooks/", json={"events": ALL} | body)
        changed = await ann.http.patch(f"/webhooks/{hook}", json=body)
        assert (added.status_code, changed.status_code) == (422, 422), body
        assert added.json()["errors"]
    assert len((await ann.http.get("/webhooks/")).json()) == 1


async def test_the_number_of_webhooks_is_limited_under_concurrency(town: Town, ann: Person) -> None:
    body = {"url": URL, "events": ALL}
    answers = await asyncio.gather(*(ann.http.post("/webhooks/", json=body) for _ in range(24)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] * 20 + [409] * 4
    async with town.runtime.begin() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Webhook)) == 20


async def test_objects_of_other_users_are_not_found(
    town: Town, ann: Person, bob: Person, admin: Person
) -> None:
    hook, _ = await add_hook(ann, URL)
    other, _ = await add_hook(ann, URL)
    await end_job_of(town, ann)
    (first, _) = await deliveries(town.runtime)
    routes = [
        ("GET", f"/webhooks/{hook}"),
        ("PATCH", f"/webhooks/{hook}"),
        ("DELETE", f"/webhooks/{hook}"),
        ("POST", f"/webhooks/{hook}/secret"),
        ("POST", f"/webhooks/{hook}/test"),
        ("GET", f"/webhooks/{hook}/deliveries"),
        ("GET", f"/webhooks/{hook}/deliveries/{first.id}"),
        ("POST", f"/webhooks/{hook}/deliveries/{first.id}/redeliver"),
    ]
    for method, path in routes:
        body: dict[str, str] | None = {} if method == "PATCH" else None
        for stranger in (bob, admin):
            answer = await stranger.http.request(method, path, json=body)
            assert answer.status_code == 404, (method, path)
        anonymous = await town.api.http.request(method, f"/api/v1{path}", json=body)
        assert anonymous.status_code == 401
    for path in (
        f"/webhooks/{other}/deliveries/{first.id}",
        f"/webhooks/{hook}/deliveries/0",
        f"/webhooks/{hook}/deliveries/{2**63}",
        "/webhooks/0",
        f"/webhooks/{2**64}",
    ):
        assert (await ann.http.get(path)).status_code == 404
    assert len((await ann.http.get("/webhooks/")).json()) == 2


async def test_the_old_secret_also_signs_for_a_day(town: Town, ann: Person) -> None:
    async with receiving() as receiver:
        hook, old = await add_hook(ann, receiver.url)
        renewed = (await ann.http.post(f"/webhooks/{hook}/secret")).json()
        fresh = renewed["secret"]
        assert fresh != old
        assert renewed["webhook"]["previous_secret_until"]
        await end_job_of(town, ann)
        await deliver_all(town.runtime)
        for secret in (old, fresh):
            verify(secret, receiver.calls[0].headers, receiver.calls[0].body)
        async with town.runtime.begin() as uow:
            past = utcnow() - timedelta(seconds=1)
            await uow.session.execute(update(Webhook).values(previous_secret_until=past))
        await end_job_of(town, ann)
        await deliver_all(town.runtime)
        verify(fresh, receiver.calls[1].headers, receiver.calls[1].body)
        try:
            verify(old, receiver.calls[1].headers, receiver.calls[1].body)
        except VerificationError:
            return
    raise AssertionError("the old secret still signs")


async def test_a_test_event_is_sent_and_recorded(town: Town, ann: Person) -> None:
    async with receiving(Receiver(statuses=[200], answer=b"thanks")) as receiver:
        hook, secret = await add_hook(ann, receiver.url, ["job.failed"])
        sent = await ann.http.post(f"/webhooks/{hook}/test")
        assert (sent.status_code, sent.json()["status"]) == (202, "pending")
        await deliver_all(town.runtime)
        (call,) = receiver.calls
        verify(secret, call.headers, call.body)
        assert b'"type":"webhook.test"' in call.body
        path = f"/webhooks/{hook}/deliveries/{sent.json()['id']}"
        detail = (await ann.http.get(path)).json()
        assert detail["delivery"]["status"] == "delivered"
        (only,) = detail["tries"]
        assert (only["status_code"], only["excerpt"], only["error"]) == (200, "thanks", None)


async def test_a_finished_delivery_is_sent_again_with_its_id(town: Town, ann: Person) -> None:
    async with receiving() as receiver:
        hook, _ = await add_hook(ann, receiver.url)
        await end_job_of(town, ann)
        (one,) = await deliveries(town.runtime)
        path = f"/webhooks/{hook}/deliveries/{one.id}/redeliver"
        assert (await ann.http.post(path)).status_code == 409
        await deliver_all(town.runtime)
        again = await ann.http.post(path)
        assert (again.status_code, again.json()["status"]) == (202, "pending")
        await deliver_all(town.runtime)
        assert len(receiver.calls) == 2
        assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
        detail = (await ann.http.get(path.removesuffix("/redeliver"))).json()
        assert len(detail["tries"]) == 2


async def test_deliveries_are_paged(town: Town, ann: Person) -> None:
    hook, _ = await add_hook(ann, URL)
    for _ in range(5):
        await ann.http.post(f"/webhooks/{hook}/test")
    path, seen, cursor = f"/webhooks/{hook}/deliveries", [], None
    for _ in range(3):
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await ann.http.get(path, params=params)).json()
        seen += [one["id"] for one in page["items"]]
        assert page["total"] == (None if cursor else 5)
        cursor = page["next_cursor"]
    assert cursor is None
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5
    assert (await ann.http.get(path, params={"cursor": "forged"})).status_code == 422
