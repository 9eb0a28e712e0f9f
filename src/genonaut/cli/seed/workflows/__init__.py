"""Workflows that an empty installation gets, and the files with their graphs."""

import json
from collections.abc import Callable
from importlib import resources

import msgspec

from genonaut.cli.api_client import ApiRefusedError
from genonaut.cli.workflows.api import WorkflowApi


class Example(msgspec.Struct, frozen=True):
    """A workflow; ``name`` is that of its file."""

    name: str
    title: str
    description: str


EXAMPLES = (
    Example(
        "portrait-with-hires-fix",
        "Portrait with hires fix",
        "A portrait that is enlarged by half and sampled again for finer details.",
    ),
    Example(
        "image-to-video",
        "Image to short video",
        "Moves an image for two seconds, with Wan 2.2.",
    ),
    Example("text-to-music", "Text to music", "A short song from tags and lyrics, with ACE-Step."),
)


async def seed_workflows(api: WorkflowApi, report: Callable[[str], None]) -> int:
    """Add the examples as shared workflows if there is no workflow; return their number.

    Raises:
        UnavailableError: the API does not answer.
    """
    if await api.list() or await api.list(is_archived=True):
        return 0
    added = 0
    for example in EXAMPLES:
        file = resources.files(__name__).joinpath(f"{example.name}.json")
        body = {
            "title": example.title,
            "description": example.description,
            "visibility": "shared",
            "graph": json.loads(file.read_text("utf-8")),
        }
        try:
            await api.add(body)
        except ApiRefusedError as error:  # for example, only administrators may add workflows
            report(f"workflow not added: {example.title}: {error}")
        else:
            added += 1
            report(f"workflow added: {example.title}")
    return added
