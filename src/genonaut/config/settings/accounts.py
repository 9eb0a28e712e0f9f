"""Logins, rate limits and rules for prompts."""

import re
from typing import Annotated, Any, Literal

from msgspec import Meta

from genonaut.config.settings.fields import Count, Name, Positive, Section


class AuthSettings(Section, frozen=True):
    """Logins, sessions, passwords and API keys."""

    mode: Literal["single-user", "password"] = "password"
    registration: Literal["closed", "open"] = "closed"
    local_username: Name = "local"
    session_hours: Positive = 720.0
    """Maximum lifetime of a session."""
    session_idle_hours: Positive = 168.0
    """A session ends after this time without a request."""
    secure_cookies: Literal["auto", "always", "never"] = "auto"
    """Whether cookies are sent over HTTPS only; auto: yes, except for loopback host names."""
    max_api_keys: Count = 50
    """API keys per user."""
    argon2_memory_kib: Annotated[int, Meta(ge=8)] = 47104
    """Source of this and the next two: OWASP Password Storage Cheat Sheet (m=47104, t=1, p=1)."""
    argon2_time_cost: Count = 1
    argon2_parallelism: Count = 1
    argon2_threads: Count = 2
    """Passwords hashed at the same time; others wait, which bounds the memory."""
    audit_days: Positive = 365.0
    """Audit log entries are deleted after this time."""
    local_passwords: bool = True
    """Whether users may log in with a password of this installation."""
    create_users: bool = True
    """Whether a user without an account gets one at the first login by another system."""
    link_by_email: bool = False
    """Whether such a login is linked to the account with the same verified e-mail address."""
    allowed_groups: tuple[str, ...] = ()
    """Groups of the other system whose members may log in; empty: everybody."""
    admin_groups: tuple[str, ...] = ()
    """Groups whose members are administrators; empty: roles are set here."""
    proxy_user_header: str = ""
    """Header in which a trusted proxy names the user it has authenticated; empty: none."""
    proxy_groups_header: str = ""
    """Header with the groups of that user, separated by commas."""


class OidcSettings(Section, frozen=True):
    """Login at an OpenID Connect provider; off without ``issuer``."""

    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    """Empty: a public client, which only PKCE protects."""
    name: str = "single sign-on"
    scopes: str = "openid profile email"
    username_claim: str = "preferred_username"
    groups_claim: str = "groups"
    login_minutes: Positive = 10.0
    """How long a user may take to log in at the provider."""
    ends_session: bool = True
    """Whether a logout here leads to the provider's page for logging out."""

    def __post_init__(self) -> None:
        """Refuse settings with which no login can succeed."""
        if not self.issuer:
            return
        if not self.client_id:
            raise ValueError("issuer needs client_id")
        if "openid" not in self.scopes.split():
            raise ValueError("scopes must contain openid")
        if not re.match(r"https://[^\s/]|http://(localhost|127\.|\[::1\])", self.issuer):
            raise ValueError("issuer must be an https URL")

    def __repr__(self) -> str:
        return f"OidcSettings(issuer={self.issuer!r}, …)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("issuer", self.issuer)]


class LimitSettings(Section, frozen=True):
    """Rate limits; each bucket holds ``…_burst`` requests and refills ``…_per_minute``."""

    is_enabled: bool = True
    user_burst: Count = 1000
    user_per_minute: Positive = 3000.0
    key_burst: Count = 300
    key_per_minute: Positive = 1200.0
    login_burst: Count = 5
    login_per_minute: Positive = 5.0
    """Logins and registrations from one address (IPv6: one /64 network)."""
    name_burst: Count = 50
    name_per_minute: Positive = 10.0
    """Logins to one username from all addresses: bounds distributed guessing."""
    visitor_burst: Count = 600
    visitor_per_minute: Positive = 1200.0
    """Requests to shared collections from one address, without a login."""
    websockets_per_user: Count = 50
    websockets_per_address: Count = 50
    """Open websockets in one API process; further ones are closed with 4008."""


class PolicySettings(Section, frozen=True):
    """Rules for prompts."""

    deny_list: str = ""
    """Path of a file of refused words and phrases; empty: none. See docs/security.md."""
