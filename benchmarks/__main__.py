"""Run all benchmarks: ``just bench [--json] [--quick] [--out FILE]``.

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
from benchmarks.installation import installation
from benchmarks.notifications import unread_counts
from benchmarks.pipeline import added_latency, throughput
from benchmarks.reads import reads


async def measure(*, is_quick: bool) -> dict[str, Any]:
    """Run every benchmark against one installation and return the figures by name."""
    share = 5 if is_quick else 1
    async with installation() as here:
        report("idle ...")
        found: dict[str, Any] = {"footprint_idle": await footprint(here, 10 / share)}
        report("latency ...")
        found["latency"] = await added_latency(here, 100 // share)
        report("throughput ...")
        found["throughput"] = await throughput(here, 300 // share)
        report("fan-out ...")
        found["fan_out"] = await fan_out(here, 10 // share)
        report("reads ...")
        found["reads"] = await reads(here, 200 // share)
        report("catalogue ...")
        found["catalog"] = await catalog(here, 200 // share)
        report("notifications ...")
        found["notifications"] = await unread_counts(rows=100_000, queries=1_000 // share)
        found["footprint_after"] = await footprint(here, 5 / share)
        return found


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
    parser.add_argument("--quick", action="store_true", help="a fifth of the samples")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where to write JSON")
    options = parser.parse_args()
    figures = asyncio.run(measure(is_quick=options.quick))
    options.out.write_text(json.dumps(figures, indent=2) + "\n")
    if not options.json:
        width = max(len(name) for name, _ in rows(figures))
        for name, value in rows(figures):
            sys.stdout.write(f"{name.ljust(width)}  {value}\n")
    else:
        sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
