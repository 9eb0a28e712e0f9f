"""The caller of a request: user, credentials and connection."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

from genonaut.accounts.tables import Role

Via = Literal["local", "session", "key"]


class KeyScope(StrEnum):
    """What an API key may be used for; no scope includes another."""

    READ = "read"
    GENERATE = "generate"
    MANAGE = "manage"


ALL_SCOPES = frozenset(KeyScope)


class Identity(msgspec.Struct, frozen=True):
    """The user behind a request or a websocket."""

    user_id: UUID
    username: str
    role: Role
    via: Via = "local"
    scopes: frozenset[KeyScope] = ALL_SCOPES
    session_id: UUID | None = None
    key_id: int | None = None
    expires_at: datetime | None = None
    """When the session or key expires; None: never."""
    proxy_user: str | None = None
    """The name that a trusted proxy must give with every request; None: no name is required."""

    @property
    def is_admin(self) -> bool:
        """Return whether the user is an administrator."""
        return self.role is Role.ADMIN

    @property
    def owner_filter(self) -> UUID | None:
        """Return the owner whose rows the caller may read and change; None for all owners."""
        return None if self.is_admin else self.user_id


class Client(msgspec.Struct, frozen=True):
    """The client of a connection."""

    address: str
    is_local: bool
    """Whether the client is on this machine: loopback address and no forwarding headers."""
    needs_secure_cookies: bool
    user_agent: str = ""
    is_from_proxy: bool = False
    """Whether the connection comes from a trusted proxy."""
