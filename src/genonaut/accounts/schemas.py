"""Request and response bodies of accounts."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.accounts.audit_queries import ReadableEntry
from genonaut.accounts.field_types import Email, Password, Username
from genonaut.accounts.identity import Identity, KeyScope, Via
from genonaut.accounts.preferences import (
    DefaultParameters,
    Preferences,
    Theme,
    read_preferences,
)
from genonaut.accounts.tables import ApiKey, Role, User, UserSession
from genonaut.config import Settings
from genonaut.core.schemas import NO_NUL, RequestBody, View

GivenPassword = Annotated[str, Meta(min_length=1, max_length=1024)]
KeyName = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)]
SetupTokenText = Annotated[str, Meta(min_length=1, max_length=200)]


class LoginSubmit(RequestBody, frozen=True):
    """The credentials of a login."""

    username: Annotated[str, Meta(min_length=1, max_length=63, pattern=NO_NUL)]
    password: GivenPassword


class RegistrationSubmit(RequestBody, frozen=True):
    """A new account; ``setup_token`` allows the first registration from another machine."""

    username: Username
    password: Password
    email: Email | None = None
    setup_token: SetupTokenText | None = None


class UserSubmit(RequestBody, frozen=True):
    """A new account, created by an administrator; without a password it cannot log in yet."""

    username: Username
    password: Password | None = None
    email: Email | None = None
    role: Role = Role.USER


class UserPatch(RequestBody, frozen=True):
    """Changes to an account; omitted fields stay unchanged."""

    username: Username | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET
    role: Role | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    revoke_api_keys: bool | UnsetType = UNSET
    """Whether to revoke all API keys of the user; default: when the password of another user is set."""


class ProfilePatch(RequestBody, frozen=True):
    """Changes to the caller's account; omitted fields stay unchanged."""

    username: Username | UnsetType = UNSET
    email: Email | UnsetType | None = UNSET


class PasswordChange(RequestBody, frozen=True):
    """A new password; ``current_password`` is required unless the account has no password yet."""

    new_password: Password
    current_password: GivenPassword | None = None
    revoke_api_keys: bool = False
    """Whether to revoke all API keys of the caller too."""


class NotificationTypesPut(RequestBody, frozen=True):
    """Types of notifications to receive; omitted types stay unchanged."""

    job_completed: bool | UnsetType = UNSET
    job_failed: bool | UnsetType = UNSET
    job_cancelled: bool | UnsetType = UNSET
    system: bool | UnsetType = UNSET
    recommendation: bool | UnsetType = UNSET
    search_alert: bool | UnsetType = UNSET


class DefaultParametersPut(DefaultParameters, frozen=True, forbid_unknown_fields=True):
    """Default values of the generation form; replaces all of them."""


class PreferencesPut(RequestBody, frozen=True):
    """Preferences; omitted fields stay unchanged."""

    notifications_enabled: bool | UnsetType = UNSET
    notification_types: NotificationTypesPut | UnsetType = UNSET
    theme: Theme | UnsetType = UNSET
    default_parameters: DefaultParametersPut | UnsetType = UNSET

    def over(self, current: Preferences) -> Preferences:
        """Return the current preferences with these changes."""
        given = _given(self)
        types = given.get("notification_types")
        if types is not None:
            given["notification_types"] = msgspec.structs.replace(
                current.notification_types, **_given(types)
            )
        parameters = given.get("default_parameters")
        if parameters is not None:
            given["default_parameters"] = DefaultParameters(**msgspec.structs.asdict(parameters))
        return msgspec.structs.replace(current, **given)


class ApiKeySubmit(RequestBody, frozen=True):
    """A new API key; without ``expires_at`` it is valid until it is revoked."""

    name: KeyName
    scopes: Annotated[list[KeyScope], Meta(min_length=1, max_length=len(KeyScope))]
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class OidcOptions(View, frozen=True):
    """The login at an OpenID Connect provider, by ``GET /api/v1/auth/oidc/login``."""

    name: str
    """What the button says after "Log in with"."""
    logout_url: str | None
    """Path that the browser opens after a logout, to log out there too; null: not wanted."""


