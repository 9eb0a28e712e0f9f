"""The journeys of frontend/e2e in a real browser, one test for each file.

The tests of one pytest process share an installation, and pytest-xdist spreads the files over its
processes. The journeys of a file may not rely on data that another file leaves behind; jobs that it
leaves are cancelled.
"""

from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from tests.e2e.conftest import end_open_jobs
from tests.support.journeys import FRONTEND, FirstFailures, run_journeys

# Estimated seconds of the slowest files on an idle machine with two cores, so that they start first
# (tests/support/ordering.py). A file of more than 90 seconds is split.
_SECONDS = {
    "accessibility": 90,
    "results": 90,
    "images": 85,
    "overlays": 85,
    "gallery": 65,
    "overlays-images": 65,
    "touch": 65,
    "generate": 60,
    "speed": 60,
    "pages": 60,
    "overlays-settings": 50,
    "notifications": 50,
    "feed": 50,
    "connection": 50,
    "overlays-admin": 45,
    "admin": 40,
    "organise": 35,
    "collections": 35,
    "admin-models": 30,
    "workflows-run": 30,
    "workflows-library": 30,
    "prompt-tools": 30,
    "layout": 25,
    "history": 25,
    "shell": 25,
    "grids": 25,
}
_OTHER_SECONDS = 20
# The limit only ends a hanging run, on a slow or busy machine too.
_LIMIT_SECONDS = 900


def _parameter(path: Path) -> ParameterSet:
    name = path.name.removesuffix(".e2e.ts")
    seconds = _LIMIT_SECONDS + 10 * _SECONDS.get(name, _OTHER_SECONDS)
    return pytest.param(f"e2e/{path.name}", id=name, marks=pytest.mark.timeout(seconds))


@pytest.mark.parametrize(
    "file", [_parameter(path) for path in sorted((FRONTEND / "e2e").glob("*.e2e.ts"))]
)
async def test_journeys(
    file: str, service: str, browser: str, first_failures: FirstFailures, tmp_path: Path
) -> None:
    await end_open_jobs(service)
    await run_journeys(
        "journeys",
        tmp_path / "report.json",
        file,
        first_failures=first_failures,
        GENONAUT_TEST_WEB_URL=service,
        GENONAUT_CHROMIUM=browser,
    )
