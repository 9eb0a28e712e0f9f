"""Random concurrent requests of several users to a few resources: no 5xx, consistent rows.

The requests are chosen at random; the seed is printed when a test fails.
"""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text
from tests.builders import make_content
from tests.support.accounts import Browser, held, make_key, make_user, with_login
from tests.support.notifications import ON, set_preferences, told
from tests.support.people import Person, Town, running_town
from tests.support.service import eventually, running_worker

from genonaut.accounts.keys import ApiKeyService
from genonaut.accounts.repository import ADMIN_WITH_LOGIN
from genonaut.accounts.tables import ApiKey, Role, User
from genonaut.config import Settings
from genonaut.content.tables import ContentItem, ContentRating, ContentTag, TagUsage, Visibility
from genonaut.jobs.states import WAITING, JobStatus
from genonaut.jobs.tables import GenerationAttempt, GenerationBatch, GenerationJob
from genonaut.notifications.webhooks.handlers import deliver_webhook
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.tables import Webhook, WebhookDelivery
from genonaut.runtime import Runtime

WAVES, AT_ONCE = 4, 16
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
Act = Callable[[], Coroutine[Any, Any, httpx.Response]]


@pytest.fixture
def people_settings(settings: Settings) -> Settings:
    return with_login(settings, webhooks__allowed_hosts=("127.0.0.1",))


@pytest.fixture
async def town(people_settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(people_settings)) as running:
        yield running
        # Counts also deadlocks after which a worker retried.
        async with running.runtime.begin() as uow:
            assert await uow.session.scalar(DEADLOCKS) == 0


@pytest.fixture
def chance() -> random.Random:
    seed = random.randrange(1_000_000)  # noqa: S311  # nothing secret
    sys.stderr.write(f"seed {seed}\n")
    return random.Random(seed)  # noqa: S311


async def wave(acts: Sequence[Act]) -> list[httpx.Response]:
    """Send all requests concurrently and require that no response is a 5xx."""
    answers = await asyncio.gather(*(act() for act in acts))
    wrong = [
        f"{one.request.method} {one.request.url}: {one.status_code} {one.text}"
        for one in answers
        if one.status_code >= 500
    ]
    assert wrong == []
    return answers


async def rows_of(runtime: Runtime, query: Any) -> list[Any]:
    async with runtime.begin() as uow:
        return list((await uow.session.execute(query)).all())


async def test_jobs(town: Town, people_settings: Settings, chance: random.Random) -> None:
    ann = await town.person("ann")
    root = await town.person("root", role=Role.ADMIN)
    runtime = town.runtime
    await set_preferences(runtime, ann.identity.user_id, ON)
    jobs: list[dict[str, Any]] = []

    def submit() -> Act:
        body = {"prompt": "a fox", "checkpoint_model": "sd15.safetensors", "batch_size": 3}
        # The same key with the same body.
        key = {"Idempotency-Key": f"key-{chance.randrange(12)}"}
        return lambda: ann.http.post("/generation-jobs/", json=body, headers=key)

    def on_job(person: Person) -> Act:
        job = chance.choice(jobs)
        path = f"/generation-jobs/{chance.choice(job['batch_job_ids'])}"
        return chance.choice(
            [
                lambda: person.http.post(f"{path}/cancel"),
                lambda: person.http.post(f"{path}/cancel"),
                lambda: person.http.delete(path),
                lambda: person.http.post(f"{path}/retry"),
                lambda: person.http.get(path),
                lambda: person.http.post(
                    "/generation-jobs/cancel", json={"batch_id": job["batch_id"]}
                ),
                lambda: person.http.delete(f"/content/{job['content_id'] or 1}"),
                lambda: person.http.delete("/content/trash"),
            ]
        )

    def pause() -> Act:
        what = chance.choice(["pause", "resume"])
        return lambda: root.http.post(f"/queue/{what}", json={})

    async with running_worker(people_settings), running_worker(people_settings):
        await wave([submit()])
        for _ in range(WAVES):
            jobs = (await ann.http.get("/generation-jobs/?limit=100")).json()["items"]
            acts = [submit() for _ in range(3)] + [pause()]
            acts += [on_job(chance.choice([ann, ann, root])) for _ in range(AT_ONCE - len(acts))]
            chance.shuffle(acts)
            await wave(acts)
        await root.http.post("/queue/resume", json={})

        async def all_have_ended() -> bool:
            going = GenerationJob.status.in_([*WAITING, JobStatus.RUNNING])
            return not await rows_of(runtime, select(GenerationJob.id).where(going))

        await eventually(all_have_ended, seconds=90)
    is_open = GenerationBatch.open_count != 0
    assert await rows_of(runtime, select(GenerationBatch.id).where(is_open)) == []
    open_attempts = select(GenerationAttempt.job_id).where(GenerationAttempt.ended_at.is_(None))
    assert await rows_of(runtime, open_attempts) == []
    keys = [one.dedupe_key for one in await told(runtime)]
    assert len(keys) == len(set(keys)) > 0


