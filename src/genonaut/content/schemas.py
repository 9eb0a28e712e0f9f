"""HTTP bodies of the gallery."""

from datetime import date, datetime
from operator import itemgetter
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.actions import Edit
from genonaut.content.fast_queries import COLUMNS, SHOWN_CHARACTERS, FoundItem
from genonaut.content.image_views import ImageView, ThumbnailView, thumbnail_views, version_of
from genonaut.content.links import file_path, image_path
from genonaut.content.service import ItemDetails, Neighbours
from genonaut.content.stats import GalleryStats
from genonaut.content.tables import ContentItem, ContentType, Visibility
from genonaut.content.tags import MAX_TAGS, Tag, normalise_tags
from genonaut.core.errors import InvalidInputError, collect_errors
from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.db.reader import Row

Title = Annotated[str, Meta(min_length=1, max_length=255, pattern=NO_NUL)]
Tags = Annotated[list[Tag], Meta(max_length=MAX_TAGS)]
Stars = Literal[1, 2, 3, 4, 5]


class ContentPatch(RequestBody, frozen=True):
    """A change of an item. Omitted fields are kept; tags are replaced as a whole."""

    title: Title | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET

    def edit(self) -> Edit:
        """Return the edit, with title and tags normalised.

        Raises:
            InvalidInputError: the title is blank, or a tag is not valid.
        """
        with collect_errors() as collecting:
            with collecting():
                title = self.title if self.title is UNSET else _trimmed(self.title)
            with collecting():
                tags = self.tags if self.tags is UNSET else normalise_tags(self.tags)
        return Edit(title=title, visibility=self.visibility, tags=tags)


def _trimmed(title: str) -> str:
    trimmed = title.strip()
    if not trimmed:
        raise InvalidInputError.of("title", "must not be blank")
    return trimmed


class RatingPut(RequestBody, frozen=True):
    """The caller's rating of an item; null removes it."""

    rating: Stars | None


class FavouritePut(RequestBody, frozen=True):
    """Whether an item is a favourite of the caller."""

    is_favourite: bool


class EmptiedView(View, frozen=True):
    """The number of purged items; repeat the request while ``has_more`` is true."""

    purged: int
    has_more: bool


class CreatorView(View, frozen=True):
    """The user who created an item."""

    id: UUID
    username: str


class ContentView(View, frozen=True):
    """A finished result. Edges in pixels; ``placeholder`` is a ThumbHash in base64.

    ``file_url`` is the file, ``image_url`` an image that shows it: the image itself, the first frame of
    a video, the waveform of a sound; other types have none, and the size of a card. ``text`` is the
    beginning of a text. ``output_index`` is its place among the results of its job.
    """

    id: int
    job_id: int | None
    output_index: int
    content_type: ContentType
    workflow_id: int | None
    title: str
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    visibility: Visibility
    tags: list[str]
    my_rating: int | None
    is_favourite: bool
    rating_average: float | None
    rating_count: int
    metadata: dict[str, Any]
    width: int
    height: int
    size_bytes: int
    mime: str
    sha256: str
    duration_seconds: float | None
    frame_rate: float | None
    text: str | None
    placeholder: str
    creator: CreatorView
    is_mine: bool
    file_url: str
    image_url: str
    thumbnails: list[ThumbnailView]
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, seen: ItemDetails | FoundItem, *, viewer_id: UUID) -> "ContentView":
        """Return the view of a row whose thumbnails, tags and creator are loaded."""
        if isinstance(seen, FoundItem):
            return cls._of_row(seen.row, viewer_id)
        item = seen.item
        image = ImageView.of(item)
        return cls(
            id=item.id,
            job_id=item.job_id,
            output_index=item.output_index,
            workflow_id=item.workflow_id,
            duration_seconds=item.duration_seconds,
            frame_rate=item.frame_rate,
            text=None if item.text_content is None else item.text_content[:SHOWN_CHARACTERS],
            file_url=file_path(item.id) + version_of(item.sha256, item.deleted_at),
            content_type=item.content_type,
            title=item.title,
            prompt=item.prompt,
            negative_prompt=item.negative_prompt,
            checkpoint_model=item.checkpoint_model,
            visibility=item.visibility,
            tags=item.tag_names,
            my_rating=seen.my_rating,
            is_favourite=seen.is_favourite,
            rating_average=round(item.rating_average, 2) if item.rating_count else None,
            rating_count=item.rating_count,
            metadata=item.details,
            width=item.width,
            height=item.height,
            size_bytes=item.size_bytes,
            mime=item.mime,
            sha256=item.sha256,
            placeholder=item.placeholder,
            creator=CreatorView(id=item.user_id, username=item.creator_name),
            is_mine=item.user_id == viewer_id,
            image_url=image.image_url,
            thumbnails=image.thumbnails,
            created_at=item.created_at,
            updated_at=item.updated_at,
            deleted_at=item.deleted_at,
        )

    @classmethod
    def _of_row(cls, row: Row, viewer_id: UUID) -> "ContentView":
        values = [*_VALUES_OF_ROW(row)]
        content_id, creator_id, sha256, deleted_at, rating_count, *json_and_name = _PARTS(row)
        metadata, thumbnails, creator = json_and_name
        version = version_of(sha256, deleted_at)
        average = values[_AT["rating_average"]]
        values[_AT["rating_average"]] = round(average, 2) if rating_count else None
        values[_AT["metadata"]] = msgspec.json.decode(metadata)
        values[_AT["creator"]] = CreatorView(creator_id, creator)
        values[_AT["is_mine"]] = creator_id == viewer_id
        values[_AT["file_url"]] = file_path(content_id) + version
        values[_AT["image_url"]] = image_path(content_id) + version
        values[_AT["thumbnails"]] = thumbnail_views(content_id, version, thumbnails)
        return cls(*values)


