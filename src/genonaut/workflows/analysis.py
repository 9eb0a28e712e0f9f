"""Find out what an import of a workflow would give, without storing anything."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genonaut.config.settings import WorkflowSettings
from genonaut.core.errors import FieldError, InvalidInputError
from genonaut.workflows.backend_classes import BackendClassesReader, KnownClasses
from genonaut.workflows.conversion import (
    ConversionError,
    Problem,
    UnknownClassesError,
    convert,
)
from genonaut.workflows.conversion.node_classes import NodeClasses
from genonaut.workflows.file_inputs import SENT_TYPES, Place, file_places, file_problems
from genonaut.workflows.form_checks import checked_form
from genonaut.workflows.formats import WorkflowFormat, WorkflowSource
from genonaut.workflows.forms import Field, derive_form, other_fields
from genonaut.workflows.graphs import Graph, checked_graph, require_storable
from genonaut.workflows.input_schema import input_schema, live_options
from genonaut.workflows.object_info import ObjectInfo
from genonaut.workflows.outputs import WorkflowOutput, outputs_of
from genonaut.workflows.policy import NodePolicy
from genonaut.workflows.repository import NewestVersion
from genonaut.workflows.requirements import Missing, Requirements, missing_at, requirements_of
from genonaut.workflows.tables import WorkflowVersion

Json = Any

_MAX_LISTED = 20


class BackendCheck(msgspec.Struct, frozen=True):
    """Whether one server can run a workflow."""

    name: str
    missing: Missing


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """What an import would give; ``graph`` is None if the file could not be converted."""

    format: WorkflowFormat
    graph: Graph | None
    ui: Json
    form: Sequence[Field] = ()
    other_fields: Sequence[Field] = ()
    """Fields that an author can add to the form."""
    options: Mapping[str, Sequence[Json]] = msgspec.field(default_factory=dict)
    """What the fields of type choice and model accept at present, by their keys."""
    outputs: Sequence[WorkflowOutput] = ()
    requirements: Requirements = Requirements()
    problems: Sequence[Problem] = ()
    backends: Sequence[BackendCheck] = ()

    def require_usable(self, field: str = "graph") -> Graph:
        """Return the graph.

        Raises:
            InvalidInputError: there are problems; names the first 20 of them.
        """
        if self.graph is None or self.problems:
            errors = [FieldError(field, _text(one)) for one in self.problems[:_MAX_LISTED]]
            raise InvalidInputError(*errors)
        return self.graph


class WorkflowAnalyst:
    """Analyses workflows for the servers of this installation; one instance per process."""

    def __init__(self, settings: WorkflowSettings, classes: BackendClassesReader) -> None:
        self._settings = settings
        self.classes = classes

    async def analyze(
        self, source: WorkflowSource, form: Sequence[Field] | None = None
    ) -> Analysis:
        """Convert, derive the form and check a workflow.

        ``form`` replaces the derived form.

        Raises:
            InvalidInputError: the graph is malformed or too large, or ``form`` does not fit it.
        """
        known = await self.classes.read()
        # The work is pure and takes up to a second: it must not stop other requests.
        return await asyncio.to_thread(_analyze, self._settings, known, source, form)

    async def check_version(self, version: WorkflowVersion) -> list[BackendCheck]:
        """Return which servers can run a version at present."""
        known = await self.classes.read()
        required = msgspec.convert(version.requirements, Requirements)
        return await asyncio.to_thread(_checks, known, version.graph, required)

    async def runs_on(self, newest: Sequence[NewestVersion]) -> list[list[str]]:
        """Return, for each version, the names of the servers that can run it at present."""
        known = await self.classes.read()
        return await asyncio.to_thread(_runs_on, known, newest)

    async def require_allowed(self, version: WorkflowVersion, graph: Graph) -> None:
        """Check the graph of a run, in which the files are not set yet.

        Raises:
            InvalidInputError: nodes are denied at present, or a value names a file of the server.
        """
        known = await self.classes.read()
        sent = sent_places(msgspec.convert(version.form, list[Field]))
        problems = await asyncio.to_thread(
            _graph_problems, self._settings, known.merged, graph, sent
        )
        if problems:
            errors = [FieldError("workflow", _text(one)) for one in problems[:_MAX_LISTED]]
            raise InvalidInputError(*errors)

    async def schema(self, title: str, version: WorkflowVersion) -> dict[str, Json]:
        """Return the JSON Schema of a version's inputs, with the options of the servers."""
        known = await self.classes.read()
        form = msgspec.convert(version.form, list[Field])
        required = msgspec.convert(version.requirements, Requirements)
        options = live_options(known, version.graph, required.nodes)
        return await asyncio.to_thread(input_schema, title, form, options)


