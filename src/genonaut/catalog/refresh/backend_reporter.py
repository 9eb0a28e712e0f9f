"""Tells the catalogue what this worker's ComfyUI servers list, as soon as that changes."""

import asyncio
import contextlib
from collections import defaultdict

import structlog
from sqlalchemy.exc import SQLAlchemyError

from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.recording.server_listing import Listed, ListingService
from genonaut.catalog.refresh.progress import ModelProgressPublisher
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.catalog.refresh.server_inventory import ask_server
from genonaut.catalog.refresh.server_previews import fetch_pictures
from genonaut.comfyui import ComfyBackend, ComfyUnreachableError, Models
from genonaut.runtime import Runtime
from genonaut.storage.errors import StorageError

log = structlog.get_logger()

_Told = tuple[Models, str | None]


class CatalogReporter:
    """Remembers what it told of each server, so that only news are written."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._told: dict[str, _Told] = {}
        self._news: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._settings = {backend.name: backend for backend in runtime.settings.backends}

    def forget(self, name: str) -> None:
        """Tell everything of a server again: what was told is no longer known."""
        self._told.pop(name, None)

    async def report(self, backend: ComfyBackend) -> None:
        """Write what the server lists if it is news; one that came up is asked for everything."""
        models = backend.offers.cached_models
        if not backend.is_up:
            self.forget(backend.name)
            return
        if models is None or self._told.get(backend.name) == (models, backend.version):
            return
        listed = [
            Listed(folder=folder, name=name, spelling=models.server_names.get(folder, {}).get(name))
            for folder, names in models.folders.items()
            for name in sorted(names)
        ]
        async with self._runtime.begin() as uow:
            added = await ListingService(uow).record_backend(
                backend.name, listed, folders=list(models.folders), version=backend.version
            )
            if added or backend.name not in self._told:
                await RefreshRequests(uow).ask()
            uow.publish(ModelsChanged(ChangedFrame(reason="listed", report={"added": added})))
        self._told[backend.name] = (models, backend.version)
        self._news[backend.name].set()

    async def inquire(self, backend: ComfyBackend) -> None:
        """Ask a server for what its lists do not tell, when they change and now and then.

        Here and not in the refresh alone: of several workers one does the refresh, and it may not
        know this server. Pictures take long, and nobody should wait for them.
        """
        news, settings = self._news[backend.name], self._settings[backend.name]
        seldom = self._runtime.settings.catalog.refresh_minutes * 60
        pause = seldom
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await news.wait()
            news.clear()
            if not backend.is_up:
                continue
            try:
                await ask_server(self._runtime, settings, ModelProgressPublisher(self._runtime.bus))
                await fetch_pictures(self._runtime, settings)
                pause = seldom
            except (ComfyUnreachableError, StorageError, SQLAlchemyError, OSError) as error:
                log.info("catalog.not_asked", backend=backend.name, error=type(error).__name__)
                pause = self._runtime.settings.comfyui.models_refresh_seconds
