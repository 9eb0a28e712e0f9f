"""Every command against a running environment with real servers."""

import asyncio
import io
import json
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import msgspec
import pytest
from PIL import Image
from redis.asyncio import Redis
from rich.console import Console
from tests.integration.cli.conftest import Running, until

from genonaut.cli.api_client import open_api
from genonaut.cli.db import schema
from genonaut.cli.generate.run import run as generate
from genonaut.cli.running_services import running_services
from genonaut.cli.up.reporter import Reporter
from genonaut.cli.up.stores import open_stores
from genonaut.core.errors import UnavailableError

BODY = {
    "prompt": "a lighthouse at dusk",
    "checkpoint_model": "sd15.safetensors",
    "width": 64,
    "height": 128,
    "params": {"steps": 2},
}


async def test_generate_runs_the_whole_pipeline(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = ["", ""]

    async def shows_that_one_runs() -> bool:
        for number, text in enumerate(capsys.readouterr()):
            shown[number] += text
        return "running" in shown[1]

    # The jobs stay at the simulator until the command has shown that they run.
    async with httpx.AsyncClient(base_url=running.settings.backends[0].url) as simulator:
        fault = {"kind": "stuck", "seconds": 600, "times": None}
        (await simulator.post("/simulator/faults", json=fault)).raise_for_status()
        body = BODY | {"batch_size": 2}
        command = asyncio.create_task(
            generate(running.settings, None, body, out=tmp_path, as_json=True)
        )
        await until(shows_that_one_runs)
        (await simulator.delete("/simulator/faults")).raise_for_status()
        assert await command == 0
    await shows_that_one_runs()
    jobs = json.loads(shown[0])["jobs"]
    assert [job["status"] for job in jobs] == ["completed", "completed"]
    for job in jobs:
        path = Path(job["path"])
        assert path.name.endswith("-a-lighthouse-at-dusk.png")
        with Image.open(path) as image:
            image.load()
            assert image.size == (64, 128)


async def test_a_refused_submission_names_the_fields(running: Running, tmp_path: Path) -> None:
    result = await running.command("generate", "x", "--size", "513x64", "--out", str(tmp_path))
    assert result.exit_code == 1
    assert "width: " in result.stderr
    assert "Traceback" not in result.output


async def test_jobs_are_listed_shown_and_cancelled(running: Running) -> None:
    async with open_api(running.settings) as api:
        job = await api.submit(BODY)

        async def is_completed() -> bool:
            return (await api.job(job.id)).status == "completed"

        await until(is_completed)
    listed = await running.command(
        "jobs", "list", "--status", "completed", "--search", "lighthouse"
    )
    assert f"\n{job.id} " in listed.stdout
    shown = await running.command("jobs", "show", str(job.id))
    assert "completed" in shown.stdout
    assert "queued" in shown.stdout
    cancelled = await running.command("jobs", "cancel", str(job.id))
    assert cancelled.exit_code == 1
    assert "409" in cancelled.stderr
    missing = await running.command("jobs", "show", "999999")
    assert missing.exit_code == 1
    assert "404" in missing.stderr


async def test_the_monitor_shows_workers_comfyui_servers_and_jobs(running: Running) -> None:
    result = await running.command("monitor")
    assert result.exit_code == 0, result.output
    record = running_services(running.settings)
    assert record is not None
    assert str(record.pids["worker"]) in result.stdout
    assert "default  up" in result.stdout
    assert "of 2" in result.stdout
    assert "!" not in result.stdout


async def test_the_doctor_finds_no_problem(running: Running) -> None:
    result = await running.command("doctor")
    assert result.exit_code == 0, result.output
    assert "missing" not in result.stdout
    for subject in ("PostgreSQL", "pg_trgm", "schema", "Redis", "ComfyUI default", "storage"):
        assert subject in result.stdout
    assert "served at http://127.0.0.1:" in result.stdout


async def test_the_comfyui_server_is_up(running: Running) -> None:
    result = await running.command("comfyui", "status")
    assert result.exit_code == 0
    assert "  up  " in result.stdout


async def test_the_database_of_a_running_environment_is_not_reset(
    running: Running,
) -> None:
    upgraded = await running.command("db", "upgrade")
    assert "already" in upgraded.stdout
    reset = await running.command("db", "reset", "--yes")
    assert reset.exit_code == 1
    assert "stop it first" in reset.stderr


async def test_a_flush_deletes_only_keys_of_the_namespace(running: Running) -> None:
    ours = [
        "genonaut_test:x",
        "genonaut_test:arq:job:genonaut_test:wake:1",
        "genonaut_test:arq:abort",
        "arq:job:genonaut_test:wake:1",
        "arq:retry:genonaut_test:wake:1",
        "arq:in-progress:genonaut_test:wake:1",
        "arq:result:genonaut_test:wake:1",
    ]
    theirs = ["genonaut_test2:x", "x:genonaut_test:x", "arq:job:genonaut_dev:wake:1", "arq:queue"]
    redis = Redis.from_url(running.settings.redis.url)
    try:
        for key in [*ours, *theirs]:
            await redis.set(key, "1")
        listed = await running.command("redis", "keys")
        assert all(f"{key}  " in listed.stdout for key in ours)
        assert not any(f"\n{key} " in listed.stdout for key in theirs)
        flushed = await running.command("redis", "flush")
        assert flushed.exit_code == 0
        assert "keys of genonaut_test at 127.0.0.1:" in flushed.stdout
        assert await redis.exists(*ours) == 0
        assert await redis.exists(*theirs) == len(theirs)
        info = await running.command("redis", "info")
        assert "Queue render" in info.stdout
    finally:
        await redis.delete(*theirs)
        await redis.aclose()


async def test_flush_and_reset_are_refused_in_prod(running: Running) -> None:
    for arguments in (("redis", "flush"), ("db", "reset", "--yes")):
        result = await running.command(*arguments, "--env", "prod")
        assert result.exit_code == 1
        assert "not allowed in prod" in result.stderr


async def test_seed_generates_images_only_once(running: Running) -> None:
    result = await running.command("seed")
    assert result.exit_code == 0
    assert result.stdout.strip().splitlines()[-1] in {"made 5 images", "there are images already"}
    again = await running.command("seed")
    assert again.stdout == "there are images already\n"


async def test_configured_stores_are_used_and_a_missing_database_is_created(
    running: Running,
) -> None:
    url = running.settings.database.url.replace("genonaut_test", "genonaut_other")
    settings = msgspec.structs.replace(
        running.settings,
        database=msgspec.structs.replace(running.settings.database, url=url),
    )
    output = io.StringIO()
    reporter = Reporter(Console(file=output, markup=False, highlight=False, width=200))
    async with AsyncExitStack() as stack:
        stores = await open_stores(stack, settings, reporter)
    assert (stores.database_url, stores.redis_url) == (url, settings.redis.url)
    assert stores.servers == {}
    assert await schema.create_if_missing(url)
    assert not await schema.create_if_missing(url)
    assert await schema.revision_of(url) is None
    assert output.getvalue() == ""


async def _until_healthy(running: Running) -> None:
    async with open_api(running.settings) as api:

        async def is_healthy() -> bool:
            try:
                health = await api.health()
            except UnavailableError:  # the API is starting
                return False
            return (health.database, health.redis) == ("ok", "ok")

        await until(is_healthy)


@pytest.mark.parametrize("name", ["worker", "api", "simulator"])
async def test_a_child_that_ends_is_reported_and_restarted(running: Running, name: str) -> None:
    before = running.supervisor.record.pids[name]
    os.kill(before, signal.SIGKILL)

    async def is_restarted() -> bool:
        return running.supervisor.record.pids[name] != before

    await until(is_restarted)
    output = running.output.getvalue()
    assert f"{name} ended (killed by SIGKILL); restarting it in" in output
    record = running_services(running.settings)
    assert record is not None
    assert record.pids[name] == running.supervisor.children[name].pid
    await _until_healthy(running)


@pytest.mark.parametrize("name", ["postgres", "redis"])
async def test_a_database_server_that_ends_is_restarted(running: Running, name: str) -> None:
    stores = running.supervisor.stores
    assert stores is not None
    server = stores.servers[name]
    await server.kill()

    async def is_restarted() -> bool:
        return server.pid is not None

    await until(is_restarted)
    await _until_healthy(running)


async def test_logs_are_shown_as_they_are_written(running: Running) -> None:
    async def is_shown() -> bool:
        output = running.output.getvalue()
        return "   worker | {" in output and "simulator | {" in output

    await until(is_shown)
