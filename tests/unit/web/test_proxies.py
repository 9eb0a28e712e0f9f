import pytest
from litestar.datastructures import Headers

from genonaut.core.errors import SettingsError
from genonaut.web.middleware.trusted_proxies import Origin, Proxies

TRUSTED = ("10.0.0.0/8", "127.0.0.1")


def origin(peer: str, *headers: tuple[str, str], trusted: tuple[str, ...] = TRUSTED) -> Origin:
    raw = [(name.encode(), value.encode()) for name, value in headers]
    return Proxies(trusted).origin(peer, "http", Headers(raw))


def test_without_headers_the_peer_is_the_client() -> None:
    assert origin("192.0.2.1") == Origin("192.0.2.1", "http", False, True)


@pytest.mark.parametrize("name", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_strangers_who_claim_to_forward_are_not_believed(name: str) -> None:
    found = origin("192.0.2.1", (name, "127.0.0.1"), ("x-forwarded-proto", "https"))
    assert found == Origin("192.0.2.1", "http", True, False)
    assert not origin("127.0.0.1", (name, "127.0.0.1"), trusted=()).is_loopback


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
def test_the_last_address_that_is_not_ours_is_the_client(hops: str, address: str) -> None:
    found = origin("10.0.0.1", ("x-forwarded-for", hops))
    assert found.address == address
    assert found.is_believed
    assert not found.is_loopback


def test_several_headers_are_one_list() -> None:
    found = origin(
        "10.0.0.1", ("x-forwarded-for", "203.0.113.9"), ("x-forwarded-for", "198.51.100.7")
    )
    assert found.address == "198.51.100.7"


@pytest.mark.parametrize(
    ("told", "scheme"),
    [("https", "https"), ("HTTPS", "https"), ("http, https", "https"), ("javascript", "http")],
)
def test_our_proxy_tells_the_scheme(told: str, scheme: str) -> None:
    assert origin("10.0.0.1", ("x-forwarded-proto", told)).scheme == scheme


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
def test_loopback_is_loopback(peer: str, is_loopback: bool) -> None:
    assert origin(peer, trusted=()).is_loopback is is_loopback


def test_a_proxy_that_is_no_address_stops_the_start() -> None:
    with pytest.raises(SettingsError, match=r"web\.trusted_proxies"):
        Proxies(["nginx"])
