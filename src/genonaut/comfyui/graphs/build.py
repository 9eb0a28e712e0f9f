"""Put the parts of a graph together."""

import msgspec

from genonaut.comfyui.graphs.conditioning import encode
from genonaut.comfyui.graphs.controls import patched
from genonaut.comfyui.graphs.finishing import finish, save
from genonaut.comfyui.graphs.latents import start_of
from genonaut.comfyui.graphs.loaders import load
from genonaut.comfyui.graphs.nodes import Graph, Nodes
from genonaut.comfyui.graphs.sampling import sample, upscaled
from genonaut.comfyui.graphs.specs import Generation, TextToImage, Upscaling


def filename_prefix_of(prompt_id: str) -> str:
    """Return the prefix that makes an attempt's files unique, in the folder ``genonaut``."""
    return f"genonaut/{prompt_id}"


def build_graph(spec: TextToImage | Upscaling) -> Graph:
    """Return the graph of a spec.

    Raises:
        ValueError: parts of the spec exclude each other, or there are too many of one.
    """
    nodes = Nodes()
    if isinstance(spec, Upscaling):
        image = nodes.load_image("source", "Source", spec.image)
        image = upscaled(nodes, image, spec.upscale_model, (spec.width, spec.height), "")
        save(nodes, image, spec.filename_prefix)
        return nodes.graph
    if not isinstance(spec, Generation):
        spec = Generation(**msgspec.structs.asdict(spec))
    if spec.hires is not None and spec.source is not None and spec.source.mask is not None:
        raise ValueError(
            "a masked source keeps its pixels and so its size: hires cannot enlarge it"
        )
    loaded = patched(nodes, spec, load(nodes, spec))
    start = start_of(nodes, spec, loaded, encode(nodes, spec, loaded))
    samples = sample(nodes, spec, start, loaded.vae)
    finish(nodes, samples, loaded.vae, start, spec.filename_prefix)
    return nodes.graph


def node_classes_of(spec: TextToImage | Upscaling) -> list[str]:
    """Return the node classes of the graph of a spec, sorted."""
    return sorted({node["class_type"] for node in build_graph(spec).values()})
