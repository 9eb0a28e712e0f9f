"""Run a command and freeze all its processes for 1 to 3 s now and then, as on a busy machine.

``just stops tests/integration/faults`` runs tests so: what depends on the speed of the machine, or
takes a frozen process for a dead one, fails.
"""

import argparse
import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Sequence

import psutil


def descendants(root: psutil.Process) -> list[psutil.Process]:
    """Return a process and all processes that it started, parents first."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [root, *root.children(recursive=True)]
    return []


def freeze(root: psutil.Process, seconds: float) -> int:
    """Stop all processes of the run for some seconds; returns how many.

    Parents are stopped first, and the search is repeated until it finds no new process.
    """
    stopped: dict[int, psutil.Process] = {}
    try:
        while fresh := [one for one in descendants(root) if one.pid not in stopped]:
            for one in fresh:
                stopped[one.pid] = one
                with contextlib.suppress(psutil.Error):
                    one.suspend()
        time.sleep(seconds)
    finally:
        for one in reversed(stopped.values()):
            with contextlib.suppress(psutil.Error):
                one.resume()
    return len(stopped)


def main(arguments: Sequence[str]) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))  # noqa: S311  # no secret
    parser.add_argument("--run-seconds", type=float, nargs=2, default=(2.0, 10.0))
    parser.add_argument("--stop-seconds", type=float, nargs=2, default=(1.0, 3.0))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)  # noqa: S311  # no secret
    sys.stderr.write(f"stops with --seed {options.seed}\n")
    run = subprocess.Popen(options.command)  # noqa: S603  # the caller's own
    root, stops = psutil.Process(run.pid), 0
    try:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                run.wait(chance.uniform(*options.run_seconds))
                break
            stops += freeze(root, chance.uniform(*options.stop_seconds)) > 0
    except KeyboardInterrupt:
        run.wait()
    sys.stderr.write(f"all processes were stopped {stops} times (--seed {options.seed})\n")
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
