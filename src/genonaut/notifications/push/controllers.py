"""Routes of push subscriptions."""

from typing import Any

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from genonaut.accounts.identity import Client, Identity
from genonaut.db import UnitOfWork
from genonaut.notifications.push.schemas import (
    PushKeyView,
    PushSubscriptionSubmit,
    PushSubscriptionsView,
    PushSubscriptionView,
    PushTestView,
)
from genonaut.notifications.push.service import PushService
from genonaut.runtime import Runtime


class PushController(Controller):
    """Notifications in browsers that have no page of Genonaut open."""

    path = "/push"
    tags = ("notifications",)

    @get("/key", summary="Get the key for push subscriptions")
    async def get_push_key(self, uow: NamedDependency[UnitOfWork]) -> PushKeyView:
        """Return the public key (VAPID) of this installation, the ``applicationServerKey``."""
        from genonaut.notifications.push.keys import (  # noqa: PLC0415 - loads cryptography
            public_text,
            signing_key,
        )

        return PushKeyView(public_key=public_text(await signing_key(uow.session)))

    @get("/subscriptions", summary="List my push subscriptions")
    async def list_push_subscriptions(
        self,
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
    ) -> PushSubscriptionsView:
        """List the browsers in which the caller gets notifications."""
        rows = await _service(uow, runtime, identity).list_all()
        return PushSubscriptionsView(items=[PushSubscriptionView.of(row) for row in rows])

    @post("/subscriptions", summary="Subscribe a browser")
    async def subscribe(
        self,
        data: JSONBody[PushSubscriptionSubmit],
        request: Request[Any, Any, Any],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
        client: NamedDependency[Client],
    ) -> PushSubscriptionView:
        """Send the caller's notifications to a browser; a repetition replaces its subscription."""
        origin = f"https://{request.headers.get('host', 'localhost')}"
        new = data.new(origin=origin, user_agent=client.user_agent)
        return PushSubscriptionView.of(await _service(uow, runtime, identity).add(new))

    @delete(
        "/subscriptions/{subscription_id:int}", status_code=204, summary="Unsubscribe a browser"
    )
    async def unsubscribe(
        self,
        subscription_id: FromPath[int],
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
    ) -> None:
        """Send no more notifications to a browser."""
        await _service(uow, runtime, identity).remove(subscription_id)

    @post("/test", status_code=202, summary="Test push notifications")
    async def test_push(
        self,
        uow: NamedDependency[UnitOfWork],
        runtime: NamedDependency[Runtime],
        identity: NamedDependency[Identity],
    ) -> PushTestView:
        """Send a message to all browsers of the caller."""
        return PushTestView(browsers=await _service(uow, runtime, identity).test())


def _service(uow: UnitOfWork, runtime: Runtime, identity: Identity) -> PushService:
    return PushService(uow, runtime.settings.webhooks, user_id=identity.user_id)
