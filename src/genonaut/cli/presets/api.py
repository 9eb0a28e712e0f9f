"""A client with the routes of presets."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from genonaut.cli.api_client import ApiClient
from genonaut.cli.paging import Page, first_items
from genonaut.core.errors import GenonautError

_PRESETS = "/api/v1/presets"


class PresetNotFoundError(GenonautError):
    """No preset or style has this name."""

    code = "preset_not_found"


class Preset(msgspec.Struct, frozen=True, kw_only=True):
    """A preset or style."""

    id: int
    kind: str
    name: str
    description: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    settings: dict[str, Any] = {}
    is_shared: bool = False
    is_mine: bool = True
    owner: str = ""
    cover: dict[str, Any] | None = None


class Imported(msgspec.Struct, frozen=True):
    """The number of presets by outcome; ``skipped`` has the names that are taken."""

    created: int
    replaced: int
    skipped: list[str]


class PresetApi(ApiClient):
    """A client with the routes of presets."""

    @classmethod
    def of(cls, api: ApiClient) -> "PresetApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def find_all(self, kind: str | None, search: str | None) -> list[Preset]:
        """Return own and shared presets and styles by name."""
        given = (("kind", kind), ("search", search))
        filters = [(name, value) for name, value in given if value]
        found = await first_items(
            lambda page: self._request("GET", _PRESETS, Page[Preset], params=[*filters, *page])
        )
        return found.items

    async def find(self, name: str, kind: str | None, *, is_mine: bool = False) -> Preset:
        """Return a preset or style by its name; an own one before a shared one.

        Raises:
            PresetNotFoundError: there is none.
        """
        found = [one for one in await self.find_all(kind, name) if one.name == name]
        found = [one for one in found if one.is_mine or not is_mine]
        if not found:
            whose = "of yours " if is_mine else ""
            raise PresetNotFoundError(f"no {kind or 'preset or style'} {whose}is named {name}")
        return max(found, key=lambda one: one.is_mine)

    async def create(self, body: Mapping[str, Any]) -> Preset:
        """Create a preset or style."""
        return await self._request("POST", _PRESETS, Preset, body=body)

    async def restore(self, preset_id: int) -> Preset:
        """Restore a deleted preset."""
        return await self._request("POST", f"{_PRESETS}/{preset_id}/restore", Preset)

    async def change(self, preset_id: int, body: Mapping[str, Any]) -> Preset:
        """Change fields of an own preset."""
        return await self._request("PATCH", f"{_PRESETS}/{preset_id}", Preset, body=body)

    async def delete(self, preset_id: int) -> None:
        """Delete an own preset."""
        path = f"{_PRESETS}/{preset_id}"
        await self._request("DELETE", path, object, accepted=frozenset({HTTPStatus.NO_CONTENT}))

    async def export(self, kind: str | None) -> dict[str, Any]:
        """Return all own presets as one document."""
        params = [("kind", kind)] if kind else []
        return await self._request("GET", f"{_PRESETS}/export", dict[str, Any], params=params)

    async def import_all(self, body: Mapping[str, Any]) -> Imported:
        """Store the presets of a document."""
        return await self._request("POST", f"{_PRESETS}/import", Imported, body=body)
