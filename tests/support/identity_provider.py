"""An OpenID Connect provider with real HTTP and real signatures, which can answer wrongly.

Source: OpenID Connect Core 1.0, Discovery 1.0; RFC 7636 (PKCE). It logs in ``user`` without asking.
"""

import asyncio
import base64
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer
from joserfc import jwk, jwt

CLIENT_ID = "genonaut"
CLIENT_SECRET = "s:cret &+ü"


def encoded(value: object) -> str:
    """Return a part of a token: JSON in Base64."""
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


class IdentityProvider:
    """The provider; tests change ``user``, the tokens, the metadata and the keys."""

    def __init__(self) -> None:
        self.url = ""
        self.user: dict[str, Any] = {"sub": "user-1", "preferred_username": "Ada.L@example.org"}
        self.extra_userinfo: dict[str, Any] | None = None
        self.metadata_changes: dict[str, Any] = {}
        self.change_claims: Callable[[dict[str, Any]], None] = lambda _: None
        self.change_token: Callable[[str, dict[str, Any]], str] = lambda token, _: token
        self.is_down = False
        self.refuses = ""
        self.key_reads = 0
        self.keys: list[jwk.Key] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.exchanged: list[dict[str, str]] = []
        self.rotate()

    def rotate(self, kind: str = "RSA") -> None:
        """Replace the signing key; the former one is no longer published."""
        size = {"RSA": 2048, "EC": "P-256", "OKP": "Ed25519"}[kind]
        parameters = {"kid": f"key-{time.monotonic_ns()}", "use": "sig"}
        self.keys = [jwk.generate_key(kind, size, parameters)]  # type: ignore[call-overload]

    @property
    def algorithm(self) -> str:
        return {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519"}[self.keys[0].key_type]

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/logout",
            "response_types_supported": ["code"],
        } | self.metadata_changes

    async def discovery(self, _: web.Request) -> web.Response:
        if self.is_down:
            return web.Response(status=503)
        return web.json_response(self._metadata())

    async def published_keys(self, _: web.Request) -> web.Response:
        self.key_reads += 1
        odd = {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}
        unknown = {"kty": "RSA", "kid": "broken"}
        return web.json_response(
            {"keys": [odd, unknown, *(key.as_dict(private=False) for key in self.keys)]}
        )

    async def authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        answer = {"state": query["state"], "iss": self.url, "session_state": "x"}
        if self.refuses:
            answer["error"] = self.refuses
        else:
            answer["code"] = f"code-{len(self.codes)}"
            self.codes[answer["code"]] = query
        location = f"{query['redirect_uri']}?{urlencode(answer)}"
        return web.Response(status=302, headers={"Location": location})

    async def token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.exchanged.append(form | {"authorization": request.headers.get("Authorization", "")})
        begun = self.codes.pop(form["code"], None)
        challenge = hashlib.sha256(form["code_verifier"].encode()).digest()
        expected = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if begun is None or begun["code_challenge"] != expected:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if form["redirect_uri"] != begun["redirect_uri"]:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": begun["nonce"],
            **self.user,
        }
        self.change_claims(claims)
        key = self.keys[0]
        header = {"alg": self.algorithm, "kid": key.kid}
        signed = jwt.encode(header, claims, key, algorithms=[self.algorithm])
        tokens = {
            "id_token": self.change_token(signed, claims),
            "access_token": "access",
            "token_type": "Bearer",
        }
        return web.json_response(tokens)

    async def userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer access"
        found = self.user if self.extra_userinfo is None else self.extra_userinfo
        return web.json_response(found)


@contextlib.asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    """Serve a provider on a free port of loopback."""
    provider = await asyncio.to_thread(IdentityProvider)
    app = web.Application()
    app.add_routes(
        [
            web.get("/.well-known/openid-configuration", provider.discovery),
            web.get("/keys", provider.published_keys),
            web.get("/authorize", provider.authorize),
            web.post("/token", provider.token),
            web.get("/userinfo", provider.userinfo),
        ]
    )
    async with TestServer(app, host="127.0.0.1") as server:
        provider.url = str(server.make_url("")).rstrip("/")
        yield provider
