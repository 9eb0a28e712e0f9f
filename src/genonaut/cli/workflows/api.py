"""The routes of workflows, for the command line."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec

from genonaut.cli.api_client import ApiClient, Image, Job, open_api
from genonaut.config import Settings
from genonaut.core.errors import GenonautError

_WORKFLOWS = "/api/v1/workflows"
_NO_CONTENT = frozenset({HTTPStatus.NO_CONTENT})
_PAGE = 100


class WorkflowNotFoundError(GenonautError):
    """No workflow has this name, or several have."""

    code = "workflow_not_found"


class Workflow(msgspec.Struct, frozen=True, kw_only=True):
    """A workflow."""

    id: int
    slug: str
    title: str
    kind: str
    owner: str
    visibility: str
    latest_version: int
    updated_at: datetime
    description: str = ""
    archived_at: datetime | None = None


class WorkflowPage(msgspec.Struct, frozen=True):
    """One page of workflows."""

    items: list[Workflow]
    next_cursor: str | None = None


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a workflow."""

    number: int
    form: list[dict[str, Any]]
    backends: list[dict[str, Any]] = []


class Added(msgspec.Struct, frozen=True):
    """A new workflow or version."""

    workflow: Workflow
    version: Version


class RunJob(Job, frozen=True, kw_only=True):
    """A job with all its results."""

    content_ids: tuple[int, ...] = ()


class WorkflowApi(ApiClient):
    """A client with the routes of workflows and uploads."""

    @classmethod
    def of(cls, api: ApiClient) -> "WorkflowApi":
        """Return a client of the same server."""
        return cls(api._http, api.base_url)  # noqa: SLF001  # of the base class

    async def find(self, name: str, *, is_archived: bool = False) -> Workflow:
        """Return a workflow by its id, its slug or its title.

        Raises:
            WorkflowNotFoundError: none or several have that name.
        """
        if name.isdecimal():
            return await self._request("GET", f"{_WORKFLOWS}/{name}", Workflow)
        found = await self.list(search=name, is_archived=is_archived)
        exact = [one for one in found if name in {one.slug, one.title}]
        if len(exact) == 1:
            return exact[0]
        if exact:
            listed = ", ".join(f"{one.id} (of {one.owner})" for one in exact)
            raise WorkflowNotFoundError(
                f"several workflows are named {name!r}; use an id: {listed}"
            )
        known = ", ".join(one.slug for one in found[:5])
        hint = f"; did you mean {known}?" if known else "; `genonaut workflows list` lists them"
        raise WorkflowNotFoundError(f"no workflow is named {name!r}{hint}")

    async def list(self, *, search: str | None = None, is_archived: bool = False) -> list[Workflow]:
        """Return the newest 100 workflows that the caller may run."""
        params = [("limit", str(_PAGE)), ("archived", str(is_archived).lower())]
        params += [("search", search)] if search else []
        page = await self._request("GET", _WORKFLOWS, WorkflowPage, params=params)
        return page.items

    async def version(self, workflow: Workflow) -> Version:
        """Return the newest version."""
        path = f"{_WORKFLOWS}/{workflow.id}/versions/{workflow.latest_version}"
        return await self._request("GET", path, Version)

    async def add(self, body: Mapping[str, Any]) -> Added:
        """Import a workflow."""
        return await self._request("POST", _WORKFLOWS, Added, body=body)

    async def add_version(self, workflow_id: int, body: Mapping[str, Any]) -> Added:
        """Import a new version of a workflow."""
        path = f"{_WORKFLOWS}/{workflow_id}/versions"
        return await self._request("POST", path, Added, body=body)

    async def archive(self, workflow_id: int) -> None:
        """Archive a workflow."""
        path = f"{_WORKFLOWS}/{workflow_id}"
        await self._request("DELETE", path, object, accepted=_NO_CONTENT)

    async def export(self, workflow_id: int, wanted: str) -> dict[str, Any]:
        """Return the graph or the file of ComfyUI's editor."""
        path = f"{_WORKFLOWS}/{workflow_id}/export"
        return await self._request("GET", path, dict[str, Any], params=[("format", wanted)])

    async def run(self, workflow_id: int, body: Mapping[str, Any]) -> Job:
        """Run a workflow; returns the first job."""
        return await self._request("POST", f"{_WORKFLOWS}/{workflow_id}/jobs", Job, body=body)

    async def results(self, job_id: int) -> RunJob:
        """Return a job with all its results."""
        return await self._request("GET", f"/api/v1/generation-jobs/{job_id}", RunJob)

    async def file(self, content_id: int) -> Image:
        """Return the file of a content item."""
        status, mime, data = await self._exchange("GET", f"/api/v1/content/{content_id}/file")
        if status != HTTPStatus.OK:
            raise self._refused_error(status, data)
        return Image(data, mime)


@asynccontextmanager
async def open_workflows(settings: Settings, server: str | None) -> AsyncIterator[WorkflowApi]:
    """Yield a client of the environment's API, or of the API at ``server``."""
    async with open_api(settings, server) as api:
        yield WorkflowApi.of(api)
