"""Which node classes a workflow may use."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Protocol

from genonaut.workflows.conversion import Problem

Json = Any

_API_MODULE = "comfy_api_nodes"


class PolicySettings(Protocol):
    """The settings of the policy."""

    @property
    def allowed_nodes(self) -> tuple[str, ...]:
        """Patterns of the classes and modules that may be used; all if there is none."""

    @property
    def denied_nodes(self) -> tuple[str, ...]:
        """Patterns of the classes and modules that may not be used."""

    @property
    def allow_api_nodes(self) -> bool:
        """Whether nodes that call paid services may be used."""


class NodePolicy:
    """Allows and denies node classes by name and ``python_module``; patterns may contain ``*``.

    A class that matches a denied pattern is denied. If patterns of allowed nodes are set, every other
    class that matches none of them is denied too. Nodes that call paid services are denied unless
    they are allowed as a whole.
    """

    def __init__(self, settings: PolicySettings) -> None:
        self._allowed = settings.allowed_nodes
        self._denied = settings.denied_nodes
        self._allows_api_nodes = settings.allow_api_nodes

    def problems(self, graph: Mapping[str, Json], classes: Mapping[str, Json]) -> list[Problem]:
        """Return the nodes that are denied, with the reason."""
        reasons: dict[str, str | None] = {}
        problems = []
        for node_id, node in graph.items():
            name = node["class_type"]
            if name not in reasons:
                reasons[name] = self.reason(name, classes.get(name))
            reason = reasons[name]
            if reason is not None:
                problems.append(Problem(node_id, name, reason))
        return problems

    def reason(self, name: str, info: Json) -> str | None:
        """Return why a class is denied; None if it is allowed.

        Args:
            name: the class.
            info: its entry in ``/object_info``; None if no server knows it.
        """
        described = info if isinstance(info, dict) else {}
        module = str(described.get("python_module") or "")
        is_api = bool(described.get("api_node")) or module.partition(".")[0] == _API_MODULE
        if is_api and not self._allows_api_nodes:
            return "The node calls a paid service; an administrator can allow that."
        names = [name, module] if module else [name]
        if _matches(self._denied, names):
            return "An administrator has denied this node."
        if self._allowed and not _matches(self._allowed, names):
            return "The node is not among those that an administrator has allowed."
        return None


def _matches(patterns: Iterable[str], names: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)