async def test_items(town: Town, chance: random.Random) -> None:
    ann, bob = await town.person("ann"), await town.person("bob")
    root = await town.person("root", role=Role.ADMIN)
    tags = ["sea", "sky", "fox"]
    ids = [
        await make_content(
            town.runtime, ann.identity, tags=frozenset(tags[:2]), visibility=Visibility.PUBLIC
        )
        for _ in range(5)
    ]
    job_ids = [job_id for (job_id,) in await rows_of(town.runtime, select(ContentItem.job_id))]

    def act() -> Act:
        person, item = chance.choice([ann, ann, root]), chance.choice(ids)
        some = chance.sample(ids, 3)
        tag, rating = chance.choice(tags), chance.choice([None, 1, 5])
        visibility = chance.choice(["private", "public"])
        changes: list[dict[str, Any]] = [
            {"action": "tag", "tags": [tag]},
            {"action": "untag", "tags": [tag]},
            {"action": "visibility", "visibility": visibility},
            {"action": "delete"},
            {"action": "restore"},
            {"action": "purge"} if chance.random() < 0.2 else {"action": "restore"},
        ]
        change = chance.choice(changes)
        return chance.choice(
            [
                lambda: person.http.post("/content/bulk", json={**change, "ids": some}),
                lambda: person.http.patch(
                    f"/content/{item}", json={"tags": [tag], "visibility": visibility}
                ),
                lambda: bob.http.put(f"/content/{item}/rating", json={"rating": rating}),
                lambda: person.http.put(f"/content/{item}/rating", json={"rating": rating}),
                lambda: person.http.delete(f"/content/{item}"),
                lambda: person.http.post(f"/content/{item}/restore"),
                lambda: ann.http.delete(f"/generation-jobs/{chance.choice(job_ids)}"),
                lambda: bob.http.get("/content/?scope=public"),
            ]
        )

    for _ in range(WAVES):
        await wave([act() for _ in range(AT_ONCE)])
    await wave([lambda: ann.http.delete("/content/trash") for _ in range(4)])

    item = ContentItem
    kept = (
        select(item.user_id, ContentTag.tag, item.visibility, func.count())
        .join(ContentTag, ContentTag.content_id == item.id)
        .where(item.deleted_at.is_(None))
        .group_by(item.user_id, ContentTag.tag, item.visibility)
    )
    counted: Counter[tuple[Any, ...]] = Counter()
    for use in await rows_of(town.runtime, select(TagUsage)):
        row = use[0]
        counted[row.user_id, row.tag, Visibility.PRIVATE] = row.private_count
        counted[row.user_id, row.tag, Visibility.PUBLIC] = row.public_count
    present = {
        (user, tag, visibility): n for user, tag, visibility, n in await rows_of(town.runtime, kept)
    }
    assert {use: n for use, n in counted.items() if n} == present
    ratings = (
        select(item.id)
        .outerjoin(ContentRating, ContentRating.content_id == item.id)
        .group_by(item.id)
        .having(
            (item.rating_count != func.count(ContentRating.rating))
            | (item.rating_sum != func.coalesce(func.sum(ContentRating.rating), 0))
        )
    )
    assert await rows_of(town.runtime, ratings) == []
    for (key,) in await rows_of(town.runtime, select(item.storage_key)):
        assert await town.runtime.store.exists(key)


