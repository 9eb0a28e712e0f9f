"""Inputs of loading nodes that name files of the ComfyUI server.

A file name in a graph could be that of another user's input or output, and 0.3.64 opens even absolute
paths. So such inputs must be set by fields of the form, whose files Genonaut sends.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from genonaut.workflows.conversion import Problem
from genonaut.workflows.conversion.node_classes import InputSpec, NodeClass, NodeClasses
from genonaut.workflows.forms import FieldType
from genonaut.workflows.forms.graph_inputs import is_link
from genonaut.workflows.forms.roles import FILE_CLASSES, FILE_INPUTS, UPLOADS

Json = Any
Place = tuple[str, str]

SENT_TYPES = frozenset({FieldType.IMAGE, FieldType.MASK, FieldType.VIDEO, FieldType.AUDIO})
"""Types of the fields whose files Genonaut sends to the server."""

_FOLDERS = ("image_folder", "video_folder", "audio_folder", "file_folder")
_WIDGETS = frozenset({"AUDIO_RECORD", "WEBCAM", "LOAD_3D"})
"""Widgets of the editor whose values are names of files that the browser uploaded."""
_ANNOTATED = re.compile(r"\[(input|output|temp)\]\s*$")
"""Source: ComfyUI folder_paths.py, annotated_filepath."""
_NO_FILE = frozenset({"", "none", "None"})


def is_file_input(node_class: NodeClass, spec: InputSpec) -> bool:
    """Return whether the value of an input is the name of a file of the server."""
    last_name = spec.name.rpartition(".")[2]
    return (
        any(spec.options.get(option) for option in (*UPLOADS, *_FOLDERS))
        or spec.type in _WIDGETS
        or (node_class.name in FILE_CLASSES and last_name in FILE_INPUTS)
    )


def file_places(graph: Mapping[str, Json], classes: NodeClasses) -> Iterator[Place]:
    """Yield node and input of every input of a graph that names a file, set or not."""
    for node_id, node in graph.items():
        node_class = classes.get(node["class_type"])
        if node_class is None:
            names = FILE_INPUTS if node["class_type"] in FILE_CLASSES else ()
            yield from ((node_id, name) for name in names)
        else:
            yield from (
                (node_id, spec.name)
                for spec in node_class.inputs
                if is_file_input(node_class, spec)
            )


def file_problems(
    graph: Mapping[str, Json], classes: NodeClasses, allowed: Collection[Place]
) -> list[Problem]:
    """Return the inputs that name a file although no field sets them, and linked ones."""
    problems = []
    for node_id, name in file_places(graph, classes):
        value = graph[node_id]["inputs"].get(name)
        if is_link(value):
            message = f"Its input {name!r} names a file and must not be linked to another node."
        elif (node_id, name) in allowed or not _names_file(value):
            continue
        else:
            message = (
                f"Its input {name!r} names a file of the ComfyUI server. Set it by a field of type"
                " image, mask, video or audio."
            )
        problems.append(Problem(node_id, graph[node_id]["class_type"], message))
    return problems + _annotated(graph, allowed)


def _annotated(graph: Mapping[str, Json], allowed: Collection[Place]) -> list[Problem]:
    """Return the inputs of all nodes with a text that ends like a file name with its folder."""
    return [
        Problem(
            node_id,
            node["class_type"],
            f"Its input {name!r} ends with [input], [output] or [temp], like the name of a file.",
        )
        for node_id, node in graph.items()
        for name, value in node["inputs"].items()
        if (node_id, name) not in allowed and is_annotated(value)
    ]


def is_annotated(value: Json) -> bool:
    """Return whether a text ends like a file name with its folder, as in ``a.png [output]``."""
    return any(_ANNOTATED.search(text) for text in _texts(value))


def _names_file(value: Json) -> bool:
    return any(text not in _NO_FILE for text in _texts(value))


def _texts(value: Json) -> Iterator[str]:
    """Yield the texts in a value, also in lists and objects; not the keys."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
