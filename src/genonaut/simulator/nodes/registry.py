"""Registry of the simulated nodes.

A module of this package defines a node by decorating a function; ``data/object_info_*.json`` has its
definition. Pure nodes get their inputs; nodes that read or write files get a context, too.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from genonaut.simulator.files import Folders
from genonaut.simulator.releases import Release
from genonaut.simulator.result_cache import NodeResult

Inputs = dict[str, Any]
Outputs = tuple[Any, ...]


class NodeContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a node may know besides its inputs.

    Attributes:
        class_type: The class that runs; a function may serve several.
        folders: Input, output and temp folder.
        release: The simulated release.
        graph: The graph, which is stored in files.
        extra_data: The client's data; its ``extra_pnginfo`` is stored in files.
        saved: Called with the path of every file that the node wrote.
        output_count: Number of output slots; save nodes got some in 0.26.
    """

    class_type: str
    folders: Folders
    release: Release
    graph: dict[str, Any]
    extra_data: Any
    saved: Callable[[Path], None]
    output_count: int

    def has(self, first: Release) -> bool:
        """Return whether the simulated release has a change that came with ``first``."""
        return self.release >= first

    def shown(self, ui: dict[str, Any], passed_on: Any = None) -> NodeResult:  # noqa: ANN401
        """Return the result of an output node; newer releases pass its input on."""
        return NodeResult((passed_on,) * self.output_count, ui)


class Node(msgspec.Struct, frozen=True):
    """A node class.

    Attributes:
        run: Computes the outputs.
        is_slow: Whether it runs in a thread and takes ``node_delay_ms``.
        steps: Returns the number of steps that it reports; None means that it reports none.
        needs: Returns which of its lazy inputs it needs.
    """

    run: Callable[[Inputs, NodeContext], NodeResult]
    is_slow: bool = False
    steps: Callable[[Inputs], int] | None = None
    needs: Callable[[Inputs], tuple[str, ...]] = lambda _inputs: ()


NODES: dict[str, Node] = {}


def node(
    *class_types: str,
    slow: bool = False,
    steps: Callable[[Inputs], int] | None = None,
    needs: Callable[[Inputs], tuple[str, ...]] = lambda _inputs: (),
) -> Callable[[Callable[[Inputs], Outputs]], Callable[[Inputs], Outputs]]:
    """Register a pure function of its inputs under one or more class names."""

    def register(function: Callable[[Inputs], Outputs]) -> Callable[[Inputs], Outputs]:
        def run(inputs: Inputs, _context: NodeContext) -> NodeResult:
            return NodeResult(function(inputs))

        for class_type in class_types:
            NODES[class_type] = Node(run, slow, steps, needs)
        return function

    return register


def file_node(
    *class_types: str,
) -> Callable[
    [Callable[[Inputs, NodeContext], NodeResult]], Callable[[Inputs, NodeContext], NodeResult]
]:
    """Register a function that reads or writes files; it runs in a thread."""

    def register(
        function: Callable[[Inputs, NodeContext], NodeResult],
    ) -> Callable[[Inputs, NodeContext], NodeResult]:
        for class_type in class_types:
            NODES[class_type] = Node(function, is_slow=True)
        return function

    return register


def passes_on(names: str, *inputs: str) -> None:
    """Register classes (separated by spaces) that return some of their inputs unchanged."""

    def run(given: Inputs, _context: NodeContext) -> NodeResult:
        return NodeResult(tuple(given.get(name) for name in inputs))

    for class_type in names.split():
        NODES[class_type] = Node(run)
