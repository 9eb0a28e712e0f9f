"""The node classes of our graphs, and a graph under construction.

Source of class names, input names and the order of outputs: object_info of ComfyUI 0.3.64, which
0.33.0 shares; what only 0.33.0 has is marked.
"""

from enum import StrEnum
from typing import Any, TypeAlias

Graph: TypeAlias = dict[str, dict[str, Any]]
Link: TypeAlias = list[str | int]


class LatentNode(StrEnum):
    """Node that makes the empty latent, named after the models whose latents it has.

    4 channels (SD), 16 (SD3, Flux), 16 over time (video), 128 (Flux.2, only 0.33.0), 64 with cells of
    32 pixels (HunyuanImage), 3 (Chroma Radiance works on pixels).
    """

    SD = "EmptyLatentImage"
    SD3 = "EmptySD3LatentImage"
    VIDEO = "EmptyHunyuanLatentVideo"
    FLUX2 = "EmptyFlux2LatentImage"
    HUNYUAN_IMAGE = "EmptyHunyuanImageLatent"
    RADIANCE = "EmptyChromaRadianceLatentImage"


class NodeClass(StrEnum):
    """Every other node class of the graphs."""

    CHECKPOINT = "CheckpointLoaderSimple"
    DIFFUSION_MODEL = "UNETLoader"
    TEXT_ENCODER = "CLIPLoader"
    TWO_TEXT_ENCODERS = "DualCLIPLoader"
    THREE_TEXT_ENCODERS = "TripleCLIPLoader"
    FOUR_TEXT_ENCODERS = "QuadrupleCLIPLoader"
    VAE = "VAELoader"
    LORA = "LoraLoader"
    CLIP_SKIP = "CLIPSetLastLayer"
    MODEL_SAMPLING = "ModelSamplingAuraFlow"
    MODEL_SAMPLING_SD3 = "ModelSamplingSD3"
    CFG_NORM = "CFGNorm"
    DIFFERENTIAL = "DifferentialDiffusion"
    ENCODE = "CLIPTextEncode"
    ENCODE_LUMINA2 = "CLIPTextEncodeLumina2"
    ENCODE_PIXART_ALPHA = "CLIPTextEncodePixArtAlpha"
    ENCODE_QWEN_EDIT = "TextEncodeQwenImageEdit"
    ENCODE_QWEN_EDIT_PLUS = "TextEncodeQwenImageEditPlus"
    REFERENCE_METHOD = "FluxKontextMultiReferenceLatentMethod"
    GUIDANCE = "FluxGuidance"
    CLIP_VISION = "CLIPVisionLoader"
    CLIP_VISION_ENCODE = "CLIPVisionEncode"
    STYLE_MODEL = "StyleModelLoader"
    STYLE = "StyleModelApply"
    REFERENCE = "ReferenceLatent"
    CONTROLNET = "ControlNetLoader"
    UNION_TYPE = "SetUnionControlNetType"
    CONTROL = "ControlNetApplyAdvanced"
    CONTROL_INPAINT = "ControlNetInpaintingAliMamaApply"
    CONTROL_CONCAT = "InstructPixToPixConditioning"
    MODEL_PATCH = "ModelPatchLoader"
    QWEN_PATCH = "QwenImageDiffsynthControlnet"
    Z_IMAGE_PATCH = "ZImageFunControlnet"  # only 0.33.0
    CANNY = "Canny"
    IMAGE = "LoadImage"
    MASK = "LoadImageMask"
    IMAGE_SCALE = "ImageScale"
    MEGAPIXELS = "ImageScaleToTotalPixels"
    KONTEXT_SCALE = "FluxKontextImageScale"
    ENCODE_IMAGE = "VAEEncode"
    ENCODE_FILL = "VAEEncodeForInpaint"
    NOISE_MASK = "SetLatentNoiseMask"
    INPAINT_CONDITIONING = "InpaintModelConditioning"
    SAMPLER = "KSampler"
    ADVANCED_SAMPLER = "KSamplerAdvanced"
    CUSTOM_SAMPLER = "SamplerCustomAdvanced"
    NOISE = "RandomNoise"
    GUIDER = "CFGGuider"
    DUAL_GUIDER = "DualCFGGuider"
    SAMPLER_CHOICE = "KSamplerSelect"
    SCHEDULE = "BasicScheduler"
    FLUX2_SCHEDULE = "Flux2Scheduler"  # only 0.33.0
    SPLIT_SCHEDULE = "SplitSigmasDenoise"
    LATENT_UPSCALE = "LatentUpscaleBy"
    UPSCALE_MODEL = "UpscaleModelLoader"
    UPSCALE = "ImageUpscaleWithModel"
    DECODE = "VAEDecode"
    COMPOSITE = "ImageCompositeMasked"
    SAVE = "SaveImage"


NODE_CLASSES = frozenset[str]({*LatentNode, *NodeClass})
"""All node classes that a graph may contain."""


class Nodes:
    """A graph under construction; node ids are words, which makes errors and PNG metadata readable."""

    def __init__(self) -> None:
        self.graph: Graph = {}
        self._images: dict[str, Link] = {}
        self._masks: dict[str, Link] = {}

    def add(
        self,
        node_id: str,
        node_class: NodeClass | LatentNode,
        title: str,
        **inputs: Any,  # noqa: ANN401 - links, numbers, texts
    ) -> Link:
        """Add a node and return a link to its first output."""
        self.graph[node_id] = {
            "class_type": node_class.value,
            "inputs": inputs,
            "_meta": {"title": title},
        }
        return [node_id, 0]

    def load_image(self, node_id: str, title: str, name: str) -> Link:
        """Return the image of an input file; a file that several parts use is loaded once."""
        if name not in self._images:
            self._images[name] = self.add(node_id, NodeClass.IMAGE, title, image=name)
        return self._images[name]

    def load_mask(self, name: str) -> Link:
        """Return the mask that is the alpha channel of an input file; it is loaded once.

        Opaque pixels give exactly 0 and transparent ones exactly 1; a grey PNG would be one level off
        in ComfyUI from 0.21 on.
        """
        if name not in self._masks:
            self._masks[name] = self.add(
                "mask", NodeClass.MASK, "Mask", image=name, channel="alpha"
            )
        return self._masks[name]


def output(link: Link, number: int) -> Link:
    """Return a link to another output of the same node."""
    return [link[0], number]
