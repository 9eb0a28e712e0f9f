"""Servers that require headers, authentication or certificates."""

import base64
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs
from tests.integration.comfyui.scripted_server import FAST, ScriptedComfy, until

from genonaut.comfyui import (
    ComfyBackend,
    ComfyUnreachableError,
    ImageRef,
    access_of,
    client_of,
    download,
)
from genonaut.comfyui.access import _tls_of
from genonaut.config import load_settings
from genonaut.config.settings import BackendSettings
from genonaut.core.errors import SettingsError

TLS = Path(__file__).parents[2] / "data" / "comfyui" / "tls"
CA, CERTIFICATE, KEY = (str(TLS / name) for name in ("ca.pem", "client.pem", "client.key"))
BASIC = "Basic " + base64.b64encode("mé:s:cret".encode()).decode()


def settings_of(url: str, **more: Any) -> BackendSettings:
    """Read one backend as from a variable."""
    backends = json.dumps([{"name": "one", "url": url} | more])
    return load_settings("test", {"GENONAUT_COMFYUI__BACKENDS": backends}).backends[0]


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({"bearer_token": "t0ken"}, {"Authorization": "Bearer t0ken"}),
        ({"username": "mé", "password": "s:cret"}, {"Authorization": BASIC}),
        ({"headers": {"X-Key": "k", "X-Other": "o"}}, {"X-Key": "k", "X-Other": "o"}),
        (
            {"headers": {"X-Key": "k"}, "bearer_token": "t"},
            {"X-Key": "k", "Authorization": "Bearer t"},
        ),
    ],
)
async def test_access_data_are_sent_with_every_request_and_the_handshake(
    server: ScriptedComfy,
    http: aiohttp.ClientSession,
    tmp_path: Path,
    settings: dict[str, Any],
    headers: dict[str, str],
) -> None:
    refused: list[str] = []

    async def require(request: web.Request) -> web.StreamResponse:
        if not headers.items() <= dict(request.headers).items():
            refused.append(request.path)
            return web.Response(status=401)
        found = await request.app.router.resolve(request)
        reply: web.StreamResponse = await found.handler(request)
        return reply

    async def image(request: web.Request) -> web.StreamResponse:
        await require(request)
        return web.Response(body=b"png")

    paths = ("/ws", "/prompt", "/queue", "/system_stats", "/history/x", "/models/loras")
    server.answers |= dict.fromkeys(paths, require)
    server.answers["/view"] = image
    backend = settings_of(server.url, **settings)
    async with ComfyBackend(
        "one", backend.url, http, access=access_of(backend), settings=FAST
    ) as entered:
        await until(lambda: entered.listener.connected)
        assert entered.is_up
        await entered.client.submit({}, prompt_id="x", client_id="c")
        await entered.client.locate("x")
        await entered.client.delete_queued("x")
        await download(entered.client, ImageRef("a.png"), tmp_path / "a.png")
    assert refused == []
    with pytest.raises(ComfyUnreachableError, match="401"):
        await client_of(settings_of(server.url), http).system_stats()


@asynccontextmanager
async def https_server(*, requires_certificate: bool = False) -> AsyncIterator[str]:
    """Serve /system_stats over TLS, signed by the authority of the tests."""

    async def stats(_: web.Request) -> web.Response:
        return web.json_response({"system": {"comfyui_version": "0.33.0"}, "devices": []})

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=CA)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    context.verify_mode = ssl.CERT_REQUIRED if requires_certificate else ssl.CERT_NONE
    app = web.Application()
    app.router.add_get("/system_stats", stats)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_custom_authority_is_trusted_and_others_are_not(
    http: aiohttp.ClientSession,
) -> None:
    async with https_server() as url:
        with pytest.raises(ComfyUnreachableError, match="certificate verify failed"):
            await client_of(settings_of(url), http).system_stats()
        client = client_of(settings_of(url, ca_file=CA), http)
        assert (await client.system_stats()).system.comfyui_version == "0.33.0"


