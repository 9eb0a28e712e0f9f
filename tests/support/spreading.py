"""Which test runs when: the longest first, each on a process of its own as far as they reach."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def spread(
    items: Sequence[Item], processes: int, seconds_of: Callable[[Item], float]
) -> list[Item]:
    """Return the tests so that equal parts of the list begin with the longest ones.

    As pytest-xdist shares them out with ``--dist worksteal``: each process begins with one part, and
    takes from the end of the longest rest when it has nothing left. Whatever is long must not wait
    there: others could only watch it at the end.

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
        size = (len(items) - len(ordered)) // (processes - number)
        filling = max(0, size - len(head))
        ordered += head + rest[:filling]
        del rest[:filling]
    return ordered + rest
