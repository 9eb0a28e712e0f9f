"""A filter of items as it is stored with a smart collection or a saved search."""

from datetime import datetime
from uuid import UUID

from genonaut.content.filters import ContentFilter, Scope, words_of
from genonaut.content.image_sizes import SizeClass
from genonaut.content.tables import ContentType
from genonaut.core.schemas import Value


class SavedFilter(Value, frozen=True):
    """The fields of a list of items; evaluated for its owner each time."""

    scope: Scope = "mine"
    search: str | None = None
    tags: tuple[str, ...] = ()
    content_type: ContentType | None = None
    checkpoint_model: str | None = None
    workflow_id: int | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    min_rating: int | None = None
    size: SizeClass | None = None
    is_favourite: bool = False

    def of(self, owner_id: UUID) -> ContentFilter:
        """Return the filter of the items that its owner sees."""
        return ContentFilter(
            viewer_id=owner_id,
            scope=self.scope,
            words=words_of(self.search),
            tags=self.tags,
            content_type=self.content_type,
            checkpoint_model=self.checkpoint_model,
            workflow_id=self.workflow_id,
            created_from=self.created_from,
            created_to=self.created_to,
            min_rating=self.min_rating,
            size=self.size,
            is_favourite=self.is_favourite,
        )
