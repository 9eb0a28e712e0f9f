"""The ways in which a user is told of the end of a batch, read in one statement."""

from uuid import UUID

import msgspec
from sqlalchemy import bindparam, exists, select

from genonaut.accounts.preferences import Preferences, read_preferences
from genonaut.accounts.recipients import IS_ENABLED
from genonaut.accounts.tables import User
from genonaut.db.fast_work import Transaction
from genonaut.db.statement import Statement
from genonaut.notifications.push.tables import PushSubscription
from genonaut.notifications.webhooks.tables import Webhook

_USER = bindparam("user_id", type_=User.id.type)
# Built once: executed at the end of every batch.
_ADDRESSEE = Statement(
    select(
        User.preferences,
        exists().where(Webhook.user_id == _USER, Webhook.is_enabled),
        exists().where(PushSubscription.user_id == _USER),
    ).where(User.id == _USER, *IS_ENABLED)
)


class Addressee(msgspec.Struct, frozen=True):
    """The preferences of a user, and whether there are enabled webhooks and subscribed browsers."""

    preferences: Preferences
    has_webhooks: bool
    has_browsers: bool


async def find_addressee(uow: Transaction, user_id: UUID) -> Addressee | None:
    """Return how a user is told; None when unknown, deleted or deactivated."""
    rows = await uow.fetch(_ADDRESSEE, user_id=user_id)
    if not rows:
        return None
    preferences, has_webhooks, has_browsers = rows[0]
    return Addressee(read_preferences(preferences), has_webhooks, has_browsers)
