"""Users, sessions, API keys, setup tokens and the audit log."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from genonaut.db.base import Base, text_enum


class Role(StrEnum):
    """What a user may do."""

    USER = "user"
    ADMIN = "admin"


class User(Base):
    """A person, or the local user of a single-user installation."""

    __tablename__ = "users"
    __table_args__ = (
        # by_username: names are unique regardless of case, including those of deleted users
        Index("uq_users_username_lower", func.lower(text("username")), unique=True),
        # local: at most one user is the one of single-user mode
        Index("uq_users_local", "is_local", unique=True, postgresql_where=text("is_local")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(63))
    email: Mapped[str | None] = mapped_column(String(254))
    role: Mapped[Role] = mapped_column(text_enum(Role, name="role"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    is_local: Mapped[bool] = mapped_column(server_default=text("false"))
    """The user of single-user mode."""
    password_hash: Mapped[str | None] = mapped_column(String(255))
    """Argon2id in PHC format; null: cannot log in with a password."""
    preferences: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_login_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    @property
    def is_enabled(self) -> bool:
        """Return whether the user may use the service: active and not deleted."""
        return self.is_active and self.deleted_at is None


class UserSession(Base):
    """The login of one browser."""

    __tablename__ = "user_sessions"
    __table_args__ = (
        # of_user, end_all
        Index("ix_user_sessions_user", "user_id"),
        # prune
        Index("ix_user_sessions_expiry", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """SHA-256 of the cookie; the cookie itself is not stored."""
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    proxy_user: Mapped[str | None] = mapped_column(String(255))
    """The name that a proxy gave; the session is valid only while it gives the same."""

    user: Mapped[User] = relationship(lazy="raise_on_sql", viewonly=True)


class ExternalIdentity(Base):
    """The identity of a user in another system that logs users in."""

    __tablename__ = "external_identities"
    __table_args__ = (
        # user_of
        Index("uq_external_identities_subject", "issuer", "subject", unique=True),
        # with a login; of the same e-mail address
        Index("ix_external_identities_user", "user_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    issuer: Mapped[str] = mapped_column(Text)
    """URL of the OpenID Connect provider, or ``proxy``."""
    subject: Mapped[str] = mapped_column(String(255))
    """How the other system names the user for good."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OidcLogin(Base):
    """A login at an OpenID Connect provider that has begun; deleted when it ends."""

    __tablename__ = "oidc_logins"
    __table_args__ = (
        # prune
        Index("ix_oidc_logins_created", "created_at"),
    )

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the cookie that binds the login to its browser."""
    nonce: Mapped[str] = mapped_column(String(64))
    code_verifier: Mapped[str] = mapped_column(String(64))
    """Of PKCE (RFC 7636)."""
    next_path: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ApiKey(Base):
    """A secret for scripts; a revoked key is kept as long as audit entries."""

    __tablename__ = "api_keys"
    __table_args__ = (
        # of_user
        Index("ix_api_keys_user", "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the secret, which has 256 random bits and needs no slow hash."""
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise_on_sql", viewonly=True)


class SetupToken(Base):
    """A token from the API log that allows the first registration from another machine."""

    __tablename__ = "setup_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AuditEntry(Base):
    """One security-relevant action, written in the transaction of the action."""

    __tablename__ = "audit_log"
    __table_args__ = (
        # page of one kind, newest first
        Index("ix_audit_log_kind", "kind", "id"),
        # page of one actor; record_foreign_read
        Index("ix_audit_log_actor", "actor_id", "id"),
        # prune
        Index("ix_audit_log_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    kind: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Null when no user was known: a failed login, the command line."""
    via: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str | None] = mapped_column(String(100))
    """``kind:id`` of the affected object, such as ``user:…`` or ``content:17``."""
    address: Mapped[str | None] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
