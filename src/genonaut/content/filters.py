"""Filters of item lists, as SQL conditions that an index can serve."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select

from genonaut.content.tables import ContentItem, ContentTag, ContentType

Scope = Literal["mine", "community", "all"]

_WORD = re.compile(r'"([^"]*)"|(\S+)')
# A literal, not a parameter: PostgreSQL needs the value to choose a partial index.
IS_PUBLIC = ContentItem.visibility == literal_column("'public'")
NOT_TRASHED = ContentItem.deleted_at.is_(None)
IS_TRASHED = ContentItem.deleted_at.is_not(None)


class ContentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A filter of items; None and empty values match all. The trash shows only own items."""

    viewer_id: UUID
    scope: Scope = "mine"
    in_trash: bool = False
    words: Sequence[str] = ()
    """Each must occur in title, prompt, tags or the text itself, in any case."""
    tags: Sequence[str] = ()
    """Normalised; the item must have all of them."""
    content_type: ContentType | None = None
    checkpoint_model: str | None = None
    workflow_id: int | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def branches(self) -> list[list[ColumnElement[bool]]]:
        """Return disjoint sets of conditions, each served by one index.

        One condition "mine or public" would make PostgreSQL sort all items.
        """
        conditions = self._conditions()
        return [[*scope, *conditions] for scope in self._scopes()]

    def _scopes(self) -> list[list[ColumnElement[bool]]]:
        mine = ContentItem.user_id == self.viewer_id
        if self.in_trash:
            return [[IS_TRASHED, mine]]
        community = [NOT_TRASHED, IS_PUBLIC, ContentItem.user_id != self.viewer_id]
        match self.scope:
            case "mine":
                return [[NOT_TRASHED, mine]]
            case "community":
                return [community]
            case "all":
                return [[NOT_TRASHED, mine], community]

    def _conditions(self) -> list[ColumnElement[bool]]:
        item = ContentItem
        found: list[ColumnElement[bool]] = [_contains(f"%{_escaped(word)}%") for word in self.words]
        found += [
            select(ContentTag.tag)
            .where(ContentTag.content_id == item.id, ContentTag.tag == tag)
            .exists()
            for tag in self.tags
        ]
        if self.content_type is not None:
            found.append(item.content_type == self.content_type)
        if self.workflow_id is not None:
            found.append(item.workflow_id == self.workflow_id)
        if self.checkpoint_model:
            found.append(item.checkpoint_model == self.checkpoint_model)
        if self.created_from is not None:
            found.append(item.created_at >= self.created_from)
        if self.created_to is not None:
            found.append(item.created_at <= self.created_to)
        return found


def _contains(pattern: str) -> ColumnElement[bool]:
    item = ContentItem
    # Two indexes: texts are few, and the index of all items is on a computed column. That column is in
    # lower case: ILIKE would convert it again for each row, which takes four times as long.
    in_text = and_(item.text_content.is_not(None), item.text_content.ilike(pattern))
    return or_(item.search_text.like(func.lower(pattern)), in_text)


def words_of(search: str | None) -> tuple[str, ...]:
    """Return the words of a search text; text in double quotes is one word."""
    found = (quoted or word for quoted, word in _WORD.findall(search or ""))
    return tuple(dict.fromkeys(word for word in found if word.strip()))


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
