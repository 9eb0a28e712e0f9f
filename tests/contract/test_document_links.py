"""Paths and links in the documents lead somewhere."""

import re
import unicodedata
from pathlib import Path

import pytest

from genonaut.config import project_root

ROOT = project_root()
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BASES = ("", "src/genonaut", "frontend", "frontend/src", "tests", "docs")
"""Folders that paths in the documents are relative to."""
OF_COMFYUI = ("comfy/", "utils/")
_PATH = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+\.(?:py|md|tsx?|toml|json))?)`")
_LINK = re.compile(r"\]\((?!\w+://)([^)#]*)(?:#([^)]*))?\)")
_HEADING = re.compile(r"(?m)^#+ (.+)$")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_exist(document: Path) -> None:
    named = {
        path for path in _PATH.findall(document.read_text()) if not path.startswith(OF_COMFYUI)
    }
    missing = [path for path in named if not any((ROOT / base / path).exists() for base in BASES)]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_a_file_and_heading(document: Path) -> None:
    broken = []
    for target, anchor in _LINK.findall(document.read_text()):
        file = document.parent / target if target else document
        if not file.exists() or (anchor and anchor not in anchors_of(file)):
            broken.append(f"{target}#{anchor}")
    assert not broken


def anchors_of(document: Path) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a document."""
    return {anchor_of(heading) for heading in _HEADING.findall(document.read_text())}


def anchor_of(heading: str) -> str:
    """Return a heading in lower case, without punctuation, with hyphens for spaces."""
    kept = (
        character
        for character in heading.lower()
        if character in "-_ " or unicodedata.category(character)[0] in "LN"
    )
    return "".join(kept).replace(" ", "-")
