"""An OpenID Connect provider: discovery, the address of a login, and its tokens.

Sources: OpenID Connect Core 1.0 (3.1.2, 3.1.3.7), OpenID Connect Discovery 1.0 (4), RFC 7636 (PKCE),
RFC 8725 (which algorithms to accept).
"""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import msgspec
import structlog

from genonaut.accounts.external.errors import LoginRefusedError, ProviderUnavailableError
from genonaut.config.settings import OidcSettings

if TYPE_CHECKING:
    import aiohttp

    from genonaut.accounts.external.id_tokens import Key

log = structlog.get_logger()
_TIMEOUT_SECONDS = 10
_MOST_BYTES = 1_048_576
_CACHED_SECONDS = 3600.0
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider says about itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] | None = None


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str = ""


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class Provider:
    """The configured provider; its metadata and keys are kept for an hour."""

    def __init__(self, settings: OidcSettings, http: "Callable[[], aiohttp.ClientSession]") -> None:
        """Take the settings, and what returns the session for requests."""
        self._settings = settings
        self._http = http
        self._lock = asyncio.Lock()
        self._metadata: Metadata | None = None
        self._keys: list[Key] = []
        self._read_at = 0.0

    async def metadata(self) -> Metadata:
        """Return the provider's metadata.

        Raises:
            ProviderUnavailableError: it does not answer, or is another issuer.
        """
        async with self._lock:
            if self._metadata is None or time.monotonic() - self._read_at > _CACHED_SECONDS:
                issuer = self._settings.issuer
                url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
                found = await self._get(url, Metadata)
                if found.issuer != issuer:
                    raise ProviderUnavailableError(
                        f"the identity provider calls itself {found.issuer}, and oidc.issuer is {issuer}"
                    )
                self._require_secure(found)
                self._metadata, self._read_at, self._keys = found, time.monotonic(), []
            return self._metadata

    async def login_url(
        self, *, redirect_uri: str, state: str, nonce: str, code_verifier: str
    ) -> str:
        """Return the address at the provider where the user logs in."""
        metadata = await self.metadata()
        digest = hashlib.sha256(code_verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": self._settings.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return _with_query(metadata.authorization_endpoint, query)

    async def logout_url(self, redirect_uri: str) -> str | None:
        """Return the address that ends the session at the provider; None if it has or says none."""
        try:
            metadata = await self.metadata()
        except ProviderUnavailableError:
            return None
        if metadata.end_session_endpoint is None:
            return None
        query = {
            "client_id": self._settings.client_id,
            "post_logout_redirect_uri": redirect_uri,
        }
        return _with_query(metadata.end_session_endpoint, query)

    async def claims(
        self, code: str, *, redirect_uri: str, code_verifier: str, nonce: str
    ) -> dict[str, Any]:
        """Exchange a code for tokens, verify them, and return what they say about the user.

        Raises:
            LoginRefusedError: the provider refuses the code, or its ID token is not valid.
            ProviderUnavailableError: the provider does not answer.
        """
        tokens = await self._exchange(code, redirect_uri, code_verifier)
        claims = self._checked(await self._decoded(tokens.id_token), nonce)
        metadata = await self.metadata()
        if metadata.userinfo_endpoint and tokens.access_token:
            headers = {"Authorization": f"Bearer {tokens.access_token}"}
            more = await self._get(metadata.userinfo_endpoint, dict[str, Any], headers)
            if more.get("sub") != claims["sub"]:  # OpenID Connect Core 1.0, 5.3.2
                raise LoginRefusedError("the identity provider answers for another user")
            claims = {**more, **claims}
        return claims

    async def _exchange(self, code: str, redirect_uri: str, code_verifier: str) -> _Tokens:
        metadata, settings = await self.metadata(), self._settings
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": code_verifier,
        }
        auth = None
        methods = metadata.token_endpoint_auth_methods_supported or ["client_secret_basic"]
        if not settings.client_secret:
            form["client_id"] = settings.client_id
        elif "client_secret_basic" in methods:
            from aiohttp import encode_basic_auth  # noqa: PLC0415 - few installations have a provider

            auth = encode_basic_auth(
                _form_encoded(settings.client_id), _form_encoded(settings.client_secret)
            )
        else:
            form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
        headers = {} if auth is None else {"Authorization": auth}
        url = metadata.token_endpoint
        tokens: _Tokens = await self._ask("POST", url, _Tokens, headers=headers, data=form)
        return tokens

    async def _decoded(self, token: str) -> dict[str, Any]:
        """Return the claims of a token with a valid signature; read the keys again if it has a new one."""
        from genonaut.accounts.external.id_tokens import claims_of  # noqa: PLC0415 - loads cryptography

        if not self._keys:
            await self._read_keys()
        try:
            return claims_of(token, self._keys)
        except LoginRefusedError:
            await self._read_keys()
        return claims_of(token, self._keys)

    def _checked(self, claims: dict[str, Any], nonce: str) -> dict[str, Any]:
        from genonaut.accounts.external.id_tokens import require_claims  # noqa: PLC0415 - loads cryptography

        settings = self._settings
        require_claims(claims, settings)
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else settings.client_id) != settings.client_id:
            raise LoginRefusedError("the ID token was issued to another client")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise LoginRefusedError("the ID token belongs to another login")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:  # noqa: PLR2004  # Core 1.0, 2
            raise LoginRefusedError("the ID token names no user")
        return claims

    async def _read_keys(self) -> None:
        metadata = await self.metadata()
        keys = (await self._get(metadata.jwks_uri, _Keys)).keys
        from genonaut.accounts.external.id_tokens import signing_keys  # noqa: PLC0415 - loads cryptography

        self._keys = signing_keys(keys)

    async def _get(
        self, url: str, shape: type[Any], headers: Mapping[str, str] | None = None
    ) -> Any:  # noqa: ANN401  # the shape
        return await self._ask("GET", url, shape, headers=headers or {})

    async def _ask(self, method: str, url: str, shape: type[Any], **options: Any) -> Any:  # noqa: ANN401
        import aiohttp  # noqa: PLC0415 - as above

        timeout = aiohttp.ClientTimeout(total=_TIMEOUT_SECONDS)
        options["headers"] = {**options["headers"], "Accept": "application/json"}
        try:
            async with self._http().request(
                method, url, timeout=timeout, allow_redirects=False, **options
            ) as reply:
                data = await reply.content.read(_MOST_BYTES + 1)
                while len(data) <= _MOST_BYTES and (more := await reply.content.read(_MOST_BYTES)):
                    data += more
                status = reply.status
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ProviderUnavailableError(
                f"the identity provider does not answer: {str(error) or type(error).__name__}"
            ) from error
        if method == "POST" and status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
            raise LoginRefusedError(f"the identity provider refuses the code ({status})")
        if status != HTTPStatus.OK or len(data) > _MOST_BYTES:
            raise ProviderUnavailableError(
                f"the identity provider answers with {status} at {urlsplit(url).path}"
            )
        try:
            return msgspec.json.decode(data, type=shape)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ProviderUnavailableError(
                f"the identity provider answers at {urlsplit(url).path} with something else: {error}"
            ) from error

    def _require_secure(self, found: Metadata) -> None:
        """Refuse addresses without TLS, except on this machine."""
        for url in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            parts = urlsplit(url)
            is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
            if parts.scheme != "https" and not is_local:
                raise ProviderUnavailableError(
                    f"the identity provider has an address without TLS: {url}"
                )


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def _form_encoded(text: str) -> str:
    """Encode a part of HTTP Basic credentials. Source: RFC 6749, 2.3.1."""
    return urlencode({"": text})[1:]
