"""Determine the client address behind reverse proxies.

Only headers from proxies that ``web.trusted_proxies`` names are trusted. A direct client can put any
value into them.
"""

import ipaddress
from collections.abc import Sequence

import msgspec
from litestar.datastructures import Headers

from genonaut.core.errors import SettingsError

_FORWARDING = ("x-forwarded-for", "forwarded", "x-real-ip")
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class RequestSource(msgspec.Struct, frozen=True):
    """Address and scheme of the client of a request."""

    address: str
    scheme: str
    """http or https, as the browser sees it."""
    is_forwarded: bool
    """A proxy forwarded the request for another client."""
    is_trusted: bool
    """The request is direct, or a trusted proxy forwarded it."""

    @property
    def is_loopback(self) -> bool:
        """Return whether the client is on this machine and connects directly."""
        parsed = _parsed(self.address)
        return parsed is not None and parsed.is_loopback and not self.is_forwarded


class TrustedProxies:
    """The trusted reverse proxies of ``web.trusted_proxies``."""

    def __init__(self, trusted: Sequence[str]) -> None:
        try:
            self._trusted = [ipaddress.ip_network(one, strict=False) for one in trusted]
        except ValueError as error:
            raise SettingsError(f"web.trusted_proxies: {error}") from error

    def source_of(self, peer: str, scheme: str, headers: Headers) -> RequestSource:
        """Return the client of a request that arrived from ``peer``."""
        is_forwarded = any(name in headers for name in _FORWARDING)
        scheme = _SCHEMES.get(scheme, "http")
        if not self.is_trusted(peer):
            return RequestSource(peer, scheme, is_forwarded, is_trusted=not is_forwarded)
        proto = headers.getall("x-forwarded-proto", [""])[-1].rpartition(",")[2].strip().lower()
        address = self._client(peer, headers) if is_forwarded else peer
        return RequestSource(address, _SCHEMES.get(proto, scheme), is_forwarded, is_trusted=True)

    def _client(self, peer: str, headers: Headers) -> str:
        """Return the last forwarded address that is not a trusted proxy.

        Addresses before it were written by the client and cannot be trusted.
        """
        hops = ",".join(headers.getall("x-forwarded-for", [])).split(",")
        address = peer
        for hop in reversed(hops):
            parsed = _parsed(hop)
            if parsed is None:
                break
            address = str(parsed)
            if not self.is_trusted(address):
                break
        return address

    def is_trusted(self, address: str) -> bool:
        """Return whether the address is that of a trusted proxy."""
        parsed = _parsed(address)
        return parsed is not None and any(parsed in network for network in self._trusted)


def _parsed(text: str) -> Address | None:
    """Return the address of ``1.2.3.4``, ``1.2.3.4:80``, ``::1`` or ``[::1]:80``."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found
