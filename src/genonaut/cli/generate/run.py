"""Run ``genonaut generate``: submit, follow, download, and cancel on Ctrl-C."""

import asyncio
import signal
import sys
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import click
import msgspec

from genonaut.cli.api_client import ApiClient, Job, open_api
from genonaut.cli.generate.display import Display, display_for
from genonaut.cli.generate.follow import JobState, JobTracker, Watcher
from genonaut.cli.generate.image_fields import image_fields
from genonaut.cli.generate.image_files import make_directory, write_image
from genonaut.cli.generate.image_options import ImageOptions
from genonaut.cli.presets.applying import PresetOptions, with_presets
from genonaut.config import Settings
from genonaut.core.errors import GenonautError
from genonaut.metadata import loras_in_prompt

_NO_IMAGES = ImageOptions()
_NO_PRESETS = PresetOptions()
_TAGS_ARE_WORDS = (
    "warning: the tags of LoRAs in the prompt have no effect, ComfyUI reads them as words; "
    "--lora-tags adds the LoRAs"
)
OK, JOB_FAILED, INTERRUPTED = 0, 3, 130
"""Exit statuses; shells report 130 for SIGINT."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of one job in the output of ``--json``."""

    id: int
    status: str
    content_id: int | None
    path: str | None
    paths: list[str]
    """All files of the job; ``path`` is the first."""
    error: str | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The output of ``--json``."""

    batch_id: str
    jobs: list[Result]


class _ExitNowError(Exception):
    """Raised by the second Ctrl-C: exit without waiting for the API."""


async def run(
    settings: Settings,
    server: str | None,
    body: Mapping[str, Any],
    *,
    out: Path,
    as_json: bool,
    images: ImageOptions = _NO_IMAGES,
    presets: PresetOptions = _NO_PRESETS,
) -> int:
    """Generate the images, print their paths and return the exit status.

    Raises:
        PresetNotFoundError: no preset or style has such a name.
        ApiRefusedError: the API refuses the submission.
        UnavailableError: the API does not answer.
        ImageFileError: an image file cannot be written.
    """
    make_directory(out)
    async with open_api(settings, server) as api:
        fields = await with_presets(api, body, presets)
        fields |= await image_fields(api, images, fields.get("checkpoint_model"))
        if not fields.get("lora_tags") and loras_in_prompt(fields.get("prompt") or ""):
            click.echo(_TAGS_ARE_WORDS, err=True)
        job = await api.submit(fields)
        generation = Generation(api, job, out, as_json=as_json)
        return await generation.run()


class Generation:
    """Follows the jobs of one batch, and stores their files."""

    def __init__(self, api: ApiClient, job: Job, out: Path, *, as_json: bool) -> None:
        self.api = api
        self._batch_id = job.batch_id
        self.prompt = job.prompt
        self.out = out
        self._as_json = as_json
        # On a terminal the bars are redrawn in place; a line between them would damage them.
        self._prints_immediately = not as_json and not sys.stdout.isatty()
        self._ids = job.batch_job_ids or [job.id]
        self._display: Display = display_for(self._ids)
        self._completed: asyncio.Queue[JobState] = asyncio.Queue()
        self._paths: dict[int, list[Path]] = {}
        self._was_interrupted = False
        self._exit_now = asyncio.Event()
        self._cancelling: asyncio.Task[None] | None = None
        self._tracker = JobTracker(self._ids, self._changed)
        self._tracker.update_from_job(job)

    async def run(self) -> int:
        """Return the exit status when all jobs have ended and their files are stored."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._interrupt)
        try:
            with self._display:
                await self._follow()
        except _ExitNowError:
            click.echo("exiting; the server still cancels the jobs", err=True)
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            self._print_rest()
        return self._status()

    def _print_rest(self) -> None:
        if self._as_json:
            click.echo(msgspec.json.encode(self._report()))
        elif not self._prints_immediately:
            for path in chain.from_iterable(self._paths.values()):
                click.echo(path)

    async def _follow(self) -> None:
        """Return when every job has ended and every image is on disk."""
        tasks = [
            asyncio.create_task(self._watch_and_download()),
            asyncio.create_task(self._exit_now.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not tasks[0].done():
                raise _ExitNowError
            tasks[0].result()
        finally:
            for task in (*tasks, *([self._cancelling] if self._cancelling else [])):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch_and_download(self) -> None:
        watching = asyncio.create_task(Watcher(self.api, self._tracker).watch())
        downloading = asyncio.create_task(self._download())
        try:
            await asyncio.wait({watching, downloading}, return_when=asyncio.FIRST_EXCEPTION)
            for task in (watching, downloading):
                if task.done():
                    task.result()
        finally:
            for task in (watching, downloading):
                task.cancel()
            await asyncio.gather(watching, downloading, return_exceptions=True)

    async def _download(self) -> None:
        """Download each image when its job completes; returns when every job has ended."""
        for _ in self._ids:
            state = await self._completed.get()
            if state.status != "completed" or state.content_id is None:
                continue
            paths = await self.save(state.job_id, state.content_id)
            self._paths[state.job_id] = paths
            if self._prints_immediately:
                for path in paths:
                    click.echo(path)

    async def save(self, job_id: int, content_id: int) -> list[Path]:
        """Store the files of a completed job; return their paths."""
        del job_id
        image = await self.api.image(content_id)
        return [write_image(self.out, content_id, self.prompt, image)]

    def _changed(self, state: JobState) -> None:
        self._display.show(state)
        if state.is_terminal:
            self._completed.put_nowait(state)

    def _interrupt(self) -> None:
        if self._was_interrupted:
            self._exit_now.set()
            return
        self._was_interrupted = True
        self._display.print_line("cancelling; press Ctrl-C again to exit at once")
        self._cancelling = asyncio.create_task(self._cancel())

    async def _cancel(self) -> None:
        try:
            await self.api.cancel_batch(self._batch_id)
        except GenonautError as error:  # for example, every job has ended in the meantime
            self._display.print_line(str(error))

    def _report(self) -> Report:
        results = [
            Result(
                id=state.job_id,
                status=state.status,
                content_id=state.content_id,
                path=next(map(str, self._paths.get(state.job_id, [])), None),
                paths=[str(path) for path in self._paths.get(state.job_id, [])],
                error=state.error,
            )
            for state in self._tracker.states.values()
        ]
        return Report(batch_id=self._batch_id, jobs=results)

    def _status(self) -> int:
        if self._was_interrupted:
            return INTERRUPTED
        return OK if len(self._paths) == len(self._ids) else JOB_FAILED
