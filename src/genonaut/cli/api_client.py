"""A client of Genonaut's HTTP API; decodes only the fields that the command line uses."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from http.client import responses
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import msgspec

from genonaut.cli.catalogue_state import Model, ModelPage, Refresh
from genonaut.cli.installation_state import (
    Announced,
    Cleanup,
    CleanupPreview,
    Health,
    LoginOptions,
    QueueState,
    UserPage,
    Worker,
    WorkerPage,
)
from genonaut.cli.output import printable
from genonaut.cli.running_services import api_url
from genonaut.cli.upload_state import Upload, UploadPage
from genonaut.config import Settings
from genonaut.core.errors import FieldError, GenonautError, UnavailableError

Shape = TypeVar("Shape")
Filters = Sequence[tuple[str, str]]
"""Query parameters; a name may occur more than once."""
_JOBS = "/api/v1/generation-jobs/"
_MODELS = "/api/v1/models"
_QUEUE = "/api/v1/queue"
_UPLOADS = "/api/v1/uploads/"
_ACCEPTED = frozenset({HTTPStatus.ACCEPTED})
_NO_CONTENT = frozenset({HTTPStatus.NO_CONTENT})
_TIMEOUT = aiohttp.ClientTimeout(total=120, sock_connect=5, sock_read=30)
_DEGRADED = frozenset({HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE})


class Lora(msgspec.Struct, frozen=True):
    """A LoRA and its strengths."""

    name: str
    strength_model: float = 1.0
    strength_clip: float = 1.0


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A generation job; ``progress`` is in percent, None unless the job is running."""

    id: int
    status: str
    batch_id: str
    prompt: str
    checkpoint_model: str
    width: int
    height: int
    created_at: datetime
    batch_job_ids: list[int] = []
    negative_prompt: str = ""
    lora_models: list[Lora] = []
    params: dict[str, Any] = {}
    content_id: int | None = None
    backend: str | None = None
    attempt: int = 0
    seq: int = 0
    progress: float | None = None
    waiting_reason: str | None = None
    queue_position: int | None = None
    estimated_wait_seconds: int | None = None
    error_code: str | None = None
    error_message: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None


class JobEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a job's timeline."""

    kind: str
    at: datetime
    attempt: int = 0
    detail: dict[str, Any] = {}


