"""Which addresses a webhook may call: public ones, and those allowed by the settings.

Source: RFC 6890 and the IANA special-purpose address registries as implemented by ``ipaddress``,
plus addresses that these omit.
"""

import re
import socket
from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from genonaut.core.errors import ForbiddenError, SettingsError

Address = IPv4Address | IPv6Address
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291; everything else has a special purpose
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
_RESERVED = (
    IPv4Network("192.0.0.0/24"),  # RFC 6890: protocol assignments; Oracle's metadata, too
    IPv4Network("192.88.99.0/24"),  # RFC 7526: relays of 6to4
    IPv4Network("168.63.129.16/32"),  # Azure's platform and its metadata, at a public address
    IPv6Network("2001::/23"),  # RFC 2928: protocol assignments, with Teredo's tunnels
    IPv6Network("2002::/16"),  # RFC 3056: tunnels to an IPv4 address
    IPv6Network("3fff::/20"),  # RFC 9637: documentation
)
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_PRIVATE_SUFFIXES = ("localhost", "localdomain", "local", "internal", "lan", "home.arpa")
"""Suffixes of names that belong to private networks."""


class AddressRefusedError(ForbiddenError):
    """Webhooks may not call this address."""

    code = "address_refused"


class AddressPolicy:
    """Allows public addresses and those listed in the settings."""

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._names: set[str] = set()
        for entry in allowed:
            self._add(entry)

    def is_listed(self, host: str) -> bool:
        """Return whether the settings list this host or, for an address, a network that contains it."""
        address = literal_address(host)
        if address is None:
            return normalized_name(host) in self._names
        return self._is_in_listed_network(_embedded_ipv4(address))

    def check_host(self, host: str) -> None:
        """Refuse a host that is private, as far as its text shows; does not query DNS.

        Raises:
            AddressRefusedError: with the reason.
        """
        if self.is_listed(host):
            return
        address = literal_address(host)
        if address is not None:
            self.check_address(host, str(address))
            return
        name = normalized_name(host)
        if not _NAME.fullmatch(name):
            raise AddressRefusedError(f"{host} is not a valid host name")
        if _is_numeric(name):
            raise AddressRefusedError(
                f"{host} is not a valid host name; write IPv4 addresses like 192.0.2.1"
            )
        if "." not in name or name.endswith(tuple(f".{suffix}" for suffix in _PRIVATE_SUFFIXES)):
            raise AddressRefusedError(f"{host} is a private network name")

    def check_address(self, host: str, text: str) -> None:
        """Refuse an address to which ``host`` was resolved.

        Raises:
            AddressRefusedError: it is not public, and neither it nor the host is listed.
        """
        address = _embedded_ipv4(ip_address(text.partition("%")[0]))
        if self.is_listed(host) or self._is_in_listed_network(address) or _is_public(address):
            return
        raise AddressRefusedError(f"{host} resolves to {address}, which is not a public address")

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(ip_network(entry, strict=False))
        except ValueError:
            if not _NAME.fullmatch(normalized_name(entry)):
                message = (
                    f"webhooks.allowed_hosts: {entry!r} is not a host name, address or network"
                )
                raise SettingsError(message) from None
            self._names.add(normalized_name(entry))

    def _is_in_listed_network(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def literal_address(host: str) -> Address | None:
    """Return the address if the host is written as one; None for a name."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]").rstrip(".").partition("%")[0])
    except ValueError:
        return None


def normalized_name(host: str) -> str:
    """Return a host name in the form used for comparisons."""
    return host.lower().rstrip(".")


def _is_numeric(name: str) -> bool:
    """Return whether a resolver could read this as an IPv4 address: 2130706433, 0x7f.1, 017.1.

    Source: WHATWG URL, "ends in a number checker"; inet_aton(3) for what resolvers do.
    """
    last = name.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        return True
    try:
        socket.inet_aton(name)
    except (OSError, UnicodeError):
        return False
    return True


def _embedded_ipv4(address: Address) -> Address:
    """Return the IPv4 address that an IPv4-mapped or NAT64 address reaches; else the address."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if any(address in network for network in _RESERVED):
        return False
    return isinstance(address, IPv4Address) or address in _GLOBAL_UNICAST
