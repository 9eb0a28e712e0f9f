"""The connections of a process, opened and closed in one place."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncEngine

from genonaut.comfyui.session_on_demand import SessionOnDemand
from genonaut.config.settings import BucketSection, Settings
from genonaut.core.errors import SettingsError
from genonaut.core.messages import Event, Task
from genonaut.core.shared_calls import SharedCalls
from genonaut.core.short_cache import ShortCache
from genonaut.db.advisory_locks import AdvisoryLock
from genonaut.db.engine import SessionFactory, make_engine, make_session_factory
from genonaut.db.fast_work import FastTransactions, FastUnitOfWork
from genonaut.db.reader import Reader
from genonaut.db.revision import require_current_schema
from genonaut.db.unit_of_work import UnitOfWork
from genonaut.realtime import Bus, PreviewBoard, ProgressBoard, connect_redis
from genonaut.storage.bucket import BucketOptions
from genonaut.storage.image_processor import ImageProcessor
from genonaut.storage.images import ImageLimits
from genonaut.storage.store import FileStore, open_bucket_store, open_local_store
from genonaut.taskqueue import TaskQueue
from genonaut.tracing.model import TracingOptions

if TYPE_CHECKING:
    import aiohttp

log = structlog.get_logger()
RELEASE_SECONDS = 0.25
"""How long a response may wait for Redis to accept tasks and events."""


@dataclass(frozen=True)
class Runtime:
    """The open connections of a process."""

    settings: Settings
    engine: AsyncEngine
    sessions: SessionFactory
    reader: Reader
    fast: FastTransactions
    redis: Redis
    bus: Bus
    queue: TaskQueue
    progress: ProgressBoard
    previews: PreviewBoard
    http_session: SessionOnDemand
    store: FileStore
    image_processor: ImageProcessor
    cache: ShortCache = field(default_factory=ShortCache)
    """What the requests of this process share for a short time."""
    shared: SharedCalls = field(default_factory=SharedCalls)
    """What requests at the same time do together."""
    on_commit: list[Callable[[Event], None]] = field(default_factory=list)
    """Called in this process with each event of a committed unit of work, before it is sent."""

    @property
    def http(self) -> "aiohttp.ClientSession":
        """The session for requests to ComfyUI servers, opened by its first use."""
        return self.http_session.get()

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work; its tasks and events are sent after the commit."""
        unit = UnitOfWork(self.sessions())
        async with unit:
            yield unit
        await self.release(unit)

    @contextlib.asynccontextmanager
    async def begin_fast(
        self, lock: AdvisoryLock | None = None, *, subject: object = None
    ) -> AsyncIterator[FastUnitOfWork]:
        """Open a unit of work without the ORM, as ``begin`` does."""
        async with self.fast.begin(lock, subject=subject) as unit:
            yield unit
        await self.release(unit)

    async def release(self, unit: UnitOfWork | FastUnitOfWork) -> None:
        """Send the tasks and events of a committed unit of work; failures are logged, not raised.

        The rows are the truth; the sweep repeats what was lost here.
        """
        if not unit.events and not unit.tasks:
            return
        for event in unit.events:
            for act in self.on_commit:
                act(event)
        # Whatever fails: the commit has succeeded, so the caller must not see an error.
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await self._send(unit)
        except (RedisError, OSError) as error:
            log.warning("redis.release_failed", error=str(error) or type(error).__name__)
        except Exception:
            log.exception("redis.release_crashed")

    async def _send(self, unit: UnitOfWork | FastUnitOfWork) -> None:
        if unit.events:
            await self.bus.publish(unit.events)
        await self.queue.send_all(unit.tasks)

    async def send(self, task: Task, *, arq_id: str, events: Sequence[Event] = ()) -> None:
        """Send a task with events, in one round trip if one Redis serves both.

        Tasks that are sent at the same time share that round trip.

        Raises:
            redis.exceptions.RedisError: Redis does not respond.
        """
        for event in events:
            for act in self.on_commit:
                act(event)
        if self.settings.redis.arq_url:
            await self.bus.publish(events)
            await self.queue.send(task, arq_id=arq_id)
        else:
            message = _TaskMessage(task, arq_id, events)
            await self.shared.run(f"send to {task.queue}", message, self._send_together)

    async def _send_together(self, messages: Sequence["_TaskMessage"]) -> None:
        events = [event for one in messages for event in one.events]
        tasks = [(one.arq_id, one.task) for one in messages]
        await self.queue.send_together(tasks, messages=self.bus.messages_of(events))


