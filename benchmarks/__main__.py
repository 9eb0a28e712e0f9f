"""Run all benchmarks: ``just bench [--json] [--quick] [--only reads|pipeline] [--out FILE]``.

Compare figures only with floors of the same run: machines are noisy.
"""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.catalog import catalog
from benchmarks.fan_out import fan_out
from benchmarks.footprint import footprint
from benchmarks.installation import Installation, installation
from benchmarks.notifications import unread_counts
from benchmarks.pipeline import added_latency, source_latency, throughput
from benchmarks.reads import reads, table
from benchmarks.single_reads import single_reads
from benchmarks.writes import writes

ITEMS = 1_000_000
QUICK_ITEMS = 20_000


async def measure(*, is_quick: bool) -> dict[str, Any]:
    """Run every benchmark except the reads against one installation; return figures by name."""
    share = 5 if is_quick else 1
    async with installation() as here:
        report("idle ...")
        found: dict[str, Any] = {"footprint_idle": await footprint(here, 10 / share)}
        report("latency ...")
        found["latency"] = await added_latency(here, 100 // share)
        found["source_latency"] = await source_latency(here, 100 // share)
        report("throughput ...")
        found["throughput"] = await throughput(here, 300 // share)
        report("writes ...")
        found["writes"] = await _writes(here, is_quick=is_quick)
        report("fan-out ...")
        found["fan_out"] = await fan_out(here, 10 // share)
        report("single reads ...")
        found["single_reads"] = await single_reads(here, 200 // share)
        report("catalogue ...")
        found["catalog"] = await catalog(here, 200 // share)
        report("notifications ...")
        found["notifications"] = await unread_counts(rows=100_000, queries=1_000 // share)
        found["footprint_after"] = await footprint(here, 5 / share)
        return found


async def measure_pipeline(*, is_quick: bool) -> dict[str, Any]:
    """Run latency, throughput and writes against an installation of their own."""
    share = 5 if is_quick else 1
    async with installation() as here:
        return {
            "latency": await added_latency(here, 100 // share),
            "source_latency": await source_latency(here, 100 // share),
            "throughput": await throughput(here, 300 // share),
            "writes": await _writes(here, is_quick=is_quick),
        }


async def _writes(here: Installation, *, is_quick: bool) -> dict[str, Any]:
    return await writes(here, rounds=3 if is_quick else 5, seconds=0.5 if is_quick else 1.0)


async def measure_reads(*, is_quick: bool, items: int | None) -> dict[str, Any]:
    """Run the reads under load and the gallery, over a database of their own."""
    report("reads and gallery ...")
    wanted = items or (QUICK_ITEMS if is_quick else ITEMS)
    return await reads(items=wanted, seconds=1.0 if is_quick else 2.0, rounds=4 if is_quick else 10)


async def run(options: argparse.Namespace) -> dict[str, Any]:
    """Run the chosen benchmarks."""
    found: dict[str, Any] = {}
    if options.only == "pipeline":
        return await measure_pipeline(is_quick=options.quick)
    if options.only is None:
        found |= await measure(is_quick=options.quick)
    return found | await measure_reads(is_quick=options.quick, items=options.items)


def report(text: str) -> None:
    """Write a progress message to standard error."""
    sys.stderr.write(f"{text}\n")


def rows(figures: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return every figure with its dotted name, such as ``latency.added.p50_ms``."""
    found: list[tuple[str, Any]] = []
    for name, value in figures.items():
        if isinstance(value, dict):
            found += rows(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", value))
    return found


def main() -> None:
    """Run the benchmarks, print the figures and write them to a file."""
    parser = argparse.ArgumentParser(prog="just bench", description=__doc__)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object on the last line"
    )
    parser.add_argument("--quick", action="store_true", help="a fifth of the samples, 20,000 items")
    parser.add_argument("--only", choices=["reads", "pipeline"], help="run only these")
    parser.add_argument("--items", type=int, help="content items of the reads and the gallery")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where to write JSON")
    options = parser.parse_args()
    figures = asyncio.run(run(options))
    options.out.write_text(json.dumps(figures, indent=2) + "\n")
    if options.json:
        sys.stdout.write(json.dumps(figures) + "\n")
        return
    single = rows(
        {name: value for name, value in figures.items() if name not in {"reads", "gallery"}}
    )
    width = max(len(name) for name, _ in single)
    for name, value in single:
        sys.stdout.write(f"{name.ljust(width)}  {value}\n")
    if "reads" in figures:
        sys.stdout.write(table(figures))


if __name__ == "__main__":
    main()
