from typing import Any

from genonaut.workflows.differences import ChangeKind, form_difference, graph_difference
from genonaut.workflows.forms import Field, FieldType


def node(class_type: str = "KSampler", title: str = "", **inputs: Any) -> dict[str, Any]:
    meta = {"_meta": {"title": title}} if title else {}
    return {"class_type": class_type, "inputs": inputs, **meta}


def field(key: str, **values: Any) -> Field:
    given = {"label": key.title(), "default": None, "evidence": "", **values}
    return Field(key=key, type=FieldType.TEXT, node_id="6", input=key, **given)


def test_equal_graphs_do_not_differ() -> None:
    graph = {"1": node(seed=3, model=["4", 0])}
    found = graph_difference(graph, {"1": node(seed=3.0, model=["4", 0])})
    assert (found.added, found.removed, found.changed) == ([], [], [])


def test_a_number_is_no_boolean() -> None:
    [change] = graph_difference({"1": node(x=1)}, {"1": node(x=True)}).changed
    assert [(one.before, one.after) for one in change.changes] == [(1, True)]


def test_changes_of_a_node_name_class_title_and_inputs() -> None:
    before = {"1": node(steps=20, cfg=7), "2": node("VAEDecode")}
    after = {"1": node("KSamplerAdvanced", "Sampler", steps=20, noise="on"), "3": node("SaveImage")}
    found = graph_difference(before, after)
    assert [one.class_type for one in found.added] == ["SaveImage"]
    assert [one.class_type for one in found.removed] == ["VAEDecode"]
    [change] = found.changed
    assert (change.node.node_id, change.node.title) == ("1", "Sampler")
    assert {one.name: one.kind for one in change.changes} == {
        "class_type": ChangeKind.CHANGED,
        "title": ChangeKind.CHANGED,
        "cfg": ChangeKind.REMOVED,
        "noise": ChangeKind.ADDED,
    }


def test_the_evidence_of_a_field_does_not_count() -> None:
    before = [field("prompt", evidence="found"), field("seed")]
    after = [field("prompt", evidence="chosen"), field("seed", label="Number")]
    found = form_difference(before, after)
    assert not found.is_reordered
    [change] = found.changed
    assert (change.key, change.label) == ("seed", "Number")
    assert [(one.name, one.before, one.after) for one in change.changes] == [
        ("label", "Seed", "Number")
    ]


def test_another_order_is_noticed_apart_from_new_fields() -> None:
    prompt, seed, size = field("prompt"), field("seed"), field("size")
    assert not form_difference([prompt, seed], [size, prompt, seed]).is_reordered
    assert form_difference([prompt, seed], [seed, size, prompt]).is_reordered