@dataclass(frozen=True)
class _TaskMessage:
    """A task to send, with the events to publish before it."""

    task: Task
    arq_id: str
    events: Sequence[Event]


def tracing_options(settings: Settings, *, service: str) -> TracingOptions:
    """Return where a process sends its traces."""
    section = settings.tracing
    return TracingOptions(
        endpoint=section.endpoint, sample_percent=section.sample_percent, service=service
    )


def files_root(settings: Settings) -> str:
    """Return where images are stored: a directory or the URL of an object store."""
    if settings.storage.root:
        return settings.storage.root
    return str(Path(settings.embedded.data_dir).resolve() / settings.environment / "files")


def open_store(settings: Settings) -> FileStore:
    """Open the store of images."""
    return open_files(files_root(settings), settings.storage)


def image_origin(settings: Settings) -> str:
    """Return the origin of the bucket to which images are redirected; empty without redirects."""
    section = settings.storage
    parts = urlsplit(files_root(settings))
    if not section.redirect_seconds or not parts.scheme:
        return ""
    if parts.scheme not in {"s3", "s3a"}:
        return "https:"
    endpoint = urlsplit(section.endpoint or os.environ.get("AWS_ENDPOINT_URL", ""))
    if not endpoint.netloc:
        return "https://*.amazonaws.com"
    host = endpoint.netloc if section.path_style else f"{parts.netloc}.{endpoint.netloc}"
    return f"{endpoint.scheme}://{host}"


def open_files(root: str, section: BucketSection) -> FileStore:
    """Open a directory or a bucket with the credentials of a section of the settings.

    Raises:
        SettingsError: the URL or an option is not valid, or the file of the secret is not readable.
        StorageNotWritableError: the directory cannot be created or written.
    """
    if "://" not in root:
        return open_local_store(Path(root))
    options = BucketOptions(
        endpoint=section.endpoint,
        region=section.region,
        access_key_id=section.access_key_id,
        secret_access_key=_secret_of(section),
        path_style=section.path_style,
        timeout_seconds=section.timeout_seconds,
    )
    return open_bucket_store(root, options=options)


def _secret_of(section: BucketSection) -> str:
    if not section.secret_access_key_file:
        return section.secret_access_key
    try:
        return Path(section.secret_access_key_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot read secret_access_key_file {section.secret_access_key_file}: {error}"
        ) from error


@contextlib.asynccontextmanager
async def open_runtime(settings: Settings, *, application: str) -> AsyncIterator[Runtime]:
    """Open every connection, and check the schema of the database.

    Raises:
        SettingsError: the database or Redis is not configured.
        UnavailableError: the database has the schema of another version.
    """
    for url, key, variable in (
        (settings.database.url, "database.url", "DATABASE_URL"),
        (settings.redis.url, "redis.url", "REDIS_URL"),
    ):
        if not url:
            name = f"{variable}_{settings.environment.upper()}"
            raise SettingsError(
                f"{key} is not set and no environment {settings.environment} is running: start "
                f"`genonaut up --env {settings.environment}`, or set {name}"
            )
    async with contextlib.AsyncExitStack() as stack:
        engine = make_engine(settings.database, application=application)
        stack.push_async_callback(engine.dispose)
        await require_current_schema(engine)
        reader = Reader(engine, settings.database)
        stack.push_async_callback(reader.close)
        fast = FastTransactions(engine, settings.database)
        stack.push_async_callback(fast.close)
        redis = connect_redis(settings.redis.url)
        stack.push_async_callback(redis.aclose)
        arq_redis = connect_redis(settings.redis.arq_url or settings.redis.url)
        stack.push_async_callback(arq_redis.aclose)
        http_session = SessionOnDemand()
        stack.push_async_callback(http_session.close)
        limits = ImageLimits(
            max_bytes=settings.storage.max_image_bytes,
            max_pixels=settings.storage.max_image_pixels,
        )
        image_processor = await stack.enter_async_context(ImageProcessor(limits=limits))
        namespace = settings.redis.namespace
        yield Runtime(
            settings=settings,
            engine=engine,
            sessions=make_session_factory(engine),
            reader=reader,
            fast=fast,
            redis=redis,
            bus=Bus(redis, namespace),
            queue=TaskQueue(arq_redis, namespace),
            progress=ProgressBoard(redis, namespace),
            previews=PreviewBoard(redis, namespace),
            http_session=http_session,
            store=open_store(settings),
            image_processor=image_processor,
        )
