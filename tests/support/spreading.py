"""Which test runs when: the longest first, each on a process of its own as far as they reach."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def spread(
    items: Sequence[Item], processes: int, chunk: int, seconds_of: Callable[[Item], float]
) -> list[Item]:
    """Return the tests so that the first chunk of each process begins with the longest ones.

    pytest-xdist gives each process one chunk, and more when that comes to its end. A long test that
    is given out late runs alone at the end, while the others can only watch. The rest keeps its order.

    Args:
        items: the tests in their order.
        processes: how many run them.
        chunk: how many each gets at first.
        seconds_of: how long a test may take; 0 when it is like most.
    """
    heads: list[list[Item]] = [[] for _ in range(processes)]
    for item in sorted((one for one in items if seconds_of(one)), key=seconds_of, reverse=True):
        min(heads, key=lambda head: sum(map(seconds_of, head))).append(item)
    rest = [one for one in items if not seconds_of(one)]
    ordered: list[Item] = []
    for head in heads:
        filling = max(0, chunk - len(head))
        ordered += head + rest[:filling]
        del rest[:filling]
    return ordered + rest
