import pytest
from litestar.datastructures import Headers

from genonaut.core.errors import SettingsError
from genonaut.web.middleware.trusted_proxies import RequestSource, TrustedProxies

TRUSTED = ("10.0.0.0/8", "127.0.0.1")


def source_of(
    peer: str, *headers: tuple[str, str], trusted: tuple[str, ...] = TRUSTED
) -> RequestSource:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return TrustedProxies(trusted).source_of(peer, "http", Headers(raw))


def test_without_forwarding_headers_the_peer_is_the_client() -> None:
    assert source_of("192.0.2.1") == RequestSource("192.0.2.1", "http", False, True)


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_forwarding_headers_of_untrusted_peers_are_ignored(name: str) -> None:
    found = source_of("192.0.2.1", (name, "127.0.0.1"), ("x-forwarded-proto", "https"))
    assert found == RequestSource("192.0.2.1", "http", True, False)
    assert not source_of("127.0.0.1", (name, "127.0.0.1"), trusted=()).is_loopback


@pytest.mark.parametrize(
    ("hops", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("127.0.0.1, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7, 10.1.1.1", "198.51.100.7"),
        ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("garbage", "10.0.0.1"),
        ("198.51.100.7, garbage", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_last_untrusted_address_is_the_client(hops: str, address: str) -> None:
    found = source_of("10.0.0.1", ("x-forwarded-for", hops))
    assert found.address == address
    assert found.is_trusted
    assert not found.is_loopback


def test_repeated_headers_are_read_as_one_list() -> None:
    found = source_of(
        "10.0.0.1", ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "198.51.100.7")
    )
    assert found.address == "198.51.100.7"


@pytest.mark.parametrize(
    ("told", "scheme"),
    [("https", "https"), ("HTTPS", "https"), ("http, https", "https"), ("javascript", "http")],
)
def test_a_trusted_proxy_sets_the_scheme(told: str, scheme: str) -> None:
    assert source_of("10.0.0.1", ("x-forwarded-proto", told)).scheme == scheme


@pytest.mark.parametrize(
    ("peer", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("unknown", False),
    ],
)
def test_only_direct_loopback_peers_are_loopback(peer: str, is_loopback: bool) -> None:
    assert source_of(peer, trusted=()).is_loopback is is_loopback


def test_an_invalid_proxy_address_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match=r"web\.trusted_proxies"):
        TrustedProxies(["nginx"])
