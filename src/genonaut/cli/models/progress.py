"""Wait for a refresh or for hashing, with a progress bar or plain lines on standard error."""

import asyncio
from datetime import datetime
from typing import Any, Literal, Self

import aiohttp
import msgspec
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from genonaut.cli.api_client import ApiClient
from genonaut.cli.output import can_redraw, console, printable, shortened
from genonaut.core.errors import NotAuthenticatedError, UnavailableError

Reason = Literal["refreshed", "hashed"]
_POLL_SECONDS = 2.0
_DETAIL_WIDTH = 40
_NOT_AUTHENTICATED = 4401


class _Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A websocket frame of any type; unknown types are ignored."""

    type: str
    phase: str = ""
    done: int = 0
    total: int = 0
    detail: str = ""
    reason: str = ""
    report: dict[str, Any] = {}


async def run_and_follow(api: ApiClient, reason: Reason) -> dict[str, Any]:
    """Start the work, show its progress, and return its report.

    Raises:
        NotAuthenticatedError: the API requires a valid API key.
        UnavailableError: the websocket closed before the end of the work.
    """
    try:
        # Listen before the start, so that the end cannot be missed.
        async with api.socket("/ws/models") as socket:
            since = None
            if reason == "refreshed":
                since = (await api.refresh_models()).requested_at
            else:
                await api.hash_models()
            with _Bars() as bars:
                return await _listen(api, socket, bars, reason, since)
    except (aiohttp.ClientError, OSError) as error:
        raise UnavailableError(f"the websocket of {api.base_url} failed: {error}") from error


async def _listen(
    api: ApiClient,
    socket: aiohttp.ClientWebSocketResponse,
    bars: "_Bars",
    reason: Reason,
    since: datetime | None,
) -> dict[str, Any]:
    receiving = asyncio.create_task(socket.receive())
    try:
        while True:
            # Not a timeout of receive(), which would close the socket.
            await asyncio.wait({receiving}, timeout=_POLL_SECONDS)
            frame = None
            if receiving.done():
                frame = _frame_of(receiving.result(), api, socket)
                receiving = asyncio.create_task(socket.receive())
            if frame is not None and frame.type == "progress":
                bars.show(frame)
                continue
            report = await _report(api, frame, reason, since)
            if report is not None:
                return report
    finally:
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)


def _frame_of(
    message: aiohttp.WSMessage, api: ApiClient, socket: aiohttp.ClientWebSocketResponse
) -> _Frame | None:
    if message.type is not aiohttp.WSMsgType.TEXT:
        raise _ended(api, socket)
    try:
        return msgspec.json.decode(message.data, type=_Frame)
    except msgspec.DecodeError:
        return None  # of a later version


async def _report(
    api: ApiClient, frame: _Frame | None, reason: Reason, since: datetime | None
) -> dict[str, Any] | None:
    """Return the report if the work has ended."""
    is_end = frame is not None and frame.type == "changed" and frame.reason == reason
    if reason == "hashed":
        return frame.report if frame is not None and is_end else None
    if frame is not None and not is_end:
        return None
    # Another refresh may have ended: ours is one that started after the request.
    state = await api.refresh_state()
    is_ours = state.started_at and since and state.started_at >= since
    return state.report if is_ours and state.finished_at else None


def _ended(api: ApiClient, socket: aiohttp.ClientWebSocketResponse) -> Exception:
    if socket.close_code == _NOT_AUTHENTICATED:
        return NotAuthenticatedError(
            "the API requires a login: set GENONAUT_API_KEY to a valid API key"
        )
    return UnavailableError(
        f"{api.base_url} closed the websocket; the work continues on the server"
    )


class _Bars:
    """One bar per phase on a terminal, elsewhere a line per quarter of a phase."""

    def __init__(self) -> None:
        self._screen = console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", markup=False, style="bright_black"),
            console=self._screen,
        )
        self._tasks: dict[str, Any] = {}
        self._quarters: dict[str, int] = {}

    def __enter__(self) -> Self:
        if can_redraw(self._screen):
            self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def show(self, frame: _Frame) -> None:
        """Show the progress of a phase."""
        note = shortened(frame.detail, _DETAIL_WIDTH)
        if not can_redraw(self._screen):
            self._print_line(frame, note)
            return
        if frame.phase not in self._tasks:
            self._tasks[frame.phase] = self._progress.add_task(printable(frame.phase), note="")
        total = max(frame.total, 1)
        done = frame.done if frame.total else 1
        self._progress.update(self._tasks[frame.phase], completed=done, total=total, note=note)

    def _print_line(self, frame: _Frame, note: str) -> None:
        quarter = 4 * frame.done // frame.total if frame.total else 4
        if self._quarters.get(frame.phase) != quarter:
            self._quarters[frame.phase] = quarter
            line = f"{frame.phase}: {25 * quarter}% {note}".rstrip()
            self._screen.print(printable(line), soft_wrap=True)
