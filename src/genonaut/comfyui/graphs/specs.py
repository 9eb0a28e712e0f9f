"""What a graph is built from. Models and images are named as the backend names them; sizes in pixels."""

from enum import StrEnum

import msgspec

from genonaut.comfyui.graphs.nodes import LatentNode

MAX_CONTROLS = 3
MAX_QWEN_REFERENCES = 3
"""Image inputs of TextEncodeQwenImageEditPlus."""


class CheckpointLoader(msgspec.Struct, frozen=True, tag="checkpoint"):
    """One file with diffusion model, text encoders and VAE; missing parts come from other files.

    ``clip_type`` is required with ``text_encoders``; its values are those of CLIPLoader. ``vae``
    replaces the VAE of the file.
    """

    name: str
    text_encoders: tuple[str, ...] = ()
    vae: str = ""
    clip_type: str = ""


class SplitLoader(msgspec.Struct, frozen=True, tag="split"):
    """Separate files; one to four text encoders; ``clip_type`` has the values of CLIPLoader."""

    diffusion_model: str
    text_encoders: tuple[str, ...]
    vae: str
    clip_type: str
    weight_dtype: str = "default"


class Lora(msgspec.Struct, frozen=True):
    """A LoRA with its strengths for the model and the text encoder, which may be negative."""

    name: str
    strength_model: float = 1.0
    strength_clip: float | None = None


class ShiftNode(StrEnum):
    """Node that applies ``flow_shift``; both count time differently, so each model needs its own."""

    AURAFLOW = "ModelSamplingAuraFlow"
    SD3 = "ModelSamplingSD3"


class TextEncoding(StrEnum):
    """How prompts are encoded: as they are, or with what the model was trained to expect."""

    PLAIN = "plain"
    LUMINA2 = "lumina2"
    """The prompt follows the model's system prompt."""
    PIXART_ALPHA = "pixart-alpha"
    """The size of the image is part of the conditioning."""


class InpaintMethod(StrEnum):
    """How the sampler is limited to the mask."""

    NOISE_MASK = "noise-mask"
    """Start from what the image shows; soft masks act softly."""
    FILL = "fill"
    """Grey out what is masked before encoding; needs a denoise of 1."""
    CONDITIONING = "conditioning"
    """For models that read the mask and the masked image: inpainting checkpoints, Flux Fill."""


class Mask(msgspec.Struct, frozen=True):
    """Where a source is painted: an image of its size, transparent where it is painted."""

    image: str
    method: InpaintMethod = InpaintMethod.NOISE_MASK


class Source(msgspec.Struct, frozen=True):
    """The image to start from, an RGB or RGBA PNG that already has the size of the graph."""

    image: str
    mask: Mask | None = None


class StyleReference(msgspec.Struct, frozen=True):
    """An image whose style is followed (Flux Redux); strength is a factor on its tokens."""

    image: str
    strength: float = 1.0


class StyleReferences(msgspec.Struct, frozen=True, tag="style"):
    """Reference images that act through a style model."""

    style_model: str
    clip_vision: str
    images: tuple[StyleReference, ...]


class ReferenceScale(StrEnum):
    """How reference images are resized: to Kontext's sizes, or to one megapixel."""

    KONTEXT = "FluxKontextImageScale"
    MEGAPIXEL = "ImageScaleToTotalPixels"


class LatentReferences(msgspec.Struct, frozen=True, tag="latent"):
    """Reference images that the model reads as latents beside the one it samples.

    ``has_negative``: whether the negative conditioning gets them too.
    """

    images: tuple[str, ...]
    scale: ReferenceScale
    has_negative: bool = False


class InstructionReferences(msgspec.Struct, frozen=True, tag="instruction"):
    """Images that the text encoder reads together with the prompt (Qwen-Image-Edit).

    ``is_plus``: for the models from 2509 on, which take up to three images. ``method`` is the way in
    which the model tells the images apart, if it is not the one of the file.
    """

    images: tuple[str, ...]
    is_plus: bool = False
    method: str = ""


References = StyleReferences | LatentReferences | InstructionReferences


