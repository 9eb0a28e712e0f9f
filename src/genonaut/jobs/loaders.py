"""How ComfyUI loads the models of a plan, and the node classes that this takes."""

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipes import Latent, Schedule
from genonaut.comfyui import (
    TEXT_ENCODERS,
    VAE,
    CheckpointLoader,
    LatentNode,
    Lora,
    Models,
    SplitLoader,
    TextToImage,
    node_classes_of,
)

_CHECKPOINTS = "checkpoints"
_LATENTS = {
    Latent.SD: LatentNode.SD,
    Latent.SD3: LatentNode.SD3,
    Latent.VIDEO: LatentNode.VIDEO,
    Latent.FLUX2: LatentNode.FLUX2,
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


def nodes_of(plan: ModelPlan, *, has_loras: bool, scheduler: str, denoise: float) -> list[str]:
    """Return the node classes of the plan's graph, sorted."""
    return node_classes_of(
        TextToImage(
            prompt="",
            loader=loader_of(plan, Models()),
            loras=(Lora(""),) if has_loras else (),
            width=64,
            height=64,
            seed=0,
            steps=1,
            cfg=1.0,
            sampler="",
            scheduler=scheduler,
            denoise=denoise,
            filename_prefix="",
            latent=latent_of(plan),
            flux_guidance=plan.flux_guidance,
            flow_shift=plan.flow_shift,
            has_flux2_schedule=plan.schedule is Schedule.FLUX2,
        )
    )
