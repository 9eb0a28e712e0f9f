"""Every graph of a job: as recorded, valid on real servers, and with its nodes in the needs.

``APP_ENV=test python -m tests.unit.jobs.graphs.golden`` writes the recorded graphs anew.
"""

import pytest
from tests.support.recorded_servers import RELEASES, classes_of
from tests.unit.jobs.graphs import cases
from tests.unit.jobs.graphs.golden import read_golden

from genonaut.comfyui import NODE_CLASSES, Graph, NodeInfo, complete_graph
from genonaut.jobs.backends.monitor import offers_of_nodes
from genonaut.jobs.params import GenerationSpec

SPECS = [pytest.param(*one, id=f"{one[0]}: {one[1]}") for one in cases.specs()]


def check_links(graph: Graph, classes: dict[str, NodeInfo]) -> None:
    """Fail on links to nothing and of the wrong type, as ComfyUI does."""
    for node_id, node in graph.items():
        info = classes[node["class_type"]]
        declared = info.input.required | info.input.optional
        for name, value in node["inputs"].items():
            if isinstance(value, list):
                source, output = value
                produced = classes[graph[source]["class_type"]].output[output]
                assert produced == declared[name][0], f"{node_id}.{name}"


@pytest.mark.parametrize(("operation", "model", "spec"), SPECS)
def test_a_graph_is_the_recorded_one(operation: str, model: str, spec: GenerationSpec) -> None:
    assert cases.graph(spec) == read_golden(operation)[model]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("operation", "model", "spec"), SPECS)
def test_a_completed_graph_is_valid(
    operation: str, model: str, spec: GenerationSpec, release: str
) -> None:
    graph = cases.graph(spec)
    found = complete_graph(graph, classes_of(release))
    newer = cases.ONLY_NEWER
    if "patch" in operation:
        newer |= cases.PATCHES_ONLY_NEWER
    is_newer = any(model.startswith(name) for name in newer)
    if is_newer and release == "0.3.64":
        assert found.problems, operation
        return
    assert found.problems == ()
    check_links(found.graph, classes_of(release))


@pytest.mark.parametrize(("operation", "model", "spec"), SPECS)
def test_the_needs_of_a_job_name_every_node(
    operation: str, model: str, spec: GenerationSpec
) -> None:
    classes = {f"nodes/{node['class_type']}" for node in cases.graph(spec).values()}
    assert {need for need in spec.needs if need.startswith("nodes/")} == classes, (operation, model)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("operation", "model", "spec"), SPECS)
def test_a_server_that_lacks_a_node_or_an_option_is_not_asked(
    operation: str, model: str, spec: GenerationSpec, release: str
) -> None:
    classes = classes_of(release)
    offers = offers_of_nodes(classes)
    folders = {offer.partition("/")[0] for offer in offers}
    needs = {need for need in spec.needs if need.partition("/")[0] in folders}
    problems = complete_graph(cases.graph(spec), classes).problems
    assert bool(needs - offers) == bool(problems), (operation, model)


def test_every_node_class_is_used_by_a_graph() -> None:
    used = {node["class_type"] for _, _, one in cases.specs() for node in cases.graph(one).values()}
    assert used == NODE_CLASSES


def test_there_is_no_recorded_graph_without_a_case() -> None:
    wanted = {(operation, model) for operation, model, _ in cases.specs()}
    operations = {operation for operation, _ in wanted}
    assert {(one, model) for one in operations for model in read_golden(one)} == wanted
