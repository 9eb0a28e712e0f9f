import pytest

from genonaut.simulator.faults import FaultKind, FaultPlan


def test_a_fault_applies_as_often_as_planned() -> None:
    plan = FaultPlan()
    fault = plan.add("refuse", times=2)
    triggered = [plan.trigger(FaultKind.REFUSE, "any") is not None for _ in range(3)]
    assert triggered == [True, True, False]
    assert fault.triggered == 2


def test_a_fault_applies_to_its_kind_and_text_only() -> None:
    plan = FaultPlan()
    plan.add("oom", match="whale", times=None)
    assert plan.trigger(FaultKind.REFUSE, "whale") is None
    assert plan.trigger(FaultKind.OUT_OF_MEMORY, "fox") is None
    assert plan.trigger(FaultKind.OUT_OF_MEMORY, "a whale") is not None


def test_a_fault_applies_to_its_node_only() -> None:
    plan = FaultPlan()
    plan.add("node_error", node="VAEDecode")
    assert plan.trigger(FaultKind.NODE_ERROR, "", node=("3", "KSampler", "")) is None
    assert plan.trigger(FaultKind.NODE_ERROR, "", node=("8", "VAEDecode")) is not None


@pytest.mark.parametrize("marker", ["[fault:slow=2.5]", "x [fault:oom] [fault:slow=2.5] y"])
def test_a_marker_may_contain_seconds(marker: str) -> None:
    fault = FaultPlan().trigger(FaultKind.SLOW, marker)
    assert fault is not None
    assert fault.duration(9) == 2.5


def test_a_marker_applies_to_the_default_node_only() -> None:
    plan = FaultPlan()
    assert plan.trigger(FaultKind.OUT_OF_MEMORY, "[fault:oom]", node=("8", "VAEDecode")) is None
    assert (
        plan.trigger(FaultKind.OUT_OF_MEMORY, "[fault:oom]", node=("3", "KSampler", "")) is not None
    )


def test_once_applies_once_per_text_until_cleared() -> None:
    plan = FaultPlan()
    text = "[fault:oom once]"
    strikes = [
        plan.trigger(FaultKind.OUT_OF_MEMORY, t) is not None for t in (text, text, f"{text}!")
    ]
    assert strikes == [True, False, True]
    plan.clear()
    assert plan.trigger(FaultKind.OUT_OF_MEMORY, text) is not None


def test_markers_can_be_switched_off() -> None:
    assert FaultPlan(markers=False).trigger(FaultKind.OUT_OF_MEMORY, "[fault:oom]") is None


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        FaultPlan().add("nonsense")
