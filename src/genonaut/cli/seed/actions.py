"""Generate a few first images through the API and wait for them."""

import asyncio
from collections.abc import Callable
from typing import Any

from genonaut.cli.api_client import ApiClient, ApiRefusedError
from genonaut.cli.generate.follow import JobState, JobTracker, Watcher

WAIT_SECONDS = 60.0
"""A real ComfyUI server that first loads its checkpoint may take longer; the jobs continue."""

IMAGES: tuple[tuple[str, int, int, int], ...] = (
    ("a lighthouse at dusk, long exposure, calm sea", 512, 768, 11),
    ("a paper boat on a rain puddle, city lights, macro", 768, 512, 23),
    ("an old library with a spiral staircase, dust in the light", 512, 512, 37),
    ("a fox asleep under autumn leaves, watercolour", 640, 512, 41),
    ("mountain lake at dawn, mist, pine trees", 768, 512, 59),
)
"""Prompt, width and height in pixels, seed."""


async def seed(api: ApiClient, report: Callable[[str], None]) -> int | None:
    """Submit the images unless there is a completed job.

    Returns:
        The number of completed images, None if nothing was submitted.

    Raises:
        ApiRefusedError: the API refuses a submission, for example if the checkpoint is unknown.
        UnavailableError: the API does not answer.
    """
    if (await api.jobs([("status", "completed"), ("limit", "1")])).items:
        return None
    report("generating the first images")
    first, *others = IMAGES
    try:
        jobs, checkpoint = [await api.submit(_body(*first))], None
    except ApiRefusedError as error:
        if not any(field.field == "checkpoint_model" for field in error.errors):
            raise
        # This ComfyUI server does not have the default checkpoint: use any other.
        checkpoint = next(iter(await api.checkpoints()), None)
        jobs = [await api.submit(_body(*first, checkpoint))]
    jobs += [await api.submit(_body(*image, checkpoint)) for image in others]
    prompts = {job.id: job.prompt for job in jobs}

    def report_outcome(state: JobState) -> None:
        if state.is_terminal:
            report(f"image {state.status}: {prompts[state.job_id]}")

    tracker = JobTracker(prompts, report_outcome)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await Watcher(api, tracker).watch()
    except TimeoutError:
        report(f"{len(tracker.open_ids)} images are still being generated; they appear when done")
    return sum(state.status == "completed" for state in tracker.states.values())


def _body(
    prompt: str, width: int, height: int, seed: int, checkpoint: str | None = None
) -> dict[str, Any]:
    body = {"prompt": prompt, "width": width, "height": height, "params": {"seed": seed}}
    return body | ({"checkpoint_model": checkpoint} if checkpoint else {})
