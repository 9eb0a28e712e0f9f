"""The routes of grids, for the command line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from genonaut.cli.api_client import ApiClient, Filters
from genonaut.cli.paging import Page, first_items

_GRIDS = "/api/v1/grids"
_ORDER_SEPARATOR = " | "
"""Between the parts of a prompt in the values of ``prompt_order``, whose first has them in their order."""
_MAX_BULK = 500
"""Most ids of one ``POST /content/bulk``."""


class Cell(msgspec.Struct, frozen=True):
    """A cell of a grid; ``deleted`` is ``trash`` or ``purged`` once its image is gone."""

    x: int
    y: int
    z: int
    job_id: int | None
    status: str | None
    content_id: int | None = None
    error_message: str | None = None
    picture: dict[str, Any] | None = None
    seed: int | None = None
    deleted: str | None = None


class Axis(msgspec.Struct, frozen=True):
    """An axis of a grid."""

    name: str
    parameter: str
    values: list[str | int | float | None]
    target: str | int | None = None
    text: str | None = None

    def submitted(self) -> dict[str, Any]:
        """Return the axis as ``POST /grids`` takes it, with the values as they were given."""
        values: object = self.values if self.text is None else self.text
        if self.text is None and self.parameter == "prompt_order":
            values = str(self.values[0]).split(_ORDER_SEPARATOR)
        return {"parameter": self.parameter, "values": values, "target": self.target}


class GridSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A grid in a list."""

    id: int
    batch_id: str
    title: str
    prompt: str
    axes: list[Axis]
    cell_count: int
    counts: dict[str, int]
    image_count: int
    trash_count: int
    purged_count: int
    created_at: datetime


class Grid(GridSummary, frozen=True, kw_only=True):
    """A grid with its cells, and what they share."""

    request: dict[str, Any]
    seeds: str
    cells: list[Cell]


GridPage = Page[GridSummary]


class _Cancelled(msgspec.Struct, frozen=True):
    cancelled: int


class _Changed(msgspec.Struct, frozen=True):
    counts: dict[str, int]


class _Retried(msgspec.Struct, frozen=True):
    retried: int


class GridApi(ApiClient):
    """A client with the routes of grids."""

    @classmethod
    def of(cls, api: ApiClient) -> "GridApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def submit_grid(self, body: Mapping[str, Any]) -> Grid:
        """Submit a grid."""
        return await self._request("POST", _GRIDS, Grid, body=body)

    async def grids(self, limit: int) -> GridPage:
        """Return the newest grids."""
        return await first_items(
            lambda page: self._request("GET", _GRIDS, GridPage, params=page), limit
        )

    async def grid(self, grid_id: int) -> Grid:
        """Return a grid."""
        return await self._request("GET", f"{_GRIDS}/{grid_id}", Grid)

    async def rename_grid(self, grid_id: int, title: str) -> Grid:
        """Change the title of a grid."""
        return await self._request("PATCH", f"{_GRIDS}/{grid_id}", Grid, body={"title": title})

    async def cancel_grid(self, grid_id: int) -> int:
        """Cancel the jobs of a grid; returns their number."""
        return (await self._request("POST", f"{_GRIDS}/{grid_id}/cancel", _Cancelled)).cancelled

    async def retry_grid(
        self, grid_id: int, cells: Sequence[Mapping[str, int]], *, choice: str = "failed"
    ) -> int:
        """Start the given cells again, or all that failed or were deleted; returns their number."""
        path = f"{_GRIDS}/{grid_id}"
        if cells:
            work = self._request(
                "POST", f"{path}/cells/retry", _Retried, body={"cells": list(cells)}
            )
        else:
            query = [("cells", choice)]
            work = self._request("POST", f"{path}/retry", _Retried, params=query)
        return (await work).retried

    async def restore_items(self, ids: Sequence[int]) -> int:
        """Restore own items from the trash; returns how many there were."""
        restored = 0
        for start in range(0, len(ids), _MAX_BULK):
            body = {"action": "restore", "ids": list(ids[start : start + _MAX_BULK])}
            answer = await self._request("POST", "/api/v1/content/bulk", _Changed, body=body)
            restored += answer.counts.get("done", 0)
        return restored

    async def delete_grid(self, grid_id: int) -> None:
        """Delete a grid; its images remain."""
        path = f"{_GRIDS}/{grid_id}"
        await self._request("DELETE", path, object, accepted=frozenset({HTTPStatus.NO_CONTENT}))

    async def grid_image(self, grid_id: int, query: Filters) -> bytes:
        """Return the labelled image of a grid."""
        path = f"{_GRIDS}/{grid_id}/image"
        status, _, data = await self._exchange("GET", path, params=query)
        if status != HTTPStatus.OK:
            raise self._refused_error(status, data)
        return data