def _graph_problems(
    settings: WorkflowSettings, classes: ObjectInfo, graph: Graph, sent: set[Place]
) -> list[Problem]:
    problems = NodePolicy(settings).problems(graph, classes)
    return problems + file_problems(graph, NodeClasses(classes), sent)


def _runs_on(known: KnownClasses, newest: Sequence[NewestVersion]) -> list[list[str]]:
    found = []
    for one in newest:
        loaders = {node_id: {"class_type": name} for node_id, name in one.loaders.items()}
        checks = _checks(known, loaders, one.requirements)
        found.append([check.name for check in checks if check.missing.is_empty])
    return found


def _checks(
    known: KnownClasses, graph: Mapping[str, Json], required: Requirements
) -> list[BackendCheck]:
    return [
        BackendCheck(one.name, missing_at(one.classes, graph, required)) for one in known.backends
    ]


def _analyze(
    settings: WorkflowSettings,
    known: KnownClasses,
    source: WorkflowSource,
    given_form: Sequence[Field] | None,
) -> Analysis:
    classes = known.merged
    for document, field in ((source.ui, "ui"), (source.graph, "graph")):
        if document is not None:
            require_storable(document, max_bytes=settings.max_bytes, field=field)
    document = source.graph
    if document is None:
        try:
            document = convert(source.ui, classes)
        except UnknownClassesError as error:
            return _unusable(source, error.problems)
        except ConversionError as error:
            return _unusable(source, [Problem("", "", str(error))])
        if not document:
            return _unusable(source, [Problem("", "", "The workflow has no node that runs.")])
    graph = checked_graph(document, max_nodes=settings.max_nodes)
    form = given_form if given_form is not None else _derived_form(graph, classes, source.ui)
    return _examined(settings, known, source, graph, checked_form(form, graph, classes))


def _examined(
    settings: WorkflowSettings,
    known: KnownClasses,
    source: WorkflowSource,
    graph: Graph,
    form: Sequence[Field],
) -> Analysis:
    classes = known.merged
    sent = sent_places(form)
    problems = _graph_problems(settings, classes, graph, sent)
    outputs = outputs_of(graph, classes, source.ui)
    if not outputs and all(node["class_type"] in classes for node in graph.values()):
        problems.append(Problem("", "", "The workflow has no node that saves or shows a result."))
    required = requirements_of(graph, classes)
    options = live_options(known, graph, required.nodes)
    return Analysis(
        format=source.format,
        graph=_without_file_names(graph, sent),
        ui=source.ui,
        form=form,
        other_fields=_with_known_files(other_fields(graph, classes, form), graph, classes),
        options={field.key: options(field) or () for field in form},
        outputs=outputs,
        requirements=required,
        problems=problems,
        backends=_checks(known, graph, required),
    )


def sent_places(form: Sequence[Field]) -> set[Place]:
    """Return node and input of everything that gets the name of a file that Genonaut sends."""
    return {
        (target.node_id, target.input)
        for field in form
        if field.type in SENT_TYPES
        for target in field.targets
    }


def _derived_form(graph: Graph, classes: Mapping[str, Json], ui: Json) -> list[Field]:
    try:
        return _with_known_files(derive_form(graph, classes, ui), graph, classes)
    except ConversionError:  # the graph beside the UI file is valid all the same
        return _with_known_files(derive_form(graph, classes), graph, classes)


def _with_known_files(form: list[Field], graph: Graph, classes: Mapping[str, Json]) -> list[Field]:
    """Leave out fields for files that Genonaut cannot send, such as 3D models."""
    files = set(file_places(graph, NodeClasses(classes)))
    return [
        field
        for field in form
        if field.type in SENT_TYPES or not files.intersection(_places(field))
    ]


def _places(field: Field) -> list[Place]:
    return [(target.node_id, target.input) for target in field.targets]


def _without_file_names(graph: Graph, sent: set[Place]) -> Graph:
    """Return the graph without the names of the author's own files; each job sets its own."""
    for node_id, name in sent:
        graph[node_id]["inputs"][name] = ""
    return graph


def _unusable(source: WorkflowSource, problems: Sequence[Problem]) -> Analysis:
    return Analysis(format=source.format, graph=None, ui=source.ui, problems=problems)


def _text(problem: Problem) -> str:
    if not problem.node_id:
        return problem.message
    return f"node {problem.node_id} ({problem.class_type}): {problem.message}"
