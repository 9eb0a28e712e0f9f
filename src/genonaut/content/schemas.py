"""What the API takes and gives about content."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from genonaut.content.actions import (
    Action,
    AddTags,
    Edit,
    Purge,
    RemoveTags,
    Restore,
    Trash,
)
from genonaut.content.change_service import ChangeReport, ChangeStatus
from genonaut.content.pictures import PictureView, ThumbnailView
from genonaut.content.service import SeenItem
from genonaut.content.stats import GalleryStats
from genonaut.content.tables import ContentType, Visibility
from genonaut.content.tags import MAX_TAGS, normalise_tags
from genonaut.core.errors import InvalidInputError, errors_together
from genonaut.core.schemas import NO_NUL, RequestBody, View

Title = Annotated[str, Meta(min_length=1, max_length=255, pattern=NO_NUL)]
Tag = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        pattern=NO_NUL,
        description="1 to 50 characters once trimmed, lower-cased and NFKC-normalised; no comma",
    ),
]
Tags = Annotated[list[Tag], Meta(max_length=MAX_TAGS)]
SomeTags = Annotated[list[Tag], Meta(min_length=1, max_length=MAX_TAGS)]
Ids = Annotated[list[int], Meta(min_length=1, max_length=500)]
Stars = Literal[1, 2, 3, 4, 5]


class ContentPatch(RequestBody, frozen=True):
    """What may be changed of an item; what is left out stays, tags are replaced."""

    title: Title | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET

    def edit(self) -> Edit:
        """Return the change, its words normalised.

        Raises:
            InvalidInputError: the title is blank, or a tag is none.
        """
        with errors_together() as noting:
            with noting():
                title = self.title if self.title is UNSET else _trimmed(self.title)
            with noting():
                tags = self.tags if self.tags is UNSET else normalise_tags(self.tags)
        return Edit(title=title, visibility=self.visibility, tags=tags)


def _trimmed(title: str) -> str:
    trimmed = title.strip()
    if not trimmed:
        raise InvalidInputError.of("title", "must not be blank")
    return trimmed


class RatingPut(RequestBody, frozen=True):
    """What the viewer thinks of an item; null takes it back."""

    rating: Stars | None


class _BulkBody(RequestBody, frozen=True, tag_field="action"):
    ids: Ids


class BulkTag(_BulkBody, frozen=True, tag="tag"):
    """Add tags to every item."""

    tags: SomeTags

    def change(self) -> Action:
        """Return what is done to each item."""
        return AddTags(normalise_tags(self.tags))


class BulkUntag(_BulkBody, frozen=True, tag="untag"):
    """Take tags from every item that has them."""

    tags: SomeTags

    def change(self) -> Action:
        """Return what is done to each item."""
        return RemoveTags(normalise_tags(self.tags))


class BulkVisibility(_BulkBody, frozen=True, tag="visibility"):
    """Show every item to everybody, or to nobody else."""

    visibility: Visibility

    def change(self) -> Action:
        """Return what is done to each item."""
        return Edit(visibility=self.visibility)


class BulkDelete(_BulkBody, frozen=True, tag="delete"):
    """Move every item to the trash."""

    def change(self) -> Action:
        """Return what is done to each item."""
        return Trash()


class BulkRestore(_BulkBody, frozen=True, tag="restore"):
    """Bring every item back from the trash."""

    def change(self) -> Action:
        """Return what is done to each item."""
        return Restore()


class BulkPurge(_BulkBody, frozen=True, tag="purge"):
    """Remove every item in the trash for good, with its files."""

    def change(self) -> Action:
        """Return what is done to each item."""
        return Purge()


BulkChange: TypeAlias = BulkTag | BulkUntag | BulkVisibility | BulkDelete | BulkRestore | BulkPurge


class BulkOutcomeView(View, frozen=True):
    """What became of one item: changed as a whole or not at all."""

    id: int
    status: ChangeStatus
    reason: str | None


class BulkView(View, frozen=True):
    """One outcome for every id, in the order given; an id given twice counts once."""

    items: list[BulkOutcomeView]
    counts: dict[ChangeStatus, int]

    @classmethod
    def of(cls, report: ChangeReport) -> "BulkView":
        """Return the view of what was done."""
        items = [
            BulkOutcomeView(id=one.content_id, status=one.status, reason=one.reason)
            for one in report.outcomes
        ]
        statuses = [one.status for one in items]
        return cls(items=items, counts={status: statuses.count(status) for status in ChangeStatus})


class EmptiedView(View, frozen=True):
    """How many items are gone; ask again while there is more."""

    purged: int
    has_more: bool


class CreatorView(View, frozen=True):
    """Who made an item."""

    id: UUID
    username: str


class ContentView(View, frozen=True):
    """A finished image. Edges in pixels; ``placeholder`` is a ThumbHash in base64."""

    id: int
    job_id: int | None
    content_type: ContentType
    title: str
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    visibility: Visibility
    tags: list[str]
    my_rating: int | None
    rating_average: float | None
    rating_count: int
    metadata: dict[str, Any]
    width: int
    height: int
    size_bytes: int
    mime: str
    sha256: str
    placeholder: str
    creator: CreatorView
    is_mine: bool
    image_url: str
    thumbnails: list[ThumbnailView]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, seen: SeenItem, *, viewer_id: UUID) -> "ContentView":
        """Return the view of a row whose thumbnails, tags and creator are loaded."""
        item = seen.item
        picture = PictureView.of(item)
        return cls(
            id=item.id,
            job_id=item.job_id,
            content_type=item.content_type,
            title=item.title,
            prompt=item.prompt,
            negative_prompt=item.negative_prompt,
            checkpoint_model=item.checkpoint_model,
            visibility=item.visibility,
            tags=[tag.tag for tag in item.tags],
            my_rating=seen.my_rating,
            rating_average=round(item.rating_average, 2) if item.rating_count else None,
            rating_count=item.rating_count,
            metadata=item.details,
            width=item.width,
            height=item.height,
            size_bytes=item.size_bytes,
            mime=item.mime,
            sha256=item.sha256,
            placeholder=item.placeholder,
            creator=CreatorView(id=item.creator.id, username=item.creator.username),
            is_mine=item.user_id == viewer_id,
            image_url=picture.image_url,
            thumbnails=picture.thumbnails,
            created_at=item.created_at,
            updated_at=item.updated_at,
            deleted_at=item.deleted_at,
        )


class NeighboursView(View, frozen=True):
    """What stands before and behind an item in a list; null at its ends."""

    previous_id: int | None
    next_id: int | None


class TagView(View, frozen=True):
    """A tag, and on how many items: of all the viewer may see, and of the viewer's own."""

    tag: str
    count: int
    own_count: int


