"""The work of ``genonaut wildcards``, through the API."""

import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

import click
import msgspec

from genonaut.cli.api_client import ApiClient, ApiRefusedError, UnreadableFileError, open_api
from genonaut.cli.paging import Page, first_items
from genonaut.cli.running_services import resolved_settings
from genonaut.core.errors import GenonautError

_MOST_COMBINATIONS = 1_000
_WILDCARDS = "/api/v1/wildcards"


class WildcardNotFoundError(GenonautError):
    """No wildcard has this name."""

    code = "wildcard_not_found"


class Wildcard(msgspec.Struct, frozen=True):
    """A wildcard, without or with its entries."""

    id: int
    name: str
    entry_count: int
    owner: str
    is_mine: bool
    entries: list[str] = []


class Drawn(msgspec.Struct, frozen=True):
    """What a seed draws."""

    seed: int
    prompt: str


class Combinations(msgspec.Struct, frozen=True):
    """Texts that a prompt can draw; ``is_complete`` if these are all."""

    items: list[str]
    is_complete: bool


class Preview(msgspec.Struct, frozen=True):
    """What each seed draws."""

    items: list[Drawn]
    combinations: Combinations | None = None


class WildcardApi(ApiClient):
    """A client with the routes of wildcards."""

    @classmethod
    def of(cls, api: ApiClient) -> "WildcardApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def find_all(self, search: str | None) -> list[Wildcard]:
        """Return all wildcards by name."""
        filters = [("search", search)] if search else []
        found = await first_items(
            lambda page: self._request("GET", _WILDCARDS, Page[Wildcard], params=[*filters, *page])
        )
        return found.items

    async def find(self, name: str, *, is_mine: bool = False) -> Wildcard:
        """Return a wildcard by its name; an own one before a shared one.

        Raises:
            WildcardNotFoundError: there is none.
        """
        named = [one for one in await self.find_all(name) if one.name == name]
        named = [one for one in named if one.is_mine or not is_mine]
        if not named:
            raise WildcardNotFoundError(f"no wildcard is named {name}")
        best = max(named, key=lambda one: one.is_mine)
        return await self._request("GET", f"{_WILDCARDS}/{best.id}", Wildcard)

    async def store(self, name: str, text: str, *, is_shared: bool) -> Wildcard:
        """Create a wildcard, or replace the entries of an own one."""
        body = {"name": name, "text": text, "is_shared": is_shared}
        try:
            return await self._request("POST", _WILDCARDS, Wildcard, body=body)
        except ApiRefusedError as error:
            if error.status != HTTPStatus.CONFLICT:
                raise
        known = await self.find(name, is_mine=True)
        return await self._request("PATCH", f"{_WILDCARDS}/{known.id}", Wildcard, body=body)

    async def delete(self, wildcard_id: int) -> None:
        """Delete a wildcard."""
        path = f"{_WILDCARDS}/{wildcard_id}"
        await self._request("DELETE", path, object, accepted=frozenset({HTTPStatus.NO_CONTENT}))

    async def preview(self, prompt: str, *, seed: int, count: int) -> list[Drawn]:
        """Return what a prompt draws."""
        body = {"prompt": prompt, "seed": seed, "count": count}
        return (await self._request("POST", f"{_WILDCARDS}/preview", Preview, body=body)).items

    async def combinations(self, prompt: str) -> Combinations:
        """Return all that a prompt can draw."""
        body = {"prompt": prompt, "count": 1, "combinations": _MOST_COMBINATIONS}
        found = await self._request("POST", f"{_WILDCARDS}/preview", Preview, body=body)
        return found.combinations or Combinations([], is_complete=True)


async def list_wildcards(environment: str, server: str | None, search: str | None) -> None:
    """Print name, number of entries and owner of each wildcard."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await WildcardApi.of(api).find_all(search)
    for one in found:
        click.echo(f"{one.name}\t{one.entry_count}\t{one.owner}")
    if not found:
        click.echo("no wildcards", err=True)


async def import_wildcards(
    environment: str, server: str | None, paths: Sequence[Path], *, is_shared: bool
) -> bool:
    """Store the text files; returns whether all were accepted."""
    is_complete = True
    async with open_api(resolved_settings(environment), server) as opened:
        api = WildcardApi.of(opened)
        for name, path in _files(paths):
            try:
                stored = await api.store(name, _text(path), is_shared=is_shared)
            except (ApiRefusedError, UnreadableFileError) as error:
                click.echo(f"{path}: {error}", err=True)
                is_complete = False
                continue
            click.echo(f"{stored.name}\t{stored.entry_count}")
    return is_complete


async def set_wildcard(
    environment: str, server: str | None, name: str, entries: Sequence[str], *, is_shared: bool
) -> None:
    """Store a wildcard with these entries."""
    text = "\n".join(" ".join(one.splitlines()) for one in entries)
    async with open_api(resolved_settings(environment), server) as api:
        stored = await WildcardApi.of(api).store(name, text, is_shared=is_shared)
    click.echo(f"{stored.name}\t{stored.entry_count}")


async def export_wildcard(environment: str, server: str | None, name: str) -> None:
    """Print the entries of a wildcard."""
    async with open_api(resolved_settings(environment), server) as api:
        for entry in (await WildcardApi.of(api).find(name)).entries:
            click.echo(" ".join(entry.splitlines()))


async def delete_wildcard(environment: str, server: str | None, name: str) -> None:
    """Delete an own wildcard."""
    async with open_api(resolved_settings(environment), server) as opened:
        api = WildcardApi.of(opened)
        await api.delete((await api.find(name, is_mine=True)).id)
    click.echo(f"{name} deleted")


async def preview_prompt(
    environment: str,
    server: str | None,
    prompt: str,
    *,
    seed: int,
    count: int,
    is_all: bool = False,
) -> None:
    """Print seed and drawn prompt, or all combinations."""
    async with open_api(resolved_settings(environment), server) as api:
        if is_all:
            found = await WildcardApi.of(api).combinations(prompt)
            for text in found.items:
                click.echo(text)
            if not found.is_complete:
                click.echo(f"there are more than {len(found.items)}", err=True)
            return
        for one in await WildcardApi.of(api).preview(prompt, seed=seed, count=count):
            click.echo(f"{one.seed}\t{one.prompt}")


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Yield the name and path of each file; those of a folder are named below it."""
    for path in paths:
        if not path.is_dir():
            yield name_of(path.with_suffix("").name), path
            continue
        for file in sorted(path.rglob("*.txt")):
            inner = file.relative_to(path).with_suffix("")
            yield name_of("/".join(inner.parts)), file


def name_of(text: str) -> str:
    """Return the name of a wildcard for a path: lower case, other characters as hyphens."""
    parts = (re.sub(r"[^a-z0-9]+", "-", part).strip("-") for part in text.lower().split("/"))
    return "/".join(part for part in parts if part)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
