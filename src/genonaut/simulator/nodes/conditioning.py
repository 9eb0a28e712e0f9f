"""Nodes that encode prompts and attach control maps, references and sources to them."""

from functools import reduce
from typing import Any

from msgspec.structs import replace

from genonaut.simulator.nodes.latents import encoded
from genonaut.simulator.nodes.pixels import cropped_to_latent, fitted_masks, latent_size
from genonaut.simulator.nodes.registry import Inputs, Outputs, node, passes_on
from genonaut.simulator.nodes.values import Conditioning, Control, Latent, ModelValue, Reference

# Text inputs of the encoders, in the order in which they are joined.
_TEXTS = (
    "text", "text_g", "text_l", "t5xxl", "clip_l", "clip_g", "llama", "bert", "mt5xl",
    "prompt", "system_prompt",
)  # fmt: skip


@node(
    "CLIPTextEncode", "CLIPTextEncodeSDXL", "CLIPTextEncodeSDXLRefiner", "CLIPTextEncodeFlux",
    "CLIPTextEncodeSD3", "CLIPTextEncodeHiDream", "CLIPTextEncodeHunyuanDiT",
    "CLIPTextEncodePixArtAlpha", "CLIPTextEncodeKandinsky5",
)  # fmt: skip
def _text(inputs: Inputs) -> Outputs:
    return (_conditioning(inputs),)


@node("CLIPTextEncodeLumina2")
def _text_lumina(inputs: Inputs) -> Outputs:
    return (_conditioning({"clip": inputs["clip"], "text": inputs["user_prompt"]}),)


@node("CLIPTextEncodeControlnet")
def _text_controlnet(inputs: Inputs) -> Outputs:
    given: Conditioning = inputs["conditioning"]
    return (replace(given, text=_joined(given.text, inputs["text"])),)


def _conditioning(inputs: Inputs) -> Conditioning:
    clip: Any = inputs.get("clip")
    texts = [inputs[name] for name in _TEXTS if name in inputs]
    skip = clip.skip if isinstance(clip, ModelValue) else 0
    # The last layer but one (-2) is another composition than the last (-1, the default).
    variant = f"layer {skip}" if skip < -1 else ""
    return Conditioning(reduce(_joined, texts, ""), inputs.get("guidance", 0.0), variant)


def _joined(first: str, second: str) -> str:
    return first if first == second else f"{first} {second}".strip()


@node(
    "TextEncodeQwenImageEdit", "TextEncodeQwenImageEditPlus", "TextEncodeZImageOmni",
    "TextEncodeJoyImageEdit",
)  # fmt: skip
def _text_with_images(inputs: Inputs) -> Outputs:
    return (_editing(inputs),)


@node("TextEncodeBooguEdit", "TextEncodeMageFlowEdit")
def _text_pair_with_images(inputs: Inputs) -> Outputs:
    positive = _editing(inputs)
    negative = replace(positive, text=inputs["negative_prompt"])
    if "width" not in inputs:
        return positive, negative
    size = positive.references[0].images[0].size if positive.references else (1024, 1024)
    width, height = latent_size((inputs["width"] or size[0], inputs["height"] or size[1]))
    return positive, negative, Latent(width, height, inputs["batch_size"])


def _editing(inputs: Inputs) -> Conditioning:
    """Return the prompt with the images that it edits."""
    found = [value for name, value in sorted(inputs.items()) if _is_image_input(name) and value]
    references = tuple(
        Reference(tuple(cropped_to_latent(image) for image in images), is_edited=True)
        for images in found
    )
    return replace(_conditioning(inputs), references=references)


def _is_image_input(name: str) -> bool:
    return name.rsplit(".", 1)[-1].rstrip("0123456789_") in {"image", "images"}


@node("FluxGuidance")
def _guidance(inputs: Inputs) -> Outputs:
    return (replace(inputs["conditioning"], guidance=inputs["guidance"]),)


@node("ConditioningZeroOut")
def _zero_out(inputs: Inputs) -> Outputs:
    given: Conditioning = inputs["conditioning"]
    return (replace(given, text="", variant="", tags="", lyrics=""),)


@node("ConditioningCombine", "ConditioningSetDefaultCombine")
def _combine(inputs: Inputs) -> Outputs:
    first = inputs["conditioning_1"] if "conditioning_1" in inputs else inputs["cond"]
    second = inputs["conditioning_2"] if "conditioning_2" in inputs else inputs["cond_DEFAULT"]
    return (_both(first, second),)


