"""Serving the built web app: routes, caching, compression, unknown paths."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from genonaut.core.errors import NotFoundError
from genonaut.web.errors.problem_details import EXCEPTION_HANDLERS
from genonaut.web.spa import read_assets, spa_routes

# What the build makes of SCRIPT; the bytes are only compared.
BROTLI = b"shortest"
SCRIPT = "export const answer = 42;\n" * 200
HTML = {"accept": "text/html"}


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Genonaut</title>")
    (tmp_path / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (tmp_path / "assets" / "app-1a2b.js.br").write_bytes(BROTLI)
    (tmp_path / ".stamp").write_text("secret")
    app = Litestar(spa_routes(read_assets(tmp_path)), exception_handlers=EXCEPTION_HANDLERS)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/generate", "/view/17", "/gallery?tags=sea"])
async def test_routes_of_the_app_serve_the_page(browser: httpx.AsyncClient, path: str) -> None:
    page = await browser.get(path, headers=HTML)
    assert page.status_code == 200
    assert "<title>Genonaut</title>" in page.text
    assert page.headers["cache-control"] == "no-cache"
    head = await browser.head(path, headers=HTML)
    assert (head.status_code, head.content) == (200, b"")


async def test_hashed_assets_are_immutable_and_compressed(
    browser: httpx.AsyncClient,
) -> None:
    plain = await browser.get("/assets/app-1a2b.js", headers={"accept-encoding": "identity"})
    assert plain.text == SCRIPT
    assert "immutable" in plain.headers["cache-control"]
    assert "javascript" in plain.headers["content-type"]
    zipped = await browser.get("/assets/app-1a2b.js", headers={"accept-encoding": "gzip"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.text == SCRIPT
    assert int(zipped.headers["content-length"]) < len(SCRIPT) / 2


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, br;q=0.5", "br"),
        ("gzip, br;q=0", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("gzip;q=0, identity", None),
        ("brotli, xgzip", None),
    ],
)
async def test_the_smallest_accepted_coding_is_sent(
    browser: httpx.AsyncClient, accepted: str, coding: str | None
) -> None:
    request = browser.build_request("GET", "/assets/app-1a2b.js")
    request.headers["accept-encoding"] = accepted
    answer = await browser.send(request, stream=True)
    sent = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "javascript" in answer.headers["content-type"]
    plain = {"br": BROTLI, None: SCRIPT.encode()}
    assert (gzip.decompress(sent) if coding == "gzip" else sent) == plain.get(
        coding, SCRIPT.encode()
    )


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone.js",
        "/assets/app-1a2b.js.br",
        "/api/v1/nothing",
        "/ws/nothing",
        "/.stamp",
        "/../secret",
    ],
)
async def test_unknown_paths_are_not_found(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path, headers={"accept": "*/*"})
    assert answer.status_code == 404
    assert answer.json()["code"] == NotFoundError.code


async def test_without_a_build_the_page_says_how_to_build(tmp_path: Path) -> None:
    assert read_assets(tmp_path) == {}
    app = Litestar(spa_routes({}), exception_handlers=EXCEPTION_HANDLERS)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert "just web-build" in (await client.get("/", headers=HTML)).text
