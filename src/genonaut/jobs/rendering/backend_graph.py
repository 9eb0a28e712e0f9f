"""The graph of a claimed job as its backend runs it: with its names, completed for its release."""

from genonaut.comfyui import (
    ComfyBackend,
    ComfyUnreachableError,
    CompletedGraph,
    Graph,
    complete_graph,
)
from genonaut.core.metrics import CacheMetrics
from genonaut.jobs.graph_spec import Sent
from genonaut.jobs.queue.claim import Claim
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.jobs.rendering.workflow import graph_of

_MODEL_CACHE = CacheMetrics("server_models")


async def graph_for(claim: Claim, backend: ComfyBackend, sent: Sent | None = None) -> Graph:
    """Return the graph of a claimed job; a resumed one is not completed: it was posted before.

    Args:
        claim: the claimed job.
        backend: the backend that it is claimed for.
        sent: the names of the job's images at the backend, by role; None if it is resumed.

    Raises:
        Failure: the backend does not answer, lacks a node, or would refuse a value.
    """
    models = backend.offers.cached_models
    _MODEL_CACHE.count(is_hit=models is not None)
    if claim.is_resumed:
        return graph_of(claim.spec, claim.prompt_id, models, sent)
    try:
        models = models or await backend.models()
        graph = graph_of(claim.spec, claim.prompt_id, models, sent)
        return await completed_for(graph, backend)
    except ComfyUnreachableError as error:
        raise Failure(Fault.UNREACHABLE, str(error)) from error


async def completed_for(graph: Graph, backend: ComfyBackend) -> Graph:
    """Return a graph with all inputs that the backend requires.

    Before it is given up, the list of node classes is read again: it may be older than the server.

    Raises:
        Failure: the backend lacks a node, or would refuse a value.
        ComfyUnreachableError: the backend does not answer.
    """
    known = backend.offers.cached_classes
    found = complete_graph(graph, known or await backend.object_info())
    if found.problems and known:
        backend.offers.invalidate()
        found = complete_graph(graph, await backend.object_info())
    if not found.problems:
        return found.graph
    if any(problem.depends_on_server for problem in found.problems):
        backend.invalidate_models()
        fault = Fault.MODEL_GONE
    else:
        fault = Fault.GRAPH_REFUSED
    raise Failure(fault, "; ".join(_sentences(graph, found)))


def _sentences(graph: Graph, found: CompletedGraph) -> list[str]:
    """Return each problem with the title of its node."""
    return [
        f"{graph[one.node_id].get('_meta', {}).get('title', one.node_id)}: {one.message}"
        for one in found.problems
    ]
