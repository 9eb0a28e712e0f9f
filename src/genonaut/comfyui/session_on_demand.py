"""An HTTP session that is opened by its first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp


class SessionOnDemand:
    """Opens a session for ComfyUI servers when the first request needs one; loads aiohttp then."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    def get(self) -> aiohttp.ClientSession:
        """Return the session."""
        if self._session is None:
            from genonaut.comfyui.transport import open_session  # noqa: PLC0415 - loads aiohttp

            self._session = open_session()
        return self._session

    async def close(self) -> None:
        """Close the session if it was opened."""
        if self._session is not None:
            await self._session.close()
