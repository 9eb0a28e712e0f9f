"""Nodes that load models, and those that change a model without a visible effect."""

import msgspec

from genonaut.simulator.nodes.registry import Inputs, Outputs, node, passes_on
from genonaut.simulator.nodes.values import Control, ControlNet, ModelValue


@node("CheckpointLoaderSimple", "CheckpointLoader", "ImageOnlyCheckpointLoader")
def _checkpoint(inputs: Inputs) -> Outputs:
    model = ModelValue(inputs["ckpt_name"])
    return model, model, model


@node("unCLIPCheckpointLoader")
def _unclip_checkpoint(inputs: Inputs) -> Outputs:
    return (ModelValue(inputs["ckpt_name"]),) * 4


@node("LTXAVTextEncoderLoader")
def _ltx_text_encoder(inputs: Inputs) -> Outputs:
    return (ModelValue(f"{inputs['text_encoder']}+{inputs['ckpt_name']}"),)


_FILE_INPUT = {
    "UNETLoader": "unet_name",
    "VAELoader": "vae_name",
    "UpscaleModelLoader": "model_name",
    "LatentUpscaleModelLoader": "model_name",
    "FrameInterpolationModelLoader": "model_name",
    "CLIPVisionLoader": "clip_name",
    "StyleModelLoader": "style_model_name",
    "ModelPatchLoader": "name",
    "AudioEncoderLoader": "audio_encoder_name",
    "GLIGENLoader": "gligen_name",
    "LTXVAudioVAELoader": "ckpt_name",
    "PhotoMakerLoader": "photomaker_model_name",
}


@node(*_FILE_INPUT)
def _file(inputs: Inputs) -> Outputs:
    names = (inputs[name] for name in _FILE_INPUT.values() if name in inputs)
    return (ModelValue(next(names)),)


@node("CLIPLoader", "DualCLIPLoader", "TripleCLIPLoader", "QuadrupleCLIPLoader")
def _clip(inputs: Inputs) -> Outputs:
    names = [value for name, value in sorted(inputs.items()) if name.startswith("clip_name")]
    return (ModelValue("+".join(names)),)


@node("LoraLoader", "LoraLoaderBypass")
def _lora(inputs: Inputs) -> Outputs:
    name = inputs["lora_name"]
    model, clip = inputs["model"], inputs["clip"]
    return (
        model.with_lora(name, inputs["strength_model"]),
        clip.with_lora(name, inputs["strength_clip"]),
    )


@node("LoraLoaderModelOnly", "LoraLoaderBypassModelOnly", "HypernetworkLoader")
def _lora_model_only(inputs: Inputs) -> Outputs:
    name = inputs.get("lora_name") or inputs["hypernetwork_name"]
    strength = inputs["strength_model"] if "strength_model" in inputs else inputs["strength"]
    return (inputs["model"].with_lora(name, strength),)


@node("CLIPSetLastLayer")
def _clip_skip(inputs: Inputs) -> Outputs:
    return (msgspec.structs.replace(inputs["clip"], skip=inputs["stop_at_clip_layer"]),)


@node("ControlNetLoader", "DiffControlNetLoader")
def _control_net(inputs: Inputs) -> Outputs:
    return (ControlNet(inputs["control_net_name"]),)


@node("SetUnionControlNetType")
def _union_type(inputs: Inputs) -> Outputs:
    return (msgspec.structs.replace(inputs["control_net"], kind=inputs["type"]),)


@node("ModelMergeSimple", "ModelMergeAdd", "ModelMergeSubtract")
def _merged(inputs: Inputs) -> Outputs:
    first, second = inputs["model1"], inputs["model2"]
    return (ModelValue(f"{first.name}+{second.name}", first.loras + second.loras),)


@node("CLIPMergeSimple", "CLIPMergeAdd", "CLIPMergeSubtract")
def _merged_clip(inputs: Inputs) -> Outputs:
    first, second = inputs["clip1"], inputs["clip2"]
    return (ModelValue(f"{first.name}+{second.name}", first.loras + second.loras, first.skip),)


# Sampling details, attention patches and caches: they change no image of the simulator.
passes_on(
    "ModelSamplingSD3 ModelSamplingAuraFlow ModelSamplingFlux ModelSamplingDiscrete ModelSamplingLTXV "
    "ModelSamplingContinuousEDM ModelSamplingContinuousV ModelSamplingStableCascade ModelComputeDtype "
    "DifferentialDiffusion RescaleCFG RenormCFG CFGNorm CFGZeroStar CFGOverride Mahiro TCFG APG NAGuidance "
    "FreeU FreeU_V2 FreSca PerturbedAttentionGuidance SelfAttentionGuidance PatchModelAddDownscale "
    "HyperTile TomePatchModel TorchCompileModel EasyCache LazyCache SkipLayerGuidanceSD3 "
    "SkipLayerGuidanceDiT SkipLayerGuidanceDiTSimple PerpNeg UNetSelfAttentionMultiply "
    "UNetCrossAttentionMultiply UNetTemporalAttentionMultiply VideoLinearCFGGuidance "
    "VideoTriangleCFGGuidance ChromaRadianceOptions ContextWindowsManual WanContextWindowsManual "
    "ScaleROPE ModelNoiseScale LTXVContextWindows LatentApplyOperationCFG ModelAttentionBackend "
    "SelectModelDevice FluxKVCache",
    "model",
)
passes_on("T5TokenizerOptions CLIPAttentionMultiply SelectCLIPDevice", "clip")
passes_on("SelectVAEDevice", "vae")


@node("QwenImageDiffsynthControlnet", "ZImageFunControlnet")
def _patched(inputs: Inputs) -> Outputs:
    model: ModelValue = inputs["model"]
    image = inputs.get("image")
    if image is None or not inputs["strength"]:
        return (model,)
    control = Control(ControlNet(inputs["model_patch"].name), image, inputs["strength"])
    return (msgspec.structs.replace(model, controls=(*model.controls, control)),)


passes_on("USOStyleReference", "model")


@node("LatentOperationTonemapReinhard", "LatentOperationSharpen")
def _latent_operation(_inputs: Inputs) -> Outputs:
    return ("operation",)
