"""The nodes of the simulator; importing this package registers all of them."""

from genonaut.simulator.nodes import (
    conditioning,
    image_files,
    images,
    latents,
    loaders,
    masks,
    sampling,
    sizes,
    texts,
    videos,
)
from genonaut.simulator.nodes.registry import NODES, Node, NodeContext
from genonaut.simulator.nodes.sampling import SAMPLERS, Sampling, sampled, sampling_of

MODULES = (
    conditioning, image_files, images, latents, loaders, masks, sampling, sizes, texts, videos,
)  # fmt: skip

__all__ = [
    "MODULES",
    "NODES",
    "SAMPLERS",
    "Node",
    "NodeContext",
    "Sampling",
    "sampled",
    "sampling_of",
]
