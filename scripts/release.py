"""Release a version: ``just release 0.2.0``.

Checks that the work tree is clean, that CHANGELOG.md has a dated heading for the version and that the
tag does not exist; sets the version in pyproject.toml and the web app, builds the wheel into dist/,
commits, and tags ``v0.2.0``. Nothing is pushed. On a failure the files get their old version back.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = re.compile(r"\d+\.\d+\.\d+")
# The first match in each file is the project's own version.
VERSIONED = {
    "pyproject.toml": re.compile(r'(?m)^(version = ")[^"]+(")'),
    "frontend/package.json": re.compile(r'(?m)^(  "version": ")[^"]+(")'),
    "frontend/package-lock.json": re.compile(r'(?m)^(  "version": ")[^"]+(")'),
}
# npm repeats it in the entry of the root package.
LOCKED_ROOT = re.compile(r'("": \{\s+"name": "[^"]+",\s+"version": ")[^"]+(")')
BUILD = ("uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "--out-dir", "dist")  # fmt: skip


def main() -> int:
    """Release; returns the exit status."""
    parser = argparse.ArgumentParser(prog="just release", description=__doc__)
    parser.add_argument("version", help="as in CHANGELOG.md, for example 0.2.0")
    version: str = parser.parse_args().version
    if (problem := problem_with(version)) is not None:
        sys.stderr.write(f"release: {problem}\n")
        return 1
    set_version(version)
    try:
        run(*BUILD)
    except subprocess.CalledProcessError:
        run("git", "checkout", "--quiet", "--", *VERSIONED)
        sys.stderr.write("release: the wheel could not be built; the version was restored\n")
        return 1
    if output("git", "status", "--porcelain", "--untracked-files=no"):
        run("git", "commit", "--quiet", "--message", f"release: {version}", "--", *VERSIONED)
    run("git", "tag", "--annotate", "--message", f"Genonaut {version}", f"v{version}")
    sys.stdout.write(
        f"Built dist/genonaut-{version}-py3-none-any.whl and tagged v{version}.\n"
        f"Publish with: git push --follow-tags\n"
    )
    return 0


def problem_with(version: str) -> str | None:
    """Return why this version cannot be released, or None."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if not VERSION.fullmatch(version):
        return f"{version!r} is not a version such as 0.2.0"
    if output("git", "status", "--porcelain"):
        return "the work tree is not clean; commit or stash first"
    if output("git", "tag", "--list", f"v{version}"):
        return f"the tag v{version} exists already"
    newest = re.findall(r"(?m)^## \[(?!Unreleased\])([^\]]+)\] - (.*)$", changelog)[:1]
    if not newest or newest[0][0] != version or not re.fullmatch(r"\d{4}-\d\d-\d\d", newest[0][1]):
        return f"the newest heading of CHANGELOG.md is not '## [{version}] - YYYY-MM-DD'"
    return None


def set_version(version: str) -> None:
    """Write the version into every file that states it."""
    for name, pattern in VERSIONED.items():
        path = ROOT / name
        text = pattern.sub(rf"\g<1>{version}\g<2>", path.read_text(encoding="utf-8"), count=1)
        if name.endswith("package-lock.json"):
            text = LOCKED_ROOT.sub(rf"\g<1>{version}\g<2>", text, count=1)
        path.write_text(text, encoding="utf-8")


def run(*command: str) -> None:
    """Run a command in the repository; raises CalledProcessError when it fails."""
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603  # the commands above


def output(*command: str) -> str:
    """Return what a command prints."""
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
