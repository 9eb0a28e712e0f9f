"""Time a scan of many model files, first and unchanged, and a loop that only reads their headers.

Standalone: ``python benchmarks/catalog_scan.py [--files 10000] [--processes N]``; prints one JSON object.
"Cold" is a scan without earlier results. ``--drop-caches`` also drops the kernel's page cache, which needs
root and slows down everything else on the machine.
"""

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.zoo.catalogue import all_specimens

from genonaut.catalog.scanning.examine import Examined
from genonaut.catalog.scanning.roots import Root
from genonaut.catalog.scanning.scan import Fingerprint, scan

T = TypeVar("T")
Known = dict[tuple[str, str], Fingerprint]


def generate(folder: Path, count: int) -> None:
    """Write ``count`` files into ``folder``: all specimens of the tests in turn, 200 per subfolder."""
    specimens = all_specimens()
    folder.mkdir(parents=True)
    for number in range(count):
        specimen = specimens[number % len(specimens)]
        round_number = number // len(specimens)
        specimen_name = specimen.name
        specimen.name = f"{number // 200:03}/{round_number:03}-{specimen_name.replace('/', '-')}"
        specimen.write(folder)
        specimen.name = specimen_name


def bare_loop(folder: Path) -> int:
    """Open every file and read only its header; return the number of bytes read."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:  # noqa: PTH118, PTH123  # faster than pathlib
                total += len(file.read(int.from_bytes(file.read(8), "little")))
    return total


def scan_once(
    folder: Path, known: Mapping[tuple[str, str], Fingerprint], processes: int | None
) -> list[Examined]:
    """Scan the folder and return the files that were opened."""
    roots = [Root(str(folder), "benchmark")]
    return [
        examined for batch in scan(roots, known, processes=processes) for examined in batch.examined
    ]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the duration of ``work`` in seconds, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def drop_page_cache() -> bool:
    """Drop the kernel's page cache; return whether that was permitted."""
    try:
        os.sync()
        Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")
    except OSError:
        return False
    return True


def run(
    files: int = 10_000, processes: int | None = None, *, drop_caches: bool = False
) -> dict[str, object]:
    """Generate files, scan them first and unchanged, and return the durations in seconds."""
    folder = Path(tempfile.mkdtemp(prefix="genonaut-catalog-")) / "models"
    try:
        generate(folder, files)
        dropped = drop_caches and drop_page_cache()
        bare_cold, _ = timed(lambda: bare_loop(folder))
        if dropped:
            drop_page_cache()
        cold, examined = timed(lambda: scan_once(folder, {}, processes))
        bare_warm, _ = timed(lambda: bare_loop(folder))
        known: Known = {(e.file.path, e.file.root.folder): Fingerprint.of(e.file) for e in examined}
        again, opened = timed(lambda: scan_once(folder, known, processes))
        return {
            "files": len(examined),
            "page_cache_dropped": dropped,
            "bare_loop_cold_seconds": round(bare_cold, 3),
            "scan_cold_seconds": round(cold, 3),
            "bare_loop_warm_seconds": round(bare_warm, 3),
            "scan_unchanged_seconds": round(again, 3),
            "opened_when_unchanged": len(opened),
            "max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    finally:
        shutil.rmtree(folder.parent)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=None)
    parser.add_argument("--drop-caches", action="store_true")
    options = parser.parse_args()
    result = run(options.files, options.processes, drop_caches=options.drop_caches)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
