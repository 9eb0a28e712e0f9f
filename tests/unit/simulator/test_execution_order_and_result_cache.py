from typing import Any

import pytest

from genonaut.simulator.execution_order import ExecutionOrder
from genonaut.simulator.result_cache import NodeResult, ResultCache, signatures


def node(class_type: str = "Any", **inputs: Any) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


def run_order(graph: dict[str, Any], *outputs: str, cached: tuple[str, ...] = ()) -> list[str]:
    order = ExecutionOrder(
        graph, outputs, is_cached=lambda i: i in cached, is_output=lambda i: i in outputs
    )
    done = []
    while (picked := order.pick()) is not None:
        done.append(picked)
        order.complete(picked)
    return done


DIAMOND = {
    "save": node(images=["join", 0]),
    "join": node(a=["left", 0], b=["right", 0]),
    "left": node(source=["root", 0]),
    "right": node(source=["root", 0]),
    "root": node(),
}


def test_every_node_runs_once_and_after_its_sources() -> None:
    done = run_order(DIAMOND, "save")
    assert done[0] == "root"
    assert sorted(done[1:3]) == ["left", "right"]
    assert done[3:] == ["join", "save"]


def test_a_node_that_needs_the_same_source_twice_runs_once() -> None:
    graph = {"save": node(a=["root", 0], b=["root", 1]), "root": node()}
    assert run_order(graph, "save") == ["root", "save"]


def test_cached_nodes_and_their_exclusive_sources_do_not_run() -> None:
    assert run_order(DIAMOND, "save", cached=("join",)) == ["save"]


def test_outputs_run_even_when_cached() -> None:
    assert run_order(DIAMOND, "save", cached=("save", "join")) == ["save"]


def test_nodes_close_to_an_output_run_first() -> None:
    graph = {
        "far": node(images=["b", 0]),
        "b": node(source=["a", 0]),
        "a": node(source=["z", 0]),
        "z": node(),
        "near": node(images=["y", 0]),
        "y": node(),
    }
    assert run_order(graph, "far", "near")[:2] == ["y", "near"]


def same(graph: dict[str, Any]) -> dict[str, str]:
    return signatures(graph, lambda _node: "")


def test_a_signature_depends_on_inputs_and_ancestors_but_not_on_ids() -> None:
    first = {"1": node(width=64), "2": node("Save", images=["1", 0])}
    renamed = {"a": node(width=64), "b": node("Save", images=["a", 0])}
    other = {"1": node(width=65), "2": node("Save", images=["1", 0])}
    assert same(first)["2"] == same(renamed)["b"]
    assert same(first)["2"] != same(other)["2"]


@pytest.mark.parametrize(
    "changed",
    [{"1": node("Other", width=64)}, {"1": node(width=64, height=1)}, {"1": node(width="64")}],
)
def test_different_nodes_have_different_signatures(changed: dict[str, Any]) -> None:
    assert same({"1": node(width=64)})["1"] != same(changed)["1"]


def test_a_signature_depends_on_the_file_of_a_node() -> None:
    graph = {"1": node("LoadImage", image="x.png")}
    assert signatures(graph, lambda _node: "old") != signatures(graph, lambda _node: "new")


def test_a_cycle_among_nodes_that_do_not_run_is_harmless() -> None:
    graph = {"1": node(a=["2", 0]), "2": node(a=["1", 0]), "3": node()}
    assert set(same(graph)) == {"1", "2", "3"}


def test_a_long_chain_needs_no_recursion() -> None:
    graph = {str(i): node(source=[str(i - 1), 0]) for i in range(1, 3000)}
    graph["0"] = node()
    assert len(set(same(graph).values())) == 3000
    assert len(run_order(graph, "2999")) == 3000


def test_the_cache_keeps_only_the_given_signatures() -> None:
    cache = ResultCache()
    for key in ("a", "b"):
        cache.put(key, NodeResult((key,)))
    cache.keep_only({"b", "c"})
    assert cache.get("a") is None
    assert cache.get("b") == NodeResult(("b",))
    cache.clear()
    assert cache.get("b") is None
