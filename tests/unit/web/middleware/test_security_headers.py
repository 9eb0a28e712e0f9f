import pytest

from genonaut.config.settings import WebSettings
from genonaut.web.middleware.security_headers import SecurityHeaders


def headers_of(
    settings: WebSettings | None = None,
    *given: tuple[bytes, bytes],
    path: str = "/",
    is_secure: bool = False,
) -> dict[str, str]:
    security = SecurityHeaders(settings or WebSettings())
    found = security.completed(given, path=path, host="images.example:8001", is_secure=is_secure)
    names = [name for name, _ in found]
    assert len(names) == len(set(names))
    return {name.decode(): value.decode() for name, value in found}


def test_scripts_are_same_origin_and_framing_is_denied() -> None:
    policy = headers_of()["content-security-policy"].split("; ")
    assert "default-src 'self'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "img-src 'self' blob: data:" in policy
    assert "connect-src 'self' ws://images.example:8001" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy


def test_content_types_are_not_sniffed_and_referrers_not_sent() -> None:
    found = headers_of()
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "same-origin"
    assert found["x-frame-options"] == "DENY"


@pytest.mark.parametrize("mime", [b"text/javascript; charset=utf-8", b"text/css", b"font/woff2"])
def test_scripts_styles_and_fonts_get_only_what_concerns_them(mime: bytes) -> None:
    found = headers_of(None, (b"Content-Type", mime), path="/assets/a.js", is_secure=True)
    assert set(found) == {
        "Content-Type",
        "x-content-type-options",
        "cross-origin-resource-policy",
        "strict-transport-security",
    }


@pytest.mark.parametrize("mime", [b"text/html", b"image/svg+xml", b"application/json"])
def test_what_a_browser_shows_as_a_document_has_a_policy(mime: bytes) -> None:
    found = headers_of(None, (b"Content-Type", mime), path="/assets/a.svg")
    assert {"content-security-policy", "x-frame-options", "permissions-policy"} <= set(found)


def test_hsts_is_sent_only_over_https() -> None:
    assert "strict-transport-security" not in headers_of()
    found = headers_of(is_secure=True)
    assert found["strict-transport-security"] == "max-age=31536000"
    assert "connect-src 'self' wss://images.example:8001" in found["content-security-policy"]
    off = headers_of(WebSettings(hsts_seconds=0), is_secure=True)
    assert "strict-transport-security" not in off


def test_api_responses_are_not_cached_unless_they_say_so() -> None:
    assert headers_of(path="/api/v1/users/me")["cache-control"] == "no-store"
    assert "cache-control" not in headers_of(path="/")
    given = (b"Cache-Control", b"private")
    found = headers_of(None, given, path="/api/v1/content/1/image")
    assert found["Cache-Control"] == "private"
    assert "cache-control" not in found


def test_other_origins_embed_images_only_when_allowed() -> None:
    assert headers_of()["cross-origin-resource-policy"] == "same-origin"
    allowed = WebSettings(allowed_origins=("https://app.example",))
    assert headers_of(allowed)["cross-origin-resource-policy"] == "cross-origin"


def test_images_may_come_from_the_bucket_to_which_they_are_redirected() -> None:
    security = SecurityHeaders(WebSettings(), image_origin="https://minio.example:9000")
    found = dict(security.completed((), path="/", host="images.example", is_secure=True))
    policy = found[b"content-security-policy"].decode().split("; ")
    assert "img-src 'self' blob: data: https://minio.example:9000" in policy
