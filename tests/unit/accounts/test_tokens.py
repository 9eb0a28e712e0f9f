import pytest

from genonaut.accounts.tokens import (
    csrf_token_of,
    equal_in_constant_time,
    hash_of,
    new_key_secret,
    new_token,
    read_key,
    write_key,
)


def test_secrets_are_unique_and_long() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) >= 43  # 256 bits in base64
    assert len(new_key_secret()) == 64  # 256 bits in hexadecimal digits


def test_a_key_is_parsed_as_written() -> None:
    secret = new_key_secret()
    assert read_key(write_key(17, secret)) == (17, secret)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gn_",
        "gn_1_",
        "gn_0_" + "a" * 64,
        "gn_01_" + "a" * 64,
        "gn_-1_" + "a" * 64,
        "gn_\u0661_" + "a" * 64,
        "gn_9999999999999999999_" + "a" * 64,
        "gn_1_" + "a" * 63,
        "gn_1_" + "A" * 64,
        "gn_1_" + "a" * 64 + "\n",
        "gn_1_" + "a" * 65,
        "sk_1_" + "a" * 64,
    ],
)
def test_other_texts_are_no_key(text: str) -> None:
    assert read_key(text) is None


def test_the_csrf_token_is_derived_from_the_session_without_revealing_it() -> None:
    token = new_token()
    assert csrf_token_of(token) == csrf_token_of(token)
    assert csrf_token_of(token) != csrf_token_of(new_token())
    assert token not in csrf_token_of(token)
    assert bytes.fromhex(csrf_token_of(token)) != hash_of(token)


def test_non_ascii_texts_can_be_compared() -> None:
    assert equal_in_constant_time("ü", "ü")
    assert not equal_in_constant_time("ü", "u")
    assert not equal_in_constant_time("", "u")
