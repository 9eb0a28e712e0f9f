"""A filter of items as it is stored with a smart collection."""

from datetime import datetime
from uuid import UUID

from genonaut.content.filters import ContentFilter, Scope, words_of
from genonaut.content.tables import ContentType
from genonaut.core.schemas import Value


class SavedFilter(Value, frozen=True):
    """The fields of a list of items; evaluated for the owner of the collection each time."""

    scope: Scope = "mine"
    search: str | None = None
    tags: tuple[str, ...] = ()
    content_type: ContentType | None = None
    checkpoint_model: str | None = None
    workflow_id: int | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
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
            is_favourite=self.is_favourite,
        )
