"""HTTP bodies of workflows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.image_views import ImageView
from genonaut.core.errors import InvalidInputError
from genonaut.core.schemas import NO_NUL, RequestBody, View
from genonaut.workflows.analysis import Analysis, BackendCheck
from genonaut.workflows.conversion import Problem
from genonaut.workflows.form_checks import MAX_FORM_FIELDS
from genonaut.workflows.formats import WorkflowFormat
from genonaut.workflows.forms import Field, FieldTarget, FieldType
from genonaut.workflows.outputs import OutputKind, WorkflowOutput
from genonaut.workflows.requirements import RequiredModel, Requirements
from genonaut.workflows.service import (
    NewWorkflow,
    VersionSummary,
    WorkflowChange,
    WorkflowDetails,
)
from genonaut.workflows.tables import (
    NOTE_LENGTH,
    TITLE_LENGTH,
    WorkflowVersion,
    WorkflowVisibility,
)

Title = Annotated[str, Meta(min_length=1, max_length=TITLE_LENGTH, pattern=NO_NUL)]
Description = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]
Note = Annotated[str, Meta(max_length=NOTE_LENGTH, pattern=NO_NUL)]
ContentId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Text = Annotated[str, Meta(max_length=1_000, pattern=NO_NUL)]
Key = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Options = Annotated[list[Any], Meta(max_length=1_000)]


class TargetBody(RequestBody, frozen=True):
    """An input of a node of the graph."""

    node_id: Text
    input: Text


class FieldBody(RequestBody, frozen=True):
    """One field of a form: which input of the graph it sets, how it is shown, what it accepts.

    ``also`` are further inputs that get the same value. A hidden field has its default.
    """

    key: Key
    label: Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_NUL)]
    type: FieldType
    node_id: Text
    input: Text
    default: Any = None
    evidence: Text = ""
    group: Text = ""
    help: Annotated[str, Meta(max_length=5_000, pattern=NO_NUL)] = ""
    is_advanced: bool = False
    is_hidden: bool = False
    required: bool = False
    is_multiline: bool = False
    min: float | None = None
    max: float | None = None
    step: float | None = None
    options: Options = []  # noqa: RUF012  # msgspec copies it
    model_kind: Text | None = None
    also: Annotated[list[TargetBody], Meta(max_length=100)] = []  # noqa: RUF012  # msgspec copies it

    def field(self) -> Field:
        """Return the field."""
        values = {name: getattr(self, name) for name in self.__struct_fields__}
        values["options"] = tuple(self.options)
        values["also"] = tuple(FieldTarget(one.node_id, one.input) for one in self.also)
        return Field(**values)


FormBody = Annotated[list[FieldBody], Meta(max_length=MAX_FORM_FIELDS)]


class ImageReferenceBody(RequestBody, frozen=True):
    """A file that carries a workflow: one of the caller's uploads, or an item that the caller sees."""

    upload_id: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
    content_id: ContentId | None = None


class GraphBody(RequestBody, frozen=True):
    """A workflow: one of ``graph``, ``ui`` and ``image``, or ``graph`` with ``ui``.

    ``graph`` is JSON in any format: a graph in API format, a file of ComfyUI's editor,
    ``{"prompt": …}`` or ``{"output": …, "workflow": …}``. ``ui`` is the editor's file that belongs
    to the graph. Without ``form`` the form is derived from the graph.
    """

    graph: dict[str, Any] | None = None
    ui: dict[str, Any] | None = None
    image: ImageReferenceBody | None = None
    form: FormBody | None = None
    note: Note = ""

    def require_one_source(self) -> None:
        """Check that there is one source.

        Raises:
            InvalidInputError: there is none, or an image beside a graph.
        """
        has_document = self.graph is not None or self.ui is not None
        if has_document == (self.image is not None):
            raise InvalidInputError.of("graph", "send either graph and ui, or image")

    def fields(self) -> list[Field] | None:
        """Return the fields of the form; None if it is to be derived."""
        return None if self.form is None else [one.field() for one in self.form]


