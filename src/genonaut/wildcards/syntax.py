r"""Parse and resolve dynamic prompts: ``{a|b}``, ``{2$$a|b|c}``, ``{2::a|b}`` and ``__name__``.

The syntax is that of the extension sd-dynamic-prompts (docs/SYNTAX.md there): ``{2$$a|b|c}`` takes two
different alternatives, joined by ``", "``; ``{1-3$$ and $$a|b|c}`` takes one to three, joined by
``" and "``; ``{3::a|b}`` takes ``a`` three times as often as ``b``; ``__name__`` takes an entry of a
list. All may be nested. ``\{``, ``\}``, ``\|`` and ``\_`` stand for the characters themselves.

A draw depends only on the template, the lists and the seed: it uses a generator of pseudo-random
numbers (``random.Random``) seeded with the text ``seed:field``, and one number per choice.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

import msgspec

MAX_LENGTH = 10_000
"""Most characters of a resolved prompt, as of a prompt."""
MAX_DEPTH = 20
MAX_STEPS = 20_000
NAME = r"[a-z0-9]+(?:[-_/][a-z0-9]+)*"
"""A name of a wildcard, in lower case, without double underscores."""
_REFERENCE = re.compile(rf"__({NAME})__", re.IGNORECASE)
_COUNT = re.compile(r"\s*(\d{1,3})(?:-(\d{1,3}))?\s*\$\$")
_WEIGHT = re.compile(r"\s*(\d{1,6}(?:\.\d{1,4})?)::")
_ESCAPED = "{}|_"
_SEPARATOR = ", "


class TemplateError(ValueError):
    """A template that cannot be resolved; the message says why and where."""


class Text(msgspec.Struct, frozen=True):
    """Literal text."""

    text: str


class Reference(msgspec.Struct, frozen=True):
    """``__name__``."""

    name: str


class Choice(msgspec.Struct, frozen=True):
    """``{…}``: alternatives with weights, how many are taken, and what joins them."""

    alternatives: tuple["Sequence[Node]", ...]
    weights: tuple[float, ...]
    least: int
    most: int
    separator: str


Node = Text | Reference | Choice
Lists = Mapping[str, Sequence[str]]
"""The entries of each wildcard by its name in lower case."""


def parse(template: str) -> Sequence[Node]:
    """Return the parts of a template.

    Raises:
        TemplateError: braces do not match, or a count or weight is impossible.
    """
    parser = _Parser(template)
    nodes = parser.sequence(depth=0)
    if not parser.is_at_end:
        raise TemplateError(f"the '}}' at character {parser.position} has no '{{'; write \\}}")
    return nodes


def names_in(template: str) -> set[str]:
    """Return the names of the wildcards that a template contains, in lower case."""
    return {match[1].lower() for match in _REFERENCE.finditer(template)}


def is_dynamic(template: str) -> bool:
    """Return whether resolving can change a template."""
    return "{" in template or "}" in template or "\\" in template or bool(names_in(template))


def check_lists(names: set[str], lists: Lists) -> None:
    """Check that all wildcards that can be drawn exist, and that none contains itself.

    Raises:
        TemplateError: names the wildcard, with the path to itself.
    """
    done: set[str] = set()
    for name in sorted(names):
        _check(name, lists, (), done)


def _check(name: str, lists: Lists, path: tuple[str, ...], done: set[str]) -> None:
    if name in path:
        loop = " → ".join(f"__{one}__" for one in [*path[path.index(name) :], name])
        raise TemplateError(f"the wildcard __{name}__ contains itself: {loop}")
    if name in done:
        return
    if name not in lists:
        inside = f", which __{path[-1]}__ contains" if path else ""
        raise TemplateError(f"there is no wildcard __{name}__{inside}")
    if len(path) >= MAX_DEPTH:
        raise TemplateError(f"wildcards are nested more than {MAX_DEPTH} deep at __{name}__")
    if not lists[name]:
        raise TemplateError(f"the wildcard __{name}__ has no entries")
    inner = {found for entry in lists[name] for found in names_in(entry)}
    for one in sorted(inner):
        _check(one, lists, (*path, name), done)
    done.add(name)


def resolve(template: str, lists: Lists, *, seed: int, field: str) -> str:
    """Return what is drawn for a seed.

    Args:
        template: the dynamic prompt.
        lists: the wildcards; ``check_lists`` must accept them.
        seed: the seed of the job.
        field: ``prompt`` or ``negative_prompt``, which are drawn independently.

    Raises:
        TemplateError: the syntax is wrong, or the result is too long.
    """
    drawing = _Drawing(lists, Random(f"{seed}:{field}").random)  # noqa: S311  # not for secrets
    return drawing.sequence(parse(template))


class _Drawing:
    """One draw; counts its steps so that nested lists cannot expand without limit."""

    def __init__(self, lists: Lists, number: Callable[[], float]) -> None:
        self._lists = lists
        self._number = number
        self._steps = 0
        self._parsed: dict[str, Sequence[Node]] = {}

    def sequence(self, nodes: Sequence[Node]) -> str:
        """Return the text of nodes one after the other."""
        parts: list[str] = []
        length = 0
        for node in nodes:
            part = self._node(node)
            length += len(part)
            if length > MAX_LENGTH:
                raise TemplateError(f"expands to more than {MAX_LENGTH:,} characters")
            parts.append(part)
        return "".join(parts)

    def _node(self, node: Node) -> str:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TemplateError(f"needs more than {MAX_STEPS:,} draws")
        if isinstance(node, Text):
            return node.text
        if isinstance(node, Reference):
            return self._entry(node.name)
        wanted = node.least + int(self._number() * (node.most - node.least + 1))
        left = list(range(len(node.alternatives)))
        drawn = []
        for _ in range(min(wanted, len(left))):
            place = self._weighted([node.weights[one] for one in left])
            drawn.append(self.sequence(node.alternatives[left.pop(place)]))
        return node.separator.join(drawn)

    def _entry(self, name: str) -> str:
        entries = self._lists[name]
        weighted = [weighted_entry(entry) for entry in entries]
        text = weighted[self._weighted([weight for weight, _ in weighted])][1]
        if text not in self._parsed:
            self._parsed[text] = parse(text)
        return self.sequence(self._parsed[text])

    def _weighted(self, weights: Sequence[float]) -> int:
        point = self._number() * sum(weights)
        for place, weight in enumerate(weights):
            point -= weight
            if point < 0:
                return place
        return len(weights) - 1


def weighted_entry(text: str) -> tuple[float, str]:
    """Return the weight before ``::``, 1 without one, and the rest."""
    match = _WEIGHT.match(text)
    return (1.0, text) if match is None else (float(match[1]), text[match.end() :])


class _Parser:
    """Reads a template from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def is_at_end(self) -> bool:
        """Return whether everything was read."""
        return self._at >= len(self._text)

    @property
    def position(self) -> int:
        """Return the position of the next character, from 1."""
        return self._at + 1

    def sequence(self, depth: int) -> Sequence[Node]:
        """Read up to the end, or inside of braces to ``|`` or ``}``."""
        nodes: list[Node] = []
        literal: list[str] = []
        for character in self._characters():
            if character == "{":
                self._flush(literal, nodes)
                nodes.append(self._choice(depth + 1))
            elif character == "}" or (character == "|" and depth):
                break
            elif (match := _REFERENCE.match(self._text, self._at)) is not None:
                self._flush(literal, nodes)
                nodes.append(Reference(match[1].lower()))
                self._at = match.end()
            else:
                literal.append(self._literal(character))
        self._flush(literal, nodes)
        return nodes

    def _characters(self) -> Iterator[str]:
        while self._at < len(self._text):
            yield self._text[self._at]

    def _literal(self, character: str) -> str:
        following = self._text[self._at + 1 : self._at + 2]
        if character == "\\" and following and following in _ESCAPED:
            self._at += 2
            return following
        self._at += 1
        return character

    @staticmethod
    def _flush(literal: list[str], nodes: list[Node]) -> None:
        if literal:
            nodes.append(Text("".join(literal)))
            literal.clear()

    def _choice(self, depth: int) -> Choice:
        opened = self.position
        if depth > MAX_DEPTH:
            raise TemplateError(f"braces are nested more than {MAX_DEPTH} deep")
        self._at += 1
        least, most, separator = self._count(opened)
        alternatives: list[Sequence[Node]] = []
        weights: list[float] = []
        while True:
            weights.append(self._read_weight())
            alternatives.append(self.sequence(depth))
            if self.is_at_end:
                raise TemplateError(f"the '{{' at character {opened} has no '}}'; write \\{{")
            self._at += 1
            if self._text[self._at - 1] == "}":
                break
        if not any(weights):
            raise TemplateError(f"all weights of the choice at character {opened} are 0")
        return Choice(tuple(alternatives), tuple(weights), least, most, separator)

    def _count(self, opened: int) -> tuple[int, int, str]:
        match = _COUNT.match(self._text, self._at)
        if match is None:
            return 1, 1, _SEPARATOR
        least = int(match[1])
        most = int(match[2]) if match[2] else least
        if most < least:
            raise TemplateError(f"the count {least}-{most} at character {opened} is reversed")
        self._at = match.end()
        end = self._text.find("$$", self._at)
        within = re.match(r"[^{}|]*", self._text[self._at : end]) if end >= 0 else None
        if within is not None and within.end() == end - self._at:
            separator = self._text[self._at : end]
            self._at = end + 2
            return least, most, separator
        return least, most, _SEPARATOR

    def _read_weight(self) -> float:
        match = _WEIGHT.match(self._text, self._at)
        if match is None:
            return 1.0
        self._at = match.end()
        return float(match[1])
