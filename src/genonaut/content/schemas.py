"""What the API takes and gives about content."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from genonaut.content.links import image_path, thumbnail_path
from genonaut.content.tables import ContentItem, ContentType, Visibility
from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.storage.thumbnails import ThumbnailSize

Title = Annotated[str, Meta(min_length=1, max_length=255, pattern=NO_NUL)]


class ContentPatch(RequestBody, frozen=True):
    """What may be changed of an item; what is left out stays."""

    title: Title | UnsetType = UNSET
    visibility: Visibility | UnsetType = UNSET


class CreatorView(View, frozen=True):
    """Who made an item."""

    id: UUID
    username: str


class ThumbnailView(View, frozen=True):
    """A reduced copy; edges in pixels."""

    size: ThumbnailSize
    url: str
    width: int
    height: int


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

    @classmethod
    def of(cls, item: ContentItem, *, viewer_id: UUID) -> "ContentView":
        """Return the view of a row whose thumbnails and creator are loaded."""
        version = f"?v={item.sha256}"
        thumbnails = [
            ThumbnailView(
                size=one.size,
                url=thumbnail_path(item.id, one.size) + version,
                width=one.width,
                height=one.height,
            )
            for one in sorted(item.thumbnails, key=lambda one: one.size.longest_edge_px)
        ]
        return cls(
            id=item.id,
            job_id=item.job_id,
            content_type=item.content_type,
            title=item.title,
            prompt=item.prompt,
            negative_prompt=item.negative_prompt,
            checkpoint_model=item.checkpoint_model,
            visibility=item.visibility,
            metadata=item.details,
            width=item.width,
            height=item.height,
            size_bytes=item.size_bytes,
            mime=item.mime,
            sha256=item.sha256,
            placeholder=item.placeholder,
            creator=CreatorView(id=item.creator.id, username=item.creator.username),
            is_mine=item.user_id == viewer_id,
            image_url=image_path(item.id) + version,
            thumbnails=thumbnails,
            created_at=item.created_at,
            updated_at=item.updated_at,
        )
