"""The work of ``genonaut upscale``."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import click
import msgspec

from genonaut.cli.api_client import ApiClient, ApiRefusedError, Job, open_api
from genonaut.cli.generate.follow import JobState, JobTracker, Watcher
from genonaut.cli.generate.image_fields import UPSCALE_MODEL, model_named
from genonaut.cli.generate.image_files import ImageFileError, make_directory
from genonaut.cli.output import printable
from genonaut.cli.work_progress import WorkProgress
from genonaut.config import Settings
from genonaut.core.concurrency import for_each
from genonaut.core.errors import GenonautError

OK, FAILED = 0, 3
_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


class Work(msgspec.Struct, frozen=True):
    """One image and where its result goes."""

    source: Path
    target: Path


class UpscaleRun:
    """Enlarges images, some at a time."""

    def __init__(self, *, out: Path, model: str, scale: float, at_once: int) -> None:
        self._out = out
        self._model = model
        self._scale = scale
        self._at_once = at_once
        self._done = self._failed = 0

    async def run(self, settings: Settings, server: str | None, files: Sequence[Path]) -> int:
        """Enlarge every image that has no result yet; return the exit status.

        Raises:
            UnavailableError: the API does not answer.
            ImageFileError: a result cannot be written.
            click.UsageError: no upscale model, or more than one, has such a name.
        """
        make_directory(self._out)
        works = list(works_of(files, self._out))
        missing = [one for one in works if not one.target.exists()]
        if len(missing) < len(works):
            click.echo(f"{len(works) - len(missing)} of {len(works)} are done already", err=True)
        async with open_api(settings, server) as api:
            model = await model_named(api, UPSCALE_MODEL, self._model)
            with WorkProgress() as progress:

                async def act(work: Work) -> None:
                    await self._enlarge(api, model, work)
                    self._done += 1
                    progress.show("images", self._done, len(missing))

                await for_each(_each(missing), act, at_once=self._at_once)
        return FAILED if self._failed else OK

    async def _enlarge(self, api: ApiClient, model: str, work: Work) -> None:
        """Enlarge one image; a failure is reported and the others go on."""
        try:
            upload = await api.upload(work.source)
            job = await api.submit(
                {
                    "operation": "upscale",
                    "source": {"image": {"upload_id": upload.id}},
                    "upscale": {"model": model, "scale": self._scale},
                }
            )
        except ApiRefusedError as error:
            self._report(work, str(error))
            return
        state = await _ended(api, job)
        if state.status != "completed" or state.content_id is None:
            self._report(work, state.error or state.status)
            return
        image = await api.image(state.content_id)
        await asyncio.to_thread(_write, work.target, image.data)
        click.echo(printable(str(work.target)))

    def _report(self, work: Work, reason: str) -> None:
        self._failed += 1
        click.echo(printable(f"{work.source}: {reason}"), err=True)


async def _ended(api: ApiClient, job: Job) -> JobState:
    """Follow a job to its end; on cancellation of this task the job is cancelled too."""
    tracker = JobTracker([job.id], lambda _: None)
    tracker.update_from_job(job)
    try:
        if not tracker.finished.is_set():
            await Watcher(api, tracker).watch()
    except asyncio.CancelledError:
        await asyncio.shield(_cancel(api, job.id))
        raise
    return tracker.states[job.id]


async def _cancel(api: ApiClient, job_id: int) -> None:
    try:
        await api.cancel(job_id)
    except GenonautError as error:  # for example, it has ended in the meantime
        click.echo(printable(str(error)), err=True)


async def _each(works: Sequence[Work]) -> AsyncIterator[Work]:
    for work in works:
        yield work


def works_of(files: Sequence[Path], out: Path) -> Iterator[Work]:
    """Yield each image with the path of its result; folders are searched, their structure is kept."""
    seen: set[Path] = set()
    for given in files:
        found = sorted(given.rglob("*")) if given.is_dir() else [given]
        for path in found:
            if given.is_dir() and (path.suffix.lower() not in _SUFFIXES or not path.is_file()):
                continue
            inner = path.relative_to(given) if given.is_dir() else Path(path.name)
            target = _free(out / inner.with_suffix(".png"), path, seen)
            seen.add(target)
            yield Work(path, target)


def _free(target: Path, source: Path, seen: set[Path]) -> Path:
    """Return a target that no other source of this run has: ``a.jpg`` and ``a.png`` differ."""
    if target not in seen:
        return target
    return target.with_name(f"{target.stem}-{source.suffix.lstrip('.').lower()}.png")


def _write(target: Path, data: bytes) -> None:
    """Write a file completely or not at all, so that a later run can trust what exists."""
    partial = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ImageFileError(f"cannot write {target}: {error.strerror}") from error
