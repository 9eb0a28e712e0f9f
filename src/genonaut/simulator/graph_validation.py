"""Validation of posted graphs with the error messages of ComfyUI 0.3.64.

Source: observed responses of POST /prompt; the order of checks follows ComfyUI execution.py,
validate_prompt and validate_inputs. Values are coerced in place as in ComfyUI: queue and history
contain ``64`` where ``"64"`` was posted.
"""

from collections.abc import Callable, Collection, Generator
from typing import Any

import msgspec

from genonaut.simulator.input_validation import InputError, check_value, link_error, type_accepts
from genonaut.simulator.node_catalogue import FILE_INPUTS, NodeCatalogue

Graph = dict[str, Any]

# ComfyUI recurses through the graph up to Python's limit: 500 nodes pass, 1000 do not. This module
# uses an explicit stack, so that the limit does not depend on the caller's stack.
MAX_DEPTH = 900

_OWN_OPTIONS = "CustomCombo"  # its options are in the workflow only, so any value is accepted


class GraphChecks(msgspec.Struct, frozen=True):
    """Rules that differ between releases; the defaults are those of 0.3.64."""

    combo_options: bool = False
    missing_node_type: bool = False
    dependency_cycle: bool = False


_CHECKS_OF_0_3_64 = GraphChecks()


class ValidationResult(msgspec.Struct, frozen=True):
    """Result of a validation; ``error`` is None if at least one output can run."""

    error: dict[str, Any] | None
    outputs: list[str]
    node_errors: dict[str, Any]


class TooDeepError(RuntimeError):
    """The graph is deeper than Python's recursion allows on a real server."""


def validate_graph(
    graph: Any,  # noqa: ANN401  # any JSON value
    nodes: NodeCatalogue,
    *,
    file_exists: Callable[[str], bool],
    targets: Collection[str] | None = None,
    checks: GraphChecks = _CHECKS_OF_0_3_64,
) -> ValidationResult:
    """Validate a graph as ComfyUI does.

    Args:
        graph: The ``prompt`` of the request; its values are coerced in place.
        nodes: The known node classes.
        file_exists: Returns whether a loader may open an input of this name.
        targets: Run only these output nodes (``partial_execution_targets``); None means all.
        checks: The rules of the release.

    Raises:
        TypeError: The graph is not a collection of nodes (ComfyUI answers 500).
    """
    if checks.missing_node_type and not isinstance(graph, dict):
        raise TypeError("not an object of nodes")
    outputs = []
    for node_id in graph:
        refusal = _unusable(graph[node_id], node_id, nodes, checks)
        if refusal is not None:
            return ValidationResult(refusal, [], {})
        wanted = targets is None or node_id in targets
        if wanted and nodes.is_output(graph[node_id]["class_type"]):
            outputs.append(node_id)
    if not outputs:
        return ValidationResult(_error("prompt_no_outputs", "Prompt has no outputs"), [], {})
    return _GraphCheck(graph, nodes, file_exists, checks).of_outputs(outputs)


def _error(kind: str, message: str, details: str = "") -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": {}}


def _unusable(
    node: Any,  # noqa: ANN401
    node_id: str,
    nodes: NodeCatalogue,
    checks: GraphChecks,
) -> dict[str, Any] | None:
    if checks.missing_node_type:
        return _missing_type(node, node_id, nodes)
    if "class_type" not in node:
        message = "Cannot execute because a node is missing the class_type property."
    elif node["class_type"] not in nodes:
        message = f"Cannot execute because node {node['class_type']} does not exist."
    else:
        return None
    return _error("invalid_prompt", message, f"Node ID '#{node_id}'")


def _missing_type(node: Any, node_id: str, nodes: NodeCatalogue) -> dict[str, Any] | None:  # noqa: ANN401
    """Return the error of releases from 0.12 on; raises AttributeError for what is not a node."""
    class_type = node.get("class_type")
    title = node.get("_meta", {}).get("title", class_type)
    if class_type is None:
        message = (
            f"Node 'ID #{node_id}' has no class_type. "
            "The workflow may be corrupted or a custom node is missing."
        )
    elif class_type not in nodes:
        message = f"Node '{title}' not found. The custom node may not be installed."
    else:
        return None
    error = _error("missing_node_type", message, f"Node ID '#{node_id}'")
    error["extra_info"] = {"node_id": node_id, "class_type": class_type, "node_title": title}
    return error


