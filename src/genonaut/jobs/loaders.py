"""How ComfyUI loads the models of a plan."""

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipe import Latent
from genonaut.comfyui import (
    TEXT_ENCODERS,
    VAE,
    CheckpointLoader,
    LatentNode,
    Models,
    SplitLoader,
)

_CHECKPOINTS = "checkpoints"
_LATENTS = {
    Latent.SD: LatentNode.SD,
    Latent.SD3: LatentNode.SD3,
    Latent.VIDEO: LatentNode.VIDEO,
    Latent.FLUX2: LatentNode.FLUX2,
    Latent.HUNYUAN_IMAGE: LatentNode.HUNYUAN_IMAGE,
    Latent.RADIANCE: LatentNode.RADIANCE,
}


def loader_of(plan: ModelPlan, at: Models) -> CheckpointLoader | SplitLoader:
    """Return the loader for the model's folder; each loader node of ComfyUI reads one folder.

    Args:
        plan: the model files.
        at: the models of the backend, for its spelling of their names.
    """
    name = at.server_name(plan.folder, plan.name)
    text_encoders = tuple(at.server_name(TEXT_ENCODERS, one) for one in plan.text_encoders)
    vae = at.server_name(VAE, plan.vae)
    if plan.folder == _CHECKPOINTS:
        return CheckpointLoader(name, text_encoders, vae, plan.clip_type)
    return SplitLoader(name, text_encoders, vae, plan.clip_type)


def latent_of(plan: ModelPlan) -> LatentNode:
    """Return the node that makes the empty latent."""
    return _LATENTS[plan.latent]
