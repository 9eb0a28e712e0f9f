"""HTTP bodies of push subscriptions."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from genonaut.core.base64url import decode_base64url
from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.notifications.push.service import NewSubscription
from genonaut.notifications.push.tables import PushSubscription
from genonaut.notifications.webhooks.destinations import MAX_URL_LENGTH

_Key = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]


class PushKeys(RequestBody, frozen=True):
    """The keys of a subscription, base64url, as ``PushSubscription.toJSON()`` returns them."""

    p256dh: _Key
    auth: _Key


class PushSubscriptionSubmit(RequestBody, frozen=True):
    """A subscription as ``PushSubscription.toJSON()`` of a browser returns it."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=MAX_URL_LENGTH, pattern=NO_NUL)]
    keys: PushKeys
    expirationTime: float | None = None  # noqa: N815  # name of the Push API

    def new(self, *, origin: str, user_agent: str) -> NewSubscription:
        """Return the subscription to store; keys that are not base64url become empty."""
        return NewSubscription(
            endpoint=self.endpoint,
            browser_key=decode_base64url(self.keys.p256dh) or b"",
            auth_secret=decode_base64url(self.keys.auth) or b"",
            origin=origin[:300],
            user_agent=user_agent[:300],
        )


class PushKeyView(View, frozen=True):
    """The public key with which browsers subscribe, an uncompressed point, base64url."""

    public_key: str


class PushSubscriptionView(View, frozen=True):
    """A browser that gets notifications; ``sent_at`` is when a message was last accepted."""

    id: int
    endpoint: str
    user_agent: str
    created_at: datetime
    sent_at: datetime | None

    @classmethod
    def of(cls, row: PushSubscription) -> "PushSubscriptionView":
        """Return the view of a subscription."""
        return cls(
            id=row.id,
            endpoint=row.endpoint,
            user_agent=row.user_agent,
            created_at=row.created_at,
            sent_at=row.sent_at,
        )


class PushTestView(View, frozen=True):
    """The number of browsers to which a message is sent."""

    browsers: int


class PushSubscriptionsView(View, frozen=True):
    """The browsers in which the caller gets notifications, oldest first."""

    items: list[PushSubscriptionView]