class TagsView(View, frozen=True):
    """Tags for completion: those that begin with what was typed first, then the most used."""

    items: list[TagView]


class DayView(View, frozen=True):
    """How many items were made on a day, by UTC."""

    day: date
    count: int


class CheckpointCountView(View, frozen=True):
    """How many items were made with a checkpoint."""

    checkpoint_model: str
    count: int


class ContentStatsView(View, frozen=True):
    """The caller's gallery in numbers. Bytes are those of the full-size images.

    ``public_count`` are the caller's items that everybody sees, ``community_count`` what others made
    public; ``days`` are the last 30, today last; checkpoints and tags are the caller's ten favourites.
    """

    mine_count: int
    public_count: int
    community_count: int
    trash_count: int
    size_bytes: int
    trash_size_bytes: int
    days: list[DayView]
    top_checkpoints: list[CheckpointCountView]
    top_tags: list[TagView]

    @classmethod
    def of(cls, stats: GalleryStats) -> "ContentStatsView":
        """Return the view of the numbers."""
        return cls(
            mine_count=stats.mine.count,
            public_count=stats.public_count,
            community_count=stats.community_count,
            trash_count=stats.trash.count,
            size_bytes=stats.mine.size_bytes,
            trash_size_bytes=stats.trash.size_bytes,
            days=[DayView(day=one.day, count=one.count) for one in stats.days],
            top_checkpoints=[
                CheckpointCountView(checkpoint_model=one.checkpoint_model, count=one.count)
                for one in stats.checkpoints
            ],
            top_tags=[
                TagView(tag=one.tag, count=one.count, own_count=one.own_count) for one in stats.tags
            ],
        )
