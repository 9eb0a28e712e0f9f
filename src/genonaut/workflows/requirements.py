"""What a graph needs of a ComfyUI server: node classes and model files."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from genonaut.core.schemas import Value
from genonaut.workflows.conversion.node_classes import NodeClasses
from genonaut.workflows.forms.graph_inputs import GraphInput, graph_inputs
from genonaut.workflows.forms.roles import WEIGHTS, model_kind

Json = Any

FOLDERS = {
    "checkpoint": "checkpoints",
    "clip_vision": "clip_vision",
    "controlnet": "controlnet",
    "diffusion_model": "diffusion_models",
    "lora": "loras",
    "model_patch": "model_patches",
    "style_model": "style_models",
    "text_encoder": "text_encoders",
    "upscale_model": "upscale_models",
    "vae": "vae",
}
"""Folder of ComfyUI by the kind of its models."""


class RequiredModel(Value, frozen=True):
    """A model file that a node loads; ``name`` has forward slashes."""

    node_id: str
    input: str
    kind: str
    name: str


class Requirements(Value, frozen=True):
    """Node classes, sorted, and model files, in the order of the nodes."""

    nodes: tuple[str, ...] = ()
    models: tuple[RequiredModel, ...] = ()


class Missing(Value, frozen=True):
    """What one server lacks."""

    nodes: tuple[str, ...]
    models: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Return whether the server has everything."""
        return not self.nodes and not self.models


def requirements_of(graph: Mapping[str, Json], classes: Mapping[str, Json]) -> Requirements:
    """Return what a graph needs."""
    nodes = sorted({node["class_type"] for node in graph.values()})
    models = [
        RequiredModel(node_id=entry.node_id, input=entry.name, kind=kind, name=slashed(entry.value))
        for entry in graph_inputs(dict(graph), NodeClasses(classes)).values()
        if (kind := _kind_of_file(entry)) is not None
    ]
    return Requirements(nodes=tuple(nodes), models=tuple(models))


def missing_at(
    classes: Mapping[str, Json], graph: Mapping[str, Json], required: Requirements
) -> Missing:
    """Return what a server with these classes lacks; the options of its loaders list its files."""
    nodes = tuple(name for name in required.nodes if name not in classes)
    known = NodeClasses(classes)
    models = []
    for model in required.models:
        node_class = known.get(graph[model.node_id]["class_type"])
        spec = None if node_class is None else node_class.inputs_by_name.get(model.input)
        if spec is not None and option_named(model.name, spec.choices) is None:
            models.append(model.name)
    return Missing(nodes=nodes, models=tuple(dict.fromkeys(models)))


def option_named(name: Json, choices: Collection[Json]) -> Json:
    """Return the option that a server means by a name, with its own slashes and case; None if none.

    The same letters in another case count as the same name only if no option has them exactly.
    """
    if name in choices or not isinstance(name, str):
        return name if name in choices else None
    wanted = slashed(name)
    spelled = [one for one in choices if isinstance(one, str)]
    for one in spelled:
        if slashed(one) == wanted:
            return one
    return next((one for one in spelled if slashed(one).lower() == wanted.lower()), None)


def file_needs(models: Iterable[tuple[str, str]]) -> list[str]:
    """Return ``folder/name`` of models given as (kind, name); kinds without a known folder are left out."""
    return list(
        dict.fromkeys(
            f"{FOLDERS[kind]}/{slashed(name)}" for kind, name in models if kind in FOLDERS
        )
    )


def slashed(name: str) -> str:
    """Return the name of a file with forward slashes, as ComfyUI on Linux writes it."""
    return name.replace("\\", "/")


def _kind_of_file(entry: GraphInput) -> str | None:
    """Return the kind of the file that an input names; None for words such as ``pixel_space``."""
    kind = model_kind(entry)
    is_file = isinstance(entry.value, str) and WEIGHTS.search(entry.value)
    return kind if is_file else None
