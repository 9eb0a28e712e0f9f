"""Write what is to be sent in the transaction of what happened."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from genonaut.core.clock import utcnow
from genonaut.db import UnitOfWork
from genonaut.notifications.webhooks.events import WebhookEvent
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.payloads import BatchData, TestData, encode_payload
from genonaut.notifications.webhooks.tables import Webhook, WebhookDelivery

_HEARD_WITHIN = timedelta(seconds=30)
"""The task goes out with the commit; if Redis loses it, the sweep sends another so much later."""
# Put together once: asked at the end of every submission.
_ENABLED = (
    select(Webhook.id, Webhook.events)
    .where(Webhook.user_id == bindparam("user_id"), Webhook.is_enabled)
    # A webhook that is deleted at this moment must not fail the caller's transaction.
    .with_for_update(read=True, key_share=True)
)


class Outbox:
    """Adds deliveries; each is sent by a task once the transaction is committed."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    async def add(
        self,
        user_id: UUID,
        events: Sequence[WebhookEvent],
        data: BatchData,
        *,
        dedupe_key: str,
    ) -> None:
        """Send a happening to each of a user's webhooks that wants to know of it, once.

        Args:
            user_id: whose webhooks.
            events: the names it can go by, the most telling first; a webhook is told of it under
                the first that it chose.
            data: what happened.
            dedupe_key: names the happening; a second time nothing is added.
        """
        webhooks = await self._uow.session.execute(_ENABLED, {"user_id": user_id})
        for webhook in webhooks.all():
            chosen = next((event for event in events if event in webhook.events), None)
            if chosen is not None:
                await self.add_one(webhook.id, chosen, data, dedupe_key=dedupe_key)

    async def add_one(
        self, webhook_id: int, event: str, data: BatchData | TestData, *, dedupe_key: str
    ) -> int | None:
        """Add one delivery and return its id; None when it was there."""
        statement = (
            insert(WebhookDelivery)
            .values(
                webhook_id=webhook_id,
                message_id=f"msg_{uuid4().hex}",
                dedupe_key=dedupe_key,
                event=event,
                payload=encode_payload(event, data, at=utcnow()),
                resend_at=func.now() + _HEARD_WITHIN,
            )
            .on_conflict_do_nothing(index_elements=["webhook_id", "dedupe_key"])
            .returning(WebhookDelivery.id)
        )
        delivery_id = await self._uow.session.scalar(statement)
        if delivery_id is not None:
            self._uow.enqueue(DeliverWebhook(delivery_id))
        return delivery_id
