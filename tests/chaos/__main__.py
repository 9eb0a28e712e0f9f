"""Run the service under random faults and check that nothing was lost or doubled.

    just chaos [--seed N] [--minutes M] [--clients N] [--keep]

Exit status: 0 when every invariant holds. The seed decides the faults, not their exact moments.
"""

import argparse
import asyncio
import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

from tests.chaos.clients import Record, client
from tests.chaos.faults import Faults
from tests.chaos.installation import Installation, installation
from tests.chaos.invariants import connect, open_jobs, violations

_SETTLE_SECONDS = 900
_QUIET_CHECKS = 5


def say(text: str) -> None:
    """Write a line of the report."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def chaos(folder: Path, *, seed: int, minutes: float, clients: int) -> list[str]:
    """Return the violated invariants of one run."""
    async with installation(folder, delay_ms=400) as here:
        record = Record()
        faults = Faults(here, seed)
        say(f"seed {seed}: {clients} clients, {minutes:g} minutes of faults")
        injecting = asyncio.create_task(faults.run())
        # A client takes about a second per submission.
        submissions = max(1, int(minutes * 60))
        submitting = [
            asyncio.create_task(client(here.api_urls, seed * 1000 + number, submissions, record))
            for number in range(clients)
        ]
        done, _ = await asyncio.wait({injecting}, timeout=minutes * 60)
        for task in done:
            task.result()
        injecting.cancel()
        await asyncio.wait({injecting})
        await faults.heal()
        say(f"faults: {dict(sorted(faults.counts.items()))}")
        await asyncio.gather(*submitting)
        return await _check(here, record)


async def _check(here: Installation, record: Record) -> list[str]:
    database = await connect(here)
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE_SECONDS):
                while await open_jobs(database):  # noqa: ASYNC110 - rows have no event
                    await asyncio.sleep(1)
        remaining = await open_jobs(database)
        found: list[str] = []
        for _ in range(_QUIET_CHECKS):  # abandoned prompts are removed a moment later
            found = await violations(here, database, record)
            if not found:
                break
            await asyncio.sleep(10)
        counts = await database.fetch("SELECT status, count(*) FROM generation_jobs GROUP BY 1")
        failures = await database.fetch(
            "SELECT error_code, count(*) FROM generation_jobs WHERE status = 'failed' GROUP BY 1"
        )
    finally:
        await database.close()
    say(f"submissions: {len(record.accepted)}, cancelled by clients: {record.cancelled}")
    say(f"jobs: {dict(map(tuple, counts))}, failures: {dict(map(tuple, failures))}")
    return [*([f"{remaining} jobs never ended"] if remaining else []), *found]


def main() -> None:
    """Run, report, and exit with 1 when an invariant is violated."""
    parser = argparse.ArgumentParser(prog="just chaos", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="keep the directory with the logs")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="genonaut-chaos-"))
    folder.chmod(0o755)
    try:
        found = asyncio.run(
            chaos(folder, seed=options.seed, minutes=options.minutes, clients=options.clients)
        )
    finally:
        if options.keep:
            say(f"logs: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for one in found:
        say(f"VIOLATED: {one}")
    say("every invariant holds" if not found else f"{len(found)} violations")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
