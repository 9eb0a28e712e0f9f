from genonaut.web.protocols.token_bucket import TokenBucket


def test_a_bucket_starts_full_and_refills_at_its_rate_up_to_the_burst() -> None:
    bucket = TokenBucket(rate=10.0, burst=5.0, now=100.0)
    assert bucket.available(100.0) == 5
    bucket.spend(5)
    assert bucket.available(100.0) == 0
    assert bucket.available(100.25) == 2
    assert bucket.available(200.0) == 5


def test_an_overdrawn_bucket_delays_what_follows() -> None:
    bucket = TokenBucket(rate=10.0, burst=5.0, now=0.0)
    bucket.spend(10)
    assert bucket.available(0.5) == 0
    assert bucket.available(0.625) == 1
