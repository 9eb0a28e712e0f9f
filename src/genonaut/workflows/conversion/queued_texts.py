"""Texts as they are when a workflow is queued: dynamic prompts resolved, tokens replaced."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .document import Document, Graph, Node
from .node_classes import NodeClasses, editor_name
from .texts import Choose, replace_tokens, resolve_dynamic_prompt
from .widget_values import DocumentWidgets

Json = Any

SAVING_CLASSES = frozenset(
    {
        "CLIPSave",
        "LoraSave",
        "ModelSave",
        "Save3DAdvanced",
        "SaveAnimatedPNG",
        "SaveAnimatedWEBP",
        "SaveAudio",
        "SaveAudioAdvanced",
        "SaveAudioMP3",
        "SaveAudioOpus",
        "SaveGLB",
        "SaveGaussianSplat",
        "SaveImage",
        "SaveImageAdvanced",
        "SaveLatent",
        "SavePointCloud",
        "SaveSVGNode",
        "SaveVideo",
        "SaveWEBM",
        "VAESave",
    }
)
"""Classes whose file name may hold tokens."""

NODE_NAME_PROPERTY = "Node name for S&R"
PREFIX_INPUT = "filename_prefix"


@dataclass(frozen=True, slots=True)
class QueueTime:
    """When a workflow is queued, and how alternatives of dynamic prompts are chosen."""

    now: datetime
    choose: Choose


class QueuedTexts:
    """Resolves the texts of a file; without a time they stay as they are."""

    def __init__(
        self,
        document: Document,
        classes: NodeClasses,
        widgets: DocumentWidgets,
        at: QueueTime | None,
    ) -> None:
        self._document = document
        self._classes = classes
        self._widgets = widgets
        self._at = at
        self._named: dict[str, tuple[Graph, Node]] | None = None

    def resolve(self, node: Node, name: str, value: Json) -> Json:
        """Return what the editor sends for the value of a widget."""
        if self._at is None or not isinstance(value, str):
            return value
        node_class = self._classes.get(node.type)
        spec = node_class.inputs_by_name.get(name) if node_class else None
        if spec is not None and spec.widget_type == "STRING" and spec.options.get("dynamicPrompts"):
            value = resolve_dynamic_prompt(value, self._at.choose)
        if name == PREFIX_INPUT and node.type in SAVING_CLASSES:
            value = self.replace(value)
        return value

    def replace(self, text: str) -> str:
        """Return ``text`` with its tokens replaced."""
        return text if self._at is None else replace_tokens(text, self._at.now, self._token_value)

    def _token_value(self, name: str, widget: str) -> str | None:
        """Return the value of a widget that a token names by its node's name or title."""
        if self._named is None:
            self._named = self._names()
        place = self._named.get(name)
        if place is None:
            return None
        values = self._widgets.of(place[0], place[1].id).values
        return _text(values[widget]) if widget in values else None

    def _names(self) -> dict[str, tuple[Graph, Node]]:
        """Return the first node of each name; names go before titles."""
        named: dict[str, tuple[Graph, Node]] = {}
        titled: dict[str, tuple[Graph, Node]] = {}
        for graph in self._document.graphs():
            for node in graph.nodes.values():
                named.setdefault(
                    str(node.properties.get(NODE_NAME_PROPERTY, node.type)), (graph, node)
                )
                title = node.title or editor_name(node.type, self._classes.get(node.type))
                titled.setdefault(title, (graph, node))
        return titled | named


def _text(value: Json) -> str:
    """Return a value as the editor writes it into a file name."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