async def test_a_client_certificate_is_presented(http: aiohttp.ClientSession) -> None:
    certificate = {"client_certificate_file": CERTIFICATE, "client_key_file": KEY}
    async with https_server(requires_certificate=True) as url:
        with pytest.raises(ComfyUnreachableError):
            await client_of(settings_of(url, ca_file=CA), http).system_stats()
        client = client_of(settings_of(url, ca_file=CA, **certificate), http)
        assert (await client.system_stats()).system.comfyui_version == "0.33.0"


async def test_without_verification_any_certificate_passes_with_a_warning(
    http: aiohttp.ClientSession,
) -> None:
    async with https_server() as url:
        _tls_of.cache_clear()  # the warning is logged once per process
        with capture_logs() as lines:
            client = client_of(settings_of(url, verify=False), http)
        assert (await client.system_stats()).system.comfyui_version == "0.33.0"
    assert [(one["event"], one["log_level"]) for one in lines] == [
        ("comfyui.certificate_not_verified", "warning")
    ]


@pytest.mark.parametrize(
    ("settings", "setting"),
    [
        ({"ca_file": "/no/such/ca.pem"}, "ca_file"),
        ({"ca_file": KEY}, "ca_file"),
        ({"client_certificate_file": "/no/such/client.pem"}, "client_certificate_file"),
        ({"client_certificate_file": CERTIFICATE}, "client_certificate_file"),
    ],
)
async def test_an_unusable_certificate_file_is_named(
    http: aiohttp.ClientSession, settings: dict[str, Any], setting: str
) -> None:
    backend = settings_of("https://127.0.0.1:1", **settings)
    with pytest.raises(SettingsError, match=f"{setting} of backend one: cannot use"):
        access_of(backend)
    with pytest.raises(ComfyUnreachableError, match=setting):
        client_of(backend, http)


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("http://a", {"bearer_token": "secret", "username": "u"}),
        ("http://u:secret@a", {"bearer_token": "secret"}),
        ("http://a", {"headers": {"authorization": "secret"}, "username": "u"}),
        ("http://a", {"password": "secret"}),
        ("http://a", {"username": "a:b", "password": "secret"}),
        ("https://a", {"client_key_file": "secret"}),
        ("http://a", {"ca_file": "secret"}),
        ("http://a", {"verify": False}),
        ("http://a", {"headers": {"X-Key": "secret\r\nX-Other: 1"}}),
        ("http://a", {"headers": {"X Key": "secret"}}),
        ("http://a", {"bearer_token": "secret\n"}),
    ],
)
def test_contradicting_access_data_are_refused_without_showing_them(
    url: str, settings: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_of(url, **settings)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["u:secret@host", "//u:secret@host", "ftp://u:secret@host", " "])
def test_a_single_url_is_checked_like_the_others(url: str) -> None:
    with pytest.raises(SettingsError, match=r"comfyui\.url") as refused:
        load_settings("test", {"COMFYUI_URL": url})
    assert "secret" not in str(refused.value)


def test_representations_show_no_secrets() -> None:
    backend = settings_of("http://a", headers={"X-Key": "secret"}, username="u", password="secret")
    access = access_of(backend)
    encoded = base64.b64encode(b"u:secret").decode()
    for text in (repr(backend), repr(access), str([backend])):
        assert "secret" not in text
        assert encoded not in text


async def test_errors_show_no_secrets(server: ScriptedComfy, http: aiohttp.ClientSession) -> None:
    async def refuse(_: web.Request) -> web.StreamResponse:
        return web.Response(status=401)

    for path in ("/ws", "/system_stats"):
        server.answers[path] = refuse
    backend = settings_of(server.url, bearer_token="s3cr3t")
    async with ComfyBackend(
        "one", backend.url, http, access=access_of(backend), settings=FAST
    ) as entered:
        await until(lambda: entered.listener.failures > 1)
        assert not entered.is_up
        assert "s3cr3t" not in entered.status_text
