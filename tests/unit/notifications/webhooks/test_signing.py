"""Signatures as receivers verify them."""

import base64
from datetime import UTC, datetime

import pytest
from tests.support.standard_webhooks import VerificationError, verify

from genonaut.core.errors import InvalidInputError
from genonaut.notifications.webhooks.signing import (
    new_secret,
    read_secret,
    show_secret,
    signed_headers,
)

AT = datetime(2026, 11, 21, 2, 0, 0, 900_000, tzinfo=UTC)
BODY = b'{"type":"job.completed","data":{"words":"\xc3\xa4"}}'


def test_a_published_example_is_reproduced() -> None:
    # Source: the test vector of the reference libraries of the specification.
    key = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers([key], "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}', at=at)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_with_the_secret_accepts_the_signature() -> None:
    key = new_secret()
    headers = signed_headers([key], "msg_1", BODY, at=AT)
    assert headers["webhook-timestamp"] == str(int(AT.timestamp()))
    verify(show_secret(key), headers, BODY, now=AT.timestamp())


@pytest.mark.parametrize("change", ["body", "id", "timestamp", "secret", "age"])
def test_every_change_is_detected(change: str) -> None:
    key = new_secret()
    headers = signed_headers([key], "msg_1", BODY, at=AT)
    secret, body, now = show_secret(key), BODY, AT.timestamp()
    match change:
        case "body":
            body += b" "
        case "id":
            headers["webhook-id"] = "msg_2"
        case "timestamp":
            headers["webhook-timestamp"] = str(int(now) + 1)
        case "secret":
            secret = show_secret(new_secret())
        case _:
            now += 301
    with pytest.raises(VerificationError):
        verify(secret, headers, body, now=now)


def test_during_a_renewal_both_secrets_are_accepted() -> None:
    old, fresh = new_secret(), new_secret()
    headers = signed_headers([fresh, old], "msg_1", BODY, at=AT)
    for key in (old, fresh):
        verify(show_secret(key), headers, BODY, now=AT.timestamp())


def test_a_secret_is_a_prefix_and_32_random_bytes() -> None:
    key = new_secret()
    assert len(key) == 32
    assert key != new_secret()
    assert show_secret(key) == "whsec_" + base64.b64encode(key).decode()
    assert read_secret(show_secret(key)) == key


@pytest.mark.parametrize(
    "text",
    ["", "whsec_", "whsec_!!!", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsk_AAAA"],
)
def test_invalid_secrets_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="whsec_"):
        read_secret(text)
