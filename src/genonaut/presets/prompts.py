"""The prompts of a user: those of jobs, and favourites."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select

from genonaut.core.errors import ConflictError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork
from genonaut.db.query_plans import USE_CUSTOM_PLANS
from genonaut.db.word_search import has_words
from genonaut.jobs.tables import GenerationJob
from genonaut.presets.tables import FavouritePrompt

_NEWEST = 3_000
"""Jobs whose prompts are grouped, of those that match: bounds the time of a request."""
MAX_FAVOURITES = 2_000


class UsedPrompt(msgspec.Struct, frozen=True):
    """A prompt with its negative prompt, as written: templates of dynamic prompts are not resolved."""

    prompt: str
    negative_prompt: str
    is_dynamic: bool
    job_count: int
    used_at: datetime


class PromptService:
    """Reads the prompts of one user."""

    def __init__(self, uow: UnitOfWork, user_id: UUID) -> None:
        self._session = uow.session
        self._user_id = user_id

    async def history(self, *, search: str | None, limit: int) -> list[UsedPrompt]:
        """Return the prompts of the newest jobs, each once, the last used first.

        With ``search``, those of the newest jobs whose prompts have words that begin with its words.
        """
        if search:
            await self._session.execute(USE_CUSTOM_PLANS)
        job = GenerationJob
        template = job.params["prompt_template"].astext
        negative = job.params["negative_prompt_template"].astext
        newest = (
            select(
                func.coalesce(template, job.prompt).label("prompt"),
                func.coalesce(negative, job.negative_prompt).label("negative_prompt"),
                template.is_not(None).label("is_dynamic"),
                job.created_at.label("created_at"),
            )
            .where(
                job.user_id == self._user_id,
                job.workflow_version_id.is_(None),
                job.prompt != "",
                *has_words(job.prompt_words, search or ""),
            )
            .order_by(job.id.desc())
            .limit(_NEWEST)
            .subquery()
        )
        columns = (newest.c.prompt, newest.c.negative_prompt, newest.c.is_dynamic)
        query = (
            select(*columns, func.count(), func.max(newest.c.created_at))
            .group_by(*columns)
            .order_by(func.max(newest.c.created_at).desc())
            .limit(limit)
        )
        return [UsedPrompt(*row) for row in await self._session.execute(query)]

    async def favourites(self, *, search: str | None) -> Sequence[FavouritePrompt]:
        """Return the favourites, the newest first; with ``search`` as in the history."""
        one = FavouritePrompt
        found = (one.user_id == self._user_id, *has_words(one.words, search or ""))
        query = select(one).where(*found).order_by(one.id.desc())
        return (await self._session.scalars(query.limit(MAX_FAVOURITES))).all()

    async def add_favourite(self, prompt: str, negative_prompt: str) -> FavouritePrompt:
        """Keep a prompt; one that is kept already is returned.

        Raises:
            ConflictError: too many are kept.
        """
        one = FavouritePrompt
        mine = one.user_id == self._user_id
        same = (one.prompt == prompt, one.negative_prompt == negative_prompt)
        found = (await self._session.scalars(select(one).where(mine, *same).limit(1))).first()
        if found is not None:
            return found
        count = await self._session.scalar(select(func.count()).where(mine)) or 0
        if count >= MAX_FAVOURITES:
            raise ConflictError(f"at most {MAX_FAVOURITES:,} favourite prompts are allowed")
        row = one(user_id=self._user_id, prompt=prompt, negative_prompt=negative_prompt)
        self._session.add(row)
        await self._session.flush()
        await self._session.refresh(row)
        return row

    async def delete_favourite(self, favourite_id: int) -> None:
        """Stop to keep a prompt.

        Raises:
            NotFoundError: there is no such favourite of the user.
        """
        one = FavouritePrompt
        deleted = None
        if is_valid_id(favourite_id):
            query = delete(one).where(one.id == favourite_id, one.user_id == self._user_id)
            deleted = await self._session.scalar(query.returning(one.id))
        if deleted is None:
            raise NotFoundError(f"no favourite prompt {favourite_id}")
