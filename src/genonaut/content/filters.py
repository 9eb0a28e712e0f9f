"""Which items a viewer asks for, as SQL that an index can serve."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, literal_column, select

from genonaut.content.tables import ContentItem, ContentTag, ContentType

Scope = Literal["mine", "community", "all"]

_WORD = re.compile(r'"([^"]*)"|(\S+)')
# A constant of the statement, not a parameter: the partial indexes are chosen by it.
IS_PUBLIC = ContentItem.visibility == literal_column("'public'")
IS_KEPT = ContentItem.deleted_at.is_(None)
IS_TRASHED = ContentItem.deleted_at.is_not(None)


class ContentFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which items; None and empty mean whatever. In the trash only one's own are seen."""

    viewer_id: UUID
    scope: Scope = "mine"
    in_trash: bool = False
    words: Sequence[str] = ()
    """Each must occur in title, prompt or tags, in any case."""
    tags: Sequence[str] = ()
    """Normalised; the item carries all of them."""
    content_type: ContentType | None = None
    checkpoint_model: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    def branches(self) -> list[list[ColumnElement[bool]]]:
        """Return sets of conditions that no item fulfils twice, each served by one index.

        "Mine or public" in one condition would make PostgreSQL sort everything there is.
        """
        narrowing = self._narrowing()
        return [[*scope, *narrowing] for scope in self._scopes()]

    def _scopes(self) -> list[list[ColumnElement[bool]]]:
        mine = ContentItem.user_id == self.viewer_id
        if self.in_trash:
            return [[IS_TRASHED, mine]]
        community = [IS_KEPT, IS_PUBLIC, ContentItem.user_id != self.viewer_id]
        match self.scope:
            case "mine":
                return [[IS_KEPT, mine]]
            case "community":
                return [community]
            case "all":
                return [[IS_KEPT, mine], community]

    def _narrowing(self) -> list[ColumnElement[bool]]:
        item = ContentItem
        found: list[ColumnElement[bool]] = [
            item.search_text.ilike(f"%{_escaped(word)}%") for word in self.words
        ]
        found += [
            select(ContentTag.tag)
            .where(ContentTag.content_id == item.id, ContentTag.tag == tag)
            .exists()
            for tag in self.tags
        ]
        if self.content_type is not None:
            found.append(item.content_type == self.content_type)
        if self.checkpoint_model:
            found.append(item.checkpoint_model == self.checkpoint_model)
        if self.created_from is not None:
            found.append(item.created_at >= self.created_from)
        if self.created_to is not None:
            found.append(item.created_at <= self.created_to)
        return found


def words_of(search: str | None) -> tuple[str, ...]:
    """Return the words to look for; what stands in double quotes stays together."""
    found = (quoted or word for quoted, word in _WORD.findall(search or ""))
    return tuple(dict.fromkeys(word for word in found if word.strip()))


def _escaped(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)
