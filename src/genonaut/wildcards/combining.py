"""All texts that a dynamic prompt can draw."""

import itertools
from collections.abc import Sequence

from genonaut.wildcards.syntax import (
    MAX_LENGTH,
    MAX_STEPS,
    Choice,
    Lists,
    Node,
    Reference,
    TemplateError,
    Text,
    parse,
    weighted_entry,
)


def combinations(template: str, lists: Lists, *, most: int) -> tuple[list[str], bool]:
    """Return different texts that a template draws, and whether these are all.

    Of ``{2$$a|b|c}`` each pair is in one order. What has the weight 0 is left out.

    Args:
        template: the dynamic prompt.
        lists: the wildcards; ``check_lists`` must accept them.
        most: the number of texts at which to stop.

    Raises:
        TemplateError: the syntax is wrong, or a text is too long.
    """
    combining = _Combining(lists, most)
    return combining.sequence(parse(template)), combining.is_complete


class _Combining:
    """Combines the parts of templates; counts its steps, as nested lists multiply."""

    def __init__(self, lists: Lists, most: int) -> None:
        self.is_complete = True
        self._lists = lists
        self._most = most
        self._steps = 0

    def sequence(self, nodes: Sequence[Node]) -> list[str]:
        """Return the texts of nodes one after the other; the last node changes first."""
        found: dict[str, None] = {}
        for parts in itertools.product(*(self._options(node) for node in nodes)):
            text = "".join(parts)
            if len(text) > MAX_LENGTH:
                raise TemplateError(f"expands to more than {MAX_LENGTH:,} characters")
            self._steps += 1
            if (len(found) >= self._most and text not in found) or self._steps > MAX_STEPS:
                self.is_complete = False
                break
            found[text] = None
        return list(found)

    def _options(self, node: Node) -> list[str]:
        if isinstance(node, Text):
            return [node.text]
        if isinstance(node, Reference):
            weighted = [weighted_entry(entry) for entry in self._lists[node.name]]
            return self._merged([parse(text) for weight, text in weighted if weight])
        return self._merged(self._selections(node))

    def _selections(self, choice: Choice) -> list[Sequence[Node]]:
        """Return each selection of alternatives as nodes."""
        pairs = zip(choice.alternatives, choice.weights, strict=True)
        possible = [alternative for alternative, weight in pairs if weight]
        counts = {min(count, len(possible)) for count in range(choice.least, choice.most + 1)}
        found: list[Sequence[Node]] = []
        for count in sorted(counts):
            for chosen in itertools.combinations(possible, count):
                if len(found) > self._most:
                    return found
                joined = [[Text(choice.separator), *one] for one in chosen]
                found.append([node for one in joined for node in one][1:])
        return found

    def _merged(self, selections: Sequence[Sequence[Node]]) -> list[str]:
        found: dict[str, None] = {}
        for nodes in selections:
            found |= dict.fromkeys(self.sequence(nodes))
            if len(found) > self._most:
                self.is_complete = False
                break
        return list(found)[: self._most]
