"""What differs between two versions of a workflow: its graph and its form."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from genonaut.workflows.forms import Field

Json = Any


class ChangeKind(StrEnum):
    """Outcome for a value."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class ValueChange(msgspec.Struct, frozen=True):
    """A value that differs; ``before`` is None if it was added, ``after`` if it was removed."""

    name: str
    kind: ChangeKind
    before: Json
    after: Json


class NodeName(msgspec.Struct, frozen=True):
    """A node of a graph. Without a title of its own, ``title`` is its class."""

    node_id: str
    class_type: str
    title: str


class NodeChange(msgspec.Struct, frozen=True):
    """A node that both graphs have; ``node`` is that of the newer one."""

    node: NodeName
    changes: Sequence[ValueChange]
    """Of its inputs; ``class_type`` and ``title`` if they differ."""


class FieldChange(msgspec.Struct, frozen=True):
    """A field that both forms have; ``label`` is that of the newer one."""

    key: str
    label: str
    changes: Sequence[ValueChange]


class GraphDifference(msgspec.Struct, frozen=True):
    """Nodes by their ids, in the order of the graphs."""

    added: Sequence[NodeName]
    removed: Sequence[NodeName]
    changed: Sequence[NodeChange]


class FormDifference(msgspec.Struct, frozen=True):
    """Fields by their keys, in the order of the forms."""

    added: Sequence[Field]
    removed: Sequence[Field]
    changed: Sequence[FieldChange]
    is_reordered: bool
    """Whether the fields that both forms have stand in another order."""


def graph_difference(before: Mapping[str, Json], after: Mapping[str, Json]) -> GraphDifference:
    """Return how the second graph differs from the first."""
    changed = []
    for node_id, node in after.items():
        if node_id in before:
            old, new = _values_of_node(before[node_id]), _values_of_node(node)
            changes = _changes(old, new)
            if changes:
                changed.append(NodeChange(_name(node_id, node), changes))
    return GraphDifference(
        added=[_name(node_id, after[node_id]) for node_id in after if node_id not in before],
        removed=[_name(node_id, before[node_id]) for node_id in before if node_id not in after],
        changed=changed,
    )


def form_difference(before: Sequence[Field], after: Sequence[Field]) -> FormDifference:
    """Return how the second form differs from the first."""
    old = {field.key: field for field in before}
    new = {field.key: field for field in after}
    changed = []
    for key, field in new.items():
        changes = (
            _changes(_values_of_field(old[key]), _values_of_field(field)) if key in old else []
        )
        if changes:
            changed.append(FieldChange(key, field.label, changes))
    return FormDifference(
        added=[field for key, field in new.items() if key not in old],
        removed=[field for key, field in old.items() if key not in new],
        changed=changed,
        is_reordered=[key for key in old if key in new] != [key for key in new if key in old],
    )


def _name(node_id: str, node: Mapping[str, Json]) -> NodeName:
    return NodeName(node_id, node["class_type"], _title(node) or node["class_type"])


def _title(node: Mapping[str, Json]) -> str:
    meta = node.get("_meta")
    title = meta.get("title") if isinstance(meta, dict) else None
    return title if isinstance(title, str) else ""


def _values_of_node(node: Mapping[str, Json]) -> dict[str, Json]:
    return {"class_type": node["class_type"], "title": _title(node), **node["inputs"]}


def _values_of_field(field: Field) -> dict[str, Json]:
    """Return what a field says; why it was derived does not count."""
    values: dict[str, Json] = msgspec.to_builtins(field)
    return {name: value for name, value in values.items() if name not in {"key", "evidence"}}


def _changes(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[ValueChange]:
    found = []
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if name not in before:
            found.append(ValueChange(name, ChangeKind.ADDED, None, new))
        elif name not in after:
            found.append(ValueChange(name, ChangeKind.REMOVED, old, None))
        elif not _is_same(old, new):
            found.append(ValueChange(name, ChangeKind.CHANGED, old, new))
    return found


def _is_same(old: Json, new: Json) -> bool:
    # True == 1 in Python, but not in JSON; 1 == 1.0 in both.
    return old == new and isinstance(old, bool) == isinstance(new, bool)
