import pytest

from genonaut.simulator.faults import FaultBook, FaultKind


def test_a_fault_is_used_up() -> None:
    book = FaultBook()
    fault = book.add("refuse", times=2)
    struck = [book.take(FaultKind.REFUSE, "any") is not None for _ in range(3)]
    assert struck == [True, True, False]
    assert fault.struck == 2


def test_a_fault_strikes_its_kind_and_its_text_only() -> None:
    book = FaultBook()
    book.add("oom", match="whale", times=None)
    assert book.take(FaultKind.REFUSE, "whale") is None
    assert book.take(FaultKind.OUT_OF_MEMORY, "fox") is None
    assert book.take(FaultKind.OUT_OF_MEMORY, "a whale") is not None


def test_a_fault_strikes_its_node_only() -> None:
    book = FaultBook()
    book.add("node_error", node="VAEDecode")
    assert book.take(FaultKind.NODE_ERROR, "", node=("3", "KSampler", "")) is None
    assert book.take(FaultKind.NODE_ERROR, "", node=("8", "VAEDecode")) is not None


@pytest.mark.parametrize("marker", ["[fault:slow=2.5]", "x [fault:oom] [fault:slow=2.5] y"])
def test_a_marker_tells_the_seconds(marker: str) -> None:
    fault = FaultBook().take(FaultKind.SLOW, marker)
    assert fault is not None
    assert fault.waits(9) == 2.5


def test_a_marker_does_not_strike_every_node() -> None:
    book = FaultBook()
    assert book.take(FaultKind.OUT_OF_MEMORY, "[fault:oom]", node=("8", "VAEDecode")) is None
    assert book.take(FaultKind.OUT_OF_MEMORY, "[fault:oom]", node=("3", "KSampler", "")) is not None


def test_once_is_once_per_text_until_cleared() -> None:
    book = FaultBook()
    text = "[fault:oom once]"
    strikes = [book.take(FaultKind.OUT_OF_MEMORY, t) is not None for t in (text, text, f"{text}!")]
    assert strikes == [True, False, True]
    book.clear()
    assert book.take(FaultKind.OUT_OF_MEMORY, text) is not None


def test_markers_can_be_switched_off() -> None:
    assert FaultBook(markers=False).take(FaultKind.OUT_OF_MEMORY, "[fault:oom]") is None


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        FaultBook().add("nonsense")
