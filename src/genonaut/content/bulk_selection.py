"""Items of a bulk change: named by ids, or all own items that match a filter."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.filters import ContentFilter, words_of
from genonaut.content.image_sizes import SizeClass
from genonaut.content.tables import ContentType
from genonaut.content.tags import read_tag_list
from genonaut.core.datetimes import parse_datetime
from genonaut.core.errors import InvalidInputError, collect_errors
from genonaut.core.ids import Id
from genonaut.core.schemas import NO_NUL, RequestBody

MAX_BULK_ITEMS = 500

Ids = Annotated[list[int], Meta(min_length=1, max_length=MAX_BULK_ITEMS)]
_ExceptIds = Annotated[list[int], Meta(max_length=MAX_BULK_ITEMS)]
_Text = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
_Tags = Annotated[str, Meta(max_length=1000, pattern=NO_NUL)]
_Checkpoint = Annotated[str, Meta(max_length=512, pattern=NO_NUL)]
_DateTimeText = Annotated[str, Meta(max_length=40)]


class BulkFilter(RequestBody, frozen=True):
    """Selects the caller's own items; the fields are the query parameters of the list of content.

    ``except_ids`` are not changed.
    """

    trash: bool | UnsetType = UNSET
    search: _Text | None = None
    tags: _Tags | None = None
    content_type: ContentType | None = None
    checkpoint_model: _Checkpoint | None = None
    created_from: _DateTimeText | None = None
    created_to: _DateTimeText | None = None
    min_rating: Annotated[int, Meta(ge=1, le=5)] | None = None
    size: SizeClass | None = None
    favourite: bool | UnsetType = UNSET
    collection_id: Id | None = None
    except_ids: _ExceptIds | UnsetType = UNSET

    def matching(self, owner_id: UUID) -> ContentFilter:
        """Return the filter of the owner's items.

        Raises:
            InvalidInputError: a tag or a time is not valid.
        """
        with collect_errors() as collecting:
            with collecting():
                tags = read_tag_list(self.tags)
            with collecting():
                moment_from = parse_datetime(self.created_from, field="filter.created_from")
            with collecting():
                moment_to = parse_datetime(self.created_to, field="filter.created_to")
        return ContentFilter(
            viewer_id=owner_id,
            scope="mine",
            in_trash=self.trash is True,
            words=words_of(self.search),
            tags=tags,
            content_type=self.content_type,
            checkpoint_model=self.checkpoint_model,
            created_from=moment_from,
            created_to=moment_to,
            min_rating=self.min_rating,
            size=self.size,
            is_favourite=self.favourite is True,
            collection_id=self.collection_id,
        )


class Matching(msgspec.Struct, frozen=True, kw_only=True):
    """The items of one request among those that match a filter."""

    wanted: ContentFilter
    except_ids: frozenset[int]
    cursor: str | None


def read_selection(
    ids: list[int] | UnsetType,
    wanted: BulkFilter | UnsetType,
    cursor: str | None,
    owner_id: UUID,
) -> Sequence[int] | Matching:
    """Return the ids, or the filter.

    Raises:
        InvalidInputError: both or none are given, or the filter is not valid.
    """
    if wanted is UNSET:
        if ids is UNSET:
            raise InvalidInputError.of("ids", "is required without a filter")
        return ids
    if ids is not UNSET:
        raise InvalidInputError.of("filter", "cannot be combined with ids")
    return Matching(
        wanted=wanted.matching(owner_id),
        except_ids=frozenset(wanted.except_ids or ()),
        cursor=cursor,
    )