@node("ConditioningConcat", "ConditioningAverage")
def _concat(inputs: Inputs) -> Outputs:
    return (_both(inputs["conditioning_to"], inputs["conditioning_from"]),)


def _both(first: Conditioning, second: Conditioning) -> Conditioning:
    return replace(
        first,
        text=_joined(first.text, second.text),
        controls=first.controls + second.controls,
        references=first.references + second.references,
    )


# Areas, masks and time ranges of prompts: the simulator draws one scene from all words.
passes_on(
    "ConditioningSetArea ConditioningSetAreaPercentage ConditioningSetAreaPercentageVideo "
    "ConditioningSetAreaStrength ConditioningSetMask ConditioningSetTimestepRange "
    "ConditioningMultiply FluxDisableGuidance FluxKontextMultiReferenceLatentMethod",
    "conditioning",
)
passes_on("LTXVConditioning", "positive", "negative")


@node("ControlNetApplyAdvanced", "ControlNetApplySD3", "ControlNetInpaintingAliMamaApply")
def _control(inputs: Inputs) -> Outputs:
    control = Control(
        inputs["control_net"],
        inputs["image"],
        inputs["strength"],
        inputs["start_percent"],
        inputs["end_percent"],
    )
    positive, negative = inputs["positive"], inputs["negative"]
    return _controlled(positive, control), _controlled(negative, control)


@node("ControlNetApply")
def _control_simple(inputs: Inputs) -> Outputs:
    control = Control(inputs["control_net"], inputs["image"], inputs["strength"])
    return (_controlled(inputs["conditioning"], control),)


def _controlled(given: Conditioning, control: Control) -> Conditioning:
    return replace(given, controls=(*given.controls, control)) if control.strength else given


@node("CLIPVisionEncode")
def _vision(inputs: Inputs) -> Outputs:
    return (inputs["image"],)


@node("StyleModelApply")
def _style(inputs: Inputs) -> Outputs:
    reference = Reference(inputs["clip_vision_output"], inputs["strength"])
    return (_referring(inputs["conditioning"], reference),)


@node("unCLIPConditioning")
def _unclip(inputs: Inputs) -> Outputs:
    reference = Reference(inputs["clip_vision_output"], inputs["strength"])
    return (_referring(inputs["conditioning"], reference),)


@node("ReferenceLatent")
def _reference_latent(inputs: Inputs) -> Outputs:
    latent: Latent | None = inputs.get("latent")
    if latent is None or not latent.images:
        return (inputs["conditioning"],)
    return (_referring(inputs["conditioning"], Reference(latent.images, is_edited=True)),)


def _referring(given: Conditioning, reference: Reference) -> Conditioning:
    return replace(given, references=(*given.references, reference))


@node("InpaintModelConditioning", slow=True)
def _inpaint_model(inputs: Inputs) -> Outputs:
    latent = encoded(inputs["pixels"])
    masks = tuple(
        cropped_to_latent(mask)
        for mask in fitted_masks(inputs["mask"], inputs["pixels"][0].size, len(latent.images))
    )
    prompts = (
        replace(inputs[name], kept=latent.images, kept_mask=masks)
        for name in ("positive", "negative")
    )
    return (*prompts, replace(latent, noise_mask=masks) if inputs["noise_mask"] else latent)


@node("InstructPixToPixConditioning", slow=True)
def _instruct(inputs: Inputs) -> Outputs:
    latent = encoded(inputs["pixels"])
    reference = Reference(latent.images, is_edited=True)
    prompts = (_referring(inputs[name], reference) for name in ("positive", "negative"))
    return (*prompts, Latent(latent.width, latent.height, latent.batch_size))


@node("PairConditioningCombine")
def _combine_pairs(inputs: Inputs) -> Outputs:
    return (
        _both(inputs["positive_A"], inputs["positive_B"]),
        _both(inputs["negative_A"], inputs["negative_B"]),
    )


@node("LotusConditioning")
def _lotus(_inputs: Inputs) -> Outputs:
    return (Conditioning(""),)


@node("TextGenerate", "TextGenerateLTX2Prompt")
def _generated_text(inputs: Inputs) -> Outputs:
    # A language model would elaborate the prompt.
    return (f"{inputs['prompt']}, richly detailed"[: inputs["max_length"]],)
