"""What an input of a graph means to people: prompt, seed, size, image, model, step count and so on."""

import re
from enum import Enum

from genonaut.workflows.conversion.node_classes import SEED_NAMES

from .fields import FieldType
from .graph_inputs import GraphInput

UPLOADS = {
    "image_upload": FieldType.IMAGE,
    "animated_image_upload": FieldType.IMAGE,
    "video_upload": FieldType.VIDEO,
    "audio_upload": FieldType.AUDIO,
    "file_upload": FieldType.FILE,
}
"""Options of ``object_info`` that mark the name of an uploaded file."""

FILE_CLASSES = {
    "LoadAudio": FieldType.AUDIO,
    "LoadImage": FieldType.IMAGE,
    "LoadImageMask": FieldType.MASK,
    "LoadVideo": FieldType.VIDEO,
    "Load3D": FieldType.FILE,
    "VHS_LoadAudioUpload": FieldType.AUDIO,
    "VHS_LoadVideo": FieldType.VIDEO,
}
FILE_INPUTS = frozenset({"image", "file", "video", "audio", "model_file"})

MODEL_INPUTS = {
    "ckpt_name": "checkpoint",
    "clip_name": "text_encoder",
    "clip_name1": "text_encoder",
    "clip_name2": "text_encoder",
    "clip_name3": "text_encoder",
    "clip_name4": "text_encoder",
    "clip_vision_name": "clip_vision",
    "control_net_name": "controlnet",
    "hypernetwork_name": "hypernetwork",
    "lora_name": "lora",
    "style_model_name": "style_model",
    "text_encoder": "text_encoder",
    "unet_name": "diffusion_model",
    "vae_name": "vae",
}
"""Names of inputs that choose a file of weights, and the kind of the file."""
MODEL_CLASSES = {
    "UpscaleModelLoader": "upscale_model",
    "LatentUpscaleModelLoader": "latent_upscale_model",
    "CLIPVisionLoader": "clip_vision",
    "AudioEncoderLoader": "audio_encoder",
    "ModelPatchLoader": "model_patch",
    "PhotoMakerLoader": "photomaker",
    "GLIGENLoader": "gligen",
}
WEIGHTS = re.compile(r"\.(safetensors|sft|ckpt|pt|pth|bin|gguf|onnx)$", re.IGNORECASE)

SIZE_NAMES = frozenset({"width", "height"})
SHAPE_NAMES = frozenset(
    {"aspect_ratio", "megapixels", "resolution", "size", "ratio", "size_preset"}
)
LENGTH_NAMES = frozenset(
    {"length", "duration", "seconds", "frames", "num_frames", "fps", "frame_rate", "start_time"}
)
SAMPLING_NAMES = frozenset(
    {
        "steps", "cfg", "guidance", "sampler_name", "scheduler", "denoise", "shift", "max_shift",
        "base_shift", "strength", "strength_model", "strength_clip", "start_percent", "end_percent",
        "scale_by", "upscale_method", "batch_size",
    }
)  # fmt: skip
PROMPT_NAMES = frozenset(
    {
        "prompt", "text", "text_g", "text_l", "clip_l", "t5xxl", "caption", "description", "tags", "lyrics",
        "positive_prompt", "texture_prompt", "user_prompt",
    }
)  # fmt: skip
NEGATIVE = re.compile(r"negative", re.IGNORECASE)
SYSTEM = re.compile(r"system|instruction|template|style_prompt", re.IGNORECASE)


class Role(Enum):
    """What an input means, in the order of a form."""

    PROMPT = "prompt"
    NEGATIVE_PROMPT = "negative prompt"
    MEDIA = "file"
    SIZE = "size"
    SHAPE = "shape"
    LENGTH = "length"
    SEED = "seed"
    TEXT = "text"
    PRIMITIVE = "value"
    MODEL = "model"
    CHOICE = "model choice"
    SAMPLING = "sampling"
    OTHER = "other"


def media_type(entry: GraphInput) -> FieldType | None:
    """Return the type of the file that an input names; None when it names none."""
    for option, kind in UPLOADS.items():
        if entry.spec.options.get(option) and entry.spec.type in {"COMBO", "STRING"}:
            if kind is FieldType.IMAGE and entry.node_class.name == "LoadImageMask":
                return FieldType.MASK
            return kind if entry.spec.widget_type == "COMBO" else None
    if entry.last_name in FILE_INPUTS and entry.spec.type == "COMBO":
        return FILE_CLASSES.get(entry.node_class.name)
    return None


def model_kind(entry: GraphInput) -> str | None:
    """Return the kind of the model file that an input names; None when it names none."""
    if entry.spec.widget_type != "COMBO":
        return None
    if entry.node_class.name in MODEL_CLASSES:
        is_name = entry.last_name.endswith("name") or entry.last_name == "name"
        return MODEL_CLASSES[entry.node_class.name] if is_name else None
    if entry.last_name in MODEL_INPUTS:
        return MODEL_INPUTS[entry.last_name]
    if isinstance(entry.value, str) and WEIGHTS.search(entry.value):
        return "other"
    return None


def is_seed(entry: GraphInput, name: str) -> bool:
    """Return whether an input that is known as ``name`` is the seed of random numbers."""
    return entry.spec.type == "INT" and name in SEED_NAMES


def is_text(entry: GraphInput) -> bool:
    """Return whether an input holds prose: several lines, or a name that says so."""
    return entry.spec.widget_type == "STRING" and (
        bool(entry.spec.options.get("multiline")) or entry.last_name in PROMPT_NAMES
    )
