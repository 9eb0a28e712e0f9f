"""Shell completion of model names, from the running API.

An error would disturb the command line that is being typed, so that every error means "no names".
"""

import asyncio
import os
from typing import Literal

import click
from click.shell_completion import CompletionItem

from genonaut.config import Environment
from genonaut.core.errors import GenonautError

_TIMEOUT_SECONDS = 2.0
Kind = Literal["checkpoint-models", "lora-models"]


def complete_checkpoint(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a checkpoint."""
    del parameter
    return _completions(context, "checkpoint-models", incomplete)


def complete_lora(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a LoRA; with ``--checkpoint`` only LoRAs that may be compatible."""
    del parameter
    checkpoint = context.params.get("checkpoint")
    filters = [("compatible_with", str(checkpoint))] if checkpoint else []
    return _completions(context, "lora-models", incomplete, filters)


def _completions(
    context: click.Context,
    kind: Kind,
    incomplete: str,
    filters: list[tuple[str, str]] | None = None,
) -> list[CompletionItem]:
    parameters = [("available", "true"), ("enabled", "true"), *(filters or [])]
    if incomplete:
        parameters.append(("search", incomplete))
    try:
        return asyncio.run(_query(context, kind, parameters, incomplete))
    except (GenonautError, click.ClickException, OSError, TimeoutError):
        return []


async def _query(
    context: click.Context, kind: Kind, filters: list[tuple[str, str]], incomplete: str
) -> list[CompletionItem]:
    from genonaut.cli.api_client import open_api  # noqa: PLC0415 - loads aiohttp
    from genonaut.cli.running_services import (  # noqa: PLC0415 - loads psutil
        resolved_settings,
        running_environment,
    )

    environment = context.params.get("environment") or os.environ.get("APP_ENV")
    environment = environment or running_environment(default=Environment.DEV)
    server = context.params.get("server") or os.environ.get("GENONAUT_SERVER")
    async with (
        asyncio.timeout(_TIMEOUT_SECONDS),
        open_api(resolved_settings(str(environment)), server) as api,
    ):
        page = await api.available_models(kind, filters)
    return [
        CompletionItem(model.name, help=f"{model.architecture} {model.display_name}".strip())
        for model in page.items
        if model.name.startswith(incomplete)
    ]
