"""Workflows: create, change, share, archive, and add versions."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from genonaut.accounts.audit import AuditLog
from genonaut.accounts.identity import Identity
from genonaut.config.settings import WorkflowSettings
from genonaut.content.service import ContentService
from genonaut.content.tables import ContentItem
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import (
    CursorTime,
    Position,
    Slice,
    bounded_total,
    decode_cursor,
    encode_cursor,
    from_cursor_time,
    to_cursor_time,
)
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.workflows.analysis import Analysis
from genonaut.workflows.outputs import main_kind
from genonaut.workflows.repository import (
    NewestVersion,
    WorkflowFilter,
    WorkflowRepository,
    WorkflowRow,
)
from genonaut.workflows.tables import SLUG_LENGTH, Workflow, WorkflowVersion, WorkflowVisibility

_NO_WORD = re.compile(r"[^a-z0-9]+")


class _Position(Position, frozen=True, tag="workflows"):
    """Content of a cursor: the last workflow of a page."""

    updated_at: CursorTime
    workflow_id: Id


class _VersionPosition(Position, frozen=True, tag="workflow-versions"):
    """Content of a cursor: the last version of a page."""

    number: Id


class NewWorkflow(msgspec.Struct, frozen=True, kw_only=True):
    """What a new workflow is called; its graph comes from an analysis."""

    title: str
    description: str = ""
    visibility: WorkflowVisibility = WorkflowVisibility.PRIVATE
    cover_content_id: int | None = None
    note: str = ""


class WorkflowChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to a workflow; omitted fields stay unchanged."""

    title: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    visibility: WorkflowVisibility | UnsetType = UNSET
    cover_content_id: int | UnsetType | None = UNSET
    is_archived: bool | UnsetType = UNSET


class WorkflowDetails(msgspec.Struct, frozen=True):
    """A workflow with its owner's name, its cover, and what its newest version makes and needs."""

    workflow: Workflow
    owner: str
    newest: NewestVersion
    cover: ContentItem | None
    may_change: bool

    @property
    def kind(self) -> str:
        """What the main result is."""
        return main_kind(list(self.newest.outputs))


class VersionSummary(msgspec.Struct, frozen=True):
    """One version in a list."""

    number: int
    note: str
    created_by: str
    created_at: datetime
    sha256: str


def may_author(settings: WorkflowSettings, viewer: Identity) -> bool:
    """Return whether a user may add and change workflows."""
    return settings.allows_author(is_admin=viewer.is_admin)


def require_author(settings: WorkflowSettings, viewer: Identity) -> None:
    """Check that a user may add and change workflows.

    Raises:
        ForbiddenError: only administrators may.
    """
    if not may_author(settings, viewer):
        raise ForbiddenError("only administrators may add and change workflows (workflows.authors)")