_VALIDATION_FAILURES = (KeyError, IndexError, TypeError, AttributeError, TooDeepError)
_Result = tuple[bool, list[InputError]]
_Steps = Generator[
    str, _Result | None, _Result
]  # yields the node to check next, is sent its result


class _GraphCheck:
    """One validation; caches checked nodes, because outputs share ancestors."""

    def __init__(
        self,
        graph: Graph,
        nodes: NodeCatalogue,
        file_exists: Callable[[str], bool],
        checks: GraphChecks,
    ) -> None:
        self._graph = graph
        self._nodes = nodes
        self._file_exists = file_exists
        self._checks = checks
        self._checked_nodes: dict[str, _Result] = {}

    def of_outputs(self, outputs: list[str]) -> ValidationResult:
        good: list[str] = []
        node_errors: dict[str, Any] = {}
        reasons: list[InputError] = []
        for output in outputs:
            valid, errors = self._output(output)
            if valid:
                good.append(output)
                continue
            reasons += errors
            self._collect(output, node_errors)
        if good:
            return ValidationResult(None, good, node_errors)
        details = "\n".join(f"{reason['message']}: {reason['details']}" for reason in reasons)
        message = "Prompt outputs failed validation"
        error = _error("prompt_outputs_failed_validation", message, details)
        return ValidationResult(error, [], node_errors)

    def _output(self, node_id: str) -> _Result:
        cycle = self._cycle_before(node_id) if self._checks.dependency_cycle else []
        if cycle:
            for member in cycle:
                error = _cycle_error(member, cycle, self._graph)
                self._checked_nodes[member] = (False, [error])
            return (False, [])
        try:
            return self._checked(node_id)
        except _VALIDATION_FAILURES as error:
            # A dangling link or missing slot is reported on the node that contains the link.
            reason = {
                "type": "exception_during_validation",
                "message": "Exception when validating node",
                "details": str(error),
                "extra_info": {"exception_type": _type_name(error), "traceback": [_TRACEBACK]},
            }
            self._checked_nodes[node_id] = (False, [reason])
            return self._checked_nodes[node_id]

    def _cycle_before(self, output: str) -> list[str]:
        """Return the nodes of a cycle among the ancestors of an output; empty if there is none."""
        path: list[str] = []
        finished: set[str] = set()
        stack = [(output, False)]
        while stack:
            node_id, is_done = stack.pop()
            if is_done:
                finished.add(path.pop())
            elif node_id in path:
                return path[path.index(node_id) :]
            elif node_id in self._graph and node_id not in finished:
                path.append(node_id)
                inputs = self._graph[node_id].get("inputs", {}).values()
                links = [value[0] for value in inputs if isinstance(value, list) and value]
                stack += [
                    (node_id, True),
                    *((link, False) for link in links if link in self._graph),
                ]
        return []

    def _collect(self, output: str, node_errors: dict[str, Any]) -> None:
        for node_id, (valid, errors) in self._checked_nodes.items():
            # Nodes that depend on the faulty one are invalid too, but have no errors of their own.
            if valid or not errors:
                continue
            entry = node_errors.setdefault(
                node_id,
                {
                    "errors": errors,
                    "dependent_outputs": [],
                    "class_type": self._graph[node_id]["class_type"],
                },
            )
            entry["dependent_outputs"].append(output)

    def _checked(self, root: str) -> _Result:
        """Check a node and all its ancestors, depth first."""
        stack = [self._node(root)]
        outcome: _Result | Exception | None = None
        while True:
            try:
                source = _resumed(stack[-1], outcome)
            except StopIteration as done:
                outcome = done.value
            except _VALIDATION_FAILURES as error:
                outcome = error
            else:
                outcome = self._checked_nodes.get(source)
                if outcome is None and len(stack) > MAX_DEPTH:
                    outcome = TooDeepError("maximum recursion depth exceeded")
                elif outcome is None:
                    stack.append(self._node(source))
                continue
            stack.pop()
            if not stack:
                return _unwrapped(outcome)

    def _node(self, node_id: str) -> _Steps:
        inputs = self._graph[node_id]["inputs"]
        class_type = self._graph[node_id]["class_type"]
        errors: list[InputError] = []
        valid = True
        for name, (config, required) in self._nodes.inputs(class_type, inputs).items():
            if name not in inputs:
                if required:
                    errors.append(_missing(name))
            elif isinstance(inputs[name], list):
                valid = (yield from self._link(name, config, inputs[name], errors)) and valid
            elif FILE_INPUTS.get(class_type, ("",))[0] == name:
                errors += self._file(class_type, inputs)
            else:
                checks_options = self._checks.combo_options and class_type != _OWN_OPTIONS
                errors += check_value(name, config, inputs, combo_options=checks_options)
        self._checked_nodes[node_id] = (valid and not errors, errors)
        return self._checked_nodes[node_id]

    def _link(
        self, name: str, config: list[Any], link: list[Any], errors: list[InputError]
    ) -> Generator[str, _Result | None, bool]:
        """Check one link and its source; return False if an ancestor is invalid."""
        if len(link) != 2:  # noqa: PLR2004  # [node id, slot]
            errors.append(link_error(name, config, link))
            return True
        source, slot = link
        received = self._nodes.outputs(self._graph[source]["class_type"])[slot]
        if not type_accepts(config[0], received):
            errors.append(_mismatch(name, config, received, link))
            return True
        try:
            result = yield source
        except _VALIDATION_FAILURES as error:
            self._checked_nodes[source] = (False, [_inner(error, name, config, link)])
            return False
        return result is not None and result[0]

    def _file(self, class_type: str, inputs: dict[str, Any]) -> list[InputError]:
        name, kind = FILE_INPUTS[class_type]
        # Raises AttributeError for a value that is not a text, as ComfyUI does.
        if self._file_exists(inputs[name]):
            return []
        return [
            {
                "type": "custom_validation_failed",
                "message": "Custom validation failed for node",
                "details": f"{name} - Invalid {kind} file: {inputs[name]}",
                "extra_info": {"input_name": name},
            }
        ]


