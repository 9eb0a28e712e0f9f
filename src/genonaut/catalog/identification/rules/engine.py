"""Apply the rules in an order in which the first match is the right one."""

import msgspec

from genonaut.catalog.identification.findings import Finding, tensor_evidence
from genonaut.catalog.identification.rules import flux, joint, single_stream, sound, video
from genonaut.catalog.identification.rules.controlnet import find_control
from genonaut.catalog.identification.rules.lora import find_lora
from genonaut.catalog.identification.rules.small import find_embedding, find_upscaler
from genonaut.catalog.identification.rules.text_encoder import find_text_encoder
from genonaut.catalog.identification.rules.unet import find_unet
from genonaut.catalog.identification.rules.vae import find_vae
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, ModelKind

# The order matters where names overlap: Anima before Cosmos Predict2, Flux.2 and Chroma before Flux.1,
# Hunyuan's token refiner before Flux's blocks, Z-Image before Lumina 2, Wan's head before others that
# share its blocks.
_TRANSFORMERS = (*single_stream.RULES, *joint.RULES, *flux.RULES, *video.RULES, *sound.RULES)
_REFINER_CONDITIONER = "conditioner.embedders.0.model.ln_final.bias"


def find_by_tensors(weights: Weights) -> Finding | None:
    """Return the finding of the first matching rule, or None."""
    if not weights.all:
        return None
    return (
        find_embedding(weights)
        or find_control(weights)  # before LoRAs: IP-adapters for faces contain one
        or find_lora(weights)
        or _find_diffusion(weights)
        or find_vae(weights)
        or find_text_encoder(weights)
        or find_upscaler(weights)
    )


def _find_diffusion(weights: Weights) -> Finding | None:
    finding = find_unet(weights) or _find_transformer(weights) or _find_by_conditioner(weights)
    if finding is None:
        return None
    if finding.architecture is Architecture.SDXL_REFINER and "denoiser.sigmas" in weights.all:
        # SD-Turbo (based on 2.1) was published in the refiner's layout.
        says = tensor_evidence("unet.sd_turbo", "denoiser.sigmas exists: SD-Turbo")
        finding = msgspec.structs.replace(finding, architecture=Architecture.SD2, evidence=says)
    return _with_kind(finding, weights)


def _find_transformer(weights: Weights) -> Finding | None:
    for rule in _TRANSFORMERS:
        finding = rule.apply(weights)
        if finding is not None:
            return finding
    return None


def _find_by_conditioner(weights: Weights) -> Finding | None:
    """Use the text encoder if a quantiser renamed the tensors of the network itself."""
    names = weights.all
    if "conditioner.embedders.1.model.ln_final.bias" in names:
        architecture = Architecture.SDXL
    elif _REFINER_CONDITIONER in names:
        architecture = Architecture.SDXL_REFINER
    elif "cond_stage_model.model.ln_final.bias" in names:
        architecture = Architecture.SD2
    elif weights.prefix and weights.file.any_begins("cond_stage_model.transformer."):
        architecture = Architecture.SD1
    else:
        return None
    says = tensor_evidence("conditioner.names", f"the text encoders of {architecture}", 0.7)
    return Finding(ModelKind.DIFFUSION_MODEL, architecture, evidence=says)


def _with_kind(finding: Finding, weights: Weights) -> Finding:
    """Return the finding as a checkpoint if text encoder and VAE are included, else a diffusion model."""
    present = (("text_encoder", weights.has_text_encoder), ("vae", weights.has_vae))
    parts = tuple(part for part, is_there in present if is_there)
    complete = len(parts) == len(present)
    says = tensor_evidence("parts", f"also contains: {', '.join(parts) or 'nothing'}")
    return msgspec.structs.replace(
        finding,
        kind=ModelKind.CHECKPOINT if complete else ModelKind.DIFFUSION_MODEL,
        parts=parts,
        evidence=finding.evidence + says,
    )
