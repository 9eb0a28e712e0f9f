"""Worker code of webhooks: the delivery task and the sweep."""

import asyncio
import time

import structlog
from redis.exceptions import RedisError

from genonaut.db import DatabaseError
from genonaut.db.persistence import retry_on_disconnect
from genonaut.notifications.webhooks.delivery_service import RECORDING_SECONDS, DeliveryService
from genonaut.notifications.webhooks.messages import DeliverWebhook
from genonaut.notifications.webhooks.sender import WebhookSender
from genonaut.runtime import Runtime

log = structlog.get_logger()


async def deliver_webhook(runtime: Runtime, task: DeliverWebhook) -> None:
    """Try one delivery if it is due; no transaction is open during the call.

    If the worker is killed during the call, the try counts and the sweep sends another task when
    the claim has expired. The receiver may then get the same ``webhook-id`` twice.
    """
    settings = runtime.settings.webhooks
    async with runtime.begin() as uow:
        claimed = await DeliveryService(uow, settings).claim(task.delivery_id)
    if claimed is None:
        return
    answer = await WebhookSender(settings).send(claimed.message)

    async def record() -> None:
        async with runtime.begin() as uow:
            await DeliveryService(uow, settings).record(claimed, answer)

    # Until the claim expires no other worker tries the delivery. A result that is not recorded by
    # then causes another call.
    until = time.monotonic() + RECORDING_SECONDS
    await retry_on_disconnect(record, should_go_on=lambda: time.monotonic() < until, name="webhook")
    log.info(
        "webhook.tried",
        webhook=claimed.webhook_id,
        delivery=claimed.delivery_id,
        tries=claimed.tries,
        outcome=answer.summary,
        duration_ms=answer.duration_ms,
    )


async def sweep_webhooks(runtime: Runtime) -> None:
    """Send tasks for due retries and for tasks that Redis lost, until cancelled."""
    settings = runtime.settings.webhooks
    while True:
        try:
            async with runtime.begin() as uow:
                await DeliveryService(uow, settings).send_due()
        except (DatabaseError, RedisError, OSError) as error:
            log.warning("webhooks.sweep_failed", error=type(error).__name__)
        await asyncio.sleep(settings.sweep_seconds)
