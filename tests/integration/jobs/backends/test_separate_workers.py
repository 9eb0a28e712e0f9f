"""Workers with different ComfyUI servers in their settings do not retire each other's."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text, update
from tests.support.locks import sessions_waiting
from tests.support.models import refresh
from tests.support.service import Api, eventually, running_api, running_worker, with_backends

from genonaut.catalog.recording.server_listing import ListingService
from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.jobs.backends import monitor
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.jobs.tables import Worker
from genonaut.runtime import open_runtime
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator


def only(settings: Settings, name: str) -> Settings:
    """Return the settings with one of the servers."""
    backends = tuple(one for one in settings.comfyui.backends if one.name == name)
    comfyui = msgspec.structs.replace(settings.comfyui, backends=backends)
    return msgspec.structs.replace(settings, comfyui=comfyui)


async def shown(api: Api) -> dict[str, str]:
    health = (await api.http.get("/api/v1/health")).json()
    return {one["name"]: one["status"] for one in health["comfyui"]}


async def having(api: Api, name: str) -> list[str]:
    """Return the names of the backends with a checkpoint."""
    found = (await api.http.get("/api/v1/checkpoint-models")).json()["items"]
    return next((one["available_on"] for one in found if one["name"] == name), [])


async def test_two_workers_with_one_backend_each(
    settings: Settings, simulator: Simulator, tmp_path: Path
) -> None:
    options = SimulatorOptions(
        output_directory=tmp_path / "second", models={"checkpoints": ["rare.safetensors"]}
    )
    async with running_simulator(options) as second:
        both = with_backends(settings, simulator.url, second.url)
        async with running_api(both) as api, running_worker(only(both, "sim1")):

            async def both_are_known() -> bool:
                return (
                    await shown(api) == {"sim1": "up", "sim2": "up"}
                    and await having(api, "rare.safetensors") == ["sim2"]
                    and await having(api, "sd15.safetensors") == ["sim1"]
                )

            async with running_worker(only(both, "sim2")) as other:
                await eventually(both_are_known)
                # A refresh by any worker, or by a process without backends, must keep both.
                await refresh(other._runtime)
                await refresh(api.runtime)
                assert await both_are_known()
                for model, server in (("sd15", "sim1"), ("rare", "sim2")):
                    job = await api.submit(checkpoint_model=f"{model}.safetensors")
                    assert (await api.ended(job["id"]))["backend"] == server
            # A worker that starts beside a live one changes only its own backends.
            async with running_worker(only(both, "sim2")):
                await eventually(both_are_known)
    del simulator


async def test_workers_that_start_together_retire_no_backend(
    settings: Settings, simulator: Simulator
) -> None:
    both = with_backends(settings, simulator.url, simulator.url)
    async with running_api(both) as api, contextlib.AsyncExitStack() as stack:
        async with api.runtime.begin() as uow:
            # Both workers block before they insert their rows.
            await uow.session.execute(text("LOCK TABLE workers IN SHARE MODE"))
            for number, name in enumerate(("sim2", "sim1"), start=1):
                await stack.enter_async_context(running_worker(only(both, name)))
                await eventually(sessions_waiting(api.runtime, number))

        async def both_are_up() -> bool:
            return await shown(api) == {"sim1": "up", "sim2": "up"}

        await eventually(both_are_up)


@pytest.fixture
def silence_over(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set by the test when dead workers have been silent for long enough."""
    signal = asyncio.Event()
    retire_after_silence = monitor.BackendMonitor._retire_after_silence

    async def retire_on_signal(self: monitor.BackendMonitor) -> None:
        await signal.wait()
        await retire_after_silence(self)

    monkeypatch.setattr(monitor, "SILENT_AFTER", timedelta())
    monkeypatch.setattr(monitor.BackendMonitor, "_retire_after_silence", retire_on_signal)
    return signal


async def test_a_backend_of_only_a_dead_worker_is_retired(
    settings: Settings, simulator: Simulator, silence_over: asyncio.Event
) -> None:
    both = with_backends(settings, simulator.url, "http://127.0.0.1:9")
    async with running_api(both) as api:
        async with running_worker(both) as crashed:
            await eventually(lambda: having(api, "sd15.safetensors"))
        async with api.runtime.begin() as uow:  # as if it had just been killed
            alive = {"stopped_at": None, "seen_at": utcnow()}
            await uow.session.execute(
                update(Worker).where(Worker.id == crashed.row.id).values(**alive)
            )
        async with running_worker(only(both, "sim1")):
            assert set(await shown(api)) == {"sim1", "sim2"}
            long_ago = {"seen_at": utcnow() - timedelta(minutes=1)}
            async with api.runtime.begin() as uow:
                await uow.session.execute(
                    update(Worker).where(Worker.id == crashed.row.id).values(**long_ago)
                )
            silence_over.set()

            async def is_retired() -> bool:
                return set(await shown(api)) == {"sim1"}

            await eventually(is_retired)


async def test_a_backend_retired_during_a_report_is_revived_by_the_next_report(
    settings: Settings,
) -> None:
    async with open_runtime(settings, application="test") as runtime:
        async with runtime.begin() as uow:
            await BackendRepository(uow.session).register(settings.comfyui.backends)

        async def report(meanwhile: AbstractAsyncContextManager[None]) -> bool:
            async with runtime.begin() as uow:
                repository = BackendRepository(uow.session)
                is_revived = await repository.revive("sim1")
                async with meanwhile:
                    await repository.report(
                        "sim1",
                        status="up",
                        version=None,
                        queue_length=0,
                        offers=None,
                        last_error=None,
                    )
                return is_revived

        @contextlib.asynccontextmanager
        async def retired() -> AsyncIterator[None]:
            async with runtime.begin() as uow:
                await BackendRepository(uow.session).retire_unnamed([])
            yield

        assert not await report(retired())
        assert await report(contextlib.nullcontext())
        async with runtime.begin() as uow:
            (row,) = await BackendRepository(uow.session).all()
        assert row.status == "up"


async def test_a_retired_backend_of_a_live_worker_is_revived(
    settings: Settings, simulator: Simulator
) -> None:
    async with running_api(settings) as api, running_worker(settings) as alive:
        await eventually(lambda: having(api, "sd15.safetensors"))
        async with (
            api.runtime.begin() as uow
        ):  # as if it had been frozen and another worker had retired its backend
            long_ago = {"seen_at": utcnow() - timedelta(minutes=1)}
            await uow.session.execute(
                update(Worker).where(Worker.id == alive.row.id).values(**long_ago)
            )
            await BackendRepository(uow.session).retire_unnamed(["another"])
            await ListingService(uow).forget_other_backends(["another"])
        assert await shown(api) in ({}, {"sim1": "up"})

        async def is_back() -> bool:
            return await shown(api) == {"sim1": "up"} and bool(
                await having(api, "sd15.safetensors")
            )

        await eventually(is_back)
        done = await api.ended((await api.submit())["id"])
    assert done["status"] == "completed"
    del simulator
