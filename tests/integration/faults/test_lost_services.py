"""Redis and PostgreSQL restarted under a running installation."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from tests.conftest import create_database, make_settings
from tests.support.processes import Servers
from tests.support.proxy import CommitCutter, proxying
from tests.support.service import Api, eventually, running_api, running_worker

from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.db import migrations
from genonaut.embedded import RunningPostgres, RunningValkey, Source, postgres, valkey
from genonaut.simulator import Simulator


@pytest.fixture
async def own_valkey(data_dir: Path) -> AsyncIterator[RunningValkey]:
    """A Redis that the test may restart."""
    folder = data_dir / f"valkey-{uuid4().hex[:6]}"
    async with valkey(source=Source.AUTO, data_dir=folder, port=None, durable=False) as server:
        yield server


@pytest.fixture
async def own_postgres(data_dir: Path) -> AsyncIterator[RunningPostgres]:
    """A PostgreSQL that the test may restart."""
    folder = data_dir / f"postgres-{uuid4().hex[:6]}"
    async with postgres(source=Source.AUTO, data_dir=folder, port=None, durable=True) as server:
        await create_database(server.url_for("postgres"), "faults")
        await migrations.upgrade(server.url_for("faults"))
        yield server


async def count_content(api: Api) -> int:
    async with api.runtime.begin() as uow:
        return await uow.session.scalar(select(func.count()).select_from(ContentItem)) or 0


async def test_redis_restarted_empty_with_twenty_jobs_waiting(
    settings: Settings,
    servers: Servers,
    own_valkey: RunningValkey,
    simulator: Simulator,
    tmp_path: Path,
) -> None:
    simulator.faults.add("slow", seconds=0.05, times=None)
    database = make_url(settings.database.url).database or ""
    own = Servers(servers.database_url, own_valkey.url_for(3))
    lost = make_settings(own, database, tmp_path, simulator.url)
    async with running_api(lost) as api, running_worker(lost):
        jobs = [await api.submit(f"picture {number}") for number in range(20)]
        await own_valkey.restart_empty()

        async def all_done() -> bool:
            ended = [await api.job(job["id"]) for job in jobs]
            return all(job["status"] == "completed" for job in ended)

        await eventually(all_done, seconds=40)
        assert await count_content(api) == 20


async def test_jobs_are_accepted_and_rendered_without_redis(
    settings: Settings,
    servers: Servers,
    own_valkey: RunningValkey,
    simulator: Simulator,
    tmp_path: Path,
) -> None:
    database = make_url(settings.database.url).database or ""
    own = Servers(servers.database_url, own_valkey.url_for(3))
    lost = make_settings(own, database, tmp_path, simulator.url)
    async with running_api(lost) as api, running_worker(lost):
        await api.ended((await api.submit())["id"])
        await own_valkey.kill()
        job = await api.submit("without redis")
        assert job["status"] in {"pending", "queued", "running", "completed"}
        assert (await api.ended(job["id"], seconds=20))["status"] == "completed"
        health = (await api.http.get("/api/v1/health")).json()
        assert (health["status"], health["redis"]) == ("degraded", "unavailable")
        await own_valkey.start()
        assert (await api.ended((await api.submit())["id"]))["status"] == "completed"


@pytest.mark.parametrize("is_forwarded", [True, False], ids=["committed", "not committed"])
async def test_postgres_restarted_exactly_at_a_completions_commit(
    servers: Servers,
    own_postgres: RunningPostgres,
    simulator: Simulator,
    tmp_path: Path,
    *,
    is_forwarded: bool,
) -> None:
    url = make_url(own_postgres.url_for("faults"))
    cutter = CommitCutter(
        (url.host or "", url.port or 0),
        after=b"INSERT INTO content_items",
        is_forwarded=is_forwarded,
        on_cut=own_postgres.restart,
    )
    direct = make_settings(
        Servers(own_postgres.url_for("postgres"), servers.redis_url),
        "faults",
        tmp_path,
        simulator.url,
    )
    async with proxying(cutter), running_api(direct) as api:
        through = url.set(port=cutter.port).render_as_string(hide_password=False)
        cut = make_settings(Servers(through, servers.redis_url), "faults", tmp_path, simulator.url)
        async with running_worker(cut):
            job = await api.submit()

            async def is_done() -> bool:
                answer = await api.http.get(f"/api/v1/generation-jobs/{job['id']}")
                return answer.status_code == 200 and answer.json()["status"] == "completed"

            await eventually(is_done, seconds=40)
            assert cutter.cuts == 1
            done = await api.job(job["id"])
            assert done["attempt"] == 1
            assert await count_content(api) == 1
            image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
            assert image.status_code == 200
            files = list((tmp_path / "files" / "images").rglob("*.png"))
            assert len(files) == 1
