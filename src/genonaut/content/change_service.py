"""Apply an action to one or many items. Each item is changed completely or not at all."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

import msgspec

from genonaut.accounts.audit import AuditLog
from genonaut.content.actions import Action, ChangeRefusedError, ItemState
from genonaut.content.bulk_selection import Matching
from genonaut.content.change_repository import Changed, ChangeRepository
from genonaut.content.matching import next_matching
from genonaut.content.messages import FileAccessChanged
from genonaut.content.tables import Visibility
from genonaut.content.tag_usage import TagUsageRepository
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork


class ChangeStatus(StrEnum):
    """The outcome of an action on one item."""

    DONE = "done"
    UNCHANGED = "unchanged"
    NOT_FOUND = "not_found"
    REFUSED = "refused"


class ChangeOutcome(msgspec.Struct, frozen=True):
    """The outcome for one item; ``reason`` says why the action was refused."""

    content_id: int
    status: ChangeStatus
    reason: str | None = None


class ChangeReport(msgspec.Struct, frozen=True):
    """One outcome per id, and the storage keys to delete after the commit."""

    outcomes: Sequence[ChangeOutcome]
    purged_keys: Sequence[str]
    next_cursor: str | None = None
    """The position after these items in the list of all that match; None at its end."""


class ChangeService:
    """Acts for one user; an administrator may change the items of all users."""

    def __init__(self, uow: UnitOfWork, *, viewer_id: UUID, is_admin: bool) -> None:
        self._repository = ChangeRepository(uow.session)
        self._usage = TagUsageRepository(uow.session)
        self._audit = AuditLog(uow.session)
        self._owner_id = None if is_admin else viewer_id
        self._uow = uow

    async def apply(self, ids: Sequence[int], action: Action) -> ChangeReport:
        """Apply an action to each item that the user may change; repeated ids count once."""
        unique_ids = list(dict.fromkeys(ids))
        valid_ids = [one for one in unique_ids if is_valid_id(one)]
        found = await self._repository.lock(valid_ids, owner_id=self._owner_id)
        outcomes = []
        changes = []
        for content_id in unique_ids:
            state = found.get(content_id)
            if state is None:
                outcomes.append(ChangeOutcome(content_id, ChangeStatus.NOT_FOUND))
                continue
            try:
                after = action.of(state)
            except ChangeRefusedError as refusal:
                outcomes.append(ChangeOutcome(content_id, ChangeStatus.REFUSED, str(refusal)))
                continue
            if after == state:
                outcomes.append(ChangeOutcome(content_id, ChangeStatus.UNCHANGED))
                continue
            outcomes.append(ChangeOutcome(content_id, ChangeStatus.DONE))
            changes.append(Changed(state, after))
        return ChangeReport(outcomes, await self._write(changes))

    async def apply_to_matching(self, matching: Matching, action: Action) -> ChangeReport:
        """Apply an action to the next items that match a filter, newest first, at most 500.

        Raises:
            InvalidInputError: the cursor is not one of this list.
        """
        ids, following = await next_matching(self._uow.session, matching)
        report = await self.apply(ids, action)
        return msgspec.structs.replace(report, next_cursor=following)

    async def _write(self, changes: Sequence[Changed]) -> list[str]:
        await self._repository.write(changes)
        purged = [change.before.id for change in changes if change.after is None]
        keys = await self._repository.remove(purged) if purged else []
        await self._usage.apply(changes)
        published = [one.before.id for one in changes if _publishes(one)]
        if published:
            await self._repository.note_published(published)
        for owner_id in {one.before.user_id for one in changes if _changes_access(one)}:
            self._uow.publish(FileAccessChanged(user_id=owner_id))
        trashed = [one.before.id for one in changes if _hides(one)]
        for kind, ids in (("content.trashed", trashed), ("content.purged", purged)):
            if ids:
                await self._audit.record(kind, f"content:{ids[0]}", ids=ids)
        return keys


def _hides(change: Changed) -> bool:
    return change.after is not None and change.after.is_trashed and not change.before.is_trashed


def _publishes(change: Changed) -> bool:
    return _is_public(change.after) and not _is_public(change.before)


def _is_public(state: ItemState | None) -> bool:
    if state is None or state.is_trashed:
        return False
    return state.visibility is Visibility.PUBLIC


def _changes_access(change: Changed) -> bool:
    before, after = change.before, change.after
    return (
        after is None
        or after.is_trashed != before.is_trashed
        or after.visibility is not before.visibility
    )
