"""``justw`` with fake programs for uv and Python on PATH; .ci/fresh-clone uses the real ones."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

# Creates an environment whose just prints its arguments, and logs each installation.
UV = """
case $1 in
--version) echo uv 0 ;;
venv)
    for directory; do :; done
    mkdir -p "$directory/bin"
    ln -s "{python}" "$directory/bin/python"
    printf '#!/bin/sh\\nprintf "<%%s>" "$@"\\n' >"$directory/bin/just"
    chmod +x "$directory/bin/just"
    echo venv >>"{log}"
    ;;
pip)
    sleep 0.05
    echo "$*" >>"{log}"
    [ ! -e "{log}.fail" ]
    ;;
esac
"""

# A Python whose environments have pip, or none where a file named no-pip is beside it.
PYTHON = """
case "$1 $2" in
"-m venv")
    mkdir -p "$3/bin"
    cp "$0" "$3/bin/python"
    printf '#!/bin/sh\\n' >"$3/bin/just"
    chmod +x "$3/bin/just"
    echo venv >>"{log}"
    ;;
"-m pip") echo pip >>"{log}" ;;
"-c import pip") [ ! -e "${{0%/*}}/no-pip" ] ;;
*) exec "{python}" "$@" ;;
esac
"""


class Machine:
    """A clone in a directory with a space in its name, and a PATH with chosen programs."""

    def __init__(self, path: Path) -> None:
        self.clone = path / "a clone"
        self.programs = path / "bin"
        self.log = path / "log"
        (self.clone / "requirements").mkdir(parents=True)
        self.programs.mkdir()
        shutil.copy(ROOT / "justw", self.clone)
        (self.clone / "justfile").touch()
        (self.clone / "pyproject.toml").touch()
        requirements = "# locked\nclick==8.3.0 \\\n    --hash=sha256:00\nrich==14.0.0\n"
        (self.clone / "requirements" / "dev.txt").write_text(requirements)
        for name in (
            "sh",
            "dirname",
            "cksum",
            "cat",
            "rm",
            "mv",
            "head",
            "mkdir",
            "ln",
            "chmod",
            "grep",
        ):
            self.link(name)
        self.link("sleep")

    def link(self, name: str) -> None:
        found = shutil.which(name)
        assert found is not None
        (self.programs / name).symlink_to(found)

    def install(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def install_uv(self) -> None:
        self.install("uv", UV.format(python=sys.executable, log=self.log))
        (self.programs / "python3").symlink_to(sys.executable)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["./justw", *arguments],
            cwd=self.clone,
            env={"PATH": str(self.programs)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = self.start(*arguments)
        output, errors = process.communicate()
        return process.returncode, output, errors

    def done(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_python_it_says_what_is_needed(machine: Machine) -> None:
    message = "justw: Python 3.11 or newer is needed, and none is on PATH.\n"
    assert machine.run("demo") == (1, "", message)


def test_an_old_python_is_refused(machine: Machine) -> None:
    machine.install("python3", "exit 1")
    assert "3.11 or newer is needed" in machine.run("demo")[2]


def test_without_the_venv_module_it_names_the_debian_package(machine: Machine) -> None:
    machine.install(
        "python3", 'case "$*" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac; exit 0'
    )
    status, output, errors = machine.run("demo")
    assert (status, output) == (1, "")
    assert errors == (
        "justw: Python 3.11 cannot make virtual environments here: install the package"
        " python3.11-venv (apt install python3.11-venv), or uv.\n"
    )


def test_arguments_are_passed_unchanged_and_the_second_run_is_silent(machine: Machine) -> None:
    machine.install_uv()
    expected = f"<--justfile><{machine.clone / 'justfile'}><test><-k><a or b>"
    status, output, errors = machine.run("test", "-k", "a or b")
    assert (status, output, errors) == (
        0,
        expected,
        (
            "justw: preparing .venv with uv; this takes a minute or two, and only once\n"
            "justw: 1/3 creating the virtual environment\n"
            "justw: 2/3 installing 2 packages\n"
            "justw: 3/3 installing Genonaut\n"
        ),
    )
    first = machine.done()
    assert [line.split()[0] for line in first] == ["venv", "pip", "pip"]
    assert "--require-hashes" in first[1]
    assert machine.run("test", "-k", "a or b") == (0, expected, "")
    assert machine.run("--prepare") == (0, "", "")
    assert machine.done() == first


def test_the_elapsed_time_is_printed_while_it_prepares(machine: Machine) -> None:
    machine.install_uv()
    # The 5 s pass at once. The installation waits for the second sleep, which follows the first line.
    (machine.programs / "sleep").unlink()
    slept, ticks = f"{machine.log}.slept", f"{machine.log}.ticks"
    machine.install("sleep", f'if [ -e "{slept}" ]; then echo >"{ticks}"; fi\n: >"{slept}"')
    machine.install(
        "uv",
        UV.format(python=sys.executable, log=machine.log).replace(
            "    sleep 0.05\n", f'    until [ -s "{ticks}" ]; do :; done\n'
        ),
    )
    status, _, errors = machine.run("--prepare")
    assert status == 0
    assert "justw: still preparing, 5 s\n" in errors


@pytest.mark.parametrize("changed", ["requirements/dev.txt", "pyproject.toml"])
def test_new_requirements_are_installed_into_the_environment(
    machine: Machine, changed: str
) -> None:
    machine.install_uv()
    machine.run("--prepare")
    (machine.clone / changed).write_text("# changed\n")
    machine.run("--prepare")
    assert [line.split()[0] for line in machine.done()] == ["venv", "pip", "pip", "pip", "pip"]


def test_an_environment_without_pip_is_replaced_when_uv_is_gone(machine: Machine) -> None:
    for name in ("cp", "mkdir"):
        if not (machine.programs / name).exists():
            machine.link(name)
    machine.install("python3", PYTHON.format(python=sys.executable, log=machine.log))
    assert machine.run("--prepare")[0] == 0
    (machine.clone / "pyproject.toml").write_text("# changed\n")
    assert machine.run("--prepare")[0] == 0
    assert machine.done().count("venv") == 1
    (machine.clone / ".venv" / "bin" / "no-pip").touch()
    (machine.clone / "pyproject.toml").write_text("# changed again\n")
    assert machine.run("--prepare")[0] == 0
    assert machine.done().count("venv") == 2


def test_a_moved_clone_gets_a_new_environment(machine: Machine) -> None:
    machine.install_uv()
    machine.run("--prepare")
    machine.clone = machine.clone.rename(machine.clone.with_name("moved"))
    assert machine.run("--prepare")[0] == 0
    assert machine.done().count("venv") == 2


def test_an_interrupted_preparation_is_repeated(machine: Machine) -> None:
    machine.install_uv()
    failing = machine.log.with_name("log.fail")
    failing.touch()
    status, output, _ = machine.run("demo")
    assert status != 0
    assert output == ""
    failing.unlink()
    assert machine.run("--prepare")[0] == 0
    assert machine.done().count("venv") == 2
    assert machine.run("--prepare") == (0, "", "")


def test_concurrent_starts_prepare_once(machine: Machine) -> None:
    machine.install_uv()
    started = [machine.start("list") for _ in range(3)]
    ends = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0]
    assert all(output.endswith("<list>") for output, _ in ends)
    assert machine.done().count("venv") == 1
    assert len(machine.done()) == 3


def test_started_programs_do_not_inherit_the_lock(machine: Machine) -> None:
    machine.install_uv()
    machine.run("--prepare")
    just = machine.clone / ".venv" / "bin" / "just"
    just.write_text("#!/bin/sh\n(: <&9) 2>/dev/null && echo open || echo closed\n")
    (machine.clone / "pyproject.toml").write_text("# changed, so that the lock is taken\n")
    assert machine.run("x")[1] == "closed\n"


def test_justw_is_executable() -> None:
    assert os.access(ROOT / "justw", os.X_OK)