class WorkflowSubmit(GraphBody, frozen=True, kw_only=True):
    """A new workflow."""

    title: Title
    description: Description = ""
    visibility: WorkflowVisibility = WorkflowVisibility.PRIVATE
    cover_content_id: ContentId | None = None

    def new(self) -> NewWorkflow:
        """Return what the service needs beside the graph."""
        names = NewWorkflow.__struct_fields__
        return NewWorkflow(**{name: getattr(self, name) for name in names})


class WorkflowPatch(RequestBody, frozen=True):
    """Changes to a workflow; omitted fields stay unchanged."""

    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    visibility: WorkflowVisibility | UnsetType = UNSET
    cover_content_id: ContentId | UnsetType | None = UNSET
    is_archived: bool | UnsetType = UNSET

    def change(self) -> WorkflowChange:
        """Return the change."""
        return WorkflowChange(**{name: getattr(self, name) for name in self.__struct_fields__})


class FieldView(View, frozen=True):
    """One field of a form. ``evidence`` says why it was derived.

    Without ``options`` of its own, a field of type choice or model accepts those of the servers that can
    run the workflow: the schema lists them.
    """

    key: str
    label: str
    type: FieldType
    node_id: str
    input: str
    default: Any
    evidence: str
    group: str
    help: str
    is_advanced: bool
    is_hidden: bool
    required: bool
    is_multiline: bool
    min: float | None
    max: float | None
    step: float | None
    options: list[Any]
    model_kind: str | None
    also: list[FieldTarget]

    @classmethod
    def of(cls, field: Field, options: Sequence[Any] = ()) -> "FieldView":
        """Return the view of a field; ``options`` is what it accepts at present."""
        values = {name: getattr(field, name) for name in cls.__struct_fields__}
        shown = list(field.options or options)
        return cls(**{**values, "options": shown, "also": list(field.also)})


class OutputView(View, frozen=True):
    """A node whose files are results."""

    node_id: str
    class_type: str
    title: str
    kind: OutputKind
    is_chosen: bool

    @classmethod
    def of(cls, output: WorkflowOutput) -> "OutputView":
        """Return the view of an output."""
        return cls(**{name: getattr(output, name) for name in cls.__struct_fields__})


class ModelNeedView(View, frozen=True):
    """A model file that a node loads."""

    node_id: str
    input: str
    kind: str
    name: str

    @classmethod
    def of(cls, model: RequiredModel) -> "ModelNeedView":
        """Return the view of a model."""
        return cls(**{name: getattr(model, name) for name in cls.__struct_fields__})


class RequirementsView(View, frozen=True):
    """Node classes and model files that a ComfyUI server must have."""

    nodes: list[str]
    models: list[ModelNeedView]

    @classmethod
    def of(cls, needed: Requirements) -> "RequirementsView":
        """Return the view of the requirements."""
        models = [ModelNeedView.of(one) for one in needed.models]
        return cls(nodes=list(needed.nodes), models=models)


class ProblemView(View, frozen=True):
    """Why a workflow cannot be imported; without a node, ``node_id`` and ``class_type`` are empty."""

    node_id: str
    class_type: str
    message: str

    @classmethod
    def of(cls, problem: Problem) -> "ProblemView":
        """Return the view of a problem."""
        return cls(node_id=problem.node_id, class_type=problem.class_type, message=problem.message)


class BackendCheckView(View, frozen=True):
    """Whether one ComfyUI server can run a workflow, and what it lacks."""

    name: str
    can_run: bool
    missing_nodes: list[str]
    missing_models: list[str]


