"""Create webhook deliveries in the transaction of their cause."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from genonaut.core.clock import utcnow
from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement
from genonaut.notifications.webhooks.events import WebhookEvent
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.payloads import EventData, encode_payload
from genonaut.notifications.webhooks.tables import Webhook, WebhookDelivery

_RESEND_AFTER = timedelta(seconds=30)
"""If Redis loses the task that is sent at the commit, the sweep sends another after this time."""
# Built once: executed at the end of every batch.
_ENABLED = Statement(
    select(Webhook.id, Webhook.events)
    .where(Webhook.user_id == bindparam("user_id"), Webhook.is_enabled)
    # A webhook that is deleted concurrently must not fail the caller's transaction.
    .with_for_update(read=True, key_share=True)
)
_INSERT = Statement(
    insert(WebhookDelivery.metadata.tables[WebhookDelivery.__tablename__])
    .values(
        webhook_id=bindparam("webhook_id"),
        message_id=bindparam("message_id"),
        dedupe_key=bindparam("dedupe_key"),
        event=bindparam("event"),
        payload=bindparam("payload"),
        resend_at=func.now() + _RESEND_AFTER,
    )
    .on_conflict_do_nothing(index_elements=["webhook_id", "dedupe_key"])
    .returning(WebhookDelivery.id)
)


class Outbox:
    """Creates deliveries; after the commit a task sends each."""

    def __init__(self, uow: Transaction) -> None:
        self._uow = uow

    async def add(
        self,
        user_id: UUID,
        events: Sequence[WebhookEvent],
        data: EventData,
        *,
        dedupe_key: str,
    ) -> None:
        """Create one delivery for each webhook of a user that subscribed to one of the events.

        Args:
            user_id: the owner of the webhooks.
            events: the events that apply, most important first; a webhook gets the first one to
                which it subscribed.
            data: the payload.
            dedupe_key: identifies the cause; a repetition creates nothing.
        """
        for webhook_id, wanted in await self._uow.fetch(_ENABLED, user_id=user_id):
            chosen = next((event for event in events if event in wanted), None)
            if chosen is not None:
                await self.add_one(webhook_id, chosen, data, dedupe_key=dedupe_key)

    async def add_one(
        self, webhook_id: int, event: str, data: EventData, *, dedupe_key: str
    ) -> int | None:
        """Create one delivery and return its id; None when it exists."""
        rows = await self._uow.fetch(
            _INSERT,
            webhook_id=webhook_id,
            message_id=f"msg_{uuid4().hex}",
            dedupe_key=dedupe_key,
            event=event,
            payload=encode_payload(event, data, at=utcnow()),
        )
        delivery_id = rows[0][0] if rows else None
        if delivery_id is not None:
            self._uow.enqueue(DeliverWebhook(delivery_id))
        return delivery_id
