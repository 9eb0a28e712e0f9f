"""Who is at the other end when reverse proxies stand in between.

Only proxies that the settings name are believed: whoever connects directly may write whatever they
like into these headers.
"""

import ipaddress
from collections.abc import Sequence

import msgspec
from litestar.datastructures import Headers

from genonaut.core.errors import SettingsError

_FORWARDING = ("x-forwarded-for", "forwarded", "x-real-ip")
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Origin(msgspec.Struct, frozen=True):
    """Where a request comes from."""

    address: str
    scheme: str
    """http or https, as the browser sees it."""
    is_forwarded: bool
    """A proxy says that it speaks for somebody else."""
    is_believed: bool
    """Nothing is forwarded, or the proxy is one of ours."""

    @property
    def is_loopback(self) -> bool:
        """Tell whether the other end is on this machine, with nothing in between."""
        parsed = _parsed(self.address)
        return parsed is not None and parsed.is_loopback and not self.is_forwarded


class Proxies:
    """The reverse proxies in front of us."""

    def __init__(self, trusted: Sequence[str]) -> None:
        try:
            self._trusted = [ipaddress.ip_network(one, strict=False) for one in trusted]
        except ValueError as error:
            raise SettingsError(f"web.trusted_proxies: {error}") from error

    def origin(self, peer: str, scheme: str, headers: Headers) -> Origin:
        """Return where a request comes from that ``peer`` sent us."""
        is_forwarded = any(name in headers for name in _FORWARDING)
        scheme = _SCHEMES.get(scheme, "http")
        if not self._is_ours(peer):
            return Origin(peer, scheme, is_forwarded, is_believed=not is_forwarded)
        told = headers.getall("x-forwarded-proto", [""])[-1].rpartition(",")[2].strip().lower()
        address = self._client(peer, headers) if is_forwarded else peer
        return Origin(address, _SCHEMES.get(told, scheme), is_forwarded, is_believed=True)

    def _client(self, peer: str, headers: Headers) -> str:
        """Return the last address that none of our proxies has; what lies before it is hearsay."""
        hops = ",".join(headers.getall("x-forwarded-for", [])).split(",")
        address = peer
        for hop in reversed(hops):
            parsed = _parsed(hop)
            if parsed is None:
                break
            address = str(parsed)
            if not self._is_ours(address):
                break
        return address

    def _is_ours(self, address: str) -> bool:
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
