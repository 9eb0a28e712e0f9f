"""The body that adds a version to a workflow."""

from typing import Annotated

import msgspec
from msgspec import Meta

from genonaut.core.errors import InvalidInputError
from genonaut.workflows.formats import WorkflowFormat, WorkflowSource
from genonaut.workflows.forms import Field
from genonaut.workflows.schemas import GraphBody
from genonaut.workflows.tables import WorkflowVersion


class VersionSubmit(GraphBody, frozen=True, kw_only=True):
    """A new version: as `GraphBody`, or with the graph and the editor's file of ``base_version``.

    Without ``form`` it then has the form of that version too, which restores it.
    """

    base_version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None

    def require_one_source(self) -> None:
        """Check that there is one source.

        Raises:
            InvalidInputError: there is none, or a version beside a graph or an image.
        """
        if self.base_version is None:
            super().require_one_source()
        elif any(one is not None for one in (self.graph, self.ui, self.image)):
            raise InvalidInputError.of("base_version", "send it without graph, ui and image")

    def source_and_form(self, base: WorkflowVersion) -> tuple[WorkflowSource, list[Field]]:
        """Return the graph of ``base``, exactly as stored, and the form of the new version."""
        source = WorkflowSource(WorkflowFormat.API, base.graph, base.ui)
        form = self.fields()
        return source, msgspec.convert(base.form, list[Field]) if form is None else form
