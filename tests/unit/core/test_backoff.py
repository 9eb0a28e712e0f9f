"""Pauses between tries."""

import pytest

from genonaut.core.backoff import backoff_seconds


@pytest.mark.parametrize(
    ("failures", "full"), [(0, 0.1), (1, 0.2), (4, 1.6), (6, 5.0), (2000, 5.0), (10**9, 5.0)]
)
def test_pauses_double_up_to_the_longest_however_long_it_takes(failures: int, full: float) -> None:
    pauses = [backoff_seconds(failures, first=0.1, longest=5.0) for _ in range(50)]
    assert all(full * 0.5 <= pause <= full for pause in pauses)
    assert len(set(pauses)) > 1
