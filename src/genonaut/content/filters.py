"""Filters of item lists, as SQL conditions that an index can serve."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, literal_column, not_, or_, select

from genonaut.content.collection_tables import Collection, CollectionItem, ContentFavourite
from genonaut.content.collection_visibility import is_visible
from genonaut.content.image_sizes import SizeClass, has_size
from genonaut.content.tables import SHORT_TEXT_BYTES, ContentItem, ContentTag, ContentType

Scope = Literal["mine", "community", "all"]

_WORD = re.compile(r'"([^"]*)"|(\S+)')
# A literal, not a parameter: PostgreSQL needs the value to choose a partial index.
IS_PUBLIC = ContentItem.visibility == literal_column("'public'")
NOT_TRASHED = ContentItem.deleted_at.is_(None)
IS_TRASHED = ContentItem.deleted_at.is_not(None)
_HAS_SHORT_TEXT = and_(
    ContentItem.text_content.is_(None),
    func.octet_length(ContentItem.search_text) <= literal_column(str(SHORT_TEXT_BYTES)),
)


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
    min_rating: int | None = None
    """Least average rating, 1..5."""
    size: SizeClass | None = None
    is_favourite: bool = False
    """Only favourites of the viewer."""
    collection_id: int | None = None
    """Only items of this collection; none unless the viewer may see it."""
    within: int | None = None
    """All items that a collection shows, of all owners; ``scope`` does not count."""

    def branches(self) -> list[list[ColumnElement[bool]]]:
        """Return disjoint sets of conditions, each served by one index.

        One condition "mine or public" would make PostgreSQL sort all items.
        """
        conditions = self.conditions()
        return [[*scope, *conditions] for scope in self._scopes()]

    def branches_by_length(self) -> list[list[ColumnElement[bool]]]:
        """Return the same items as ``branches``; a search of own items separates short and long texts.

        An index contains the short ones, so that they are compared without reading rows.
        """
        if not self.words or self.in_trash or self.within is not None or self.scope == "community":
            return self.branches()
        own, *others = self.branches()
        in_index = [_is_in_search_text(_pattern(word)) for word in self.words]
        short = [*self._scopes()[0], _HAS_SHORT_TEXT, *in_index, *self._conditions_besides_words()]
        return [short, [*own, not_(_HAS_SHORT_TEXT)], *others]

    def _scopes(self) -> list[list[ColumnElement[bool]]]:
        mine = ContentItem.user_id == self.viewer_id
        if self.in_trash:
            return [[IS_TRASHED, mine]]
        if self.within is not None:
            return [[NOT_TRASHED, is_shown_in(self.within)]]
        community = [NOT_TRASHED, IS_PUBLIC, ContentItem.user_id != self.viewer_id]
        match self.scope:
            case "mine":
                return [[NOT_TRASHED, mine]]
            case "community":
                return [community]
            case "all":
                return [[NOT_TRASHED, mine], community]

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions besides scope and trash."""
        found = [_contains(_pattern(word)) for word in self.words]
        return [*found, *self._conditions_besides_words()]

    def _conditions_besides_words(self) -> list[ColumnElement[bool]]:
        item = ContentItem
        found: list[ColumnElement[bool]] = [
            select(ContentTag.tag)
            .where(ContentTag.content_id == item.id, ContentTag.tag == tag)
            .exists()
            for tag in self.tags
        ]
        found += self._conditions_of_columns()
        if self.created_from is not None:
            found.append(item.created_at >= self.created_from)
        if self.created_to is not None:
            found.append(item.created_at <= self.created_to)
        if self.is_favourite:
            found.append(_is_favourite_of(self.viewer_id))
        if self.collection_id is not None:
            visible = select(Collection.id).where(
                Collection.id == self.collection_id, is_visible(self.viewer_id)
            )
            found += [is_shown_in(self.collection_id), visible.exists()]
        return found

    def _conditions_of_columns(self) -> list[ColumnElement[bool]]:
        item = ContentItem
        found: list[ColumnElement[bool]] = []
        if self.content_type is not None:
            found.append(item.content_type == self.content_type)
        if self.workflow_id is not None:
            found.append(item.workflow_id == self.workflow_id)
        if self.checkpoint_model:
            found.append(item.checkpoint_model == self.checkpoint_model)
        if self.min_rating is not None:
            found.append(item.rating_average >= self.min_rating)
        if self.size is not None:
            found += has_size(self.size)
        return found


def is_shown_in(collection_id: int) -> ColumnElement[bool]:
    """Return the condition for items of a collection that are public or were added by their owner."""
    entry = CollectionItem
    is_allowed = or_(IS_PUBLIC, entry.added_by == ContentItem.user_id)
    found = select(entry.content_id).where(
        entry.collection_id == collection_id, entry.content_id == ContentItem.id, is_allowed
    )
    return found.correlate(ContentItem).exists()


def _is_favourite_of(user_id: UUID) -> ColumnElement[bool]:
    mark = ContentFavourite
    found = select(mark.content_id).where(
        mark.user_id == user_id, mark.content_id == ContentItem.id
    )
    return found.correlate(ContentItem).exists()


def _contains(pattern: str) -> ColumnElement[bool]:
    # Two indexes: texts are few, and the index of all items is on a computed column.
    text_content = ContentItem.text_content
    in_text = and_(text_content.is_not(None), text_content.ilike(pattern))
    return or_(_is_in_search_text(pattern), in_text)


def _is_in_search_text(pattern: str) -> ColumnElement[bool]:
    # The column is in lower case: ILIKE would convert it again for each row, which takes four times as long.
    return ContentItem.search_text.like(func.lower(pattern))


def words_of(search: str | None) -> tuple[str, ...]:
    """Return the words of a search text; text in double quotes is one word."""
    found = (quoted or word for quoted, word in _WORD.findall(search or ""))
    return tuple(dict.fromkeys(word for word in found if word.strip()))


def _pattern(word: str) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", word)
    return f"%{escaped}%"