class WorkflowService:
    """Acts for one user: own and shared workflows are visible, administrators see and change all."""

    def __init__(self, uow: UnitOfWork, settings: WorkflowSettings, viewer: Identity) -> None:
        self._uow = uow
        self._settings = settings
        self._viewer = viewer
        self._rows = WorkflowRepository(uow.session)

    async def page(
        self, wanted: WorkflowFilter, *, cursor: str | None, limit: int
    ) -> Slice[WorkflowDetails]:
        """Return one page, those changed last first; the first page has the total.

        Raises:
            InvalidInputError: the cursor is invalid.
        """
        after = None
        if cursor is not None:
            position = decode_cursor(cursor, _Position)
            after = from_cursor_time(position.updated_at), position.workflow_id
        rows = await self._rows.page(wanted, after=after, limit=limit + 1)
        shown, has_more = rows[:limit], len(rows) > limit
        following = None
        if has_more:
            last = shown[-1].workflow
            following = encode_cursor(_Position(to_cursor_time(last.updated_at), last.id))
        total = None
        if after is None:
            total = bounded_total(await self._rows.count(wanted) if has_more else len(shown))
        return Slice(await self._details(shown), following, total)

    async def get(self, workflow_id: int) -> WorkflowDetails:
        """Return one workflow.

        Raises:
            NotFoundError: there is no such workflow that the viewer may see.
        """
        return (await self._details([await self._visible(workflow_id)]))[0]

    async def create(self, new: NewWorkflow, analysis: Analysis) -> WorkflowDetails:
        """Store a workflow with its first version.

        Raises:
            InvalidInputError: the graph has problems, or the cover is no item of the viewer.
            ConflictError: the viewer has as many workflows as are allowed.
            ForbiddenError: the viewer may not add workflows.
        """
        require_author(self._settings, self._viewer)
        analysis.require_usable()
        await self._require_visible_cover(new.cover_content_id)
        owner_id = self._viewer.user_id
        # Two concurrent requests must not get one slug, nor exceed the limit.
        await lock_transaction(self._uow.session, AdvisoryLock.WORKFLOWS, subject=owner_id)
        if await self._rows.count_of_owner(owner_id) >= self._settings.max_per_user:
            raise ConflictError(
                f"you already have {self._settings.max_per_user} workflows; archived ones count too"
            )
        row = Workflow(
            owner_id=owner_id,
            slug=await self._free_slug(owner_id, new.title),
            title=new.title,
            description=new.description,
            visibility=new.visibility,
            cover_content_id=new.cover_content_id,
            latest_version=1,
        )
        self._rows.add(row)
        await self._uow.session.flush()
        await self._add_version(row, 1, new.note, analysis)
        return await self.get(row.id)

    async def change(self, workflow_id: int, change: WorkflowChange) -> WorkflowDetails:
        """Change title, description, visibility or cover, archive or restore.

        Raises:
            NotFoundError: there is no such workflow that the viewer may see.
            ForbiddenError: the viewer may not change it.
            InvalidInputError: the cover is no item that the viewer may see.
        """
        row = await self._changeable(workflow_id)
        values = msgspec.structs.asdict(change)
        is_archived = values.pop("is_archived")
        if change.cover_content_id is not UNSET:
            await self._require_visible_cover(change.cover_content_id)
        for name, value in values.items():
            if value is not UNSET:
                setattr(row, name, value)
        if is_archived is not UNSET and is_archived != (row.archived_at is not None):
            row.archived_at = utcnow() if is_archived else None
        row.updated_at = utcnow()
        await self._uow.session.flush()
        return await self.get(row.id)

    async def archive(self, workflow_id: int) -> None:
        """Hide a workflow from the list and refuse new jobs; what it made stays.

        Raises:
            NotFoundError: there is no such workflow that the viewer may see.
            ForbiddenError: the viewer may not change it.
        """
        await self.change(workflow_id, WorkflowChange(is_archived=True))

    async def add_version(
        self, workflow_id: int, note: str, analysis: Analysis
    ) -> tuple[WorkflowDetails, WorkflowVersion]:
        """Store a new version, from which new jobs are made.

        Raises:
            NotFoundError: there is no such workflow that the viewer may see.
            ForbiddenError: the viewer may not change it.
            InvalidInputError: the graph has problems.
            ConflictError: the workflow has as many versions as are allowed.
        """
        row = await self._changeable(workflow_id)
        analysis.require_usable()
        if row.latest_version >= self._settings.max_versions:
            raise ConflictError(
                f"the workflow has {row.latest_version} versions; start a new workflow"
            )
        row.latest_version += 1
        row.updated_at = utcnow()
        version = await self._add_version(row, row.latest_version, note, analysis)
        return await self.get(row.id), version

    async def version(
        self, workflow_id: int, number: int | None = None
    ) -> tuple[WorkflowDetails, WorkflowVersion]:
        """Return a workflow with one of its versions, the newest by default.

        Raises:
            NotFoundError: there is no such workflow that the viewer may see, or no such version.
        """
        details = await self.get(workflow_id)
        wanted = details.workflow.latest_version if number is None else number
        found = await self._rows.version(workflow_id, wanted) if is_valid_id(wanted) else None
        if found is None:
            raise NotFoundError(f"workflow {workflow_id} has no version {wanted}")
        return details, found

    @staticmethod
    async def version_of_job(uow: UnitOfWork, version_id: int) -> WorkflowVersion:
        """Return the version that a job pins, whether or not its owner still sees the workflow.

        Raises:
            NotFoundError: there is no such version.
        """
        found = await WorkflowRepository(uow.session).version_by_id(version_id)
        if found is None:
            raise NotFoundError(f"no version of a workflow with the id {version_id}")
        return found

    async def versions(
        self, workflow_id: int, *, cursor: str | None, limit: int
    ) -> Slice[VersionSummary]:
        """Return one page of the versions, the newest first; the first page has the total.

        Raises:
            NotFoundError: there is no such workflow that the viewer may see.
            InvalidInputError: the cursor is invalid.
        """
        workflow = (await self._visible(workflow_id)).workflow
        before = None if cursor is None else decode_cursor(cursor, _VersionPosition).number
        rows = await self._rows.versions(workflow_id, before=before, limit=limit + 1)
        shown = [VersionSummary(*row) for row in rows[:limit]]
        following = None
        if len(rows) > limit:
            following = encode_cursor(_VersionPosition(shown[-1].number))
        return Slice(shown, following, workflow.latest_version if before is None else None)

    async def require_changeable(self, workflow_id: int) -> None:
        """Check that the viewer may change a workflow.

        Raises:
            NotFoundError: there is no such workflow that the viewer may see.
            ForbiddenError: the viewer may not change it.
        """
        await self._changeable(workflow_id)

    async def _visible(self, workflow_id: int, *, lock: bool = False) -> WorkflowRow:
        found = None
        if is_valid_id(workflow_id):
            found = await self._rows.find(workflow_id, lock=lock)
        if found is not None:
            workflow = found.workflow
            if workflow.visibility is WorkflowVisibility.SHARED:
                return found
            if self._viewer.is_admin or workflow.owner_id == self._viewer.user_id:
                audit = AuditLog(self._uow.session)
                await audit.record_foreign_read(
                    f"workflow:{workflow_id}", owner_id=workflow.owner_id
                )
                return found
        raise NotFoundError(f"no workflow {workflow_id}")

    async def _changeable(self, workflow_id: int) -> Workflow:
        row = (await self._visible(workflow_id, lock=True)).workflow
        require_author(self._settings, self._viewer)
        if not self._may_change(row):
            raise ForbiddenError("only its owner and administrators may change a workflow")
        return row

    def _may_change(self, row: Workflow) -> bool:
        is_owner = row.owner_id == self._viewer.user_id
        return self._viewer.is_admin or (is_owner and may_author(self._settings, self._viewer))

    async def _require_visible_cover(self, content_id: int | None) -> None:
        if content_id is None:
            return
        viewer = self._viewer
        content = ContentService(self._uow, viewer_id=viewer.user_id, is_admin=viewer.is_admin)
        try:
            await content.get(content_id)
        except NotFoundError as error:
            message = "is no item that you may see"
            raise InvalidInputError.of("cover_content_id", message) from error

    async def _details(self, rows: Sequence[WorkflowRow]) -> list[WorkflowDetails]:
        if not rows:
            return []
        ids = [row.workflow.id for row in rows]
        newest = await self._rows.newest_of(ids)
        covers = await self._rows.covers_of(ids, self._viewer.user_id)
        return [
            WorkflowDetails(
                row.workflow,
                row.owner,
                newest.get(row.workflow.id, NewestVersion()),
                covers.get(row.workflow.id),
                self._may_change(row.workflow),
            )
            for row in rows
        ]

    async def _add_version(
        self, workflow: Workflow, number: int, note: str, analysis: Analysis
    ) -> WorkflowVersion:
        graph = analysis.require_usable()
        form: list[dict[str, Any]] = msgspec.to_builtins(analysis.form)
        outputs: list[dict[str, Any]] = msgspec.to_builtins(analysis.outputs)
        content = [graph, analysis.ui, form, outputs]
        row = WorkflowVersion(
            workflow_id=workflow.id,
            number=number,
            graph=graph,
            ui=analysis.ui,
            form=form,
            outputs=outputs,
            requirements=msgspec.to_builtins(analysis.requirements),
            sha256=hashlib.sha256(msgspec.json.encode(content)).hexdigest(),
            note=note,
            created_by=self._viewer.user_id,
        )
        self._rows.add(row)
        await self._uow.session.flush()
        return row

    async def _free_slug(self, owner_id: UUID, title: str) -> str:
        start = slug_of(title)
        used = await self._rows.slugs_of(owner_id, start)
        if start not in used:
            return start
        number = 2
        while f"{start}-{number}" in used:
            number += 1
        return f"{start}-{number}"


def slug_of(title: str) -> str:
    """Return a title as a name for commands: letters without accents, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _NO_WORD.sub("-", plain).strip("-")[: SLUG_LENGTH - 10].strip("-") or "workflow"
