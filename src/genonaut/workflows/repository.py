"""Queries on workflows and their versions."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from genonaut.accounts.tables import User
from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.db.counting import bounded_count
from genonaut.workflows.outputs import WorkflowOutput
from genonaut.workflows.requirements import Requirements
from genonaut.workflows.tables import Workflow, WorkflowVersion, WorkflowVisibility


class WorkflowFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Filter of the list of workflows.

    ``owner_id``: only this user's. ``visible_to``: this user's and the shared ones; None: all.
    """

    owner_id: UUID | None = None
    visible_to: UUID | None = None
    visibility: WorkflowVisibility | None = None
    search: str | None = None
    is_archived: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions."""
        archived = Workflow.archived_at
        found: list[ColumnElement[bool]] = [
            archived.is_not(None) if self.is_archived else archived.is_(None)
        ]
        if self.owner_id is not None:
            found.append(Workflow.owner_id == self.owner_id)
        if self.visible_to is not None:
            is_shared = Workflow.visibility == WorkflowVisibility.SHARED
            found.append(or_(Workflow.owner_id == self.visible_to, is_shared))
        if self.visibility is not None:
            found.append(Workflow.visibility == self.visibility)
        if self.search:
            words = self.search
            found.append(
                or_(
                    Workflow.title.icontains(words, autoescape=True),
                    Workflow.description.icontains(words, autoescape=True),
                    Workflow.slug == words,
                )
            )
        return found


class WorkflowRow(msgspec.Struct, frozen=True):
    """A workflow with the name of its owner."""

    workflow: Workflow
    owner: str


class NewestVersion(msgspec.Struct, frozen=True):
    """What the newest version of a workflow makes and needs."""

    outputs: Sequence[WorkflowOutput] = ()
    requirements: Requirements = Requirements()
    loaders: Mapping[str, str] = {}  # msgspec copies it
    """Class of each node that loads a model."""


class WorkflowRepository:
    """Queries on workflows; no rules, no commit."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, workflow_id: int, *, lock: bool = False) -> WorkflowRow | None:
        """Return one workflow; ``lock`` keeps other transactions from changing it."""
        query = select(Workflow, User.username).join(User, User.id == Workflow.owner_id)
        query = query.where(Workflow.id == workflow_id)
        if lock:
            query = query.with_for_update(of=Workflow, key_share=True)
        found = (await self._session.execute(query)).one_or_none()
        return None if found is None else WorkflowRow(*found)

    async def page(
        self, wanted: WorkflowFilter, *, after: tuple[datetime, int] | None, limit: int
    ) -> Sequence[WorkflowRow]:
        """Return the workflows after a position, those changed last first."""
        position = tuple_(Workflow.updated_at, Workflow.id)
        query = select(Workflow, User.username).join(User, User.id == Workflow.owner_id)
        query = query.where(*wanted.conditions())
        if after is not None:
            query = query.where(position < after)
        query = query.order_by(Workflow.updated_at.desc(), Workflow.id.desc()).limit(limit)
        return [WorkflowRow(*row) for row in await self._session.execute(query)]

    async def count(self, wanted: WorkflowFilter) -> int:
        """Return the number of matching workflows, at most 10,001."""
        query = select(Workflow.id).where(*wanted.conditions())
        return await bounded_count(self._session, query)

    async def count_of_owner(self, owner_id: UUID) -> int:
        """Return the number of workflows of a user, archived ones included."""
        query = select(func.count()).where(Workflow.owner_id == owner_id)
        return await self._session.scalar(query) or 0

    async def slugs_of(self, owner_id: UUID, start: str) -> set[str]:
        """Return the slugs of a user that begin with ``start``."""
        query = select(Workflow.slug).where(
            Workflow.owner_id == owner_id, Workflow.slug.startswith(start, autoescape=True)
        )
        return set(await self._session.scalars(query))

    async def version(self, workflow_id: int, number: int) -> WorkflowVersion | None:
        """Return one version of a workflow."""
        query = select(WorkflowVersion).where(
            WorkflowVersion.workflow_id == workflow_id, WorkflowVersion.number == number
        )
        return await self._session.scalar(query)

    async def version_by_id(self, version_id: int) -> WorkflowVersion | None:
        """Return one version."""
        return await self._session.get(WorkflowVersion, version_id)

    async def versions(
        self, workflow_id: int, *, before: int | None, limit: int
    ) -> Sequence[tuple[Any, ...]]:
        """Return number, note, author's name, time and hash of the versions, the newest first."""
        one = WorkflowVersion
        query = select(one.number, one.note, User.username, one.created_at, one.sha256)
        query = query.join(User, User.id == one.created_by).where(one.workflow_id == workflow_id)
        if before is not None:
            query = query.where(one.number < before)
        rows = await self._session.execute(query.order_by(one.number.desc()).limit(limit))
        return [tuple(row) for row in rows]

    async def newest_of(self, ids: Sequence[int]) -> dict[int, NewestVersion]:
        """Return what the newest version of each workflow makes and needs, without its graph."""
        one = WorkflowVersion
        model = func.jsonb_array_elements(one.requirements["models"]).column_valued("model")
        node_id = model.op("->>")("node_id")
        class_type = one.graph.op("->")(node_id).op("->>")("class_type")
        classes = select(func.jsonb_object_agg(node_id, class_type)).scalar_subquery()
        query = (
            select(one.workflow_id, one.outputs, one.requirements, classes)
            .join(Workflow, Workflow.id == one.workflow_id)
            .where(one.workflow_id.in_(ids), one.number == Workflow.latest_version)
        )
        rows = await self._session.execute(query)
        return {
            workflow_id: NewestVersion(
                outputs=msgspec.convert(outputs, list[WorkflowOutput]),
                requirements=msgspec.convert(requirements, Requirements),
                loaders=loaders or {},
            )
            for workflow_id, outputs, requirements, loaders in rows
        }

    async def covers_of(self, ids: Sequence[int], viewer_id: UUID) -> dict[int, ContentItem]:
        """Return the cover of each workflow: the chosen item, else its newest result.

        Only items that the viewer may see count, and of results only those with an image. One
        statement; an index finds the newest result of each workflow.
        """
        item = aliased(ContentItem)
        is_visible = and_(
            item.deleted_at.is_(None),
            or_(item.user_id == viewer_id, item.visibility == literal_column("'public'")),
        )
        has_image = exists().where(ContentThumbnail.content_id == item.id)
        newest = (
            select(item.id)
            .where(item.workflow_id == Workflow.id, is_visible, has_image)
            .order_by(item.created_at.desc(), item.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        chosen = (
            select(item.id)
            .where(item.id == Workflow.cover_content_id, is_visible)
            .scalar_subquery()
        )
        query = (
            select(Workflow.id, ContentItem)
            .join(ContentItem, ContentItem.id == func.coalesce(chosen, newest))
            .options(selectinload(ContentItem.thumbnails))
            .where(Workflow.id.in_(ids))
        )
        return {row[0]: row[1] for row in await self._session.execute(query)}

    def add(self, row: Workflow | WorkflowVersion) -> None:
        """Insert a row at the next flush."""
        self._session.add(row)
