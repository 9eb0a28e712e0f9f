"""Sizes as text, and that no text for users has another unit."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from genonaut.core.sizes import format_bytes

ROOT = Path(__file__).parents[3]
BINARY_UNIT = re.compile(r"\b[KMGT]iB\b")


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 KB"),
        (1_500, "1.5 KB"),
        (99_949, "99.9 KB"),
        (99_960, "100 KB"),
        (123_456_789, "123 MB"),
        (999_600_000, "1.0 GB"),
        (6_938_000_000, "6.9 GB"),
        (4_000_000_000_000_000, "4,000 TB"),
    ],
)
def test_sizes_are_decimal_with_few_digits(size_bytes: int, text: str) -> None:
    assert format_bytes(size_bytes) == text


def _texts(path: Path) -> Iterator[str]:
    """Yield the text constants of a module except its docstrings."""
    tree = ast.parse(path.read_text())
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value


def test_no_text_for_users_has_a_binary_unit() -> None:
    """One size has one unit everywhere: KB, MB and GB are powers of 1000."""
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "src").rglob("*.py"))
        for text in _texts(path)
        if BINARY_UNIT.search(text)
    ]
    sources = (ROOT / "frontend" / "src").rglob("*.ts*")
    found += [str(path) for path in sources if BINARY_UNIT.search(path.read_text())]
    assert found == []