class JobStats(msgspec.Struct, frozen=True, kw_only=True):
    """Jobs by status, and the mean times of the newest completed jobs in seconds."""

    counts: dict[str, int]
    total: int
    mean_wait_seconds: float | None = None
    mean_run_seconds: float | None = None


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of jobs."""

    items: list[Job]
    next_cursor: str | None = None
    total: int | None = None


class Image(msgspec.Struct, frozen=True):
    """An image file."""

    data: bytes
    mime: str


class _Problem(msgspec.Struct, frozen=True):
    title: str = ""
    detail: str | None = None
    errors: list[FieldError] = []


class ApiRefusedError(GenonautError):
    """The API answered with an error; ``errors`` names the invalid fields."""

    code = "api_refused"

    def __init__(self, message: str, *, status: int, errors: list[FieldError]) -> None:
        fields = [f"\n  {error.field}: {error.message}" for error in errors]
        super().__init__(message + "".join(fields))
        self.status = status
        self.errors = errors


class UnreadableFileError(GenonautError):
    """A file of this machine cannot be read."""

    code = "unreadable_file"


class ApiClient:
    """A client of one API server.

    Every method raises UnavailableError when the server does not answer or is not Genonaut, and
    ApiRefusedError when it answers with an error.
    """

    def __init__(self, http: aiohttp.ClientSession, base_url: str) -> None:
        self.base_url = base_url
        self._http = http

    async def submit(self, body: Mapping[str, Any]) -> Job:
        """Submit a batch; returns its first job."""
        return await self._request("POST", _JOBS, Job, body=body)

    async def job(self, job_id: int) -> Job:
        """Return one job."""
        return await self._request("GET", f"{_JOBS}{job_id}", Job)

    async def jobs(self, filters: Filters) -> JobPage:
        """Return one page of jobs."""
        return await self._request("GET", _JOBS, JobPage, params=filters)

    async def events(self, job_id: int) -> list[JobEvent]:
        """Return the timeline of a job, oldest first."""
        return await self._request("GET", f"{_JOBS}{job_id}/events", list[JobEvent])

    async def cancel(self, job_id: int) -> Job:
        """Cancel a job; a running one ends a moment later."""
        return await self._request("POST", f"{_JOBS}{job_id}/cancel", Job)

    async def cancel_batch(self, batch_id: str) -> None:
        """Cancel the jobs of a batch that have not ended."""
        await self._request("POST", f"{_JOBS}cancel", object, body={"batch_id": batch_id})

    async def retry(self, job_id: int) -> Job:
        """Submit a new job with the spec of a failed or cancelled one; returns the new job."""
        return await self._request("POST", f"{_JOBS}{job_id}/retry", Job)

    async def checkpoints(self) -> list[str]:
        """Return the names of the available checkpoints that need a prompt only."""
        filters = [("available", "true"), ("enabled", "true"), ("limit", "100")]
        page = await self.available_models("checkpoint-models", filters)
        return [
            model.name
            for model in page.items
            if model.abilities is None or model.abilities.text_to_image
        ]

    async def available_models(self, kind: str, filters: Filters) -> ModelPage:
        """Return one page of ``checkpoint-models`` or ``lora-models``."""
        return await self._request("GET", f"/api/v1/{kind}", ModelPage, params=filters)

    async def models(self, filters: Filters) -> ModelPage:
        """Return one page of models of all kinds."""
        return await self._request("GET", _MODELS, ModelPage, params=filters)

    async def model(self, model_id: int) -> Model:
        """Return one model with its detected and corrected values."""
        return await self._request("GET", f"{_MODELS}/{model_id}", Model)

    async def correct_model(self, model_id: int, body: Mapping[str, Any]) -> Model:
        """Correct fields of a model."""
        return await self._request("PATCH", f"{_MODELS}/{model_id}", Model, body=body)

    async def reset_model(self, model_id: int) -> Model:
        """Remove all corrections of a model."""
        return await self._request("POST", f"{_MODELS}/{model_id}/reset", Model)

    async def refresh_models(self) -> Refresh:
        """Start a refresh of the catalogue in the background."""
        return await self._request("POST", f"{_MODELS}/refresh", Refresh, accepted=_ACCEPTED)

    async def refresh_state(self) -> Refresh:
        """Return the state of the last refresh."""
        return await self._request("GET", f"{_MODELS}/refresh", Refresh)

    async def hash_models(self) -> None:
        """Start to compute missing hashes in the background."""
        await self._request("POST", f"{_MODELS}/hash", object, accepted=_ACCEPTED)

    async def queue(self) -> QueueState:
        """Return which parts of the queue are paused."""
        return await self._request("GET", _QUEUE, QueueState)

    async def pause(self, backend: str | None, reason: str | None) -> QueueState:
        """Pause the queue (None) or one ComfyUI server; returns which parts are paused."""
        body = {"backend": backend, "reason": reason}
        return await self._request("POST", f"{_QUEUE}/pause", QueueState, body=body)

    async def resume(self, backend: str | None) -> QueueState:
        """Resume the queue (None) or one ComfyUI server; returns which parts are still paused."""
        return await self._request(
            "POST", f"{_QUEUE}/resume", QueueState, body={"backend": backend}
        )

    async def stats(self, filters: Filters = ()) -> JobStats:
        """Return the number of jobs by status and the mean times."""
        return await self._request("GET", f"{_JOBS}stats", JobStats, params=filters)

    async def health(self) -> Health:
        """Return the health of the service, also when it is degraded."""
        return await self._request("GET", "/api/v1/health", Health, accepted=_DEGRADED)

    async def workers(self) -> list[Worker]:
        """Return the workers with a heartbeat in the last hour, for administrators."""
        return (await self._request("GET", "/api/v1/workers/", WorkerPage)).items

    async def users(self, filters: Filters) -> UserPage:
        """Return one page of accounts, for administrators."""
        return await self._request("GET", "/api/v1/users/", UserPage, params=filters)

    async def announce(self, body: Mapping[str, Any]) -> Announced:
        """Send a notification to users."""
        return await self._request("POST", "/api/v1/notifications/", Announced, body=body)

    async def cleanup_preview(self) -> CleanupPreview:
        """Return what the clean-up would remove, for administrators."""
        return await self._request("GET", "/api/v1/storage/cleanup", CleanupPreview)

    async def clean_up(self) -> Cleanup:
        """Remove some of it, for administrators; repeat it while ``has_more``."""
        return await self._request("POST", "/api/v1/storage/cleanup", Cleanup)

    async def login_options(self) -> LoginOptions:
        """Return how users log in."""
        return await self._request("GET", "/api/v1/auth/options", LoginOptions)

    async def delete_model(self, model_id: int) -> None:
        """Delete a catalogue entry that has neither a file nor a server."""
        await self._request("DELETE", f"{_MODELS}/{model_id}", object, accepted=_NO_CONTENT)

    async def upload(self, path: Path) -> Upload:
        """Send a file as input of jobs; the same file is stored once.

        Raises:
            ApiRefusedError: the file is not accepted.
            GenonautError: the file cannot be read.
        """
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except OSError as error:
            raise UnreadableFileError(f"cannot read {path}: {error.strerror}") from error
        with file:
            form = aiohttp.FormData(quote_fields=False)  # else it arrives in percent encoding
            form.add_field("file", file, filename=printable(path.name))
            status, _, data = await self._exchange("POST", _UPLOADS, form=form)
        if status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
            raise self._refused_error(status, data)
        return self._decoded(data, Upload)

    async def uploads(self, filters: Filters) -> UploadPage:
        """Return one page of the caller's uploads, newest first."""
        return await self._request("GET", _UPLOADS, UploadPage, params=filters)

    async def delete_upload(self, upload_id: int) -> None:
        """Delete an upload; jobs that have not ended can still use it."""
        path = f"{_UPLOADS}{upload_id}"
        await self._request("DELETE", path, object, accepted=_NO_CONTENT)

    async def image(self, content_id: int) -> Image:
        """Return the full-size image of a content item."""
        path = f"/api/v1/content/{content_id}/image"
        status, mime, data = await self._exchange("GET", path)
        if status != HTTPStatus.OK:
            raise self._refused_error(status, data)
        return Image(data, mime)

    def socket(self, path: str) -> Any:  # noqa: ANN401 - aiohttp's private context manager
        """Open a websocket: ``async with api.socket("/ws/jobs") as socket``."""
        return self._http.ws_connect(f"{self.base_url}{path}", heartbeat=20)

    async def _request(
        self,
        method: str,
        path: str,
        shape: type[Shape],
        *,
        params: Filters = (),
        body: Mapping[str, Any] | None = None,
        accepted: frozenset[HTTPStatus] = frozenset({HTTPStatus.OK, HTTPStatus.CREATED}),
    ) -> Shape:
        status, _, data = await self._exchange(method, path, params=params, body=body)
        if status not in accepted:
            raise self._refused_error(status, data)
        return self._decoded(data or b"null", shape)

    async def _exchange(
        self,
        method: str,
        path: str,
        *,
        params: Filters = (),
        body: Mapping[str, Any] | None = None,
        form: aiohttp.FormData | None = None,
    ) -> tuple[int, str, bytes]:
        payload = form if body is None else msgspec.json.encode(body)
        # Litestar requires the media type with a JSON body, and refuses it without a body.
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            async with self._http.request(
                method, f"{self.base_url}{path}", params=list(params), data=payload, headers=headers
            ) as reply:
                return reply.status, reply.content_type, await reply.read()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise UnavailableError(
                f"the API at {self.base_url} does not answer ({_reason(error)}); start it "
                "with `genonaut up`, or give its address with --server"
            ) from error

    def _decoded(self, data: bytes, shape: type[Shape]) -> Shape:
        try:
            return msgspec.json.decode(data, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._not_genonaut_error(error) from error

    def _not_genonaut_error(self, error: Exception) -> UnavailableError:
        return UnavailableError(f"{self.base_url} is not a Genonaut API: {error}")

    def _refused_error(self, status: int, data: bytes) -> ApiRefusedError:
        try:
            problem = msgspec.json.decode(data, type=_Problem)
        except (msgspec.DecodeError, UnicodeDecodeError):
            problem = _Problem()
        reason = problem.detail or problem.title or responses.get(status, "error")
        # The detail repeats the fields, which are listed below.
        text = "" if problem.errors else f" {reason}"
        message = f"the API refused the request ({status}):{text}"
        return ApiRefusedError(message, status=status, errors=problem.errors)


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) and (error.os_error.errno or 0) > 0:
        return os.strerror(error.os_error.errno or 0).lower()
    return str(error) or "timeout"


def api_key() -> str:
    """Return the API key of the environment variable, or an empty string."""
    return os.environ.get("GENONAUT_API_KEY", "").strip()


@asynccontextmanager
async def open_api(settings: Settings, server: str | None = None) -> AsyncIterator[ApiClient]:
    """Yield a client of the environment's API, or of the API at ``server``.

    Sends ``GENONAUT_API_KEY`` when it is set.
    """
    key = api_key()
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with aiohttp.ClientSession(headers=headers, timeout=_TIMEOUT) as http:
        yield ApiClient(http, api_url(settings, server))
