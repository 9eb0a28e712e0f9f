"""Record the node classes of this worker's ComfyUI servers, for forms and conversions in the API."""

import asyncio

import structlog

from genonaut.comfyui import ComfyBackend, ComfyUnreachableError
from genonaut.runtime import Runtime
from genonaut.workflows.backend_classes import BackendClassesService
from genonaut.workflows.object_info import pack

log = structlog.get_logger()


class ClassesReporter:
    """Stores the answer of ``/object_info`` whenever a server's node classes were read again."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._reported: dict[str, tuple[int, str | None]] = {}

    async def report(self, backend: ComfyBackend) -> None:
        """Store the classes of a server if they may have changed; a failure is repeated later."""
        state = backend.offers.nodes_read_count, backend.version
        if not backend.is_up or self._reported.get(backend.name) == state:
            return
        try:
            document = await backend.client.object_info_document()
        except ComfyUnreachableError as error:
            log.info("backend.classes_unread", backend=backend.name, reason=str(error))
            return
        packed = await asyncio.to_thread(pack, document)
        async with self._runtime.begin() as uow:
            await BackendClassesService(uow).record(backend.name, packed, backend.version)
        self._reported[backend.name] = state

    def forget(self, backend: str) -> None:
        """Store the classes of a server at the next report: its row was deleted."""
        self._reported.pop(backend, None)
