"""Logins by other systems: OpenID Connect, and a proxy that authenticates users."""
