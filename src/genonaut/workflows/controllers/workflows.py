"""The routes of workflows."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from litestar import Controller, Request, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from genonaut.accounts.guards import GENERATE
from genonaut.accounts.identity import Identity
from genonaut.core.errors import NotFoundError
from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.core.schemas import NO_NUL
from genonaut.runtime import Runtime
from genonaut.workflows.analysis import Analysis, WorkflowAnalyst
from genonaut.workflows.controllers.bodies import AnalysisOperation, sent_file, sent_object
from genonaut.workflows.controllers.difference_views import DifferenceView
from genonaut.workflows.controllers.version_submit import VersionSubmit
from genonaut.workflows.embedded_source import read_referenced
from genonaut.workflows.formats import WorkflowFormat, WorkflowSource, read_bytes, read_document
from genonaut.workflows.repository import WorkflowFilter
from genonaut.workflows.schemas import (
    AnalysisView,
    GraphBody,
    VersionSummaryView,
    VersionView,
    WorkflowPatch,
    WorkflowSubmit,
    WorkflowView,
    WorkflowWithVersionView,
    backend_views,
)
from genonaut.workflows.service import WorkflowDetails, WorkflowService, require_author
from genonaut.workflows.tables import WorkflowVersion, WorkflowVisibility

MAX_BODY_BYTES = 16 * 1024 * 1024
"""A graph and a UI file, each up to the limit of the settings."""

Analyst = NamedDependency[WorkflowAnalyst]
PageLimit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)]
Cursor = Annotated[str | None, QueryParameter(max_length=500)]
Search = Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)]
_REFERENCE_KEYS = {"upload_id", "content_id"}


class WorkflowController(Controller):
    """Import, share and export ComfyUI workflows."""

    path = "/workflows"
    tags = ("workflows",)

    @post(
        "/analyze",
        status_code=200,
        summary="Analyze a workflow",
        opt=GENERATE,
        request_max_body_size=None,
        operation_class=AnalysisOperation,
    )
    async def analyze_workflow(
        self,
        request: Request[Any, Any, Any],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
        analyst: Analyst,
    ) -> AnalysisView:
        """Return what an import of this workflow would give; nothing is stored.

        The body is a workflow in any format, ``{"upload_id": 3}`` or ``{"content_id": 12}`` for a file
        that carries one, or such a file as the field ``file`` of a ``multipart/form-data`` body.
        """
        if request.headers.get("content-type", "").startswith("multipart/"):
            source = read_bytes(await sent_file(request, runtime))
        else:
            data = await sent_object(request, limit_bytes=MAX_BODY_BYTES)
            if data and data.keys() <= _REFERENCE_KEYS:
                source = await _referenced(runtime, identity, data)
            else:
                source = read_document(data, field="")
        return AnalysisView.of(await analyst.analyze(source))

    @get("/", summary="List workflows")
    async def list_workflows(
        self,
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
        analyst: Analyst,
        *,
        search: Search = None,
        whose: Annotated[Literal["mine", "shared", "all"], QueryParameter(name="scope")] = "all",
        archived: FromQuery[bool] = False,
        limit: PageLimit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[WorkflowView]:
        """List the caller's workflows and shared ones; those changed last first.

        Archived workflows are listed only with ``archived=true``.
        """
        wanted = WorkflowFilter(
            owner_id=identity.user_id if whose == "mine" else None,
            visible_to=identity.user_id,
            visibility=WorkflowVisibility.SHARED if whose == "shared" else None,
            search=search,
            is_archived=archived,
        )
        async with runtime.begin() as uow:
            service = WorkflowService(uow, runtime.settings.workflows, identity)
            found = await service.page(wanted, cursor=cursor, limit=limit)
        items = await _views(analyst, found.rows)
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @post("/", summary="Add a workflow", request_max_body_size=MAX_BODY_BYTES)
    async def add_workflow(
        self,
        data: JSONBody[WorkflowSubmit],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
        analyst: Analyst,
    ) -> WorkflowWithVersionView:
        """Import a workflow as its first version."""
        require_author(runtime.settings.workflows, identity)
        analysis = await _analysis(runtime, identity, analyst, data)
        async with runtime.begin() as uow:
            service = WorkflowService(uow, runtime.settings.workflows, identity)
            details = await service.create(data.new(), analysis)
            _, version = await service.version(details.workflow.id)
        return _with_version(details, version, analysis)

    @get("/{workflow_id:int}", summary="Get a workflow")
    async def get_workflow(
        self,
        workflow_id: FromPath[int],
        workflows: NamedDependency[WorkflowService],
        analyst: Analyst,
    ) -> WorkflowView:
        """Return one workflow."""
        return (await _views(analyst, [await workflows.get(workflow_id)]))[0]

    @patch("/{workflow_id:int}", summary="Change a workflow")
    async def change_workflow(
        self,
        workflow_id: FromPath[int],
        data: JSONBody[WorkflowPatch],
        workflows: NamedDependency[WorkflowService],
        analyst: Analyst,
    ) -> WorkflowView:
        """Change title, description, visibility or cover; archive or restore it."""
        changed = await workflows.change(workflow_id, data.change())
        return (await _views(analyst, [changed]))[0]

    @delete("/{workflow_id:int}", status_code=204, summary="Archive a workflow")
    async def archive_workflow(
        self, workflow_id: FromPath[int], workflows: NamedDependency[WorkflowService]
    ) -> None:
        """Archive a workflow: it is hidden and takes no new jobs; its jobs and versions stay."""
        await workflows.archive(workflow_id)

    @get("/{workflow_id:int}/versions", summary="List versions of a workflow")
    async def list_versions(
        self,
        workflow_id: FromPath[int],
        workflows: NamedDependency[WorkflowService],
        limit: PageLimit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> Page[VersionSummaryView]:
        """List the versions of a workflow, newest first."""
        found = await workflows.versions(workflow_id, cursor=cursor, limit=limit)
        items = [VersionSummaryView.of(row) for row in found.rows]
        return Page(items=items, next_cursor=found.next_cursor, total=found.total)

    @post(
        "/{workflow_id:int}/versions",
        summary="Add a version of a workflow",
        request_max_body_size=MAX_BODY_BYTES,
    )
    async def add_version(
        self,
        workflow_id: FromPath[int],
        data: JSONBody[VersionSubmit],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
        analyst: Analyst,
    ) -> WorkflowWithVersionView:
        """Add a version, from which new jobs are made; earlier jobs keep theirs."""
        async with runtime.begin() as uow:
            service = WorkflowService(uow, runtime.settings.workflows, identity)
            await service.require_changeable(workflow_id)
            base = None
            if data.base_version is not None:
                data.require_one_source()
                _, base = await service.version(workflow_id, data.base_version)
        if base is None:
            analysis = await _analysis(runtime, identity, analyst, data)
        else:
            analysis = await analyst.analyze(*data.source_and_form(base))
        async with runtime.begin() as uow:
            service = WorkflowService(uow, runtime.settings.workflows, identity)
            details, version = await service.add_version(workflow_id, data.note, analysis)
        return _with_version(details, version, analysis)

    @get("/{workflow_id:int}/versions/{number:int}", summary="Get a version of a workflow")
    async def get_version(
        self,
        workflow_id: FromPath[int],
        number: FromPath[int],
        workflows: NamedDependency[WorkflowService],
        analyst: Analyst,
    ) -> VersionView:
        """Return one version with its graph and form, and which servers can run it."""
        _, version = await workflows.version(workflow_id, number)
        return VersionView.of(version, backend_views(await analyst.check_version(version)))

    @get(
        "/{workflow_id:int}/versions/{number:int}/diff",
        summary="Compare two versions of a workflow",
    )
    async def version_difference(
        self,
        workflow_id: FromPath[int],
        number: FromPath[int],
        workflows: NamedDependency[WorkflowService],
        against: FromQuery[int | None] = None,
    ) -> DifferenceView:
        """Return how a version differs from the version ``against``, in its graph and its form.

        Without ``against`` it is compared with the version before.
        """
        _, version = await workflows.version(workflow_id, number)
        earlier = max(1, number - 1) if against is None else against
        _, other = await workflows.version(workflow_id, earlier)
        return await asyncio.to_thread(DifferenceView.of, version, other)

    @get("/{workflow_id:int}/schema", summary="Get the schema of a workflow's inputs")
    async def workflow_schema(
        self,
        workflow_id: FromPath[int],
        workflows: NamedDependency[WorkflowService],
        analyst: Analyst,
        version: FromQuery[int | None] = None,
    ) -> dict[str, Any]:
        """Return the JSON Schema of ``inputs``; options are those of the servers that can run it."""
        details, found = await workflows.version(workflow_id, version)
        return await analyst.schema(details.workflow.title, found)

    @get("/{workflow_id:int}/export", summary="Export a workflow")
    async def export_workflow(
        self,
        workflow_id: FromPath[int],
        workflows: NamedDependency[WorkflowService],
        wanted: Annotated[Literal["api", "ui"], QueryParameter(name="format")] = "api",
        version: FromQuery[int | None] = None,
    ) -> dict[str, Any]:
        """Return the graph in API format, or the file of ComfyUI's editor if there is one."""
        _, found = await workflows.version(workflow_id, version)
        document = found.graph if wanted == "api" else found.ui
        if document is None:
            raise NotFoundError(
                f"version {found.number} of workflow {workflow_id} was imported without a file of"
                " ComfyUI's editor; use format=api"
            )
        return document