class UnionType(StrEnum):
    """What a union ControlNet is told that its image shows; the values are ComfyUI's."""

    AUTO = "auto"
    OPENPOSE = "openpose"
    DEPTH = "depth"
    SOFT_EDGE = "hed/pidi/scribble/ted"
    HARD_EDGE = "canny/lineart/anime_lineart/mlsd"
    NORMAL = "normal"
    SEGMENT = "segment"
    TILE = "tile"
    REPAINT = "repaint"


class ControlMethod(StrEnum):
    """How a control image acts."""

    NETWORK = "ControlNetApplyAdvanced"
    """A ControlNet beside the model."""
    QWEN_PATCH = "QwenImageDiffsynthControlnet"
    """A patch of Qwen-Image, from the folder ``model_patches``."""
    Z_IMAGE_PATCH = "ZImageFunControlnet"
    """A patch of Z-Image, from the folder ``model_patches``."""
    CONCAT = "InstructPixToPixConditioning"
    """The diffusion model itself reads the image beside the latent; no file is loaded."""


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """A ControlNet and its image; it acts from ``start`` to ``end``, parts of the steps (0..1).

    ``union_type`` only for union ControlNets. ``has_vae``: the network reads latents of the image.
    ``reads_mask``: the network paints; its image is the source, whose mask it reads. Patches act during
    all steps, and ``model`` is empty with the method ``CONCAT``.
    """

    model: str
    image: str
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    union_type: UnionType | None = None
    is_canny: bool = False
    """Whether the image is a photo, whose edges are computed first."""
    has_vae: bool = False
    method: ControlMethod = ControlMethod.NETWORK
    reads_mask: bool = False


class Hires(msgspec.Struct, frozen=True, kw_only=True):
    """Enlarge the first image to ``scale`` times its size and sample it again.

    Through ``upscale_model`` if there is one, else its latent is enlarged.
    """

    scale: float
    steps: int
    denoise: float
    upscale_model: str = ""


class Refiner(msgspec.Struct, frozen=True):
    """The SDXL refiner; ``switch_at`` is the part of the steps (0..1) that the base model takes."""

    checkpoint: str
    switch_at: float = 0.8


class TextToImage(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of a text-to-image graph, sizes in pixels.

    ``filename_prefix`` must be unique per attempt: ComfyUI caches by inputs, and a repeated prefix
    returns the file of an earlier run, or the name of a file that no longer exists.
    """

    prompt: str
    negative_prompt: str = ""
    loader: CheckpointLoader | SplitLoader
    loras: tuple[Lora, ...] = ()
    width: int
    height: int
    seed: int
    steps: int
    cfg: float
    sampler: str
    scheduler: str
    denoise: float = 1.0
    filename_prefix: str
    latent: LatentNode = LatentNode.SD
    cell_px: int = 8
    """Pixels per side that one value of the latent stands for."""
    flux_guidance: float | None = None
    flow_shift: float | None = None
    shift_node: ShiftNode = ShiftNode.AURAFLOW
    cfg_norm: float | None = None
    text_encoding: TextEncoding = TextEncoding.PLAIN
    dual_cfg: float | None = None
    """Scale of the reference images against the negative prompt, for a DualCFGGuider (OmniGen2)."""
    has_flux2_schedule: bool = False
    """Whether the scheduler ``simple`` stands for Flux2Scheduler, which follows the size."""
    clip_skip: int = 1
    """The layer of the text encoder that is used, counted from the last, which is 1."""


class Generation(TextToImage, frozen=True, kw_only=True):
    """Text to image, and everything that may be added to it."""

    source: Source | None = None
    references: References | None = None
    controls: tuple[Control, ...] = ()
    hires: Hires | None = None
    refiner: Refiner | None = None


class Upscaling(msgspec.Struct, frozen=True, kw_only=True):
    """Enlarge an image through an upscale model to exactly this size; nothing is sampled."""

    image: str
    upscale_model: str
    width: int
    height: int
    filename_prefix: str


def hires_size(width: int, height: int, scale: float, cell_px: int = 8) -> tuple[int, int]:
    """Return the size in pixels that hires makes: whole cells of the latent, rounded to even halves.

    Source: LatentUpscaleBy in ComfyUI's nodes.py, which rounds width and height of the latent.
    """
    return (
        round(width // cell_px * scale) * cell_px,
        round(height // cell_px * scale) * cell_px,
    )
