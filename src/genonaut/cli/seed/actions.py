"""A first handful of images, made by the real pipeline: submitted to the API and waited for."""

import asyncio
from collections.abc import Callable
from typing import Any

from genonaut.cli.api_client import ApiClient, ApiRefusedError
from genonaut.cli.generate.follow import Board, JobState, Watcher

WAIT_SECONDS = 60.0
"""A real ComfyUI that loads its checkpoint first takes longer; the jobs go on without us."""

IMAGES: tuple[tuple[str, int, int, int], ...] = (
    ("a lighthouse at dusk, long exposure, calm sea", 512, 768, 11),
    ("a paper boat on a rain puddle, city lights, macro", 768, 512, 23),
    ("an old library with a spiral staircase, dust in the light", 512, 512, 37),
    ("a fox asleep under autumn leaves, watercolour", 640, 512, 41),
    ("mountain lake at dawn, mist, pine trees", 768, 512, 59),
)
"""Prompt, width and height in pixels, seed."""


async def seed(api: ApiClient, note: Callable[[str], None]) -> int | None:
    """Submit the images unless somebody has made one already; returns how many are finished.

    Returns:
        None when nothing was done because there are completed jobs.

    Raises:
        ApiRefusedError: the API does not take them, as when the checkpoint is unknown.
        UnavailableError: the API does not answer.
    """
    if (await api.jobs([("status", "completed"), ("limit", "1")])).items:
        return None
    note("making the first images")
    first, *others = IMAGES
    try:
        jobs, checkpoint = [await api.submit(_body(*first))], None
    except ApiRefusedError as error:
        if not any(field.field == "checkpoint_model" for field in error.errors):
            raise
        # No default that this ComfyUI has: any checkpoint will do for a first look.
        checkpoint = next(iter(await api.checkpoints()), None)
        jobs = [await api.submit(_body(*first, checkpoint))]
    jobs += [await api.submit(_body(*image, checkpoint)) for image in others]
    prompts = {job.id: job.prompt for job in jobs}

    def tell(state: JobState) -> None:
        if state.is_terminal:
            note(f"image {state.status}: {prompts[state.job_id]}")

    board = Board(prompts, tell)
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await Watcher(api, board).watch()
    except TimeoutError:
        note(f"{len(board.open_ids)} images are still being rendered; they will appear when done")
    return sum(state.status == "completed" for state in board.states.values())


def _body(
    prompt: str, width: int, height: int, seed: int, checkpoint: str | None = None
) -> dict[str, Any]:
    body = {"prompt": prompt, "width": width, "height": height, "params": {"seed": seed}}
    return body | ({"checkpoint_model": checkpoint} if checkpoint else {})