class AuthOptions(View, frozen=True):
    """The available ways to log in."""

    mode: Literal["single-user", "password"]
    registration: Literal["closed", "open"]
    is_set_up: bool
    """False until the first administrator has registered."""
    local_passwords: bool
    """Whether users may log in with a password of this installation."""
    oidc: OidcOptions | None
    proxy_login: bool
    """Whether a reverse proxy logs users in, by ``POST /api/v1/auth/proxy``."""


class UserView(View, frozen=True):
    """An account as administrators see it."""

    id: UUID
    username: str
    email: str | None
    role: Role
    is_active: bool
    has_password: bool
    created_at: datetime
    last_login_at: datetime | None

    @classmethod
    def of(cls, user: User) -> "UserView":
        """Return the view of a row."""
        return cls(
            id=user.id,
            username=user.username,
            email=user.email,
            role=user.role,
            is_active=user.is_active,
            has_password=user.password_hash is not None,
            created_at=user.created_at,
            last_login_at=user.last_login_at,
        )


class MeView(View, frozen=True):
    """The caller: account, preferences and credentials used."""

    id: UUID
    username: str
    email: str | None
    role: Role
    has_password: bool
    preferences: Preferences
    auth_mode: Literal["single-user", "password"]
    via: Via
    scopes: list[KeyScope]
    session_id: UUID | None
    may_add_workflows: bool
    created_at: datetime
    last_login_at: datetime | None

    @classmethod
    def of(cls, user: User, identity: Identity, settings: Settings) -> "MeView":
        """Return the view of a row and the identity of the request."""
        return cls(
            id=user.id,
            username=user.username,
            email=user.email,
            role=identity.role,
            has_password=user.password_hash is not None,
            preferences=read_preferences(user.preferences),
            auth_mode=settings.auth.mode,
            may_add_workflows=settings.workflows.allows_author(is_admin=identity.is_admin),
            via=identity.via,
            scopes=sorted(identity.scopes),
            session_id=identity.session_id,
            created_at=user.created_at,
            last_login_at=user.last_login_at,
        )


class SessionView(View, frozen=True):
    """One session."""

    id: UUID
    address: str
    user_agent: str
    is_current: bool
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, row: UserSession, *, current: UUID | None) -> "SessionView":
        """Return the view of a row."""
        return cls(
            id=row.id,
            address=row.address,
            user_agent=row.user_agent,
            is_current=row.id == current,
            created_at=row.created_at,
            last_used_at=row.last_used_at,
            expires_at=row.expires_at,
        )


class EndedSessions(View, frozen=True):
    """The number of sessions that were ended."""

    ended: int


class ApiKeyView(View, frozen=True):
    """An API key without its secret."""

    id: int
    name: str
    prefix: str
    """The first characters of the key, which identify it."""
    scopes: list[KeyScope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey) -> "ApiKeyView":
        """Return the view of a row."""
        return cls(**_key_fields(key))


class NewApiKeyView(View, frozen=True):
    """A new API key; ``key`` is shown only once."""

    id: int
    name: str
    prefix: str
    scopes: list[KeyScope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    key: str

    @classmethod
    def of(cls, key: ApiKey, text: str) -> "NewApiKeyView":
        """Return the view of a row and the full text of the key."""
        return cls(**_key_fields(key), key=text)


class AuditView(View, frozen=True):
    """One entry of the audit log."""

    id: int
    at: datetime
    kind: str
    actor_id: UUID | None
    actor: str | None
    """The username of the actor; null when no user was known."""
    via: str
    subject: str | None
    address: str | None
    detail: dict[str, Any]
    summary: str
    """What happened, as a sentence in English."""

    @classmethod
    def of(cls, found: ReadableEntry) -> "AuditView":
        """Return the view of an entry."""
        names = (name for name in cls.__struct_fields__ if name not in {"actor", "summary"})
        plain = {name: getattr(found.entry, name) for name in names}
        return cls(**plain, actor=found.actor, summary=found.summary)


def _given(body: msgspec.Struct) -> dict[str, Any]:
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in values.items() if value is not UNSET}


def _key_fields(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": f"gn_{key.id}_",
        "scopes": [KeyScope(scope) for scope in key.scopes],
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
    }
