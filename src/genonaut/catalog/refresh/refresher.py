"""Refreshing the catalogue: what changed in the folders, and what each server has."""

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
from genonaut.catalog.recording.service import Recorded, RecordingService
from genonaut.catalog.refresh.progress import ModelProgressPublisher
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.catalog.refresh.server_inventory import ask_server
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
    """Refresh until nothing is due; while another process does, do nothing."""
    del task
    interval = timedelta(minutes=runtime.settings.catalog.refresh_minutes)
    async with try_lock_session(runtime.engine, AdvisoryLock.MODEL_REFRESH) as is_ours:
        while is_ours and await _begin(runtime, interval):
            report = await Refresher(runtime).run()
            log.info("catalog.refreshed", **report)
            async with runtime.begin() as uow:
                await RefreshRequests(uow).finish(report)
                uow.publish(ModelsChanged(ChangedFrame(reason="refreshed", report=report)))
                if runtime.settings.catalog.is_hashing_enabled:
                    uow.enqueue(HashModels())


async def _begin(runtime: Runtime, interval: timedelta) -> bool:
    async with runtime.begin() as uow:
        return await RefreshRequests(uow).begin(interval)


def roots_of(settings: CatalogSettings) -> Roots:
    """Return the folders to scan, and what is wrong with their description."""
    return merge(
        [
            *(roots_of_models_folder(Path(root).expanduser()) for root in settings.roots),
            *(roots_of_extra_paths(Path(one).expanduser()) for one in settings.extra_model_paths),
        ]
    )


class Precedence:
    """Of files that ComfyUI calls by one name, it loads the one in the first root."""

    def __init__(self, roots: Sequence[Root]) -> None:
        self._places = {root: place for place, root in enumerate(roots)}
        self._first: dict[tuple[str, str], int] = {}

    def note(self, file: FoundFile) -> bool:
        """Remember a file; returns whether it is the first of its name so far."""
        name = (file.root.folder, file.name)
        place = self._places[file.root]
        if place > self._first.get(name, place):
            return False
        self._first[name] = place
        return True


class Refresher:
    """One run over all sources; a source that fails is in the report, the others go on."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._teller = ModelProgressPublisher(runtime.bus)
        self._problems: list[str] = []
        self._counts = {"files": 0, "added": 0, "changed": 0, "missing": 0, "moved": 0}

    async def run(self) -> dict[str, Any]:
        """Return the report: counts, and problems in words."""
        roots = roots_of(self._runtime.settings.catalog)
        self._problems += roots.problems
        await self._scan(roots)
        listed = await self._ask_servers()
        return {
            **self._counts,
            "servers": listed,
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
                precedence.note(file)
            waiting += batch.examined
            self._problems += map(str, batch.unreachable)
            missing += batch.missing
            if len(waiting) >= _WRITTEN_AT_ONCE or batch.is_last:
                await self._write(waiting, precedence)
                waiting = []
            self._counts["files"] = batch.total
            await self._teller.tell("files", batch.seen, batch.total)
        # A worker without any folders says nothing of those that another one sees.
        if roots.roots and not roots.problems:
            missing += _outside(previous, roots.roots)
        async with self._runtime.begin() as uow:
            recording = RecordingService(uow)
            self._counts["missing"] = await recording.record_missing(missing)
            self._counts["moved"] = await recording.adopt_moved()

    async def _known(self) -> tuple[Known, Known]:
        """Return the files not to be opened again, and all that were there."""
        async with self._runtime.begin() as uow:
            known = await RecordingService(uow).known_files()
            state = await RefreshRequests(uow).state()
        is_current = state is not None and state.rules_version == RULES_VERSION
        # Nothing has this time: every file counts as changed, and is still missed when it is gone.
        stale = {key: Fingerprint(-1, -1) for key in known}
        return (known if is_current else stale), known

    async def _write(self, examined: Sequence[Examined], precedence: Precedence) -> None:
        if not examined:
            return
        leading = [one for one in examined if precedence.note(one.file)]
        async with self._runtime.begin() as uow:
            recorded: Recorded = await RecordingService(uow).record_examined(
                examined, leading=leading
            )
        self._counts["added"] += recorded.added
        self._counts["changed"] += recorded.changed
        self._problems += recorded.refused

    async def _ask_servers(self) -> int:
        """Return how many servers of this worker answered; those of others ask their own."""
        backends = [one for one in self._runtime.settings.backends if one.enabled]
        answered = 0
        for backend in backends:
            try:
                self._counts["added"] += await ask_server(self._runtime, backend, self._teller)
                answered += 1
            except ComfyUnreachableError as error:
                self._problems.append(f"{backend.name}: {error}")
        return answered


def _outside(known: Known, roots: Sequence[Root]) -> list[str]:
    """Return the files that no root of today leads to."""
    bases = {(root.folder, root.path.rstrip("/") + "/") for root in roots}
    return [
        path
        for path, folder in known
        if not any(folder == name and path.startswith(base) for name, base in bases)
    ]
