"""The state of each ComfyUI server, for ``comfyui status`` and ``doctor``."""

import asyncio

import aiohttp
import msgspec

from genonaut.comfyui import (
    ComfyUnreachableError,
    Timeouts,
    client_of,
    open_session,
    redact_url,
)
from genonaut.config import BackendSettings
from genonaut.core.sizes import format_bytes

_TIMEOUTS = Timeouts(connect_seconds=3, read_seconds=5)


class BackendReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one server answered.

    ``url`` is without password; ``error`` is empty if every request succeeded.
    """

    name: str
    url: str
    enabled: bool
    version: str = ""
    queue: int = 0
    checkpoints: int = 0
    loras: int = 0
    device: str = ""
    has_previews: bool = True
    is_verified: bool = True
    error: str = ""

    def row(self) -> tuple[str, ...]:
        """Return the report as cells of a table."""
        status = "up" if not self.error else "down" if self.enabled else "disabled"
        if self.error:
            return (self.name, self.url, status, "", "", "", "", "")
        counts = (self.queue, self.checkpoints, self.loras)
        return (self.name, self.url, status, self.version, *map(str, counts), self.device)


async def check_servers(backends: tuple[BackendSettings, ...]) -> list[BackendReport]:
    """Query all servers concurrently; one that does not answer takes a few seconds."""
    async with open_session() as http:
        return list(await asyncio.gather(*(_check(backend, http) for backend in backends)))


async def _check(backend: BackendSettings, http: aiohttp.ClientSession) -> BackendReport:
    url = redact_url(backend.url)
    blank = BackendReport(
        name=backend.name, url=url, enabled=backend.enabled, is_verified=backend.verify
    )
    try:
        client = client_of(backend, http, timeouts=_TIMEOUTS)
        stats = await client.system_stats()
        return msgspec.structs.replace(
            blank,
            version=stats.system.comfyui_version or "unknown",
            queue=await client.queue_remaining(),
            checkpoints=len(await client.models("checkpoints")),
            loras=len(await client.models("loras")),
            has_previews=stats.has_previews,
            device=", ".join(
                f"{device.name} {format_bytes(device.vram_free or 0)} free"
                for device in stats.devices
            ),
        )
    except ComfyUnreachableError as error:
        return msgspec.structs.replace(blank, error=str(error))
