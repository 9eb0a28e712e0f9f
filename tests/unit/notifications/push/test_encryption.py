"""The encryption of push messages against the example of RFC 8291, appendix A."""

from cryptography.hazmat.primitives.asymmetric import ec

from genonaut.core.base64url import decode_base64url
from genonaut.notifications.push.encryption import encrypt, is_browser_key

BROWSER_KEY = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
SENDER_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
    "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
    "gSxsj_Qulcy4a-fN"
)


def bytes_of(text: str) -> bytes:
    found = decode_base64url(text)
    assert found is not None
    return found


def test_a_message_is_encrypted_as_in_the_example_of_the_rfc() -> None:
    sender_key = ec.derive_private_key(int.from_bytes(bytes_of(SENDER_KEY)), ec.SECP256R1())
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        browser_key=bytes_of(BROWSER_KEY),
        auth_secret=bytes_of("BTBZMqHH6r4Tts7J_aSIgg"),
        sender_key=sender_key,
        salt=bytes_of("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert body == bytes_of(BODY)


def test_only_points_of_the_curve_are_browser_keys() -> None:
    point = bytes_of(BROWSER_KEY)
    assert is_browser_key(point)
    assert not is_browser_key(point[:-1])
    assert not is_browser_key(point[:-1] + bytes([point[-1] ^ 1]))
    assert not is_browser_key(b"")


def test_text_that_is_not_base64url_has_no_bytes() -> None:
    assert decode_base64url("a b") is None
    assert decode_base64url("YWI=") == b"ab"
