"""Node classes as ComfyUI's ``/object_info`` describes them: inputs, widgets, outputs.

Source: https://docs.comfy.org/custom-nodes/backend/server_overview and recordings of ComfyUI 0.3.64 and 0.33.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .document import Node, NodeInput

Json = Any

DYNAMIC_COMBO = "COMFY_DYNAMICCOMBO_V3"
AUTOGROW = "COMFY_AUTOGROW_V3"

WIDGET_TYPES = frozenset(
    {
        "INT",
        "FLOAT",
        "STRING",
        "BOOLEAN",
        "COMBO",
        "COLOR",
        "COLORS",
        "BOUNDING_BOX",
        "BOUNDING_BOXES",
        "CURVE",
        "RANGE",
        "IMAGECOMPARE",
        "COMPOSITOR",
        "AUDIO_RECORD",
        "WEBCAM",
        "LOAD_3D",
        DYNAMIC_COMBO,
    }
)
"""Input types that the editor shows as a widget."""

EMPTY_VALUES: dict[str, Json] = {
    "AUDIO_RECORD": "",
    "BOOLEAN": False,
    "FLOAT": 0,
    "IMAGECOMPARE": ["", ""],
    "INT": 0,
    "STRING": "",
}
"""Values of new widgets without a default of their own."""

UPLOAD_OPTIONS = ("image_upload", "video_upload", "animated_image_upload", "file_upload")
SEED_NAMES = frozenset({"seed", "noise_seed"})


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One input of a node class."""

    name: str
    type: str
    """``COMBO`` for every list of choices."""
    options: dict[str, Json] = field(default_factory=dict)
    choices: tuple[Json, ...] = ()
    is_required: bool = True

    @property
    def widget_type(self) -> str | None:
        """The type of the widget; None when the input is only a socket."""
        if self.options.get("forceInput"):
            return None
        declared = self.options.get("widgetType")
        if isinstance(declared, str):
            return declared
        return self.type if self.type in WIDGET_TYPES else None

    @property
    def has_control(self) -> bool:
        """Whether the editor adds a second widget that says how the value changes after each run."""
        if self.widget_type not in {"INT", "COMBO", "FLOAT"}:
            return False
        control = self.options.get("control_after_generate")
        if control is None:
            return self.type == "INT" and self.name in SEED_NAMES
        return bool(control)

    @property
    def is_upload(self) -> bool:
        """Whether the editor adds a button for uploads."""
        return any(self.options.get(option) for option in UPLOAD_OPTIONS)

    @property
    def default(self) -> Json:
        """The value that the editor gives to a new node."""
        if "default" in self.options:
            return self.options["default"]
        if self.widget_type in {"COMBO", DYNAMIC_COMBO}:
            return self.choices[0] if self.choices else None
        return copy.copy(EMPTY_VALUES.get(self.widget_type or ""))

    def sub_inputs(self, choice: Json) -> list["InputSpec"]:
        """Return the inputs that a choice of a dynamic combo brings; their names start with ours."""
        for option in self.options.get("options") or []:
            if isinstance(option, dict) and option.get("key") == choice:
                inputs = option.get("inputs")
                return read_inputs(
                    inputs if isinstance(inputs, dict) else {}, None, f"{self.name}."
                )
        return []


@dataclass(frozen=True)
class NodeClass:
    """A class of nodes that a server knows."""

    name: str
    display_name: str
    inputs: list[InputSpec]
    outputs: tuple[str, ...]
    info: dict[str, Json]

    @cached_property
    def inputs_by_name(self) -> dict[str, InputSpec]:
        """The inputs by their names."""
        return {spec.name: spec for spec in self.inputs}


EDITOR_NAMES = {
    "ByteDance2ReferenceNode": "ByteDance Seedance 2.5 Reference to Video",
    "ByteDanceSeedreamNodeV2": "ByteDance Seedream 4.5 & 5.0",
    "IdeogramPImage": "Ideogram P-Image",
    "LTXVConcatAVLatent": "LTXVConcatAVLatent",
    "LTXVSeparateAVLatent": "LTXVSeparateAVLatent",
    "TopazImageEnhance": "Topaz Image Enhance",
}
"""Titles that ComfyUI's editor gives to classes instead of the server's display name (English, 1.49.6)."""


def editor_name(name: str, node_class: NodeClass | None) -> str:
    """Return the title of a node that its author did not name."""
    return EDITOR_NAMES.get(name) or (node_class.display_name if node_class else name)


def editor_inputs(node: Node, node_class: NodeClass | None) -> list[NodeInput]:
    """Return the inputs of a node as the editor has them after loading.

    Sockets of the class come first, then its widgets, then inputs that only the file knows. Inputs
    that the file lacks are there without a link. Nodes whose inputs depend on a choice keep the order
    of the file.
    """
    if node_class is None or any(
        spec.type in {DYNAMIC_COMBO, AUTOGROW} for spec in node_class.inputs
    ):
        return node.inputs
    saved = {entry.name: entry for entry in node.inputs}
    specs = sorted(node_class.inputs, key=lambda spec: spec.widget_type is not None)
    ordered = [
        NodeInput(
            spec.name,
            spec.type,
            saved[spec.name].link if spec.name in saved else None,
            spec.widget_type and spec.name,
        )
        for spec in specs
    ]
    return ordered + [entry for entry in node.inputs if entry.name not in node_class.inputs_by_name]


class NodeClasses:
    """The node classes of a server, read from its ``/object_info`` when they are asked for."""

    def __init__(self, object_info: Mapping[str, Json]) -> None:
        self._info = object_info
        self._classes: dict[str, NodeClass] = {}

    def get(self, name: str) -> NodeClass | None:
        """Return the class, or None when the server does not know it."""
        known = self._classes.get(name)
        if known is not None:
            return known
        info = self._info.get(name)
        if not isinstance(info, dict):
            return None
        known = _node_class(name, info)
        self._classes[name] = known
        return known


def read_inputs(inputs: dict[str, Json], order: Json, prefix: str = "") -> list[InputSpec]:
    """Return the inputs of ``required`` and ``optional``, in the order of the editor."""
    specs = []
    for section in ("required", "optional"):
        named = inputs.get(section)
        if not isinstance(named, dict):
            continue
        wanted = order.get(section) if isinstance(order, dict) else None
        names = [name for name in wanted if name in named] if isinstance(wanted, list) else []
        names += [name for name in named if name not in names]
        specs += [
            _input_spec(prefix + name, named[name], is_required=section == "required")
            for name in names
        ]
    return specs


def _node_class(name: str, info: dict[str, Json]) -> NodeClass:
    inputs = info.get("input")
    outputs = info.get("output")
    return NodeClass(
        name,
        str(info.get("display_name") or name),
        read_inputs(inputs if isinstance(inputs, dict) else {}, info.get("input_order")),
        tuple(item if isinstance(item, str) else "COMBO" for item in outputs)
        if isinstance(outputs, list)
        else (),
        info,
    )


def _input_spec(name: str, declared: Json, *, is_required: bool) -> InputSpec:
    parts = declared if isinstance(declared, list) else [declared]
    kind = parts[0] if parts else "*"
    options = parts[1] if len(parts) > 1 and isinstance(parts[1], dict) else {}
    if isinstance(kind, list):
        return InputSpec(name, "COMBO", options, tuple(kind), is_required)
    listed = options.get("options")
    choices: tuple[Json, ...] = ()
    if isinstance(listed, list):
        choices = tuple(item.get("key") if isinstance(item, dict) else item for item in listed)
    return InputSpec(name, str(kind), options, choices, is_required)