async def _referenced(runtime: Runtime, identity: Identity, data: dict[str, Any]) -> WorkflowSource:
    ids = {key: data.get(key) for key in _REFERENCE_KEYS}
    if not all(one is None or type(one) is int for one in ids.values()):
        ids = {}
    return await read_referenced(
        runtime, identity, upload_id=ids.get("upload_id"), content_id=ids.get("content_id")
    )


async def _analysis(
    runtime: Runtime, identity: Identity, analyst: WorkflowAnalyst, data: GraphBody
) -> Analysis:
    data.require_one_source()
    if data.image is not None:
        source = await read_referenced(
            runtime, identity, upload_id=data.image.upload_id, content_id=data.image.content_id
        )
    elif data.graph is None:
        source = read_document(data.ui, field="ui")
    else:
        source = read_document(data.graph)
        if data.ui is not None:
            source = WorkflowSource(WorkflowFormat.API, source.graph, data.ui)
    return await analyst.analyze(source, data.fields())


async def _views(analyst: WorkflowAnalyst, found: Sequence[WorkflowDetails]) -> list[WorkflowView]:
    names = await analyst.runs_on([one.newest for one in found])
    return [WorkflowView.of(one, on) for one, on in zip(found, names, strict=True)]


def _with_version(
    details: WorkflowDetails, version: WorkflowVersion, analysis: Analysis
) -> WorkflowWithVersionView:
    backends = backend_views(analysis.backends)
    return WorkflowWithVersionView(
        workflow=WorkflowView.of(details, [one.name for one in backends if one.can_run]),
        version=VersionView.of(version, backends),
    )
