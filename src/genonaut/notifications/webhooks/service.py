"""A user's webhooks: add, change, list deliveries, redeliver."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import msgspec
from msgspec import UNSET, UnsetType
from sqlalchemy import func

from genonaut.config.settings import WebhookSettings
from genonaut.core.clock import utcnow
from genonaut.core.errors import ConflictError, NotFoundError
from genonaut.core.ids import Id, is_valid_id
from genonaut.core.pagination import Position, Slice, bounded_total, decode_cursor, encode_cursor
from genonaut.db import UnitOfWork
from genonaut.notifications.webhooks.addresses import AddressPolicy
from genonaut.notifications.webhooks.destinations import parse_destination
from genonaut.notifications.webhooks.events import TEST_EVENT, WebhookEvent
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.outbox import Outbox
from genonaut.notifications.webhooks.payloads import TestData
from genonaut.notifications.webhooks.repository import WebhookRepository
from genonaut.notifications.webhooks.signing import new_secret
from genonaut.notifications.webhooks.tables import (
    DeliveryStatus,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)


class _Position(Position, frozen=True, tag="deliveries"):
    """Where the next page starts."""

    delivery_id: Id


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True):
    """Changes to a webhook; omitted fields stay unchanged."""

    url: str | UnsetType = UNSET
    events: Sequence[WebhookEvent] | UnsetType = UNSET
    description: str | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET


class WebhookService:
    """Acts for one user; those of other users are not found, not even by administrators."""

    def __init__(self, uow: UnitOfWork, settings: WebhookSettings, *, user_id: UUID) -> None:
        self._uow = uow
        self._settings = settings
        self._rows = WebhookRepository(uow.session)
        self._user_id = user_id

    async def all(self) -> Sequence[Webhook]:
        """Return all webhooks, oldest first."""
        return await self._rows.of_user(self._user_id)

    async def get(self, webhook_id: int) -> Webhook:
        """Return one webhook.

        Raises:
            NotFoundError: the user has no webhook with this id.
        """
        return await self._one(webhook_id)

    async def add(self, url: str, events: Sequence[WebhookEvent], description: str) -> Webhook:
        """Add a webhook with a new secret.

        Raises:
            InvalidInputError: the URL cannot be called.
            ConflictError: the user has the maximum number of webhooks.
        """
        destination = self._checked(url)
        if await self._rows.lock_count(self._user_id) >= self._settings.max_per_user:
            raise ConflictError(
                f"you already have {self._settings.max_per_user} webhooks; delete one first"
            )
        row = Webhook(
            user_id=self._user_id,
            url=destination,
            events=_names(events),
            description=description,
            secret=new_secret(),
        )
        self._uow.session.add(row)
        await self._uow.session.flush()
        return row

    async def change(self, webhook_id: int, change: WebhookChange) -> Webhook:
        """Change a webhook; enabling it clears ``disabled_reason``.

        Raises:
            NotFoundError: the user has no webhook with this id.
            InvalidInputError: the URL cannot be called.
        """
        row = await self._one(webhook_id, lock=True)
        if change.url is not UNSET:
            row.url = self._checked(change.url)
        if change.events is not UNSET:
            row.events = _names(change.events)
        if change.description is not UNSET:
            row.description = change.description
        if change.is_enabled is not UNSET:
            row.is_enabled = change.is_enabled
            row.disabled_reason = None
            if not change.is_enabled:
                await self._rows.end_pending(row.id, "the webhook was disabled")
        await self._uow.session.flush()
        return row

    async def renew_secret(self, webhook_id: int) -> Webhook:
        """Replace the secret; the old one also signs for ``secret_overlap_hours``.

        Raises:
            NotFoundError: the user has no webhook with this id.
        """
        row = await self._one(webhook_id, lock=True)
        overlap = timedelta(hours=self._settings.secret_overlap_hours)
        row.previous_secret, row.previous_secret_until = row.secret, utcnow() + overlap
        row.secret = new_secret()
        await self._uow.session.flush()
        return row

    async def delete(self, webhook_id: int) -> None:
        """Delete a webhook with its deliveries, including pending ones.

        Raises:
            NotFoundError: the user has no webhook with this id.
        """
        row = await self._one(webhook_id, lock=True)
        await self._uow.session.delete(row)

    async def test(self, webhook_id: int) -> WebhookDelivery:
        """Create a test delivery.

        Raises:
            NotFoundError: the user has no webhook with this id.
            ConflictError: the webhook is disabled.
        """
        row = await self._enabled(webhook_id, lock=True)  # the delivery refers to it
        key = f"test:{uuid4()}"
        added = await Outbox(self._uow).add_one(row.id, TEST_EVENT, TestData(), dedupe_key=key)
        return await self._delivery(row.id, added or 0)

    async def deliveries(
        self, webhook_id: int, *, cursor: str | None, limit: int
    ) -> Slice[WebhookDelivery]:
        """Return one page of deliveries, newest first; the first page has the total.

        Raises:
            NotFoundError: the user has no webhook with this id.
            InvalidInputError: the cursor does not belong to this list.
        """
        await self._one(webhook_id)
        after = None if cursor is None else decode_cursor(cursor, _Position).delivery_id
        rows = await self._rows.deliveries(webhook_id, after=after, limit=limit + 1)
        shown = rows[:limit]
        following = encode_cursor(_Position(shown[-1].id)) if len(rows) > limit else None
        total = None
        if after is None:
            total = bounded_total(await self._rows.count_deliveries(webhook_id))
        return Slice(shown, following, total)

    async def delivery(
        self, webhook_id: int, delivery_id: int
    ) -> tuple[WebhookDelivery, Sequence[WebhookTry]]:
        """Return one delivery and its tries.

        Raises:
            NotFoundError: the webhook or the delivery does not exist.
        """
        await self._one(webhook_id)
        return await self._delivery(webhook_id, delivery_id), await self._rows.tries(delivery_id)

    async def redeliver(self, webhook_id: int, delivery_id: int) -> WebhookDelivery:
        """Send a finished delivery again, with the same message id and the full number of tries.

        Raises:
            NotFoundError: the webhook or the delivery does not exist.
            ConflictError: the webhook is disabled, or the delivery is still pending.
        """
        await self._enabled(webhook_id)
        row = await self._delivery(webhook_id, delivery_id, lock=True)
        if row.status is DeliveryStatus.PENDING:
            raise ConflictError(f"delivery {delivery_id} is still pending")
        row.status, row.tries, row.ended_at, row.claimed_until = (
            DeliveryStatus.PENDING,
            0,
            None,
            None,
        )
        row.due_at = func.clock_timestamp()
        row.resend_at = utcnow() + timedelta(seconds=self._settings.resend_seconds)
        await self._uow.session.flush()
        await self._uow.session.refresh(row)
        self._uow.enqueue(DeliverWebhook(row.id))
        return row

    def _checked(self, url: str) -> str:
        return str(parse_destination(url, AddressPolicy(self._settings.allowed_hosts)))

    async def _enabled(self, webhook_id: int, *, lock: bool = False) -> Webhook:
        row = await self._one(webhook_id, lock=lock)
        if not row.is_enabled:
            raise ConflictError(f"webhook {webhook_id} is disabled; enable it first")
        return row

    async def _one(self, webhook_id: int, *, lock: bool = False) -> Webhook:
        row = None
        if is_valid_id(webhook_id):
            row = await self._rows.find(webhook_id, self._user_id, lock=lock)
        if row is None:
            raise NotFoundError(f"no webhook {webhook_id}")
        return row

    async def _delivery(
        self, webhook_id: int, delivery_id: int, *, lock: bool = False
    ) -> WebhookDelivery:
        row = None
        if is_valid_id(delivery_id):
            row = await self._rows.find_delivery(delivery_id, webhook_id, lock=lock)
        if row is None:
            raise NotFoundError(f"no delivery {delivery_id}")
        return row


def _names(events: Sequence[WebhookEvent]) -> list[str]:
    return [str(event) for event in dict.fromkeys(events)]
