"""Monitor this worker's ComfyUI servers and report on them in their rows."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from itertools import islice

import structlog

from genonaut.catalog.recording.server_listing import ListingService
from genonaut.catalog.refresh.backend_reporter import CatalogReporter
from genonaut.comfyui import (
    NODE_CLASSES,
    ComfyBackend,
    ComfyUnreachableError,
    ConnectionSettings,
    NodeInfo,
    WatchSettings,
    access_of,
)
from genonaut.config.settings import ComfyuiSettings
from genonaut.core.task_cancellation import stop_tasks
from genonaut.db import DatabaseError
from genonaut.jobs.backends.classes_reporter import ClassesReporter
from genonaut.jobs.backends.repository import SILENT_AFTER, BackendRepository
from genonaut.jobs.lifecycle.attempts import AttemptRepository
from genonaut.jobs.params import (
    MAX_OPTION_LENGTH,
    NODES,
    REFERENCE_METHODS,
    SAMPLERS,
    SCHEDULERS,
)
from genonaut.runtime import Runtime
from genonaut.workflows.backend_classes import BackendClassesService
from genonaut.workflows.object_info import MAX_CLASSES, MAX_NAME_LENGTH

log = structlog.get_logger()
_MAX_OPTIONS = 1_000
"""Samplers or schedulers of one backend; ComfyUI 0.33 has 45 and 9, custom nodes add some."""


class BackendMonitor:
    """The ComfyUI servers of one worker process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._changed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.backends: dict[str, ComfyBackend] = {}
        self._catalogue = CatalogReporter(runtime)
        self._classes = ClassesReporter(runtime)
        self._reported: set[str] = set()

    @property
    def has_reported_all(self) -> bool:
        """Return whether this process has reported on each of its backends."""
        return self._reported >= self.backends.keys()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Mapping[str, ComfyBackend]]:
        """Connect to all enabled backends; those that are down are checked until they answer."""
        settings = _comfy_settings(self._runtime.settings.comfyui)
        async with contextlib.AsyncExitStack() as stack:
            for one in self._runtime.settings.backends:
                if not one.enabled:
                    continue
                backend = ComfyBackend(
                    one.name,
                    one.url,
                    self._runtime.http,
                    access=access_of(one),
                    settings=settings,
                    on_change=lambda changed: self._changed[changed.name].set(),
                )
                self.backends[one.name] = await stack.enter_async_context(backend)
            async with self._runtime.begin() as uow:
                repository = BackendRepository(uow.session)
                await repository.lock_registrations()
                await repository.register(self._runtime.settings.backends)
            await self._retire_unnamed()
            yield self.backends

    async def run(self, wake: Callable[[], None]) -> None:
        """Report until cancelled, at once after each change; call ``wake`` after each report.

        Each backend has a loop of its own, so that one that hangs does not delay the others.
        """
        loops = [
            asyncio.create_task(self._report_loop(backend, wake), name=f"report {backend.name}")
            for backend in self.backends.values()
        ]
        loops += [
            asyncio.create_task(
                self._catalogue.keep_details_current(backend), name=f"ask {backend.name}"
            )
            for backend in self.backends.values()
        ]
        loops.append(asyncio.create_task(self._retire_after_silence(), name="retire servers"))
        try:
            await asyncio.gather(*loops)
        finally:
            # Not a task group: it cancels its tasks only once, and a cancellation can be swallowed.
            await stop_tasks(*loops)

    async def _retire_after_silence(self) -> None:
        """Retire again once a worker that died before our start no longer counts as alive."""
        await asyncio.sleep(SILENT_AFTER.total_seconds())
        with contextlib.suppress(DatabaseError, OSError):  # the next start repeats it
            await self._retire_unnamed()
        await asyncio.Event().wait()

    async def _retire_unnamed(self) -> None:
        """Disable servers that are in no live worker's settings, and delete their model lists."""
        names = [backend.name for backend in self._runtime.settings.backends]
        async with self._runtime.begin() as uow:
            repository = BackendRepository(uow.session)
            await repository.lock_registrations()
            await repository.retire_unnamed(names)
            kept = [backend.name for backend in await repository.all()]
            await ListingService(uow).forget_other_backends(kept)
            await BackendClassesService(uow).forget_other_backends(kept)

    async def _report_loop(self, backend: ComfyBackend, wake: Callable[[], None]) -> None:
        changed = self._changed[backend.name]
        while True:
            changed.clear()
            try:
                await self._report(backend)
                self._reported.add(backend.name)
                wake()
                await self._remove_abandoned(backend)
            except (DatabaseError, OSError) as error:
                log.warning("backend.report_failed", error=type(error).__name__)
                wake()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._runtime.settings.comfyui.health_seconds):
                    await changed.wait()

    async def _report(self, backend: ComfyBackend) -> None:
        offers = await offers_of(backend) if backend.is_up else None
        health = backend.health
        status = "stuck" if health.is_stuck else "up" if health.is_up else "down"
        async with self._runtime.begin() as uow:
            repository = BackendRepository(uow.session)
            if await repository.revive(backend.name):
                log.warning("backend.revived", backend=backend.name)
                self._catalogue.forget(backend.name)
                self._classes.forget(backend.name)
            await repository.report(
                backend.name,
                status=status,
                version=backend.version,
                queue_length=health.running + health.pending,
                offers=offers,
                last_error=None if health.is_up else health.reason,
            )
        await self._catalogue.report(backend)
        await self._classes.report(backend)

    async def _remove_abandoned(self, backend: ComfyBackend) -> None:
        """Remove abandoned prompts from a backend that answers."""
        if not backend.is_up:
            return
        async with self._runtime.begin() as uow:
            abandoned = await AttemptRepository(uow.session).abandoned_at(backend.name)
        prompt_ids = [attempt.comfyui_prompt_id for attempt in abandoned]
        if not prompt_ids:
            return
        try:
            for prompt_id in prompt_ids:
                await backend.client.cancel(prompt_id)
        except ComfyUnreachableError:
            return
        async with self._runtime.begin() as uow:
            await AttemptRepository(uow.session).forget_abandoned(backend.name, prompt_ids)


