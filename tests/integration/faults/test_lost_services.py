"""Redis and PostgreSQL restarted while the installation runs."""

import asyncio
import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from tests.conftest import make_settings
from tests.support.commit_cutter import CommitCutter, proxying
from tests.support.processes import Servers
from tests.support.programs import program
from tests.support.service import Api, eventually, running_api, running_worker, with_jobs
from tests.support.timeouts import patiently

from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.embedded import RunningPostgres, RunningValkey
from genonaut.simulator import Simulator


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
        jobs = [await api.submit(f"image {number}") for number in range(20)]
        await own_valkey.restart_empty()

        async def all_done() -> bool:
            ended = [await api.job(job["id"]) for job in jobs]
            return all(job["status"] == "completed" for job in ended)

        await eventually(all_done)
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
        assert (await api.ended(job["id"]))["status"] == "completed"
        health = (await api.http.get("/api/v1/health")).json()
        assert (health["status"], health["redis"]) == ("degraded", "unavailable")
        await own_valkey.start()
        assert (await api.ended((await api.submit())["id"]))["status"] == "completed"


@pytest.mark.parametrize("is_forwarded", [True, False], ids=["committed", "not committed"])
async def test_postgres_restarted_during_the_commit_of_a_completion(
    servers: Servers,
    own_postgres: RunningPostgres,
    simulator: Simulator,
    tmp_path: Path,
    *,
    is_forwarded: bool,
) -> None:
    url = make_url(own_postgres.url_for("faults"))
    is_restarted = asyncio.Event()

    async def restart() -> None:
        await own_postgres.restart()
        is_restarted.set()

    cutter = CommitCutter(
        (url.host or "", url.port or 0),
        after=b"INSERT INTO content_items",
        is_forwarded=is_forwarded,
        on_cut=restart,
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

            await eventually(is_done)
            assert cutter.cuts == 1
            # The commit is visible before the restart has started.
            async with patiently():
                await is_restarted.wait()
            done = await api.job(job["id"])
            assert done["attempt"] == 1
            assert await count_content(api) == 1
            image = await api.http.get(f"/api/v1/content/{done['content_id']}/image")
            assert image.status_code == 200
            files = list((tmp_path / "files" / "images").rglob("*.png"))
            assert len(files) == 1


@pytest.mark.render_ms(1_000)
async def test_a_temporarily_read_only_database(
    servers: Servers, own_postgres: RunningPostgres, simulator: Simulator, tmp_path: Path
) -> None:
    own = Servers(own_postgres.url_for("postgres"), servers.redis_url)
    settings = make_settings(own, "faults", tmp_path, simulator.url)
    engine = create_async_engine(settings.database.url, isolation_level="AUTOCOMMIT")

    async def set_read_only(value: str) -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SET default_transaction_read_only = of"))
            await connection.execute(
                text(f"ALTER SYSTEM SET default_transaction_read_only = {value}")
            )
            await connection.execute(text("SELECT pg_reload_conf()"))

    async with running_api(settings) as api, running_worker(settings):
        job = await api.submit(params={"steps": 4})

        async def is_running() -> bool:
            return bool((await api.job(job["id"]))["status"] == "running")

        async def is_refused() -> bool:
            body = {"prompt": "not now", "checkpoint_model": "sd15.safetensors"}
            answer = await api.http.post("/api/v1/generation-jobs/", json=body)
            return answer.status_code == 503 and "retry-after" in answer.headers

        async def is_rendered() -> bool:
            return bool(simulator.state.queue.history)

        await eventually(is_running)
        await set_read_only("on")
        await eventually(is_refused)
        await eventually(is_rendered)
        assert (await api.job(job["id"]))["status"] == "running", "it can still be read"
        await set_read_only("of")
        done = await api.ended(job["id"])
        assert done["status"] == "completed", done
        assert done["attempt"] == 1, "the completion was kept until it could be written"
        assert simulator.state.number == 1
        assert await count_content(api) == 1
    await engine.dispose()


async def test_jobs_of_dead_workers_are_requeued_without_redis(
    settings: Settings,
    servers: Servers,
    own_valkey: RunningValkey,
    simulator: Simulator,
    tmp_path: Path,
) -> None:
    database = make_url(settings.database.url).database or ""
    own = Servers(servers.database_url, own_valkey.url_for(3))
    lost = with_jobs(
        make_settings(own, database, tmp_path, simulator.url),
        lease_seconds=4.0,
        resume_seconds=120.0,
    )
    simulator.faults.add("silence", seconds=600)
    async with running_api(lost) as api:
        async with program(lost, "worker", log=tmp_path / "worker.log") as worker:
            job = await api.submit(params={"steps": 30})

            async def runs() -> bool:
                is_claimed = (await api.job(job["id"]))["status"] == "running"
                # Killed before the submission, a third attempt would have to submit the prompt.
                return bool(is_claimed and simulator.state.number == 1)

            await eventually(runs)
            worker.send_signal(signal.SIGKILL)
            await worker.wait()
        # It is never claimable, so every sweep tries to send a wake-up.
        waiting = await api.submit("never claimable")
        async with api.runtime.begin() as uow:
            gone = text("UPDATE generation_jobs SET needs = '{loras/gone}' WHERE id = :id")
            await uow.session.execute(gone, {"id": waiting["id"]})
        await own_valkey.kill()
        simulator.faults.clear()
        async with running_worker(lost):
            done = await api.ended(job["id"])
        assert done["status"] == "completed"
        # On a busy machine the lease may have expired once more.
        assert done["attempt"] >= 2
        assert simulator.state.number == 1


async def test_readiness_is_503_while_postgres_is_down(
    servers: Servers, own_postgres: RunningPostgres, tmp_path: Path
) -> None:
    own = Servers(own_postgres.url_for("postgres"), servers.redis_url)
    settings = make_settings(own, "faults", tmp_path)
    async with running_api(settings) as api:

        async def readiness() -> tuple[int, str]:
            answer = await api.http.get("/health/ready")
            return answer.status_code, answer.json()["status"]

        async def is_ready() -> bool:
            return await readiness() == (200, "ok")

        async def is_not_ready() -> bool:
            return await readiness() == (503, "unavailable")

        await eventually(is_ready)
        await own_postgres.kill()
        await eventually(is_not_ready)
        assert (await api.http.get("/health/live")).status_code == 200
        assert (await api.http.get("/api/v1/health")).status_code == 503
        await own_postgres.start()
        await eventually(is_ready)
