"""Long tests begin first and apart from each other, and none gets lost."""

import pytest
from tests.support.ordering import spread


def test_each_process_begins_with_a_long_one() -> None:
    items = ["a", "b", "X1800", "c", "Y2400", "Z600", "d", "e", "f"]

    def seconds_of(item: str) -> float:
        return float(item[1:] or 0)

    ordered = spread(items, 3, seconds_of)
    assert ordered == ["Y2400", "a", "b", "X1800", "c", "d", "Z600", "e", "f"]
    assert spread([*items, "g", "h"], 3, seconds_of)[7] == "Z600"
    assert spread(items, 1, seconds_of)[:3] == ["Y2400", "X1800", "Z600"]


@pytest.mark.parametrize("processes", [1, 2, 3, 7])
@pytest.mark.parametrize("number", [0, 1, 5, 100])
def test_none_gets_lost(processes: int, number: int) -> None:
    ordered = spread(range(number), processes, lambda item: 60.0 * (item % 3 == 0))
    assert sorted(ordered) == list(range(number))
