"""The audit log: entries, access and retention."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from tests.builders import make_content, make_finished_job
from tests.support.accounts import Browser, make_key, make_session
from tests.support.service import Api

from genonaut.accounts.audit import Actor, AuditLog, acting_as
from genonaut.accounts.identity import Identity
from genonaut.accounts.sessions import SessionService
from genonaut.accounts.tables import ApiKey, AuditEntry, User, UserSession
from genonaut.core.clock import utcnow
from genonaut.runtime import Runtime
from genonaut.worker.housekeeping import do_maintenance

LOG = "/api/v1/audit-log"


async def kinds_of(runtime: Runtime, *prefixes: str) -> list[tuple[str, str | None]]:
    async with runtime.begin() as uow:
        rows = (await uow.session.scalars(select(AuditEntry).order_by(AuditEntry.id))).all()
    return [(row.kind, row.subject) for row in rows if row.kind.startswith(prefixes)]


def identity_of(user: User) -> Identity:
    return Identity(user.id, user.username, user.role)


async def test_reads_of_other_users_objects_are_recorded(
    api: Api, runtime: Runtime, user: User, admin: User
) -> None:
    content_id = await make_content(runtime, identity_of(user))
    job_id = await make_finished_job(runtime, identity_of(user), prompt="x")
    office = await make_session(runtime, admin.id)
    owner = await make_session(runtime, user.id)
    paths = [f"/api/v1/content/{content_id}", f"/api/v1/content/{content_id}/image"]
    paths += [f"/api/v1/generation-jobs/{job_id}/events", "/api/v1/generation-jobs?scope=all"]
    for path in [*paths, *paths]:
        await api.http.get(path, headers=office)
    for path in paths[:3]:
        await api.http.get(path, headers=owner)
    assert await kinds_of(runtime, "foreign.") == [
        ("foreign.read", f"content:{content_id}"),
        ("foreign.read", f"job:{job_id}"),
        ("foreign.read", "jobs"),
    ]


async def test_reads_of_public_items_are_not_recorded(
    api: Api, runtime: Runtime, user: User, admin: User
) -> None:
    content_id = await make_content(runtime, identity_of(user))
    owner = await make_session(runtime, user.id)
    body = {"visibility": "public"}
    await api.http.patch(f"/api/v1/content/{content_id}", json=body, headers=owner)
    office = await make_session(runtime, admin.id)
    await api.http.get(f"/api/v1/content/{content_id}", headers=office)
    assert await kinds_of(runtime, "foreign.") == []


async def test_deletions_are_recorded(api: Api, runtime: Runtime, user: User) -> None:
    content_id = await make_content(runtime, identity_of(user))
    job_id = await make_finished_job(runtime, identity_of(user), prompt="x")
    owner = await make_session(runtime, user.id)
    await api.http.delete(f"/api/v1/content/{content_id}", headers=owner)
    await api.http.delete(f"/api/v1/generation-jobs/{job_id}", headers=owner)
    assert await kinds_of(runtime, "content.", "job.") == [
        ("content.trashed", f"content:{content_id}"),
        ("job.deleted", f"job:{job_id}"),
    ]


async def test_a_failed_action_leaves_no_entry(runtime: Runtime, admin: User) -> None:
    actor = Actor(identity_of(admin), "session", "127.0.0.1")

    async def act() -> None:
        with acting_as(actor):
            async with runtime.begin() as uow:
                await AuditLog(uow.session).record("something.done")
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await act()
    assert await kinds_of(runtime, "something.") == []


async def test_the_audit_log_is_filtered_and_paged(
    api: Api, browser: Browser, runtime: Runtime, admin: User, user: User
) -> None:
    await browser.log_in(admin.username)
    for _ in range(3):
        await Browser(api.http).log_in(user.username)
    first = (await browser.send("GET", f"{LOG}?kind=login.succeeded&limit=3")).json()
    assert first["total"] == 4
    assert [one["actor_id"] for one in first["items"]] == [str(user.id)] * 3
    assert first["items"][0]["address"] == "127.0.0.1"
    path = f"{LOG}?kind=login.succeeded&limit=3&cursor={first['next_cursor']}"
    last = (await browser.send("GET", path)).json()
    assert [one["actor_id"] for one in last["items"]] == [str(admin.id)]
    assert (last["total"], last["next_cursor"]) == (None, None)
    assert (await browser.send("GET", f"{LOG}?actor_id={user.id}")).json()["total"] == 3
    assert (await browser.send("GET", f"{LOG}?since=2999-01-01T00:00:00Z")).json()["total"] == 0
    subject = f"{LOG}?subject=user:{user.id}&kind=user.made"
    assert (await browser.send("GET", subject)).json()["total"] == 1
    assert (await browser.send("GET", f"{LOG}?cursor=forged")).status_code == 422


async def test_a_worker_deletes_old_rows(runtime: Runtime, user: User) -> None:
    await make_session(runtime, user.id)
    await make_session(runtime, user.id)
    await make_key(runtime, user.id)
    await make_key(runtime, user.id)
    old = utcnow() - timedelta(days=366)
    async with runtime.begin() as uow:
        one = select(func.min(ApiKey.id)).scalar_subquery()
        await uow.session.execute(update(ApiKey).where(ApiKey.id == one).values(revoked_at=old))
        sessions = (await uow.session.scalars(select(UserSession))).all()
        sessions[0].expires_at = utcnow() - timedelta(seconds=1)
        await AuditLog(uow.session).record("kept.one")
        await AuditLog(uow.session).record("old.one")
        await uow.session.flush()
        await uow.session.execute(
            update(AuditEntry).where(AuditEntry.kind == "old.one").values(at=old)
        )
    await do_maintenance(runtime)
    assert await kinds_of(runtime, "kept.", "old.") == [("kept.one", None)]
    async with runtime.begin() as uow:
        left = await SessionService(uow, runtime.settings.auth).of_user(user.id)
        keys = await uow.session.scalar(select(func.count()).select_from(ApiKey))
    assert (len(left), keys) == (1, 1)


async def test_entries_are_sentences_with_names(
    api: Api, runtime: Runtime, user: User, admin: User
) -> None:
    office = await make_session(runtime, admin.id)
    owner = await make_session(runtime, user.id)
    key = {"name": "ci", "scopes": ["read"]}
    made = await api.http.post("/api/v1/api-keys", json=key, headers=owner)
    await api.http.delete(f"/api/v1/api-keys/{made.json()['id']}", headers=owner)
    change = {"role": "admin"}
    await api.http.patch(f"/api/v1/users/{user.id}", json=change, headers=office)
    news = {"title": "Maintenance"}
    await api.http.post("/api/v1/notifications", json=news, headers=office)
    pause = {"reason": "new disk"}
    await api.http.post("/api/v1/queue/pause", json=pause, headers=office)
    found = (await api.http.get(LOG, headers=office)).json()["items"]
    assert [entry["summary"] for entry in found[:5]] == [
        f"{admin.username} paused the queue: new disk",
        f"{admin.username} sent the announcement 'Maintenance' to all users",
        f"{admin.username} made {user.username} an administrator",
        f"{user.username} revoked the API key 'ci'",
        f"{user.username} created the API key 'ci'",
    ]
    assert found[0]["actor"] == admin.username
    assert found[1]["detail"]["title"] == "Maintenance"


async def test_entries_are_found_by_text_actor_and_time(
    api: Api, runtime: Runtime, user: User, admin: User
) -> None:
    office = await make_session(runtime, admin.id)
    await api.http.post("/api/v1/queue/pause", json={"reason": "new disk"}, headers=office)
    await api.http.patch(f"/api/v1/users/{user.id}", json={"is_active": False}, headers=office)

    async def kinds(query: str) -> list[str]:
        answer = await api.http.get(f"{LOG}?{query}", headers=office)
        assert answer.status_code == 200, answer.text
        return [entry["kind"] for entry in answer.json()["items"]]

    assert await kinds("search=DISK") == ["queue.paused"]
    assert await kinds(f"search={user.username.upper()}&kind=user.deactivated") == [
        "user.deactivated"
    ]
    assert "queue.paused" not in await kinds(f"search={user.username}")
    assert await kinds(f"search={admin.username}&kind=queue.paused") == ["queue.paused"]
    assert await kinds(f"actor_id={user.id}") == []
    assert await kinds("until=2020-01-01T00:00:00Z") == []
    assert await kinds("since=2020-01-01T00:00:00Z&until=2099-01-01T00:00:00Z&search=disk")
    assert await kinds("search=100%25") == []