async def test_accounts(town: Town, chance: random.Random) -> None:
    runtime = town.runtime
    users = [await make_user(runtime, f"admin{n}", role=Role.ADMIN) for n in range(3)]
    users += [await make_user(runtime, f"user{n}") for n in range(3)]
    browsers: dict[str, Browser] = {}

    async def log_in(user: User) -> httpx.Response:
        browser = Browser(town.api.http)
        answer = await browser.log_in(user.username)
        if answer.status_code == 200:
            browsers[user.username] = browser
        return answer

    def act() -> Act:
        who, whom = chance.choice(users), chance.choice(users)
        browser = browsers.get(who.username)
        if browser is None:
            return lambda: log_in(who)
        change = chance.choice(
            [
                {"role": chance.choice(["user", "admin"])},
                {"is_active": chance.choice([True, False])},
                {"username": chance.choice(["one", "two"])},
                {"email": "one@example.org"},
            ]
        )
        theme = chance.choice(["light", "dark"])
        key = {"name": "key", "scopes": ["read"]}
        me = "/api/v1/users/me"
        return chance.choice(
            [
                lambda: log_in(who),
                lambda: browser.send("PATCH", f"/api/v1/users/{whom.id}", json=change),
                lambda: browser.send("PATCH", f"/api/v1/users/{whom.id}", json=change),
                lambda: browser.send("PATCH", f"{me}/", json={"username": "one"}),
                lambda: browser.send("PUT", f"{me}/preferences", json={"theme": theme}),
                lambda: browser.send("POST", "/api/v1/api-keys", json=key),
                lambda: browser.send("DELETE", "/api/v1/auth/sessions"),
                lambda: browser.send("POST", "/api/v1/auth/logout"),
            ]
        )

    await wave([lambda user=user: log_in(user) for user in users])  # type: ignore[misc]
    for _ in range(WAVES):
        await wave([act() for _ in range(AT_ONCE)])

    assert await rows_of(runtime, select(User.id).where(*ADMIN_WITH_LOGIN))
    valid = ApiKey.revoked_at.is_(None)
    of_deactivated = select(ApiKey.id).join(User).where(valid, ~User.is_active)
    assert await rows_of(runtime, of_deactivated) == []
    sessions = text(
        "SELECT s.id FROM user_sessions s JOIN users u ON u.id = s.user_id WHERE NOT u.is_active"
    )
    assert await rows_of(runtime, sessions) == []


async def test_notifications_and_webhooks(town: Town, chance: random.Random) -> None:
    ann = await town.person("ann")
    runtime = town.runtime
    await set_preferences(runtime, ann.identity.user_id, ON)
    most = runtime.settings.webhooks.max_per_user
    hook = {"url": "http://127.0.0.1:9/", "events": ["job.cancelled"]}

    async def cancelled_job() -> httpx.Response:
        body = {"prompt": "a fox", "checkpoint_model": "sd15.safetensors"}
        job = (await ann.http.post("/generation-jobs/", json=body)).json()
        return await ann.http.post(f"/generation-jobs/{job['id']}/cancel")

    async def deliver() -> httpx.Response:
        ids = await rows_of(runtime, select(WebhookDelivery.id))
        await asyncio.gather(
            *(deliver_webhook(runtime, DeliverWebhook(one)) for (one,) in ids[-5:])
        )
        return await ann.http.get("/notifications")

    def act(hooks: Sequence[int], notification_ids: Sequence[int]) -> Act:
        path = f"/webhooks/{chance.choice(hooks) if hooks else 1}"
        one = f"/notifications/{chance.choice(notification_ids) if notification_ids else 1}"
        is_on = chance.choice([True, False])
        return chance.choice(
            [
                cancelled_job,
                cancelled_job,
                deliver,
                lambda: ann.http.post("/webhooks/", json=hook),
                lambda: ann.http.patch(path, json={"is_enabled": is_on}),
                lambda: ann.http.post(f"{path}/secret"),
                lambda: ann.http.post(f"{path}/test"),
                lambda: ann.http.delete(path),
                lambda: ann.http.put(f"{one}/read"),
                lambda: ann.http.put("/notifications/read-all"),
                lambda: ann.http.delete("/notifications"),
                lambda: ann.http.delete(one),
            ]
        )

    await wave([lambda: ann.http.post("/webhooks/", json=hook)] * (most + 3))
    for _ in range(WAVES):
        hooks = [one for (one,) in await rows_of(runtime, select(Webhook.id))]
        assert len(hooks) <= most
        notification_ids = [one.id for one in await told(runtime)]
        await wave([act(hooks, notification_ids) for _ in range(AT_ONCE)])
    count = (await ann.http.get("/notifications/unread/count")).json()["unread_count"]
    assert count == sum(not one.read_status for one in await told(runtime))


async def test_keys_of_one_user_are_never_too_many(town: Town) -> None:
    ann = await make_user(town.runtime, "ann")
    most = town.runtime.settings.auth.max_api_keys
    async with town.runtime.begin() as uow:
        for _ in range(most - 2):
            await ApiKeyService(uow).create(
                ann.id, name="key", scopes=[], expires_at=None, most=most
            )
    await make_key(town.runtime, ann.id)
    browser = Browser(town.api.http)
    await browser.log_in("ann")
    body = {"name": "key", "scopes": ["read"]}
    answers = await wave([lambda: browser.send("POST", "/api/v1/api-keys", json=body)] * 6)
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 5}
