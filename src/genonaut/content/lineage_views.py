"""Views of the items around one item."""

from datetime import datetime
from uuid import UUID

from genonaut.content.image_views import ImageView
from genonaut.content.lineage import Lineage
from genonaut.content.tables import ContentItem
from genonaut.core.schemas import View


class RelatedView(View, frozen=True):
    """An item from which another one was made, or that was made from it."""

    id: int
    title: str
    picture: ImageView
    is_mine: bool
    created_at: datetime

    @classmethod
    def of(cls, item: ContentItem, viewer_id: UUID) -> "RelatedView":
        """Return the view of an item whose thumbnails are loaded."""
        return cls(
            id=item.id,
            title=item.title,
            picture=ImageView.of(item),
            is_mine=item.user_id == viewer_id,
            created_at=item.created_at,
        )


class LineageView(View, frozen=True):
    """The items from which an item was made, and the newest items that were made from it.

    Items that the caller may not see are left out.
    """

    parents: list[RelatedView]
    children: list[RelatedView]
    has_more_children: bool

    @classmethod
    def of(cls, lineage: Lineage, viewer_id: UUID) -> "LineageView":
        """Return the view of a lineage."""
        return cls(
            parents=[RelatedView.of(one, viewer_id) for one in lineage.parents],
            children=[RelatedView.of(one, viewer_id) for one in lineage.children],
            has_more_children=lineage.has_more_children,
        )
