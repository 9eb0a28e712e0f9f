"""The work of ``genonaut prompts``, through the API."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import click
import msgspec

from genonaut.cli.api_client import ApiClient, open_api
from genonaut.cli.jobs.views import local_time
from genonaut.cli.output import print_table
from genonaut.cli.running_services import resolved_settings

_PROMPTS = "/api/v1/prompts"
_FAVOURITES = "/api/v1/prompts/favourites"


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """A prompt of earlier jobs."""

    prompt: str
    negative_prompt: str
    is_dynamic: bool
    job_count: int
    used_at: datetime


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A favourite prompt."""

    id: int
    prompt: str
    negative_prompt: str
    created_at: datetime


class _UsedList(msgspec.Struct, frozen=True):
    items: list[Used]


class _KeptList(msgspec.Struct, frozen=True):
    items: list[Kept]


class PromptApi(ApiClient):
    """A client with the routes of prompts."""

    @classmethod
    def of(cls, api: ApiClient) -> "PromptApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def used(self, search: str | None, *, limit: int) -> list[Used]:
        """Return earlier prompts, the last used first."""
        params = [("limit", str(limit)), *([("search", search)] if search else [])]
        return (await self._request("GET", _PROMPTS, _UsedList, params=params)).items

    async def kept(self, search: str | None) -> list[Kept]:
        """Return the favourites, the newest first."""
        params = [("search", search)] if search else []
        return (await self._request("GET", _FAVOURITES, _KeptList, params=params)).items

    async def keep(self, prompt: str, negative_prompt: str) -> Kept:
        """Keep a prompt."""
        body = {"prompt": prompt, "negative_prompt": negative_prompt}
        return await self._request("POST", _FAVOURITES, Kept, body=body)

    async def forget(self, favourite_id: int) -> None:
        """Stop to keep a prompt."""
        accepted = frozenset({HTTPStatus.NO_CONTENT})
        await self._request("DELETE", f"{_FAVOURITES}/{favourite_id}", object, accepted=accepted)


async def list_prompts(
    environment: str, server: str | None, search: str | None, *, limit: int, as_json: bool
) -> None:
    """Print earlier prompts."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await PromptApi.of(api).used(search, limit=limit)
    rows = [(local_time(one.used_at), str(one.job_count), one.prompt) for one in found]
    _print(found, ("Used", "Jobs", "Prompt"), rows, as_json=as_json)


async def list_favourites(
    environment: str, server: str | None, search: str | None, *, as_json: bool
) -> None:
    """Print the favourites."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await PromptApi.of(api).kept(search)
    rows = [(str(one.id), one.prompt) for one in found]
    _print(found, ("ID", "Prompt"), rows, as_json=as_json)


async def keep_prompt(
    environment: str, server: str | None, prompt: str, negative_prompt: str
) -> None:
    """Keep a prompt and print its id."""
    async with open_api(resolved_settings(environment), server) as api:
        click.echo((await PromptApi.of(api).keep(prompt, negative_prompt)).id)


async def forget_prompt(environment: str, server: str | None, favourite_id: int) -> None:
    """Stop to keep a prompt."""
    async with open_api(resolved_settings(environment), server) as api:
        await PromptApi.of(api).forget(favourite_id)
    click.echo(f"favourite prompt {favourite_id} deleted")


def _print(
    found: Sequence[Any],
    headers: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    *,
    as_json: bool,
) -> None:
    if as_json:
        for one in found:
            click.echo(msgspec.json.encode(one).decode())
    elif rows:
        print_table(headers, rows)
    else:
        click.echo("no prompts", err=True)
