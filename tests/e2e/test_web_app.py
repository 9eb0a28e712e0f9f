"""The web app: its own unit tests, and its journeys in a real browser."""

import asyncio

import pytest
from tests.e2e.conftest import npm


@pytest.mark.timeout(600)
def test_the_units_of_the_web_app() -> None:
    done = npm("test")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.timeout(900)
async def test_the_journeys_of_the_web_app_in_a_browser(service: str, browser: str) -> None:
    done = await asyncio.to_thread(
        npm, "run", "e2e", GENONAUT_TEST_WEB_URL=service, GENONAUT_CHROMIUM=browser
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
