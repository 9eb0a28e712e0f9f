"""Send a message to the push services of browsers."""

import asyncio
from collections.abc import Callable

import aiohttp
import msgspec
import structlog
from aiohttp.abc import AbstractResolver
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import delete, select, update

from genonaut.config.settings import Settings
from genonaut.core.clock import utcnow
from genonaut.core.errors import InvalidInputError
from genonaut.notifications.outcomes import shortened
from genonaut.notifications.push.encryption import MAX_PLAIN_BYTES, encrypt
from genonaut.notifications.push.keys import authorization, signing_key
from genonaut.notifications.push.messages import SendPush
from genonaut.notifications.push.tables import PushSubscription
from genonaut.notifications.webhooks.addresses import AddressPolicy, AddressRefusedError
from genonaut.notifications.webhooks.destinations import parse_destination
from genonaut.notifications.webhooks.resolver import CheckedResolver
from genonaut.runtime import Runtime

log = structlog.get_logger()

_KEPT_SECONDS = 24 * 3600
"""How long the push service keeps a message for a browser that is not running."""
_GONE = frozenset({404, 410})
"""The subscription has ended (RFC 8030, section 7.3)."""
_AT_ONCE = 8
_TITLE_LENGTH, _MESSAGE_LENGTH = 120, 500


async def send_push(runtime: Runtime, task: SendPush) -> None:
    """Send one notification to all browsers of its user; subscriptions that have ended are deleted.

    No transaction is open during the calls. A call that fails for another reason is not repeated: the
    notification is stored, and shown when the web app is opened.
    """
    async with runtime.begin() as uow:
        query = select(PushSubscription).where(PushSubscription.user_id == task.user_id)
        found = (await uow.session.scalars(query)).all()
        if not found:
            return
        key = await signing_key(uow.session)
    sender = PushSender(runtime.settings, key)
    limit = asyncio.Semaphore(_AT_ONCE)

    async def send(one: PushSubscription) -> tuple[int, int | None]:
        async with limit:
            return one.id, await sender.send(one, body_of(task))

    results = await asyncio.gather(*(send(one) for one in found))
    gone = [row for row, status in results if status in _GONE]
    sent = [row for row, status in results if status is not None and 200 <= status < 300]  # noqa: PLR2004
    row = PushSubscription
    async with runtime.begin() as uow:
        if gone:
            await uow.session.execute(delete(row).where(row.id.in_(gone)))
        if sent:
            await uow.session.execute(update(row).where(row.id.in_(sent)).values(sent_at=utcnow()))
    log.info("push.sent", user=str(task.user_id), sent=len(sent), gone=len(gone), all=len(results))


def body_of(task: SendPush) -> bytes:
    """Return the message as the service worker of the web app reads it."""
    message = {
        "title": shortened(task.title, _TITLE_LENGTH),
        "message": shortened(task.message, _MESSAGE_LENGTH),
        "path": task.path,
        "tag": task.tag,
    }
    encoded = msgspec.json.encode(message)
    if len(encoded) > MAX_PLAIN_BYTES:
        encoded = msgspec.json.encode({**message, "message": ""})
    return encoded


class PushSender:
    """Calls push services as webhooks are called: checked addresses, no redirects, bounded time."""

    def __init__(
        self,
        settings: Settings,
        key: ec.EllipticCurvePrivateKey,
        *,
        make_resolver: Callable[[], AbstractResolver] = aiohttp.ThreadedResolver,
    ) -> None:
        self._policy = AddressPolicy(settings.webhooks.allowed_hosts)
        self._timeout = aiohttp.ClientTimeout(total=settings.webhooks.timeout_seconds)
        self._contact = settings.notifications.push_contact
        self._key = key
        self._make_resolver = make_resolver

    async def send(self, subscription: PushSubscription, plain: bytes) -> int | None:
        """Return the status of the push service; None if it could not or may not be called."""
        try:
            return await self._call(subscription, plain)
        except (AddressRefusedError, InvalidInputError) as error:
            log.warning("push.refused", subscription=subscription.id, reason=str(error))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.info("push.failed", subscription=subscription.id, error=type(error).__name__)
        return None

    async def _call(self, subscription: PushSubscription, plain: bytes) -> int:
        url = parse_destination(subscription.endpoint, self._policy)
        body = encrypt(
            plain, browser_key=subscription.browser_key, auth_secret=subscription.auth_secret
        )
        contact = self._contact or subscription.origin
        headers = {
            "authorization": authorization(self._key, subscription.endpoint, contact=contact),
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(_KEPT_SECONDS),
            "urgency": "normal",
        }
        connector = aiohttp.TCPConnector(
            resolver=CheckedResolver(self._make_resolver(), self._policy),
            use_dns_cache=False,
            force_close=True,
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,  # ignores proxies and .netrc of this machine
            ) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as response,
        ):
            return response.status
