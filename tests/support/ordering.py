"""The order of tests: the longest first, spread over the processes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def spread(
    items: Sequence[Item], processes: int, seconds_of: Callable[[Item], float]
) -> list[Item]:
    """Return the tests in an order in which the share of each process starts with the longest.

    pytest-xdist splits the list into equal shares. A process that has finished its share takes tests
    that others have not started. Long tests must start early, or they run alone at the end. The
    other tests keep their order.

    Args:
        items: the tests in their original order.
        processes: number of test processes.
        seconds_of: returns the time limit of a long test; 0 for others.
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
