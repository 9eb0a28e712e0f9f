"""The values of a node's widgets: saved by position, read by name."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .document import Document, Graph, Node
from .node_classes import DYNAMIC_COMBO, InputSpec, NodeClass, NodeClasses

Json = Any

CONTROL_WORDS = frozenset({"fixed", "increment", "decrement", "randomize", "increment-wrap"})
"""What the widget behind a seed can hold."""

SAMPLER_CLASSES = frozenset({"KSampler", "KSamplerAdvanced"})
MULTILINE = "multiline"

SCENE_BUTTONS = {
    "upload 3d model": "upload3dmodel",
    "upload extra resources": "uploadExtraResources",
    "clear": "clear",
}
"""Buttons of a 3D viewer and the values that the editor sends for them."""

STILL_SCENE = {
    "image": "",
    "mask": "",
    "normal": "",
    "camera_info": {
        "position": {"x": 10, "y": 10, "z": 10.000000000000002},
        "target": {"x": 0, "y": 0, "z": 0},
        "zoom": 1,
        "cameraType": "perspective",
        "quaternion": {
            "x": -0.2798481423331213,
            "y": 0.3647051996310008,
            "z": 0.11591689595929511,
            "w": 0.8804762392171493,
        },
        "fov": 35,
        "aspect": 1,
        "near": 0.01,
        "far": 10000,
        "frustum": {"left": -5, "right": 5, "top": 5, "bottom": -5},
    },
    "recording": "",
    "model_3d_info": [],
}
"""The state of a 3D viewer whose camera was never moved (observed in the editor 1.49.6)."""

VIEWERS_3D = frozenset({"SaveGLB", "Preview3D"})


@dataclass(slots=True)
class Widgets:
    """The widgets of a node: values and descriptions by name, in the order of the editor."""

    values: dict[str, Json] = field(default_factory=dict)
    specs: dict[str, InputSpec] = field(default_factory=dict)


class DocumentWidgets:
    """The widgets of all nodes of a file, by graph and node."""

    def __init__(self, document: Document, classes: NodeClasses) -> None:
        self._widgets: dict[tuple[str, str], Widgets] = {}
        for graph in document.graphs():
            for node in graph.nodes.values():
                node_class = classes.get(node.type)
                if node_class is not None:
                    self._widgets[graph.id, node.id] = read_widgets(node, node_class)

    def of(self, graph: Graph, node_id: str) -> Widgets:
        """Return the widgets of a node; none when its class is unknown."""
        return self._widgets.get((graph.id, node_id)) or Widgets()


def read_widgets(node: Node, node_class: NodeClass) -> Widgets:
    """Return the values of all widgets of ``node``; missing ones have their default."""
    saved = node.widget_values
    if isinstance(saved, dict):
        widgets = _named(saved, node_class)
    else:
        widgets = _positional(_without_sockets(saved or [], node_class), node_class)
    if node_class.name in SAMPLER_CLASSES:
        sampler = widgets.values.get("sampler_name")
        if isinstance(sampler, str) and sampler.startswith("sample_"):
            widgets.values["sampler_name"] = sampler.removeprefix("sample_")
    _add_editor_widgets(node, node_class, widgets)
    return widgets


def _named(saved: dict[str, Json], node_class: NodeClass) -> Widgets:
    widgets = Widgets()

    def add(spec: InputSpec) -> None:
        if spec.widget_type is None:
            return
        value = present(spec, saved[spec.name]) if spec.name in saved else spec.default
        widgets.values[spec.name], widgets.specs[spec.name] = value, spec
        if spec.type == DYNAMIC_COMBO:
            for sub in spec.sub_inputs(value):
                add(sub)

    for spec in node_class.inputs:
        add(spec)
    return widgets


def _positional(saved: list[Json], node_class: NodeClass) -> Widgets:
    widgets = Widgets()
    values = _Reader(saved)
    required = [spec for spec in node_class.inputs if spec.is_required]
    optional = [spec for spec in node_class.inputs if not spec.is_required]
    for spec in required:
        _take(spec, values, widgets)
        _take_remote(spec, values, widgets)
    if any(spec.is_upload and spec.type == "COMBO" for spec in required):
        values.skip()
    for spec in optional:
        _take(spec, values, widgets)
    return widgets


def _take(spec: InputSpec, values: "_Reader", widgets: Widgets) -> None:
    """Read the value of one widget, and those of the widgets that its value brings."""
    if spec.widget_type is None:
        return
    if spec.widget_type == "LOAD_3D":
        _take_scene(spec, values, widgets)
        return
    value = present(spec, values.next()) if values.has_next else spec.default
    widgets.values[spec.name], widgets.specs[spec.name] = value, spec
    if spec.has_control and values.next_is_control:
        values.skip()
    if spec.type == DYNAMIC_COMBO:
        for sub in spec.sub_inputs(value):
            _take(sub, values, widgets)


def _take_remote(spec: InputSpec, values: "_Reader", widgets: Widgets) -> None:
    """Read the widgets behind a combo whose choices come from a route of the server."""
    remote = spec.options.get("remote")
    if not isinstance(remote, dict):
        return
    if remote.get("control_after_refresh"):
        values.skip()
    if remote.get("refresh_button"):
        widgets.values["refresh"] = values.next() if values.has_next else "refresh"


def _take_scene(spec: InputSpec, values: "_Reader", widgets: Widgets) -> None:
    """Read the widgets of a 3D viewer: its buttons have values of their own when it can load a model."""
    buttons = SCENE_BUTTONS if "model_file" in widgets.values else {}
    for name, otherwise in buttons.items():
        widgets.values[name] = values.next() if values.has_next else otherwise
    value = values.next() if values.has_next else None
    widgets.values[spec.name] = value or (STILL_SCENE if spec.name == "viewport_state" else "")
    widgets.specs[spec.name] = spec


class _Reader:
    """Saved values, read one after the other."""

    def __init__(self, saved: list[Json]) -> None:
        self._saved = saved
        self._position = 0

    @property
    def has_next(self) -> bool:
        return self._position < len(self._saved)

    @property
    def next_is_control(self) -> bool:
        """Whether the next value belongs to the widget behind a seed; very old files lack it."""
        if not self.has_next:
            return False
        value = self._saved[self._position]
        if isinstance(value, str):
            return value in CONTROL_WORDS
        return value is None or isinstance(value, bool)

    def next(self) -> Json:
        value = self._saved[self._position]
        self._position += 1
        return value

    def skip(self) -> None:
        self._position += 1


def present(spec: InputSpec, value: Json) -> Json:
    """Return the saved value; null is replaced by what the editor would show."""
    if spec.widget_type == "IMAGECOMPARE":
        return spec.default  # The saved value names temporary files.
    if value is not None:
        return value
    if spec.widget_type == "COMBO":
        return spec.choices[0] if spec.choices else None
    if spec.widget_type == "AUDIO_RECORD":
        return ""
    if spec.widget_type == "STRING" and spec.options.get(MULTILINE):
        return ""
    return spec.default


def _without_sockets(saved: list[Json], node_class: NodeClass) -> list[Json]:
    """Leave out values of inputs that were widgets once and are sockets only today.

    The editor does so when the number of values is exactly that of widgets and such inputs.
    """
    kept = list(_slots(node_class))
    if len(kept) != len(saved) or all(kept):
        return saved
    return [value for value, is_kept in zip(saved, kept, strict=True) if is_kept]


def _slots(node_class: NodeClass) -> Iterator[bool]:
    for spec in node_class.inputs:
        is_socket = bool(spec.options.get("forceInput"))
        if spec.widget_type is not None or is_socket:
            yield not is_socket
            if spec.options.get("control_after_generate"):
                yield True


def _add_editor_widgets(node: Node, node_class: NodeClass, widgets: Widgets) -> None:
    """Add widgets that the editor adds to some classes; ``/object_info`` does not have them.

    A CustomCombo carries its own choices; nodes that save or show a 3D model keep a place for a
    rendered image.
    """
    if node_class.name in VIEWERS_3D:
        widgets.values["image"] = ""
    if node_class.name != "CustomCombo":
        return
    saved = node.widget_values if isinstance(node.widget_values, list) else []
    options = [*list(itertools.takewhile(bool, saved[2:])), ""]
    choice = widgets.values.get("choice")
    if choice is None:
        choice = widgets.values["choice"] = options[0]
    widgets.values["index"] = options.index(choice) if choice in options else -1
    for number, option in enumerate(options, 1):
        widgets.values[f"option{number}"] = option
