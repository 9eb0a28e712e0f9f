"""Accepted URLs, and addresses that may be called."""

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from genonaut.core.errors import InvalidInputError, SettingsError
from genonaut.notifications.webhooks.addresses import AddressPolicy, AddressRefusedError
from genonaut.notifications.webhooks.destinations import parse_destination
from genonaut.notifications.webhooks.resolver import CheckedResolver

PUBLIC_ONLY = AddressPolicy()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook?x=1",
        "https://example.com:8443",
        "https://8.8.8.8/",
        "https://[2606:4700::1111]/",
        "https://[64:ff9b::8.8.8.8]/",
        "https://münchen.example/",
        "HTTPS://EXAMPLE.com/A",
    ],
)
def test_public_urls_are_accepted(url: str) -> None:
    assert parse_destination(url, PUBLIC_ONLY).scheme == "https"


PRIVATE_HOSTS = [
    "localhost",
    "localhost.",
    "LOCALHOST",
    "a.localhost",
    "printer.local",
    "metadata.google.internal",
    "intranet",
    "127.0.0.1",
    "127.0.0.1.",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - not bound
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "192.88.99.1",
    "192.0.2.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.1",
    "1.2.3.4.5",
    "%31%32%37.0.0.1",
    "\N{FULLWIDTH DIGIT ONE}27.0.0.1",
    "127。0。0。1",
    "①②⑦.0.0.1",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:a9fe:a9fe]",
    "[::127.0.0.1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001:0:1:2::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[100::1]",
    "[5f00::1]",
    "[3fff::1]",
    "[2001:20::1]",
]


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
@pytest.mark.parametrize("shape", ["https://{}/", "https://{}:8443/x", "http://{}/"])
def test_private_hosts_are_refused(host: str, shape: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_destination(shape.format(host), PUBLIC_ONLY)
    assert refused.value.errors[0].field == "url"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/x",
        "https://",
        "https:///x",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://:@example.com/",
        "https://@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com#fragment",
        "https://example.com#",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:x/",
        "https://example..com/",
        "https://exa mple.com/",
        "https://example.com/a b",
        "https://example.com/\r\nX-Header: 1",
        "https://example.com\\@evil.example/",
        "https://exa%00mple.com/",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 130}example/",
        f"https://example.com/{'x' * 2048}",
        "https://[::1",
        "https://[zz]/",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_destination(url, PUBLIC_ONLY)


@pytest.mark.parametrize(
    ("allowed", "url", "is_accepted"),
    [
        ("127.0.0.1", "http://127.0.0.1:9/", True),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]/", True),
        ("127.0.0.1", "http://127.0.0.2/", False),
        ("10.0.0.0/8", "http://10.9.8.7/", True),
        ("10.0.0.1/8", "http://10.9.8.7/", True),
        ("10.0.0.0/8", "http://11.0.0.1/", False),
        ("fd00::/8", "http://[fd00::1]/", True),
        ("hooks.lan", "http://hooks.lan/", True),
        ("Hooks.LAN", "http://hooks.lan./", True),
        ("hooks.lan", "http://other.lan/", False),
        ("hooks.lan", "http://evil.hooks.lan/", False),
        ("localhost", "http://localhost:3000/", True),
        ("localhost", "http://user:x@localhost/", False),
    ],
)
def test_hosts_allowed_by_the_settings_are_accepted(
    allowed: str, url: str, *, is_accepted: bool
) -> None:
    policy = AddressPolicy([allowed])
    if is_accepted:
        assert parse_destination(url, policy).scheme == "http"
        return
    with pytest.raises(InvalidInputError):
        parse_destination(url, policy)


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "http://x", "a b", "*.lan"])
def test_invalid_allowed_hosts_are_refused(entry: str) -> None:
    with pytest.raises(SettingsError, match=r"webhooks\.allowed_hosts"):
        AddressPolicy([entry])


class Answers(AbstractResolver):
    """A resolver that returns other addresses for every query."""

    def __init__(self, *rounds: list[str]) -> None:
        self.rounds = list(rounds)
        self.is_closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self.rounds.pop(0)
        ]

    async def close(self) -> None:
        self.is_closed = True


async def test_a_name_with_public_addresses_is_resolved() -> None:
    resolver = CheckedResolver(Answers(["8.8.8.8", "2606:4700::1111"]), PUBLIC_ONLY)
    answers = await resolver.resolve("example.com", 443)
    assert [one["host"] for one in answers] == ["8.8.8.8", "2606:4700::1111"]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["10.0.0.1", "8.8.8.8"],
        ["8.8.8.8", "::ffff:169.254.169.254"],
        ["fd00::1"],
        ["fe80::1%eth0"],
        ["64:ff9b::a00:1"],
    ],
)
async def test_one_private_address_makes_a_name_refused(addresses: list[str]) -> None:
    resolver = CheckedResolver(Answers(addresses), PUBLIC_ONLY)
    with pytest.raises(AddressRefusedError, match="not a public address"):
        await resolver.resolve("example.com", 443)


async def test_every_resolution_is_checked() -> None:
    inner = Answers(["8.8.8.8"], ["127.0.0.1"])
    resolver = CheckedResolver(inner, PUBLIC_ONLY)
    await resolver.resolve("example.com", 443)
    with pytest.raises(AddressRefusedError):
        await resolver.resolve("example.com", 443)
    await resolver.close()
    assert inner.is_closed


async def test_only_an_allowed_name_may_resolve_to_a_private_address() -> None:
    policy = AddressPolicy(["hooks.lan"])
    resolver = CheckedResolver(Answers(["192.168.1.5"], ["192.168.1.5"]), policy)
    assert await resolver.resolve("hooks.lan", 80)
    with pytest.raises(AddressRefusedError):
        await resolver.resolve("example.com", 443)


async def test_a_name_may_resolve_into_an_allowed_network() -> None:
    resolver = CheckedResolver(Answers(["192.168.1.5"]), AddressPolicy(["192.168.1.0/24"]))
    assert await resolver.resolve("example.com", 443)
