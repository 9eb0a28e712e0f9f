"""A user's subscriptions: add, list, remove, test."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from genonaut.config.settings import WebhookSettings
from genonaut.core.errors import ConflictError, InvalidInputError, NotFoundError
from genonaut.core.ids import is_valid_id
from genonaut.db import UnitOfWork
from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement
from genonaut.notifications.push.messages import SendPush
from genonaut.notifications.push.tables import PushSubscription
from genonaut.notifications.webhooks.addresses import AddressPolicy
from genonaut.notifications.webhooks.destinations import parse_destination

MOST_SUBSCRIPTIONS = 20
"""Browsers of one user."""


class NewSubscription(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that asks for notifications."""

    endpoint: str
    browser_key: bytes
    auth_secret: bytes
    origin: str
    user_agent: str


_HAS_SUBSCRIPTION = Statement(
    select(exists().where(PushSubscription.user_id == bindparam("user_id")))
)


async def has_subscription(uow: Transaction, user_id: UUID) -> bool:
    """Return whether a user gets notifications in a browser."""
    rows = await uow.fetch(_HAS_SUBSCRIPTION, user_id=user_id)
    return bool(rows[0][0])


class PushService:
    """Acts for one user; those of other users are not found, not even by administrators."""

    def __init__(self, uow: UnitOfWork, settings: WebhookSettings, *, user_id: UUID) -> None:
        self._uow = uow
        self._session = uow.session
        self._policy = AddressPolicy(settings.allowed_hosts)
        self._user_id = user_id

    async def list_all(self) -> Sequence[PushSubscription]:
        """Return the subscriptions, oldest first."""
        row = PushSubscription
        query = select(row).where(row.user_id == self._user_id).order_by(row.id)
        return (await self._session.scalars(query)).all()

    async def add(self, new: NewSubscription) -> PushSubscription:
        """Store a subscription; one of the same browser is replaced, also that of another user.

        Raises:
            InvalidInputError: the endpoint may not be called, or a key is not valid.
            ConflictError: the user has 20 subscriptions.
        """
        self._check(new)
        row = PushSubscription
        owned = select(func.count()).where(
            row.user_id == self._user_id, row.endpoint != new.endpoint
        )
        if (await self._session.scalar(owned) or 0) >= MOST_SUBSCRIPTIONS:
            raise ConflictError(f"you have {MOST_SUBSCRIPTIONS} browsers; remove one first")
        values = {"user_id": self._user_id, **msgspec.structs.asdict(new)}
        statement = insert(row).values(values)
        statement = statement.on_conflict_do_update(index_elements=["endpoint"], set_=values)
        query = select(row).from_statement(statement.returning(row))
        query = query.execution_options(populate_existing=True)
        found: PushSubscription = (await self._session.scalars(query)).one()
        return found

    async def remove(self, subscription_id: int) -> None:
        """Remove a subscription.

        Raises:
            NotFoundError: the user has no subscription with this id.
        """
        row = PushSubscription
        is_possible = is_valid_id(subscription_id)
        wanted = (row.id == subscription_id, row.user_id == self._user_id)
        query = delete(row).where(*wanted).returning(row.id)
        if not is_possible or await self._session.scalar(query) is None:
            raise NotFoundError(f"no push subscription {subscription_id}")

    async def test(self) -> int:
        """Send a message to all browsers of the user; returns their number."""
        browsers = len(await self.list_all())
        if not browsers:
            return 0
        self._uow.enqueue(
            SendPush(
                user_id=self._user_id,
                title="Notifications work",
                message="This browser gets the notifications of Genonaut.",
                path="/settings/notifications",
                tag="test",
            )
        )
        return browsers

    def _check(self, new: NewSubscription) -> None:
        from genonaut.notifications.push.encryption import (  # noqa: PLC0415 - loads cryptography
            AUTH_BYTES,
            is_browser_key,
        )

        try:
            parse_destination(new.endpoint, self._policy)
        except InvalidInputError as error:
            raise InvalidInputError.of("endpoint", error.errors[0].message) from error
        if not is_browser_key(new.browser_key):
            raise InvalidInputError.of("keys.p256dh", "is not an uncompressed point of P-256")
        if len(new.auth_secret) != AUTH_BYTES:
            raise InvalidInputError.of("keys.auth", f"must have {AUTH_BYTES} bytes")
