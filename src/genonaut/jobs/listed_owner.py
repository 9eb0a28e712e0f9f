"""Whose jobs a list contains."""

from typing import Literal
from uuid import UUID

from genonaut.accounts.identity import Identity
from genonaut.core.errors import ForbiddenError

Scope = Literal["mine", "all"]


def listed_owner(identity: Identity, scope: Scope, user_id: UUID | None) -> UUID | None:
    """Return the owner whose jobs to list; None: all users.

    Raises:
        ForbiddenError: the caller is no administrator and asks for jobs of others.
    """
    if user_id in {None, identity.user_id} and scope == "mine":
        return identity.user_id
    if not identity.is_admin:
        raise ForbiddenError("only administrators may list jobs of other users")
    return user_id
