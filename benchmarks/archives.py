"""Download 5,000 images as one zip, and measure the memory of the API meanwhile.

Standalone: ``python -m benchmarks.archives [--items 5000]``; prints one JSON object. Exits with 1 if the API
is more than ``LIMIT_MIB`` above what it had before, at any time.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
from benchmarks.installation import Installation, installation
from sqlalchemy import text
from tests.support.gallery import fill_gallery

from genonaut.db.engine import make_engine

LIMIT_MIB = 20.0
"""Growth that is allowed: the list of files at the end of the archive, buffers, code that is loaded."""
_FILE_BYTES = 500_000
"""As in the rows of ``fill_gallery``."""
_TRASHED = 50
"""``fill_gallery`` puts one of so many items into the trash."""
_SAMPLE_BYTES = 10_000_000


async def archives(here: Installation, items: int) -> dict[str, Any]:
    """Download all items as a zip, first a short one, and return size, time and memory in MiB."""
    await _fill(here, items)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as http:
        short = {"filter": {"search": "zeppelin"}}
        await _download(here, http, short)
        before = here.rss_mib(here.api_pid)
        began = time.perf_counter()
        received, peak = await _download(here, http, {"filter": {}})
        seconds = time.perf_counter() - began
    return {
        "items": items,
        "received_mb": round(received / 1e6),
        "mb_per_second": round(received / 1e6 / seconds),
        "api_before_mib": round(before, 1),
        "api_peak_mib": round(max(peak, before), 1),
        "api_after_mib": round(here.rss_mib(here.api_pid), 1),
        "growth_mib": round(max(peak - before, 0.0), 1),
    }


async def _fill(here: Installation, items: int) -> None:
    """Insert the items of the only user; all of their files are one file."""
    engine = make_engine(here.settings.database, application="benchmark")
    async with engine.connect() as connection:
        owner_id = (await connection.execute(text("SELECT id FROM users"))).scalar_one()
    count = items + items // (_TRASHED - 1)
    await fill_gallery(engine, owner_id, count=count)
    await engine.dispose()
    root = Path(here.settings.storage.root)
    await asyncio.to_thread(_link, root / "images" / str(owner_id), count)


def _link(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    original = folder / "original"
    original.write_bytes(os.urandom(_FILE_BYTES))
    for number in range(1, count + 1):
        os.link(original, folder / str(number))


async def _download(
    here: Installation, http: aiohttp.ClientSession, body: dict[str, Any]
) -> tuple[int, float]:
    """Return the bytes that arrived, and the most memory of the API in MiB."""
    received, peak, due = 0, 0.0, 0
    async with http.post(f"{here.api_url}/api/v1/content/download", json=body) as answer:
        answer.raise_for_status()
        async for chunk in answer.content.iter_any():
            received += len(chunk)
            if received >= due:
                due += _SAMPLE_BYTES
                peak = max(peak, here.rss_mib(here.api_pid))
    return received, max(peak, here.rss_mib(here.api_pid))


async def run(items: int) -> dict[str, Any]:
    """Measure an installation of its own."""
    async with installation() as here:
        return await archives(here, items)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archives", description=__doc__)
    parser.add_argument("--items", type=int, default=5_000)
    found = asyncio.run(run(parser.parse_args().items))
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    if found["growth_mib"] > LIMIT_MIB:
        sys.exit(1)


if __name__ == "__main__":
    main()