_AT = {name: place for place, name in enumerate(ContentView.__struct_fields__)}
_VALUES_OF_ROW = itemgetter(
    *(COLUMNS.get(name, COLUMNS["nothing"]) for name in ContentView.__struct_fields__)
)
_PARTS = itemgetter(
    *(COLUMNS[name] for name in ("id", "user_id", "sha256", "deleted_at", "rating_count")),
    *(COLUMNS[name] for name in ("metadata", "thumbnails", "creator")),
)


class NearItemView(View, frozen=True):
    """An item near another one; ``thumbnail_url`` is its smallest image, null if it has none."""

    id: int
    content_type: ContentType
    title: str
    width: int
    height: int
    placeholder: str
    thumbnail_url: str | None

    @classmethod
    def of(cls, item: ContentItem) -> "NearItemView":
        """Return the view of an item whose thumbnails are loaded."""
        thumbnails = ImageView.of(item).thumbnails
        return cls(
            id=item.id,
            content_type=item.content_type,
            title=item.title,
            width=item.width,
            height=item.height,
            placeholder=item.placeholder,
            thumbnail_url=thumbnails[0].url if thumbnails else None,
        )


class NeighboursView(View, frozen=True):
    """The ids before and after an item in a list; null at its ends.

    ``items`` are the items near it in the order of the list, itself included; empty without ``around``.
    """

    previous_id: int | None
    next_id: int | None
    items: list[NearItemView]

    @classmethod
    def of(cls, found: Neighbours) -> "NeighboursView":
        """Return the view of neighbours."""
        items = [NearItemView.of(one) for one in found.around]
        return cls(previous_id=found.previous_id, next_id=found.next_id, items=items)


class TagView(View, frozen=True):
    """A tag and its number of items: all that the caller may see, and the caller's own."""

    tag: str
    count: int
    own_count: int


class TagsView(View, frozen=True):
    """Tags for completion: first those that start with the text, then by number of items."""

    items: list[TagView]


class DayView(View, frozen=True):
    """The number of items created on a day (UTC)."""

    day: date
    count: int


class CheckpointCountView(View, frozen=True):
    """The number of items made with a checkpoint."""

    checkpoint_model: str
    count: int


class ContentStatsView(View, frozen=True):
    """Statistics of the caller's gallery. Bytes count full-size images only.

    ``public_count``: the caller's public items. ``community_count``: public items of other users.
    ``days``: the last 30, today last. Checkpoints and tags: the ten that the caller uses most.
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
        """Return the view of the statistics."""
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
