"""``scripts/run_with_stops.py`` freezes all processes of a command and returns its status."""

import re
import subprocess
import sys

from genonaut.config import project_root

_CHILD = "import time; time.sleep(1.0)"
_PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {_CHILD!r}], check=True)
sys.exit(3)
"""


def test_a_command_runs_to_its_end_with_stops() -> None:
    result = subprocess.run(
        [
            sys.executable,
            str(project_root() / "scripts" / "run_with_stops.py"),
            *("--seed", "5", "--run-seconds", "0.05", "0.1", "--stop-seconds", "0.05", "0.1"),
            *(sys.executable, "-c", _PARENT),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 3
    stops = re.search(r"were stopped (\d+) times \(--seed 5\)", result.stderr)
    assert stops is not None
    assert int(stops[1]) >= 1
