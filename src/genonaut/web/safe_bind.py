"""Refuse to serve without a login on addresses that other machines can reach."""

import ipaddress

from genonaut.config.settings import Settings
from genonaut.core.errors import SettingsError


def require_safe_bind(settings: Settings) -> None:
    """Refuse to serve without a login on an address that other machines can reach.

    Raises:
        SettingsError: single-user mode and ``web.host`` is not loopback.
    """
    if settings.auth.mode == "password" or _is_loopback(settings.web.host):
        return
    raise SettingsError(
        f"auth.mode single-user serves loopback only, and web.host is {settings.web.host}; "
        "set GENONAUT_AUTH__MODE=password to serve other machines"
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