class AnalysisView(View, frozen=True):
    """What an import would give. ``graph`` is null if the file cannot be converted.

    ``other_fields`` are for inputs that the form does not set: an author can add them.
    """

    format: WorkflowFormat
    graph: dict[str, Any] | None
    ui: dict[str, Any] | None
    form: list[FieldView]
    other_fields: list[FieldView]
    outputs: list[OutputView]
    requirements: RequirementsView
    problems: list[ProblemView]
    backends: list[BackendCheckView]

    @classmethod
    def of(cls, found: Analysis) -> "AnalysisView":
        """Return the view of an analysis."""
        return cls(
            format=found.format,
            graph=found.graph,
            ui=found.ui,
            form=[FieldView.of(field, found.options.get(field.key, ())) for field in found.form],
            other_fields=[FieldView.of(field) for field in found.other_fields],
            outputs=[OutputView.of(output) for output in found.outputs],
            requirements=RequirementsView.of(found.requirements),
            problems=[ProblemView.of(problem) for problem in found.problems],
            backends=backend_views(found.backends),
        )


def backend_views(checks: Sequence[BackendCheck]) -> list[BackendCheckView]:
    """Return the views of checks."""
    return [
        BackendCheckView(
            name=one.name,
            can_run=one.missing.is_empty,
            missing_nodes=list(one.missing.nodes),
            missing_models=list(one.missing.models),
        )
        for one in checks
    ]


class WorkflowView(View, frozen=True):
    """A workflow. ``kind`` is what its main result is; ``may_change`` is about the caller.

    ``cover`` is the chosen item, else the newest result with an image that the caller may see.
    ``runs_on`` are the ComfyUI servers that can run the newest version at present.
    """

    id: int
    slug: str
    title: str
    description: str
    visibility: WorkflowVisibility
    owner: str
    owner_id: UUID
    kind: str
    latest_version: int
    cover_content_id: int | None
    cover: ImageView | None
    runs_on: list[str]
    may_change: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None

    @classmethod
    def of(cls, details: WorkflowDetails, runs_on: list[str]) -> "WorkflowView":
        """Return the view of a workflow and of the servers that can run it."""
        row = details.workflow
        values: dict[str, Any] = {n: getattr(row, n, None) for n in cls.__struct_fields__}
        values |= {n: getattr(details, n) for n in ("owner", "kind", "may_change")}
        values["cover"] = None if details.cover is None else ImageView.of(details.cover)
        return cls(**{**values, "runs_on": runs_on})


class VersionSummaryView(View, frozen=True):
    """One version in a list."""

    number: int
    note: str
    created_by: str
    created_at: datetime
    sha256: str

    @classmethod
    def of(cls, version: VersionSummary) -> "VersionSummaryView":
        """Return the view of a version."""
        return cls(**msgspec.structs.asdict(version))


class VersionView(View, frozen=True):
    """One version of a workflow; it never changes. ``backends`` is what can run it at present."""

    id: int
    workflow_id: int
    number: int
    note: str
    created_at: datetime
    sha256: str
    graph: dict[str, Any]
    has_ui: bool
    form: list[FieldView]
    outputs: list[OutputView]
    requirements: RequirementsView
    backends: list[BackendCheckView]

    @classmethod
    def of(cls, row: WorkflowVersion, backends: Sequence[BackendCheckView]) -> "VersionView":
        """Return the view of a row."""
        outputs = msgspec.convert(row.outputs, list[WorkflowOutput])
        return cls(
            id=row.id,
            workflow_id=row.workflow_id,
            number=row.number,
            note=row.note,
            created_at=row.created_at,
            sha256=row.sha256,
            graph=row.graph,
            has_ui=row.ui is not None,
            form=[FieldView.of(one) for one in msgspec.convert(row.form, list[Field])],
            outputs=[OutputView.of(one) for one in outputs],
            requirements=RequirementsView.of(msgspec.convert(row.requirements, Requirements)),
            backends=list(backends),
        )


class WorkflowWithVersionView(View, frozen=True):
    """A workflow with its newest version."""

    workflow: WorkflowView
    version: VersionView
