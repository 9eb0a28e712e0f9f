"""What a job that runs a workflow depends on; stored in ``generation_jobs.inputs``."""

from typing import Any

from genonaut.core.schemas import Value
from genonaut.workflows.inputs import NamedFile, ResolvedInputs, SetValue
from genonaut.workflows.optional_files import Omission


class WorkflowRun(Value, frozen=True):
    """A version of a workflow, and the resolved inputs of one job.

    The graph is that of the version. ``values`` are the inputs by their keys in the form, with
    defaults, drawn seeds and resolved dynamic prompts; ``sets`` are the values that go into the
    graph; ``omitted`` is taken out of it. ``nodes`` and ``models`` (``folder/name``) are what a backend must offer.
    """

    workflow_id: int
    version_id: int
    number: int
    title: str
    values: dict[str, Any]
    sets: tuple[SetValue, ...] = ()
    files: tuple[NamedFile, ...] = ()
    omitted: Omission = Omission()
    nodes: tuple[str, ...] = ()
    models: tuple[str, ...] = ()

    @property
    def resolved(self) -> ResolvedInputs:
        """Return the inputs."""
        return ResolvedInputs(
            values=self.values, sets=self.sets, files=self.files, omitted=self.omitted
        )

    @property
    def needs(self) -> list[str]:
        """Return ``folder/name`` of everything that a backend must offer."""
        return [*self.models, *(f"nodes/{name}" for name in self.nodes)]
