"""Recognise a workflow in all the forms in which users have one."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import msgspec

from genonaut.core.errors import InvalidInputError
from genonaut.metadata.entries import Entries, Entry, parse_json, parse_object
from genonaut.metadata.files import read_entries
from genonaut.metadata.graph_values import is_graph
from genonaut.workflows.conversion import is_ui_file

Json = Any

_WRAPPERS = 4
"""Objects around a graph that are opened: ``{"prompt": {"prompt": …}}`` is met in exports."""


class WorkflowFormat(StrEnum):
    """How a workflow was given."""

    API = "api"
    UI = "ui"
    APP = "app"
    PROMPT = "prompt"
    OUTPUT = "output"
    FILE = "file"


class WorkflowSource(msgspec.Struct, frozen=True):
    """A workflow as it was given; at least one of graph and UI file is set."""

    format: WorkflowFormat
    graph: Json = None
    """In API format, not checked."""
    ui: Json = None
    """The file as ComfyUI's editor saves it, not checked."""


def read_document(document: Json, *, field: str = "graph") -> WorkflowSource:
    """Return the workflow of a JSON document in any of the formats.

    Raises:
        InvalidInputError: it is none of them.
    """
    found = _read(document)
    if found is None:
        message = (
            "is no workflow: expected a graph in API format, a file of ComfyUI's editor,"
            ' {"prompt": …} or {"output": …, "workflow": …}'
        )
        raise InvalidInputError.of(field, message)
    return found


def read_bytes(data: bytes, *, field: str = "file") -> WorkflowSource:
    """Return the workflow of a file: JSON, or an image, video or sound that carries one.

    Raises:
        InvalidInputError: it carries none.
    """
    if data.lstrip()[:1] == b"{":
        try:
            document = parse_json(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            document = None
        return read_document(document, field=field)
    return read_texts(read_entries(data), field=field)


def read_texts(texts: Iterable[Entry], *, field: str = "file") -> WorkflowSource:
    """Return the workflow in the texts that a file embeds.

    Raises:
        InvalidInputError: there is none.
    """
    entries = Entries(texts)
    graph = _embedded_graph(entries)
    ui = entries.mapping("workflow", "Workflow")
    ui = ui if is_ui_file(ui) else None
    if graph is None and ui is None:
        raise InvalidInputError.of(field, "carries no ComfyUI workflow")
    return WorkflowSource(WorkflowFormat.FILE, graph, ui)


def _read(document: Json) -> WorkflowSource | None:
    for _ in range(_WRAPPERS):
        if not isinstance(document, dict):
            return None
        if is_ui_file(document):
            return WorkflowSource(_ui_format(document), ui=document)
        if is_graph(document):
            return WorkflowSource(WorkflowFormat.API, graph=document)
        if is_graph(document.get("output")):
            ui = document.get("workflow")
            return WorkflowSource(
                WorkflowFormat.OUTPUT, document["output"], ui if is_ui_file(ui) else None
            )
        if is_graph(_opened(document.get("prompt"))):
            return WorkflowSource(
                WorkflowFormat.PROMPT, _opened(document["prompt"]), _ui_of_prompt(document)
            )
        document = _opened(document.get("workflow") or document.get("prompt"))
    return None


def _ui_format(document: dict[str, Json]) -> WorkflowFormat:
    extra = document.get("extra")
    is_app = isinstance(extra, dict) and bool(extra.get("linearMode"))
    return WorkflowFormat.APP if is_app else WorkflowFormat.UI


def _ui_of_prompt(document: dict[str, Json]) -> Json:
    """Return the UI file beside a graph: in ``workflow``, or where ``POST /prompt`` has it."""
    found = _opened(document.get("workflow"))
    if is_ui_file(found):
        return found
    found = document
    for step in ("extra_data", "extra_pnginfo", "workflow"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if is_ui_file(found) else None


def _opened(value: Json) -> Json:
    return parse_object(value) if isinstance(value, str) else value


def _embedded_graph(entries: Entries) -> Json:
    for key in ("prompt", "Prompt"):
        value = entries.mapping(key)
        if is_graph(value):
            return value
    for key in ("comment", "UserComment", "Comment"):
        value = entries.mapping(key)
        inner = _opened(value.get("prompt")) if value else None
        if is_graph(inner):
            return inner
    return None
