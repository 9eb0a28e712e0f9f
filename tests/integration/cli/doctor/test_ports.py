"""``genonaut doctor`` while an API runs that was started separately."""

import asyncio
from urllib.parse import urlsplit

import aiohttp.web
from tests.support.server import serving

from genonaut.cli.doctor.machine import check_ports
from genonaut.cli.doctor.result import CheckResult, CheckStatus
from genonaut.config import Settings, load_settings


async def check_port(url: str) -> CheckResult:
    variables = {
        "GENONAUT_WEB__PORT": str(urlsplit(url).port),
        "GENONAUT_WEB__HOST": "0.0.0.0",  # noqa: S104
        "COMFYUI_URL": "http://gpu",
    }
    (result,) = await asyncio.to_thread(check_ports, load_settings("test", variables))
    return result


async def test_a_genonaut_api_on_the_port_is_recognised(settings: Settings) -> None:
    async with serving(settings) as url:
        result = await check_port(url)
    assert result.status is CheckStatus.OK
    assert "a Genonaut API answers at" in result.detail
    assert "status degraded, database ok, Redis ok" in result.detail


async def test_another_server_on_the_port_is_a_warning() -> None:
    app = aiohttp.web.Application()
    app.router.add_get("/api/v1/health", _answer)
    runner = aiohttp.web.AppRunner(app)
    await runner.setup()
    site = aiohttp.web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        result = await check_port(f"http://127.0.0.1:{port}")
    finally:
        await runner.cleanup()
    assert result.status is CheckStatus.WARNING
    assert "GENONAUT_WEB__PORT" in result.remedy


async def _answer(_: aiohttp.web.Request) -> aiohttp.web.Response:
    return aiohttp.web.json_response({"status": "ok"})
