"""Refuse prompts by a deny list; without a configured list all prompts pass.

A list is a text file: words and phrases, one per line, under names of rules in brackets; ``#``
starts a comment. Lines before the first name belong to the rule ``default``::

    [weapons]
    pipe bomb

Whole words are compared, case-folded and in compatibility form: "Pipe-Bomb!" is refused, also in
full-width letters; "pipe bombastic" is not.
"""

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import structlog

from genonaut.core.errors import InvalidInputError, UnavailableError

log = structlog.get_logger()

# Scripts without spaces between words are compared by character.
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORDS = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]+")
_DEFAULT_RULE = "default"


class PromptPolicy(Protocol):
    """Decides whether a prompt breaks a rule."""

    def broken_rule(self, prompt: str) -> str | None:
        """Return the name of a rule that the prompt breaks; None if it breaks none."""


def require_allowed(policy: PromptPolicy, prompt: str) -> None:
    """Check a prompt against the policy.

    Raises:
        InvalidInputError: the prompt breaks a rule, which the error names.
    """
    rule = policy.broken_rule(prompt)
    if rule is not None:
        message = f"breaks the rule {rule!r} of this installation's prompt policy"
        raise InvalidInputError.of("prompt", message)


class NoPolicy:
    """Accepts all prompts."""

    def broken_rule(self, prompt: str) -> None:
        """Return None."""
        del prompt


class DenyList:
    """Refuses prompts that contain one of its words or phrases."""

    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        # By the first word of each phrase: the time does not grow with the list.
        self._phrases: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for rule, phrase in entries:
            words = tuple(words_of(phrase))
            if words:
                self._phrases[words[0]].append((words, rule))

    def broken_rule(self, prompt: str) -> str | None:
        """Return the rule of the first phrase in the prompt that is on the list."""
        words = words_of(prompt)
        for start, word in enumerate(words):
            for phrase, rule in self._phrases.get(word, ()):
                if tuple(words[start : start + len(phrase)]) == phrase:
                    return rule
        return None


def words_of(text: str) -> Sequence[str]:
    """Return the words of a text, normalised for comparison.

    Source: Unicode Standard, 3.13 D146 (compatibility caseless matching).
    """
    visible = "".join(char for char in text if unicodedata.category(char) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", visible).casefold())
    return _WORDS.findall(unicodedata.normalize("NFKC", folded.casefold()))


def read_entries(text: str) -> list[tuple[str, str]]:
    """Return (rule, phrase) for every line of a list."""
    rule, entries = _DEFAULT_RULE, []
    for line in text.splitlines():
        content = line.partition("#")[0].strip()
        if content.startswith("[") and content.endswith("]"):
            rule = content[1:-1].strip() or _DEFAULT_RULE
        elif content:
            entries.append((rule, content))
    return entries


def load_policy(path: str) -> PromptPolicy:
    """Return the policy of a file, which is read again after a change; ``NoPolicy`` for no path.

    Raises:
        UnavailableError: the file cannot be read; then no prompt is accepted.
    """
    if not path:
        return NoPolicy()
    try:
        status = Path(path).stat()
        return _read(path, status.st_mtime_ns, status.st_size)
    except (OSError, UnicodeDecodeError) as error:
        log.warning("policy.unreadable", error=type(error).__name__)
        message = "the prompt policy of this installation cannot be read; see policy.deny_list"
        raise UnavailableError(message) from error


@functools.lru_cache(maxsize=4)
def _read(path: str, modified_ns: int, size_bytes: int) -> DenyList:
    del modified_ns, size_bytes  # only keys of the cache
    return DenyList(read_entries(Path(path).read_text(encoding="utf-8-sig")))
