"""Report words of docs/glossary.md, "Words we do not use", in code, tests and documents.

Prints ``path:line: word -> replacement`` for each and exits with 1 when there are any.
``--count`` prints the number for each top-level folder instead.
"""

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = {
    ".py",
    ".md",
    ".ts",
    ".tsx",
    ".mjs",
    ".css",
    ".html",
    ".toml",
    ".yml",
    ".yaml",
    ".mako",
    "",
}
EXEMPT = ("docs/glossary.md", "scripts/check_wording.py")
"""The list of the words, for readers and for this script."""

WORDS = {
    r"tell(?:s|ing)? whether": "return whether, is_…, has_…",
    # Except the Unix account: `nobody`, "user nobody", "(nobody)", its entry of pwd.
    r"(?<![`'\"(])(?<!user\s)(?<!as\s)(?<!as_)(?<!of_)nobody(?![`'\"]|\.pw_|\s=\spwd)": "no other process, no user",
    r"somebody": "another user, another process",
    r"whoever": "the caller, the process that …",
    r"(?:under|before) (?:our|its|the sweep's) eyes": "while we waited, after it observed",
    r"(?:bring(?:s|ing)?|brought) (?:it |them |an image |the image )?home": "download and store",
    r"on (?:its|their) way home": "being downloaded and stored",
    r"shuts? out": "deactivate; lease lost",
    r"what became of": "the outcome of",
    r"g(?:ave|ives?|iving|iven) way": "was chosen as deadlock victim, retries",
    r"(?:stood|stands?|standing) still": "was stopped, paused, frozen",
    r"look(?:s|ed|ing)? again": "check again, re-check",
    r"mend(?:s|ed|ing|able)?": "fix, repair",
    r"lifelines?": "parent watch",
    r"so many images": "number of images",
    r"beg(?:in|ins|an|un) nothing new": "pause the queue",
    r"nothing new is begun": "no new job is started",
    r"heed(?:s|ed|ing)?": "check, obey",
    r"(?<!\")pictures(?!\")|(?:an?|the|each|every|one|its|no|this|that|whole) picture": "image",
    r"the door": "request guard",
    r"wishes": "options",
    r"likewise": "also, the same",
    r"for ever": "without limit, indefinitely",
}
# Between the words of a phrase: a line break with what comments and strings put around it.
_GAP = r"[\s#*/>|\"']+"
# Letters only at the borders, so that names_with_underscores are found too.
_PATTERNS = [
    (re.compile(rf"(?<![A-Za-z])(?:{word.replace(' ', _GAP)})(?![A-Za-z])", re.IGNORECASE), use)
    for word, use in WORDS.items()
]


class Hit(NamedTuple):
    """One place to change."""

    path: str
    line: int
    word: str
    use: str


def main() -> int:
    """Check every tracked text file; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", action="store_true", help="only count, for each folder")
    options = parser.parse_args()
    found = [hit for path in tracked_files() for hit in hits_in(path)]
    if options.count:
        for folder, number in Counter(folder_of(hit.path) for hit in found).most_common():
            sys.stdout.write(f"{number:5} {folder}\n")
    else:
        for hit in found:
            sys.stdout.write(f"{hit.path}:{hit.line}: {hit.word} -> {hit.use}\n")
    return 1 if found else 0


def tracked_files() -> Iterator[str]:
    """Yield the text files under version control, without the exempt ones."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for path in filter(None, listing.stdout.split("\0")):
        if path not in EXEMPT and (ROOT / path).is_file() and Path(path).suffix in SUFFIXES:
            yield path


def hits_in(path: str) -> Iterator[Hit]:
    """Yield the words in one file, with the line on which each begins."""
    text = (ROOT / path).read_text(encoding="utf-8")
    for pattern, use in _PATTERNS:
        for match in pattern.finditer(text):
            word = " ".join(match[0].split())
            yield Hit(path, text.count("\n", 0, match.start()) + 1, word, use)


def folder_of(path: str) -> str:
    """Return the folder by which hits are counted: a package of src, else the top-level one."""
    parts = path.split("/")
    return "/".join(parts[:3]) if parts[0] == "src" else parts[0]


if __name__ == "__main__":
    sys.exit(main())
