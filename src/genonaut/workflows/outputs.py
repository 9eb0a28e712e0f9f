"""The nodes of a graph whose files are the results, and what kind of file they make."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from genonaut.core.schemas import Value
from genonaut.workflows.conversion.node_classes import NodeClasses
from genonaut.workflows.forms.graph_inputs import is_link

Json = Any


class OutputKind(StrEnum):
    """What a node makes; the extension of the file decides once there is one."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"
    MODEL3D = "model3d"
    FILE = "file"


class WorkflowOutput(Value, frozen=True):
    """A node whose files are results."""

    node_id: str
    class_type: str
    title: str
    kind: OutputKind
    is_chosen: bool = False
    """Whether the author chose it; then nodes that were not chosen have no results."""


_KIND_OF_CLASS = {
    "PreviewAny": OutputKind.TEXT,
    "PreviewText": OutputKind.TEXT,
    "SaveText": OutputKind.TEXT,
    "SaveWEBM": OutputKind.VIDEO,
    "SaveVideo": OutputKind.VIDEO,
    "VHS_VideoCombine": OutputKind.VIDEO,
    "SaveGLB": OutputKind.MODEL3D,
    "Save3DAdvanced": OutputKind.MODEL3D,
    "Preview3D": OutputKind.MODEL3D,
    "Preview3DAdvanced": OutputKind.MODEL3D,
    "SaveLatent": OutputKind.FILE,
}
_KIND_OF_TYPE = (
    ("VIDEO", OutputKind.VIDEO),
    ("AUDIO", OutputKind.AUDIO),
    ("IMAGE", OutputKind.IMAGE),
    ("SVG", OutputKind.FILE),
    ("MESH", OutputKind.MODEL3D),
    ("FILE_3D", OutputKind.MODEL3D),
    ("SPLAT", OutputKind.MODEL3D),
    ("LATENT", OutputKind.FILE),
    ("STRING", OutputKind.TEXT),
)
_PREVIEWS = ("Preview",)


def outputs_of(
    graph: Mapping[str, Json], classes: Mapping[str, Json], ui: Json = None
) -> list[WorkflowOutput]:
    """Return the output nodes of a graph; those that the author chose, if there is a choice.

    Nodes that save come before those that only preview.
    """
    chosen = _chosen_ids(ui)
    known = NodeClasses(classes)
    found = []
    for node_id, node in graph.items():
        node_class = known.get(node["class_type"])
        is_chosen = node_id in chosen or node_id.partition(":")[0] in chosen
        if node_class is None or not node_class.info.get("output_node"):
            continue
        title = node.get("_meta", {}).get("title") or node_class.display_name
        found.append(
            WorkflowOutput(
                node_id=node_id,
                class_type=node["class_type"],
                title=str(title)[:200],
                kind=_kind_of(node, known),
                is_chosen=is_chosen,
            )
        )
    if any(one.is_chosen for one in found):
        found = [one for one in found if one.is_chosen]
    return sorted(found, key=lambda one: one.class_type.startswith(_PREVIEWS))


def main_kind(outputs: list[WorkflowOutput]) -> OutputKind:
    """Return the kind of the main result: that of the first output that saves."""
    return outputs[0].kind if outputs else OutputKind.IMAGE


def _kind_of(node: Json, known: NodeClasses) -> OutputKind:
    name = node["class_type"]
    if name in _KIND_OF_CLASS:
        return _KIND_OF_CLASS[name]
    node_class = known.get(name)
    types = " ".join(
        spec.type
        for spec in (node_class.inputs if node_class else [])
        if is_link(node["inputs"].get(spec.name))
    )
    return next((kind for part, kind in _KIND_OF_TYPE if part in types), OutputKind.FILE)


def _chosen_ids(ui: Json) -> set[str]:
    """Return the ids of the nodes that the author chose as results for ComfyUI's app mode."""
    extra = ui.get("extra") if isinstance(ui, dict) else None
    data = extra.get("linearData") if isinstance(extra, dict) else None
    outputs = data.get("outputs") if isinstance(data, dict) else None
    return (
        {str(one) for one in outputs if isinstance(one, str | int)}
        if isinstance(outputs, list)
        else set()
    )
