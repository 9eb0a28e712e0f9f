"""Claim deliveries and record the results of tries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, func, insert, or_, select, update

from genonaut.accounts.recipients import IS_ENABLED
from genonaut.accounts.tables import User
from genonaut.config.settings import WebhookSettings
from genonaut.core.backoff import jittered
from genonaut.core.clock import utcnow
from genonaut.core.metrics import WEBHOOK_TRIES
from genonaut.db import UnitOfWork
from genonaut.db.advisory_locks import AdvisoryLock, try_lock_transaction
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.repository import WebhookRepository
from genonaut.notifications.webhooks.sender import Answer, Message
from genonaut.notifications.webhooks.tables import (
    DeliveryStatus,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)

MAX_DELAY_SECONDS = 12 * 3600.0
RECORDING_SECONDS = 30.0
"""A claim lasts this much longer than the timeout of the call, for our own transactions."""
_THROTTLING = (429, 503)
_SWEEP_LIMIT = 200


class ClaimedDelivery(msgspec.Struct, frozen=True):
    """A delivery that this process may try once."""

    delivery_id: int
    webhook_id: int
    tries: int
    """Number of tries, including this one."""
    until: datetime
    """When the claim expires. It also fences earlier claims, which ``tries`` cannot after a
    redelivery, when it starts at 0 again."""
    message: Message


class DeliveryService:
    """Changes the state of deliveries; the row decides, a task only triggers a check."""

    def __init__(self, uow: UnitOfWork, settings: WebhookSettings) -> None:
        self._session = uow.session
        self._uow = uow
        self._settings = settings
        self._max_tries = len(settings.retry_delays_seconds) + 1

    async def claim(self, delivery_id: int) -> ClaimedDelivery | None:
        """Claim a delivery for one try.

        Returns None when it is not due, is claimed, or has just been marked as failed because its
        tries are used up or its webhook or user is disabled.
        """
        now = func.clock_timestamp()
        until = timedelta(seconds=self._settings.timeout_seconds + RECORDING_SECONDS)
        statement = (
            update(WebhookDelivery)
            .where(WebhookDelivery.id == delivery_id, WebhookDelivery.due_at <= now, *_claimable())
            .values(
                tries=WebhookDelivery.tries + 1, claimed_until=now + until, resend_at=now + until
            )
            .returning(WebhookDelivery)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        row = await self._session.scalar(statement)
        if row is None or row.claimed_until is None:
            return None
        webhook = await self._active_webhook(row.webhook_id)
        if webhook is None:
            await self._fail(row.id, "the webhook or its user is disabled")
            return None
        if row.tries > self._max_tries:
            await self._fail(row.id, row.error or "the last try was interrupted")
            return None
        message = Message(
            url=webhook.url,
            message_id=row.message_id,
            body=row.payload.encode(),
            keys=_keys_of(webhook),
        )
        return ClaimedDelivery(row.id, webhook.id, row.tries, row.claimed_until, message)

    async def record(self, claimed: ClaimedDelivery, answer: Answer) -> None:
        """Record the result of a try, unless another process has claimed the delivery since."""
        ours = (
            WebhookDelivery.id == claimed.delivery_id,
            WebhookDelivery.status == DeliveryStatus.PENDING,
            WebhookDelivery.claimed_until == claimed.until,
        )
        if answer.is_gone:
            # Lock the webhook before its deliveries, as disabling and deleting do: the opposite
            # order could deadlock.
            await WebhookRepository(self._session).lock(claimed.webhook_id)
        state = self._next_state(claimed, answer)
        statement = (
            update(WebhookDelivery)
            .where(*ours)
            .values(
                claimed_until=None,
                status_code=answer.status_code,
                error=None if answer.is_success else answer.summary,
                **state,
            )
            .returning(WebhookDelivery.id)
            .execution_options(synchronize_session=False)
        )
        if await self._session.scalar(statement) is None:
            return
        self._uow.after_commit(WEBHOOK_TRIES.labels(state.get("status", "retried")).inc)
        await self._session.execute(
            insert(WebhookTry).values(
                delivery_id=claimed.delivery_id,
                duration_ms=answer.duration_ms,
                status_code=answer.status_code,
                error=answer.error,
                excerpt=answer.excerpt,
            )
        )
        if answer.is_gone:
            await self._disable(claimed.webhook_id, "the receiver answered 410 Gone")

    async def send_due(self) -> int:
        """Send a task for every due delivery without a recent task.

        Returns the number of tasks, 0 when another worker is doing it.
        """
        if not await try_lock_transaction(self._session, AdvisoryLock.WEBHOOK_SWEEP):
            return 0
        now = func.clock_timestamp()
        due = (
            select(WebhookDelivery.id)
            .where(WebhookDelivery.resend_at <= now, WebhookDelivery.due_at <= now, *_claimable())
            .order_by(WebhookDelivery.resend_at)
            .limit(_SWEEP_LIMIT)
            .with_for_update(skip_locked=True)
        )
        delay = timedelta(seconds=self._settings.resend_seconds)
        statement = (
            update(WebhookDelivery)
            .where(WebhookDelivery.id.in_(due))
            .values(resend_at=now + delay)
            .returning(WebhookDelivery.id)
            .execution_options(synchronize_session=False)
        )
        ids = (await self._session.scalars(statement)).all()
        for delivery_id in ids:
            self._uow.enqueue(DeliverWebhook(delivery_id))
        return len(ids)

    def _next_state(self, claimed: ClaimedDelivery, answer: Answer) -> dict[str, object]:
        ended = {"ended_at": func.clock_timestamp()}
        if answer.is_success:
            return {"status": DeliveryStatus.DELIVERED, **ended}
        is_last = claimed.tries >= self._max_tries
        if is_last or answer.is_refused or answer.is_gone:
            return {"status": DeliveryStatus.FAILED, **ended}
        at = func.clock_timestamp() + timedelta(seconds=self._delay_after(claimed.tries, answer))
        return {"due_at": at, "resend_at": at}

    def _delay_after(self, tries: int, answer: Answer) -> float:
        seconds = jittered(self._settings.retry_delays_seconds[tries - 1])
        if answer.status_code in _THROTTLING and answer.retry_after_seconds is not None:
            seconds = max(seconds, answer.retry_after_seconds)
        return min(seconds, MAX_DELAY_SECONDS)

    async def _active_webhook(self, webhook_id: int) -> Webhook | None:
        return await self._session.scalar(
            select(Webhook)
            .join(User, User.id == Webhook.user_id)
            .where(Webhook.id == webhook_id, Webhook.is_enabled, *IS_ENABLED)
        )

    async def _fail(self, delivery_id: int, error: str) -> None:
        await self._session.execute(
            update(WebhookDelivery)
            .where(WebhookDelivery.id == delivery_id)
            .values(
                status=DeliveryStatus.FAILED,
                error=error,
                claimed_until=None,
                ended_at=func.clock_timestamp(),
            )
            .execution_options(synchronize_session=False)
        )

    async def _disable(self, webhook_id: int, reason: str) -> None:
        await self._session.execute(
            update(Webhook)
            .where(Webhook.id == webhook_id)
            .values(is_enabled=False, disabled_reason=reason)
            .execution_options(synchronize_session=False)
        )
        await WebhookRepository(self._session).end_pending(webhook_id, reason)


def _claimable() -> Sequence[ColumnElement[bool]]:
    return (
        WebhookDelivery.status == DeliveryStatus.PENDING,
        or_(
            WebhookDelivery.claimed_until.is_(None),
            WebhookDelivery.claimed_until < func.clock_timestamp(),
        ),
    )


def _keys_of(webhook: Webhook) -> list[bytes]:
    keys = [webhook.secret]
    until = webhook.previous_secret_until
    if webhook.previous_secret is not None and until is not None and until > utcnow():
        keys.append(webhook.previous_secret)
    return keys
