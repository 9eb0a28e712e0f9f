"""The nodes of the simulator; importing this package registers all of them."""

from genonaut.simulator.nodes import (
    conditioning,
    expressions,
    image_files,
    images,
    latent_files,
    latents,
    loaders,
    masks,
    meshes,
    sampling,
    sizes,
    sounds,
    texts,
    video_files,
    videos,
)
from genonaut.simulator.nodes.registry import NODES, Node, NodeContext
from genonaut.simulator.nodes.sampling import SAMPLERS, Sampling, sampled, sampling_of

MODULES = (
    conditioning,
    expressions,
    image_files,
    images,
    latent_files,
    latents,
    loaders,
    masks,
    meshes,
    sampling,
    sizes,
    sounds,
    texts,
    video_files,
    videos,
)

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