async def offers_of(backend: ComfyBackend) -> list[str] | None:
    """Return ``folder/name`` of all that a backend offers; None if it does not answer."""
    try:
        models = await backend.models()
        nodes = await backend.object_info()
    except ComfyUnreachableError:
        return None
    offers = {f"{folder}/{name}" for folder in models.folders for name in models.of(folder)}
    return sorted(offers | offers_of_nodes(nodes))


def offers_of_nodes(nodes: Mapping[str, NodeInfo]) -> set[str]:
    """Return ``folder/name`` of node classes, and of options of nodes that jobs choose."""
    offers: set[str] = set()
    sampler = nodes.get("KSampler")
    if sampler is not None:
        offers |= _options(SAMPLERS, sampler.options("sampler_name"))
        offers |= _options(SCHEDULERS, sampler.options("scheduler"))
    methods = nodes.get("FluxKontextMultiReferenceLatentMethod")
    if methods is not None:
        offers |= _options(REFERENCE_METHODS, methods.options("reference_latents_method"))
    classes = [name for name in sorted(nodes) if len(name) <= MAX_NAME_LENGTH and "\0" not in name]
    known = NODE_CLASSES.intersection(classes)
    return offers | {f"{NODES}/{name}" for name in known.union(islice(classes, MAX_CLASSES))}


def _options(folder: str, names: Sequence[str] | None) -> set[str]:
    """Return the names that submissions may use; a server of another kind may send anything."""
    usable = (name for name in names or () if 0 < len(name) <= MAX_OPTION_LENGTH)
    return {f"{folder}/{name}" for name in islice(filter(str.isprintable, usable), _MAX_OPTIONS)}


def _comfy_settings(settings: ComfyuiSettings) -> ConnectionSettings:
    return ConnectionSettings(
        watch=WatchSettings(
            silence_seconds=settings.silence_seconds,
            poll_seconds=settings.poll_seconds,
            lost_confirm_seconds=settings.lost_confirm_seconds,
        ),
        health_seconds=settings.health_seconds,
        stuck_seconds=settings.stuck_seconds,
        models_seconds=settings.models_refresh_seconds,
    )
