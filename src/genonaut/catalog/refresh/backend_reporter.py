"""Write the models of this worker's backends to the catalogue as soon as they change."""

import asyncio
import contextlib
from collections import defaultdict

import structlog

from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.recording.server_listing import ListedModel, ListingService
from genonaut.catalog.refresh.progress import ModelProgressPublisher
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.catalog.refresh.server_inventory import refresh_from_backend
from genonaut.catalog.refresh.server_previews import fetch_previews
from genonaut.comfyui import ComfyBackend, ComfyUnreachableError, Models
from genonaut.db import DatabaseError
from genonaut.runtime import Runtime
from genonaut.storage.errors import StorageError

log = structlog.get_logger()

_Reported = tuple[Models, str | None]


class CatalogReporter:
    """Remembers what was last reported for each backend, so that only changes are written."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._reported: dict[str, _Reported] = {}
        self._changed: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._settings = {backend.name: backend for backend in runtime.settings.backends}

    def forget(self, name: str) -> None:
        """Report a backend again in full the next time; the database may have lost the last report."""
        self._reported.pop(name, None)

    async def report(self, backend: ComfyBackend) -> None:
        """Write the backend's models if they changed; request a refresh when a backend comes up."""
        models = backend.offers.cached_models
        if not backend.is_up:
            self.forget(backend.name)
            return
        if models is None or self._reported.get(backend.name) == (models, backend.version):
            return
        listed = [
            ListedModel(
                folder=folder, name=name, spelling=models.server_names.get(folder, {}).get(name)
            )
            for folder, names in models.folders.items()
            for name in sorted(names)
        ]
        async with self._runtime.begin() as uow:
            added = await ListingService(uow).record_backend(
                backend.name, listed, folders=list(models.folders), version=backend.version
            )
            if added or backend.name not in self._reported:
                await RefreshRequests(uow).request()
            uow.publish(ModelsChanged(ChangedFrame(reason="listed", report={"added": added})))
        self._reported[backend.name] = (models, backend.version)
        self._changed[backend.name].set()

    async def keep_details_current(self, backend: ComfyBackend) -> None:
        """Fetch metadata and previews from a backend when its models change, and periodically.

        The refresh alone is not enough: only one of several workers runs it, and it may not know this
        backend. Previews take long, and no refresh should wait for them.
        """
        changed, settings = self._changed[backend.name], self._settings[backend.name]
        interval = self._runtime.settings.catalog.refresh_minutes * 60
        pause = interval
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await changed.wait()
            changed.clear()
            if not backend.is_up:
                continue
            try:
                await refresh_from_backend(
                    self._runtime, settings, ModelProgressPublisher(self._runtime.bus)
                )
                await fetch_previews(self._runtime, settings)
                pause = interval
            except (ComfyUnreachableError, StorageError, DatabaseError, OSError) as error:
                log.info(
                    "catalog.backend_read_failed", backend=backend.name, error=type(error).__name__
                )
                pause = self._runtime.settings.comfyui.models_refresh_seconds
