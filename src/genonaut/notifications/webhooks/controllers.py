"""The routes of webhooks."""

from typing import Annotated

from litestar import Controller, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from genonaut.core.pagination import DEFAULT_LIMIT, MAX_PAGE, Page
from genonaut.notifications.webhooks.schemas import (
    DeliveryDetailView,
    DeliveryView,
    SecretView,
    WebhookPatch,
    WebhookSubmit,
    WebhookView,
)
from genonaut.notifications.webhooks.service import WebhookService

Webhooks = NamedDependency[WebhookService]
PageLimit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE)]


class WebhookController(Controller):
    """The caller's webhooks and their deliveries."""

    path = "/webhooks"
    tags = ("webhooks",)

    @get("/", summary="List webhooks")
    async def list_webhooks(self, webhooks: Webhooks) -> list[WebhookView]:
        """List the caller's webhooks, oldest first."""
        return [WebhookView.of(row) for row in await webhooks.all()]

    @post("/", summary="Add a webhook")
    async def add_webhook(self, data: JSONBody[WebhookSubmit], webhooks: Webhooks) -> SecretView:
        """Add a webhook; this response is the only one that contains its secret."""
        return SecretView.of(await webhooks.add(data.url, data.events, data.description))

    @get("/{webhook_id:int}", summary="Get a webhook")
    async def get_webhook(self, webhook_id: FromPath[int], webhooks: Webhooks) -> WebhookView:
        """Return one of the caller's webhooks."""
        return WebhookView.of(await webhooks.get(webhook_id))

    @patch("/{webhook_id:int}", summary="Change a webhook")
    async def change_webhook(
        self, webhook_id: FromPath[int], data: JSONBody[WebhookPatch], webhooks: Webhooks
    ) -> WebhookView:
        """Change a webhook; disabling it cancels its pending deliveries."""
        return WebhookView.of(await webhooks.change(webhook_id, data.change()))

    @delete("/{webhook_id:int}", status_code=204, summary="Delete a webhook")
    async def delete_webhook(self, webhook_id: FromPath[int], webhooks: Webhooks) -> None:
        """Delete a webhook and its deliveries."""
        await webhooks.delete(webhook_id)

    @post("/{webhook_id:int}/secret", summary="Renew a webhook's secret")
    async def renew_secret(self, webhook_id: FromPath[int], webhooks: Webhooks) -> SecretView:
        """Replace the secret, shown once; until ``previous_secret_until`` both secrets sign."""
        return SecretView.of(await webhooks.renew_secret(webhook_id))

    @post("/{webhook_id:int}/test", status_code=202, summary="Send a test")
    async def test_webhook(self, webhook_id: FromPath[int], webhooks: Webhooks) -> DeliveryView:
        """Send an event of type ``webhook.test``; its delivery shows the result."""
        return DeliveryView.of(await webhooks.test(webhook_id))

    @get("/{webhook_id:int}/deliveries", summary="List deliveries")
    async def list_deliveries(
        self,
        webhook_id: FromPath[int],
        webhooks: Webhooks,
        limit: PageLimit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> Page[DeliveryView]:
        """List the deliveries of a webhook, newest first."""
        found = await webhooks.deliveries(webhook_id, cursor=cursor, limit=limit)
        return Page(
            items=[DeliveryView.of(row) for row in found.rows],
            next_cursor=found.next_cursor,
            total=found.total,
        )

    @get("/{webhook_id:int}/deliveries/{delivery_id:int}", summary="Get a delivery")
    async def get_delivery(
        self, webhook_id: FromPath[int], delivery_id: FromPath[int], webhooks: Webhooks
    ) -> DeliveryDetailView:
        """Return one delivery with its body and all tries."""
        return DeliveryDetailView.of(*await webhooks.delivery(webhook_id, delivery_id))

    @post(
        "/{webhook_id:int}/deliveries/{delivery_id:int}/redeliver",
        status_code=202,
        summary="Send a delivery again",
    )
    async def redeliver(
        self, webhook_id: FromPath[int], delivery_id: FromPath[int], webhooks: Webhooks
    ) -> DeliveryView:
        """Send a finished delivery again with the same ``webhook-id``."""
        return DeliveryView.of(await webhooks.redeliver(webhook_id, delivery_id))
