"""Tells the catalogue what this worker's ComfyUI servers list, as soon as that changes."""

from genonaut.catalog.listing import Listed, ListingService
from genonaut.catalog.messages import ChangedFrame, ModelsChanged
from genonaut.catalog.refresh_requests import RefreshRequests
from genonaut.comfyui import ComfyBackend, Models
from genonaut.runtime import Runtime

_Told = tuple[Models, str | None]


class CatalogReporter:
    """Remembers what it told of each server, so that only news are written."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._told: dict[str, _Told] = {}

    async def report(self, backend: ComfyBackend) -> None:
        """Write what the server lists if it is news; one that came up is asked for everything."""
        models = backend.inventory.known_models
        if not backend.is_up:
            self._told.pop(backend.name, None)
            return
        if models is None or self._told.get(backend.name) == (models, backend.version):
            return
        listed = [
            Listed(folder=folder, name=name)
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