def _resumed(steps: _Steps, outcome: _Result | Exception | None) -> str:
    """Resume a check with the result it waits for; return the next node to check."""
    return steps.throw(outcome) if isinstance(outcome, Exception) else steps.send(outcome)


def _unwrapped(outcome: _Result | Exception | None) -> _Result:
    if outcome is None or isinstance(outcome, Exception):
        raise outcome or RuntimeError("a check ended without a result")
    return outcome


_TRACEBACK = '  File "genonaut/simulator/validation.py", in the simulator: no real traceback\n'


def _type_name(error: Exception) -> str:
    return "RecursionError" if isinstance(error, TooDeepError) else type(error).__name__


def _cycle_error(node_id: str, cycle: list[str], graph: Graph) -> InputError:
    path = " -> ".join(f"{one} ({graph[one]['class_type']})" for one in [*cycle, cycle[0]])
    return {
        "type": "dependency_cycle",
        "message": "Dependency cycle detected",
        "details": path,
        "extra_info": {"node_id": node_id, "cycle_nodes": cycle},
    }


def _missing(name: str) -> InputError:
    return {
        "type": "required_input_missing",
        "message": "Required input is missing",
        "details": name.rpartition(".")[2],
        "extra_info": {"input_name": name},
    }


def _mismatch(name: str, config: list[Any], received: str, link: list[Any]) -> InputError:
    return {
        "type": "return_type_mismatch",
        "message": "Return type mismatch between linked nodes",
        "details": f"{name}, received_type({received}) mismatch input_type({config[0]})",
        "extra_info": {
            "input_name": name,
            "input_config": config,
            "received_type": received,
            "linked_node": link,
        },
    }


def _inner(error: Exception, name: str, config: list[Any], link: list[Any]) -> InputError:
    return {
        "type": "exception_during_inner_validation",
        "message": "Exception when validating inner node",
        "details": str(error),
        "extra_info": {
            "input_name": name,
            "input_config": config,
            "exception_message": str(error),
            "exception_type": _type_name(error),
            "traceback": [_TRACEBACK],
            "linked_node": link,
        },
    }
