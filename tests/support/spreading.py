"""Which test runs when: the longest first, each on a process of its own as far as they reach."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def spread(
    items: Sequence[Item], processes: int, seconds_of: Callable[[Item], float]
) -> list[Item]:
    """Return the tests so that the share of each process begins with the longest ones.

    pytest-xdist cuts the list into equal shares; who comes to the end of its own takes over from
    the others what they have not begun. What is long must have begun by then, or it runs alone at
    the end while the others can only watch. The rest keeps its order.

    Args:
        items: the tests in their order.
        processes: how many run them.
        seconds_of: how long a test may take; 0 when it is like most.
    """
    heads: list[list[Item]] = [[] for _ in range(processes)]
    for item in sorted((one for one in items if seconds_of(one)), key=seconds_of, reverse=True):
        min(heads, key=lambda head: sum(map(seconds_of, head))).append(item)
    rest = [one for one in items if not seconds_of(one)]
    ordered: list[Item] = []
    for number, head in enumerate(heads):
        share = (len(items) - len(ordered)) // (processes - number)
        filling = max(0, share - len(head))
        ordered += head + rest[:filling]
        del rest[:filling]
    return ordered
