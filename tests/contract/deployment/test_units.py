"""The systemd units: what they start, and that systemd accepts them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from genonaut.cli.main import cli
from genonaut.config import project_root

UNITS = sorted((project_root() / "deploy" / "systemd").glob("*.service"))
SYSTEM_UNITS = Path("/usr/lib/systemd/system")
TARGETS = ("sysinit", "basic", "shutdown", "network-online", "multi-user", "network", "sockets")
MORE_TARGETS = ("timers", "paths", "slices", "local-fs", "local-fs-pre", "swap", "umount", "final")
MOST_EXPOSURE = 20
"""In tenths; systemd calls up to 2.0 OK, and 9.6 is a unit without hardening."""


def entries(unit: Path) -> dict[str, str]:
    """Return the assignments of a unit; a repeated name keeps its last value."""
    lines = [line for line in unit.read_text().splitlines() if "=" in line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)


def systemd_analyze() -> str:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed (Debian's systemd)")
    return program


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_an_existing_command_as_an_ordinary_user(unit: Path) -> None:
    found = entries(unit)
    assert found["User"] == found["Group"] == "genonaut"
    assert found["EnvironmentFile"] == "/etc/genonaut/genonaut.env"
    program, *arguments = found["ExecStart"].split()
    assert program == "/opt/genonaut/bin/genonaut"
    assert CliRunner().invoke(cli, [*arguments, "--help"]).exit_code == 0
    assert found["ProtectSystem"] == "strict"
    assert found["NoNewPrivileges"] == "yes"
    assert found["CapabilityBoundingSet"] == ""


def test_api_and_worker_start_after_the_migrations_and_are_started_again() -> None:
    names = [unit.name for unit in UNITS]
    assert names == [
        "genonaut-api.service",
        "genonaut-backup.service",
        "genonaut-migrate.service",
        "genonaut-worker@.service",
    ]
    for unit in (UNITS[0], UNITS[3]):
        found = entries(unit)
        assert found["Requires"] == "genonaut-migrate.service"
        assert "genonaut-migrate.service" in found["After"].split()
        assert found["Restart"] == "always"
        # A worker hands its jobs back within 10 s, and is killed only after that.
        assert int(found["TimeoutStopSec"]) > 25


def test_the_timer_starts_the_backup() -> None:
    timer = project_root() / "deploy" / "systemd" / "genonaut-backup.timer"
    found = entries(timer)
    assert found["WantedBy"] == "timers.target"
    done = subprocess.run(
        [systemd_analyze(), "calendar", found["OnCalendar"]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert entries(timer.with_suffix(".service"))["ExecStart"].endswith("genonaut backup create")


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    program = systemd_analyze()
    if not (SYSTEM_UNITS / "sysinit.target").exists():
        pytest.skip("the units of systemd itself are not installed")
    system, own = tmp_path / "usr/lib/systemd/system", tmp_path / "etc/systemd/system"
    binaries = tmp_path / "opt/genonaut/bin"
    for folder in (system, own, binaries):
        folder.mkdir(parents=True)
    for target in (*TARGETS, *MORE_TARGETS):
        shutil.copy(SYSTEM_UNITS / f"{target}.target", system)
    for unit in UNITS:
        shutil.copy(unit, own)
    (binaries / "genonaut").write_text("#!/bin/sh\n")
    (binaries / "genonaut").chmod(0o755)
    names = [unit.name.replace("@.", "@1.") for unit in UNITS]
    command = [program, "verify", f"--root={tmp_path}", "--man=no", *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_exposure_of_a_unit_is_small(unit: Path) -> None:
    command = [
        systemd_analyze(),
        "security",
        "--offline=true",
        f"--threshold={MOST_EXPOSURE}",
        str(unit),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
