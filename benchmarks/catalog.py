"""Time refreshes of the catalogue with 10,000 files, and requests for its pages.

Floors: a scan without a database, and a loop that only opens the files and reads their headers.
"""

import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import msgspec
from benchmarks.catalog_scan import bare_loop, generate, scan_once
from benchmarks.catalog_scan import timed as timed_scan
from benchmarks.figures import timed
from benchmarks.installation import Installation

from genonaut.catalog.recording.service import RecordingService
from genonaut.catalog.refresh.refresher import Refresher
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.runtime import Runtime, open_runtime

FILES = 10_000


async def catalog(here: Installation, samples: int, *, files: int = FILES) -> dict[str, Any]:
    """Fill the catalogue of the installation and time refreshes and pages."""
    folder = Path(tempfile.mkdtemp(prefix="genonaut-catalog-"))
    try:
        generate(folder / "models" / "loras", files)
        found = _floors(folder / "models" / "loras")
        catalog_settings = msgspec.structs.replace(
            here.settings.catalog, roots=(str(folder / "models"),)
        )
        settings = msgspec.structs.replace(here.settings, catalog=catalog_settings)
        async with open_runtime(settings, application="bench") as runtime:
            found |= await _refreshes(runtime)
            found |= await _pages(here, samples)
            async with runtime.begin() as uow:  # remove the models again
                known = await RecordingService(uow).known_files()
                await RecordingService(uow).record_missing([path for path, _ in known])
        return {"files": files, **found}
    finally:
        shutil.rmtree(folder)


def _floors(folder: Path) -> dict[str, Any]:
    bare, _ = timed_scan(lambda: bare_loop(folder))
    scan, _ = timed_scan(lambda: scan_once(folder, {}, None))
    return {
        "floor_bare_loop_seconds": round(bare, 3),
        "floor_scan_without_database_seconds": round(scan, 3),
    }


async def _refreshes(runtime: Runtime) -> dict[str, Any]:
    cold, report = await _timed(Refresher(runtime).run)
    async with runtime.begin() as uow:  # as after every refresh: stores the version of the rules
        await RefreshRequests(uow).finish(report)
    unchanged, again = await _timed(Refresher(runtime).run)
    return {
        "refresh_cold_seconds": round(cold, 3),
        "refresh_unchanged_seconds": round(unchanged, 3),
        "added": report["added"],
        "written_when_unchanged": again["added"] + again["changed"],
    }


async def _timed(
    act: Callable[[], Awaitable[dict[str, Any]]],
) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    report = await act()
    return time.perf_counter() - began, report


async def _pages(here: Installation, samples: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http:

        def get(path: str) -> Callable[[], Awaitable[Any]]:
            async def act() -> None:
                async with http.get(here.api_url + path) as answer:
                    answer.raise_for_status()
                    await answer.read()

            return act

        url = here.settings.database.url.replace("postgresql+asyncpg", "postgresql")
        connection = await asyncpg.connect(url)
        bare = "SELECT * FROM available_models ORDER BY name, id LIMIT 20"
        floor = await timed(lambda: connection.fetch(bare), samples)
        await connection.close()
        return {
            "floor_asyncpg_page": floor,
            "floor_empty_route": await timed(get("/health/live"), samples),
            "models_page": await timed(get("/api/v1/models"), samples),
            "models_page_of_100": await timed(get("/api/v1/models?limit=100"), samples),
            "models_search": await timed(get("/api/v1/models?search=flux"), samples),
            "loras_compatible": await timed(
                get("/api/v1/lora-models?limit=20&compatible_with=sd15.safetensors"), samples
            ),
        }
