import pytest

from genonaut.accounts.rate_limits import network_of
from genonaut.accounts.token_buckets import Bucket, LocalBuckets


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("genonaut.accounts.token_buckets.time.monotonic", lambda: now[0])
    return now


def test_a_bucket_allows_its_burst_and_then_its_rate(clock: list[float]) -> None:
    buckets, bucket = LocalBuckets(), Bucket("a", 3, 60.0)
    assert [buckets.take(bucket) for _ in range(3)] == [0, 0, 0]
    assert buckets.take(bucket) == pytest.approx(1.0)
    clock[0] += 0.5
    assert buckets.take(bucket) == pytest.approx(0.5)
    clock[0] += 0.5
    assert buckets.take(bucket) == 0


def test_a_bucket_never_holds_more_than_its_capacity(clock: list[float]) -> None:
    buckets, bucket = LocalBuckets(), Bucket("a", 2, 60.0)
    buckets.take(bucket)
    clock[0] += 3600
    assert [buckets.take(bucket) > 0 for _ in range(3)] == [False, False, True]


def test_the_least_recently_used_bucket_is_dropped(clock: list[float]) -> None:
    assert clock
    buckets = LocalBuckets(most=2)
    for name in ("a", "b", "a", "c"):
        buckets.take(Bucket(name, 2, 1.0))
    assert buckets.take(Bucket("a", 2, 1.0)) > 0
    assert buckets.take(Bucket("b", 2, 1.0)) == 0


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
    ],
)
def test_addresses_of_one_ipv6_network_share_a_bucket(address: str, place: str) -> None:
    assert network_of(address) == place
