"""HTTP bodies of stored filters."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from genonaut.content.filters import Scope
from genonaut.content.image_sizes import SizeClass
from genonaut.content.saved_filter import SavedFilter
from genonaut.content.tables import ContentType
from genonaut.content.tags import MAX_FILTER_TAGS, Tag, normalise_tags
from genonaut.core.datetimes import parse_datetime
from genonaut.core.errors import collect_errors
from genonaut.core.ids import Id
from genonaut.core.schemas import NO_NUL, RequestBody, View

_Text = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
_Checkpoint = Annotated[str, Meta(max_length=512, pattern=NO_NUL)]
_DateTimeText = Annotated[str, Meta(max_length=40)]


class SavedFilterBody(RequestBody, frozen=True):
    """A filter to store; the fields are the query parameters of the list of content."""

    scope: Scope = "mine"
    search: _Text | None = None
    tags: Annotated[list[Tag], Meta(max_length=MAX_FILTER_TAGS)] = msgspec.field(
        default_factory=list
    )
    content_type: ContentType | None = None
    checkpoint_model: _Checkpoint | None = None
    workflow_id: Id | None = None
    created_from: _DateTimeText | None = None
    created_to: _DateTimeText | None = None
    min_rating: Annotated[int, Meta(ge=1, le=5)] | None = None
    size: SizeClass | None = None
    favourite: bool = False

    def saved(self) -> SavedFilter:
        """Return the filter as it is stored.

        Raises:
            InvalidInputError: a tag or a time is not valid.
        """
        with collect_errors() as collecting:
            with collecting():
                tags = normalise_tags(self.tags, field="filter.tags")
            with collecting():
                moment_from = parse_datetime(self.created_from, field="filter.created_from")
            with collecting():
                moment_to = parse_datetime(self.created_to, field="filter.created_to")
        return SavedFilter(
            scope=self.scope,
            search=self.search,
            tags=tuple(sorted(tags)),
            content_type=self.content_type,
            checkpoint_model=self.checkpoint_model,
            workflow_id=self.workflow_id,
            created_from=moment_from,
            created_to=moment_to,
            min_rating=self.min_rating,
            size=self.size,
            is_favourite=self.favourite,
        )


class SavedFilterView(View, frozen=True):
    """A stored filter."""

    scope: Scope
    search: str | None
    tags: list[str]
    content_type: ContentType | None
    checkpoint_model: str | None
    workflow_id: int | None
    created_from: datetime | None
    created_to: datetime | None
    min_rating: int | None
    size: SizeClass | None
    favourite: bool

    @classmethod
    def of(cls, saved: SavedFilter) -> "SavedFilterView":
        """Return the view of a stored filter."""
        values = msgspec.structs.asdict(saved)
        favourite = values.pop("is_favourite")
        return cls(**{**values, "tags": list(saved.tags)}, favourite=favourite)
