"""Queries on webhooks and their deliveries; no rules, no commit."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.db.advisory_locks import AdvisoryLock, lock_transaction
from genonaut.db.counting import bounded_count
from genonaut.notifications.webhooks.tables import (
    DeliveryStatus,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)


class WebhookRepository:
    """Reads and deletes webhooks and deliveries."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of_user(self, user_id: UUID) -> Sequence[Webhook]:
        """Return all webhooks of a user, oldest first."""
        query = select(Webhook).where(Webhook.user_id == user_id).order_by(Webhook.id)
        return (await self._session.scalars(query)).all()

    async def find(self, webhook_id: int, user_id: UUID, *, lock: bool = False) -> Webhook | None:
        """Return one of a user's webhooks; ``lock`` locks the row until the commit."""
        query = select(Webhook).where(Webhook.id == webhook_id, Webhook.user_id == user_id)
        return await self._session.scalar(query.with_for_update(key_share=True) if lock else query)

    async def lock(self, webhook_id: int) -> None:
        """Lock a webhook of any user until the commit."""
        query = select(Webhook.id).where(Webhook.id == webhook_id)
        await self._session.execute(query.with_for_update(key_share=True))

    async def lock_count(self, user_id: UUID) -> int:
        """Return the number of a user's webhooks, and block additions until the commit."""
        await lock_transaction(self._session, AdvisoryLock.WEBHOOK_QUOTA, subject=user_id)
        query = select(func.count()).select_from(Webhook).where(Webhook.user_id == user_id)
        return await self._session.scalar(query) or 0

    async def deliveries(
        self, webhook_id: int, *, after: int | None, limit: int
    ) -> Sequence[WebhookDelivery]:
        """Return a webhook's newest deliveries, after the id ``after``."""
        query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
        if after is not None:
            query = query.where(WebhookDelivery.id < after)
        query = query.order_by(WebhookDelivery.id.desc()).limit(limit)
        return (await self._session.scalars(query)).all()

    async def count_deliveries(self, webhook_id: int) -> int:
        """Return the number of deliveries of a webhook, counted up to 10,001."""
        query = select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == webhook_id)
        return await bounded_count(self._session, query)

    async def find_delivery(
        self, delivery_id: int, webhook_id: int, *, lock: bool = False
    ) -> WebhookDelivery | None:
        """Return one of a webhook's deliveries; ``lock`` locks the row until the commit."""
        query = select(WebhookDelivery).where(
            WebhookDelivery.id == delivery_id, WebhookDelivery.webhook_id == webhook_id
        )
        return await self._session.scalar(query.with_for_update(key_share=True) if lock else query)

    async def tries(self, delivery_id: int) -> Sequence[WebhookTry]:
        """Return the tries of a delivery, oldest first."""
        query = select(WebhookTry).where(WebhookTry.delivery_id == delivery_id)
        return (await self._session.scalars(query.order_by(WebhookTry.id))).all()

    async def end_pending(self, webhook_id: int, error: str) -> None:
        """Mark the pending deliveries of a webhook as failed."""
        await self._session.execute(
            update(WebhookDelivery)
            .where(
                WebhookDelivery.webhook_id == webhook_id,
                WebhookDelivery.status == DeliveryStatus.PENDING,
            )
            .values(status=DeliveryStatus.FAILED, error=error, ended_at=func.clock_timestamp())
            .execution_options(synchronize_session=False)
        )
