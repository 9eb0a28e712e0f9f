"""Send the inputs of jobs to backends, each once per run of a backend."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from hashlib import sha256
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog

from genonaut.comfyui import ComfyBackend, ComfyUnreachableError, InputRefusedError, send_input
from genonaut.jobs.image_work import JobInputs
from genonaut.jobs.rendering.inputs.preparation import (
    Preparable,
    Preparation,
    files_of,
    kept_pixels,
    preparations_of,
    prepare,
)
from genonaut.jobs.rendering.inputs.whole_images import as_png
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.runtime import Runtime
from genonaut.storage.errors import BadImageError, FileMissingError, StorageError
from genonaut.storage.kept_pixels import KeptPixels

T = TypeVar("T")
log = structlog.get_logger()
_MOST_NAMES = 10_000
"""Remembered names per backend; a forgotten file is sent again to the same name."""
PNG = "image/png"


class _SentNames:
    """Names of the files that one run of a backend has, the most recently used last."""

    def __init__(self, run: int) -> None:
        self.run = run
        self._names: OrderedDict[str, str] = OrderedDict()

    def find(self, key: str) -> str | None:
        name = self._names.get(key)
        if name is not None:
            self._names.move_to_end(key)
        return name

    def store(self, key: str, name: str) -> None:
        self._names[key] = name
        if len(self._names) > _MOST_NAMES:
            self._names.popitem(last=False)


class InputSender:
    """Prepares and sends inputs; one instance per worker.

    Names are made from the contents, so a repetition, another attempt or another worker stores the same
    bytes under the same name.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._limits = runtime.image_processor.limits
        self._sent: dict[str, _SentNames] = {}
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def send(
        self, backend: ComfyBackend, spec: Preparable, *, is_resumed: bool = False
    ) -> dict[str, str]:
        """Send the images of a job that the backend does not have; return their names by role.

        Args:
            backend: the server.
            spec: the job's spec.
            is_resumed: the prompt was posted before: nothing is sent, and the names are the roles.

        Raises:
            Failure: a file is missing or damaged, the storage or the backend does not answer, or the
                backend refuses a file.
        """
        inputs = spec.inputs
        if inputs is None:
            return {}
        wanted = preparations_of(spec)
        if is_resumed:
            return {one.role: one.role for one in wanted}
        names = await asyncio.gather(*(self._send_prepared(backend, inputs, one) for one in wanted))
        return {one.role: name for one, name in zip(wanted, names, strict=True)}

    async def send_file(
        self, backend: ComfyBackend, *, storage_key: str, digest: str, mime: str, extension: str
    ) -> str:
        """Send a stored file as it is, such as a video; return its name at the backend.

        Args:
            backend: the server.
            storage_key: the key of the file.
            digest: its SHA-256.
            mime: its media type.
            extension: the end of its name, without the dot.

        Raises:
            Failure: as for ``send``.
        """

        async def read() -> bytes:
            return await self._read(storage_key)

        return await self._send_once(backend, digest, read, mime=mime, extension=extension)

    async def send_image(self, backend: ComfyBackend, *, storage_key: str, digest: str) -> str:
        """Send a stored image as PNG with 8 bits per channel, alpha included; return its name.

        Raises:
            Failure: as for ``send``.
        """

        async def make() -> bytes:
            data = await self._read(storage_key)
            return await self._in_pool(partial(as_png, data, self._limits))

        return await self._send_once(backend, f"png:{digest}", make, mime=PNG, extension="png")

    def forget(self, backend: ComfyBackend) -> None:
        """Send everything again: the backend misses a file that was sent to it."""
        self._sent.pop(backend.name, None)

    async def kept_pixels(self, spec: Preparable) -> KeptPixels | None:
        """Return the pixels that the result must have; None without a mask, and if it is enlarged.

        Raises:
            Failure: a file is missing or damaged, or the storage does not answer.
        """
        inputs = spec.inputs
        if inputs is None or inputs.source is None or inputs.hires is not None:
            return None
        wanted = preparations_of(spec)
        if all(not one.is_mask for one in wanted):
            return None
        contents = await self._contents(inputs, [sha for one in wanted for sha in one.files])
        return await self._in_pool(partial(kept_pixels, wanted, contents, self._limits))

    async def _send_prepared(
        self, backend: ComfyBackend, inputs: JobInputs, one: Preparation
    ) -> str:
        async def make() -> bytes:
            contents = await self._contents(inputs, one.files)
            return await self._in_pool(partial(prepare, one, contents, self._limits))

        return await self._send_once(backend, one.key, make, mime=PNG, extension="png")

    async def _send_once(
        self,
        backend: ComfyBackend,
        key: str,
        make: Callable[[], Awaitable[bytes]],
        *,
        mime: str,
        extension: str,
    ) -> str:
        known = self._names_of(backend).find(key)
        if known is not None:
            return known
        lock = self._locks.setdefault((backend.name, key), asyncio.Lock())
        async with lock:
            # Another job may have sent it while this one waited.
            known = self._names_of(backend).find(key)
            if known is not None:
                return known
            data = await make()
            names = self._names_of(backend)
            digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
            try:
                name = await send_input(
                    backend.client, data, name=f"{digest}.{extension}", mime=mime
                )
            except ComfyUnreachableError as error:
                raise Failure(Fault.UNREACHABLE, str(error)) from error
            except InputRefusedError as error:
                raise Failure(Fault.GRAPH_REFUSED, str(error)) from error
            names.store(key, name)
            log.info("job.input_sent", backend=backend.name, name=name, size_bytes=len(data))
            return name

    def _names_of(self, backend: ComfyBackend) -> _SentNames:
        """Return what the current run of a backend has."""
        names = self._sent.get(backend.name)
        if names is None or names.run != backend.run:
            names = self._sent[backend.name] = _SentNames(backend.run)
        return names

    async def _contents(self, inputs: JobInputs, digests: Sequence[str]) -> dict[str, bytes]:
        files = files_of(inputs)
        return {digest: await self._read(files[digest].storage_key) for digest in set(digests)}

    async def _read(self, key: str) -> bytes:
        try:
            return await self._runtime.store.read(key)
        except FileMissingError as error:
            message = "an input file of the job was deleted from the storage"
            raise Failure(Fault.INPUT_UNUSABLE, message) from error
        except StorageError as error:
            raise Failure(Fault.INPUT_UNREADABLE, str(error)) from error

    async def _in_pool(self, work: Callable[[], T]) -> T:
        try:
            return await self._runtime.image_processor.run(work)
        except BadImageError as error:
            message = f"an input file of the job is damaged: {error}"
            raise Failure(Fault.INPUT_UNUSABLE, message) from error
