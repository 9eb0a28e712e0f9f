"""Refresh the catalogue: scan the model folders and ask the backends for their models."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from genonaut.catalog.effective import RULES_VERSION
from genonaut.catalog.messages import (
    ChangedFrame,
    HashModels,
    ModelsChanged,
    RefreshModels,
)
from genonaut.catalog.recording.server_listing import ListingService
from genonaut.catalog.recording.service import Recorded, RecordingService
from genonaut.catalog.refresh.progress import ModelProgressPublisher
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.catalog.refresh.server_inventory import refresh_from_backend
from genonaut.catalog.scanning.discover import FoundFile
from genonaut.catalog.scanning.examine import Examined
from genonaut.catalog.scanning.roots import (
    Root,
    Roots,
    merge,
    roots_of_extra_paths,
    roots_of_models_folder,
)
from genonaut.catalog.scanning.scan import Fingerprint, scan_in_background
from genonaut.comfyui import ComfyUnreachableError
from genonaut.config.settings import CatalogSettings
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_session
from genonaut.runtime import Runtime

log = structlog.get_logger()
_WRITTEN_AT_ONCE = 512
_NAMED_PROBLEMS = 50
Known = dict[tuple[str, str], Fingerprint]


async def refresh_models(runtime: Runtime, task: RefreshModels) -> None:
    """Refresh until no refresh is due; does nothing while another process refreshes."""
    del task
    interval = timedelta(minutes=runtime.settings.catalog.refresh_minutes)
    async with try_lock_session(runtime.engine, AdvisoryLock.MODEL_REFRESH) as is_ours:
        while is_ours and await _begin(runtime, interval):
            report = await Refresher(runtime).run()
            log.info("catalog.refreshed", **report)
            async with runtime.begin() as uow:
                await RefreshRequests(uow).finish(report)
                # Every user receives the event; problems name paths and are for administrators.
                counts = {name: value for name, value in report.items() if name != "problems"}
                uow.publish(ModelsChanged(ChangedFrame(reason="refreshed", report=counts)))
                if runtime.settings.catalog.is_hashing_enabled:
                    uow.enqueue(HashModels())


async def _begin(runtime: Runtime, interval: timedelta) -> bool:
    async with runtime.begin() as uow:
        return await RefreshRequests(uow).begin(interval)


def roots_of(settings: CatalogSettings) -> Roots:
    """Return the folders to scan, and the problems of the settings that name them."""
    return merge(
        [
            *(roots_of_models_folder(Path(root).expanduser()) for root in settings.roots),
            *(roots_of_extra_paths(Path(one).expanduser()) for one in settings.extra_model_paths),
        ]
    )


class Precedence:
    """Finds, among files with one name, the file ComfyUI loads: the one in the first root."""

    def __init__(self, roots: Sequence[Root]) -> None:
        self._positions = {root: position for position, root in enumerate(roots)}
        self._first: dict[tuple[str, str], int] = {}

    def add(self, file: FoundFile) -> bool:
        """Record a file; returns whether no file of its name in an earlier root was recorded."""
        name = (file.root.folder, file.name)
        position = self._positions[file.root]
        if position > self._first.get(name, position):
            return False
        self._first[name] = position
        return True


class Refresher:
    """One refresh from all sources; a failing source is reported and does not stop the others."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._publisher = ModelProgressPublisher(runtime.bus)
        self._problems: list[str] = []
        self._counts = {"files": 0, "added": 0, "changed": 0, "missing": 0, "moved": 0}

    async def run(self) -> dict[str, Any]:
        """Refresh, and return the report: counts, and problems as text."""
        roots = roots_of(self._runtime.settings.catalog)
        self._problems += roots.problems
        await self._scan(roots)
        answered = await self._read_backends()
        return {
            **self._counts,
            "servers": answered,
            "problems": self._problems[:_NAMED_PROBLEMS],
            "problem_count": len(self._problems),
        }

    async def _scan(self, roots: Roots) -> None:
        known, previous = await self._known()
        precedence = Precedence(roots.roots)
        waiting: list[Examined] = []
        missing: list[str] = []
        async for batch in scan_in_background(roots.roots, known):
            for file in batch.unchanged:
                precedence.add(file)
            waiting += batch.examined
            self._problems += map(str, batch.unreachable)
            missing += batch.missing
            if len(waiting) >= _WRITTEN_AT_ONCE or batch.is_last:
                await self._write(waiting, precedence)
                waiting = []
            self._counts["files"] = batch.total
            await self._publisher.publish("files", batch.seen, batch.total)
        # A worker without model folders must not report the files of another worker as missing.
        if roots.roots and not roots.problems:
            missing += _outside(previous, roots.roots)
        async with self._runtime.begin() as uow:
            recording = RecordingService(uow)
            self._counts["missing"] = await recording.record_missing(missing)
            self._counts["moved"] = await recording.merge_moved()

    async def _known(self) -> tuple[Known, Known]:
        """Return the files that need not be opened again, and all files recorded so far."""
        async with self._runtime.begin() as uow:
            known = await RecordingService(uow).known_files()
            state = await RefreshRequests(uow).state()
        is_current = state is not None and state.rules_version == RULES_VERSION
        if not is_current:
            async with self._runtime.begin() as uow:
                await ListingService(uow).identify_again()
        # No file has this size and time: every file counts as changed, and is still reported as missing.
        stale = {key: Fingerprint(-1, -1) for key in known}
        return (known if is_current else stale), known

    async def _write(self, examined: Sequence[Examined], precedence: Precedence) -> None:
        if not examined:
            return
        leading = [one for one in examined if precedence.add(one.file)]
        async with self._runtime.begin() as uow:
            recorded: Recorded = await RecordingService(uow).record_examined(
                examined, leading=leading
            )
        self._counts["added"] += recorded.added
        self._counts["changed"] += recorded.changed
        self._problems += recorded.refused

    async def _read_backends(self) -> int:
        """Read this worker's backends and return how many answered; other workers read their own."""
        backends = [one for one in self._runtime.settings.backends if one.enabled]
        answered = 0
        for backend in backends:
            try:
                self._counts["added"] += await refresh_from_backend(
                    self._runtime, backend, self._publisher
                )
                answered += 1
            except ComfyUnreachableError as error:
                self._problems.append(f"{backend.name}: {error}")
        return answered


def _outside(known: Known, roots: Sequence[Root]) -> list[str]:
    """Return the recorded files that are below none of the current roots."""
    bases = {(root.folder, root.path.rstrip("/") + "/") for root in roots}
    return [
        path
        for path, folder in known
        if not any(folder == name and path.startswith(base) for name, base in bases)
    ]
