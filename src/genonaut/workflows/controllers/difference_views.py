"""The view of what differs between two versions."""

from collections.abc import Sequence

import msgspec

from genonaut.core.schemas import View
from genonaut.workflows.differences import (
    FieldChange,
    NodeChange,
    NodeName,
    form_difference,
    graph_difference,
)
from genonaut.workflows.forms import Field
from genonaut.workflows.schemas import FieldView
from genonaut.workflows.tables import WorkflowVersion


class GraphDifferenceView(View, frozen=True):
    """Nodes that were added, removed or changed."""

    added: Sequence[NodeName]
    removed: Sequence[NodeName]
    changed: Sequence[NodeChange]


class FormDifferenceView(View, frozen=True):
    """Fields that were added, removed or changed; whether the others stand in another order."""

    added: list[FieldView]
    removed: list[FieldView]
    changed: Sequence[FieldChange]
    is_reordered: bool


class DifferenceView(View, frozen=True):
    """How a version differs from another one, ``against``."""

    number: int
    against: int
    graph: GraphDifferenceView
    form: FormDifferenceView

    @classmethod
    def of(cls, version: WorkflowVersion, against: WorkflowVersion) -> "DifferenceView":
        """Return how the first version differs from the second."""
        graph = graph_difference(against.graph, version.graph)
        form = form_difference(
            msgspec.convert(against.form, list[Field]), msgspec.convert(version.form, list[Field])
        )
        return cls(
            number=version.number,
            against=against.number,
            graph=GraphDifferenceView(graph.added, graph.removed, graph.changed),
            form=FormDifferenceView(
                added=[FieldView.of(one) for one in form.added],
                removed=[FieldView.of(one) for one in form.removed],
                changed=form.changed,
                is_reordered=form.is_reordered,
            ),
        )
