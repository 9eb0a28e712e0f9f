"""Bodies of the links of collections, and what visitors see under one."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType

from genonaut.accounts.field_types import Password
from genonaut.collections.links import LinkChange
from genonaut.collections.preview import SharedCollection
from genonaut.collections.tables import CollectionLink
from genonaut.content.image_views import ThumbnailView
from genonaut.content.service import ItemDetails
from genonaut.content.tables import ContentType
from genonaut.core.datetimes import parse_datetime
from genonaut.core.schemas import NO_NUL, RequestBody, View

_DateTimeText = Annotated[str, Meta(max_length=40)]
SHARED = "/api/v1/shared"


class LinkSubmit(RequestBody, frozen=True):
    """A link to make. Without ``expires_at`` it does not expire, without ``password`` it needs none.

    ``shows_prompts``: visitors see titles, prompts and the metadata in the files, and can play and
    download videos, sounds and other files, which contain metadata.
    """

    password: Password | None = None
    expires_at: _DateTimeText | None = None
    shows_prompts: bool = False

    def change(self, password_hash: str | None) -> LinkChange:
        """Return the link's fields.

        Raises:
            InvalidInputError: the time is not valid.
        """
        return LinkChange(
            password_hash=password_hash,
            expires_at=parse_datetime(self.expires_at, field="expires_at"),
            shows_prompts=self.shows_prompts,
        )


class LinkPatch(RequestBody, frozen=True):
    """A change of a link; omitted fields are kept, null removes password or expiry."""

    password: Password | UnsetType | None = UNSET
    expires_at: _DateTimeText | UnsetType | None = UNSET
    shows_prompts: bool | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET

    def change(self, password_hash: str | UnsetType | None) -> LinkChange:
        """Return the change.

        Raises:
            InvalidInputError: the time is not valid.
        """
        expires_at = self.expires_at
        return LinkChange(
            password_hash=password_hash,
            expires_at=UNSET
            if expires_at is UNSET
            else parse_datetime(expires_at, field="expires_at"),
            shows_prompts=self.shows_prompts,
            is_enabled=self.is_enabled,
        )


class LinkView(View, frozen=True):
    """The link of a collection, without its token."""

    is_enabled: bool
    has_password: bool
    shows_prompts: bool
    expires_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, link: CollectionLink) -> "LinkView":
        """Return the view of a link."""
        return cls(**_link_values(link))


class NewLinkView(LinkView, frozen=True):
    """A new link. ``token`` is never shown again; `GET /shared/{token}` answers visitors."""

    token: str

    @classmethod
    def of_new(cls, link: CollectionLink, token: str) -> "NewLinkView":
        """Return the view of a new link."""
        return cls(**_link_values(link), token=token)


def _link_values(link: CollectionLink) -> dict[str, Any]:
    return {
        "is_enabled": link.is_enabled,
        "has_password": link.password_hash is not None,
        "shows_prompts": link.shows_prompts,
        "expires_at": link.expires_at,
        "created_at": link.created_at,
    }


class AccessSubmit(RequestBody, frozen=True):
    """The password of a link."""

    password: Annotated[str, Meta(max_length=1024, pattern=NO_NUL)]


class AccessView(View, frozen=True):
    """The value of the query parameter ``access`` for requests under the link, until it ends."""

    access: str
    ends_at: datetime


class SharedItemView(View, frozen=True):
    """An item under a link. ``title``, ``prompt`` and ``file_url`` are null unless the link shows prompts.

    ``file_url`` is the stored file of any type; ``image_url`` shows the item as an image, if there is one.
    """

    id: int
    content_type: ContentType
    title: str | None
    prompt: str | None
    width: int
    height: int
    placeholder: str
    image_url: str
    file_url: str | None
    thumbnails: list[ThumbnailView]


class SharedView(View, frozen=True):
    """A collection under a link: its name, and one page of its items in their order."""

    name: str
    description: str
    items: list[SharedItemView]
    next_cursor: str | None
    total: int | None


def shared_item(
    found: SharedCollection, details: ItemDetails, *, token: str, access: str | None
) -> SharedItemView:
    """Return the view of an item whose URLs work under the link only."""
    item, shows_prompts = details.item, found.link.shows_prompts
    start = f"{SHARED}/{token}/items/{item.id}"
    query = "" if access is None or found.link.password_hash is None else f"?access={access}"
    return SharedItemView(
        id=item.id,
        content_type=item.content_type,
        title=item.title if shows_prompts else None,
        prompt=item.prompt if shows_prompts else None,
        width=item.width,
        height=item.height,
        placeholder=item.placeholder,
        image_url=f"{start}/image{query}",
        file_url=f"{start}/file{query}" if shows_prompts else None,
        thumbnails=[
            ThumbnailView(
                size=one.size,
                url=f"{start}/thumbnails/{one.size}{query}",
                width=one.width,
                height=one.height,
            )
            for one in sorted(item.thumbnails, key=lambda one: one.size.longest_edge_px)
        ],
    )
