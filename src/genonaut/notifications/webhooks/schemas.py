"""Request and response bodies of webhooks."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.notifications.webhooks.destinations import MAX_URL_LENGTH
from genonaut.notifications.webhooks.events import WebhookEvent
from genonaut.notifications.webhooks.service import WebhookChange
from genonaut.notifications.webhooks.signing import show_secret
from genonaut.notifications.webhooks.tables import (
    DeliveryStatus,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)

Url = Annotated[str, Meta(min_length=1, max_length=MAX_URL_LENGTH, pattern=NO_NUL)]
Events = Annotated[list[WebhookEvent], Meta(min_length=1, max_length=len(WebhookEvent))]
Description = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]


class WebhookSubmit(RequestBody, frozen=True):
    """A new webhook; it is independent of the notification settings."""

    url: Url
    events: Events
    description: Description = ""


class WebhookPatch(RequestBody, frozen=True):
    """Changes to a webhook; omitted fields stay unchanged."""

    url: Url | UnsetType = UNSET
    events: Events | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET

    def change(self) -> WebhookChange:
        """Return the change."""
        return WebhookChange(**msgspec.structs.asdict(self))


class WebhookView(View, frozen=True):
    """A webhook, without its secret."""

    id: int
    url: str
    events: list[str]
    description: str
    is_enabled: bool
    disabled_reason: str | None
    previous_secret_until: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Webhook) -> "WebhookView":
        """Return the view of a row."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class SecretView(View, frozen=True):
    """A webhook and its secret, which is shown only once."""

    webhook: WebhookView
    secret: str

    @classmethod
    def of(cls, row: Webhook) -> "SecretView":
        """Return the view of a row."""
        return cls(webhook=WebhookView.of(row), secret=show_secret(row.secret))


class DeliveryView(View, frozen=True):
    """One event for one webhook; ``due_at`` is the time of the next try while it is pending."""

    id: int
    webhook_id: int
    message_id: str
    event: str
    status: DeliveryStatus
    tries: int
    status_code: int | None
    error: str | None
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: WebhookDelivery) -> "DeliveryView":
        """Return the view of a row."""
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class TryView(View, frozen=True):
    """One call; ``excerpt`` is the beginning of the response body, at most 1 KB."""

    at: datetime
    duration_ms: int
    status_code: int | None
    error: str | None
    excerpt: str | None


class DeliveryDetailView(View, frozen=True):
    """A delivery with its body and all tries."""

    delivery: DeliveryView
    payload: str
    tries: list[TryView]

    @classmethod
    def of(cls, row: WebhookDelivery, tries: Sequence[WebhookTry]) -> "DeliveryDetailView":
        """Return the view of a row and its tries."""
        names = TryView.__struct_fields__
        views = [TryView(**{name: getattr(one, name) for name in names}) for one in tries]
        return cls(delivery=DeliveryView.of(row), payload=row.payload, tries=views)
