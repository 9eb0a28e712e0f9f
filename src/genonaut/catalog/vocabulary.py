"""The enumerations of the catalogue: kinds, architectures, formats and sources of models."""

from enum import StrEnum


class ModelKind(StrEnum):
    """What a file is loaded as; each kind has its own ComfyUI loader."""

    CHECKPOINT = "checkpoint"  # diffusion model, text encoder and VAE in one file
    DIFFUSION_MODEL = "diffusion_model"  # only the U-Net or transformer
    LORA = "lora"
    VAE = "vae"
    TEXT_ENCODER = "text_encoder"
    CLIP_VISION = "clip_vision"
    CONTROLNET = "controlnet"
    IP_ADAPTER = "ip_adapter"
    STYLE_MODEL = "style_model"
    UPSCALER = "upscaler"
    EMBEDDING = "embedding"
    HYPERNETWORK = "hypernetwork"
    GLIGEN = "gligen"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> "ModelKind | None":
        """Accept the name that submissions use for upscalers."""
        return cls.UPSCALER if value == "upscale_model" else None


class Architecture(StrEnum):
    """The family of networks a file belongs to; members share layer names and widths."""

    SD1 = "sd1"
    SD2 = "sd2"
    SD_X4_UPSCALER = "sd-x4-upscaler"
    SDXL = "sdxl"
    SDXL_REFINER = "sdxl-refiner"
    SVD = "svd"
    SD3 = "sd3"
    FLUX1 = "flux1"
    FLUX2 = "flux2"
    CHROMA = "chroma"
    QWEN_IMAGE = "qwen-image"
    WAN = "wan"
    Z_IMAGE = "z-image"
    LUMINA2 = "lumina2"
    HUNYUAN_VIDEO = "hunyuan-video"
    HUNYUAN_IMAGE = "hunyuan-image"
    HUNYUAN_DIT = "hunyuan-dit"
    HIDREAM = "hidream"
    LTXV = "ltxv"
    AURAFLOW = "auraflow"
    STABLE_CASCADE = "stable-cascade"
    PIXART = "pixart"
    MOCHI = "mochi"
    OMNIGEN2 = "omnigen2"
    COSMOS = "cosmos"
    COSMOS_PREDICT2 = "cosmos-predict2"
    ANIMA = "anima"
    ACE_STEP = "ace-step"  # makes sound
    STABLE_AUDIO = "stable-audio"  # makes sound
    CLIP = "clip"
    T5 = "t5"
    LANGUAGE_MODEL = "language-model"
    UNKNOWN = "unknown"


class AdapterKind(StrEnum):
    """How a LoRA file encodes its change of the weights."""

    LORA = "lora"
    LOCON = "locon"  # LoRA that also changes convolutions
    DORA = "dora"
    LOHA = "loha"
    LOKR = "lokr"
    OFT = "oft"
    FULL_DIFF = "full_diff"
    UNKNOWN = "unknown"


class FileFormat(StrEnum):
    """The container of the weights."""

    SAFETENSORS = "safetensors"
    GGUF = "gguf"
    PICKLE = "pickle"


class Prediction(StrEnum):
    """What the network predicts; the sampler depends on it."""

    EPSILON = "epsilon"
    V = "v"
    EDM = "edm"
    FLOW = "flow"


class Source(StrEnum):
    """The source of a piece of evidence, strongest first."""

    TENSORS = "tensors"
    METADATA = "metadata"
    SIDECAR = "sidecar"
    FOLDER = "folder"
    NAME = "name"


class ModelSource(StrEnum):
    """The strongest source of a model: a file on disk, a ComfyUI server, or an administrator."""

    FILESYSTEM = "filesystem"
    COMFYUI = "comfyui"
    MANUAL = "manual"
