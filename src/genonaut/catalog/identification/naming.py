"""Hints from file and folder names, used only for what the weights do not show."""

import re

from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction

# Folders of ComfyUI (folder_paths.py) and, in lower case, of A1111 and its derivatives.
KIND_BY_FOLDER: dict[str, ModelKind] = {
    "checkpoints": ModelKind.CHECKPOINT,
    "stable-diffusion": ModelKind.CHECKPOINT,
    "diffusion_models": ModelKind.DIFFUSION_MODEL,
    "unet": ModelKind.DIFFUSION_MODEL,
    "unet_gguf": ModelKind.DIFFUSION_MODEL,
    "loras": ModelKind.LORA,
    "lora": ModelKind.LORA,
    "lycoris": ModelKind.LORA,
    "vae": ModelKind.VAE,
    "vae_approx": ModelKind.VAE,
    "clip": ModelKind.TEXT_ENCODER,
    "clip_gguf": ModelKind.TEXT_ENCODER,
    "text_encoders": ModelKind.TEXT_ENCODER,
    "clip_vision": ModelKind.CLIP_VISION,
    "controlnet": ModelKind.CONTROLNET,
    "t2i_adapter": ModelKind.CONTROLNET,
    "model_patches": ModelKind.CONTROLNET,
    "ipadapter": ModelKind.IP_ADAPTER,
    "style_models": ModelKind.STYLE_MODEL,
    "upscale_models": ModelKind.UPSCALER,
    "esrgan": ModelKind.UPSCALER,
    "realesrgan": ModelKind.UPSCALER,
    "swinir": ModelKind.UPSCALER,
    "embeddings": ModelKind.EMBEDDING,
    "hypernetworks": ModelKind.HYPERNETWORK,
    "gligen": ModelKind.GLIGEN,
}

# variant: pattern in names; some are joined to the next word, as in "ponyDiffusion"
_VARIANTS: tuple[tuple[str, str], ...] = (
    ("pony", r"(?:pony|pdxl|pdv6|autismmix)"),
    ("noobai", r"noob(?!ie|s)"),
    ("illustrious", r"(?:illustrious|illu(?![a-z])|ilxl|il(?=[-_ .]?v?\d|$))"),
    ("kontext", r"kontext"),
    ("krea", r"krea(?![a-z])"),
    ("3.5-large-turbo", r"large[-_ ]turbo"),
    ("edit-2511", r"edit[-_ ]?2511"),
    ("edit-2509", r"edit[-_ ]?(?:plus[-_ ]?)?2509"),
    ("edit", r"edit(?![a-z])"),
    ("high-noise", r"(?:high[-_ ]?noise|hn(?![a-z]))"),
    ("low-noise", r"(?:low[-_ ]?noise|ln(?![a-z]))"),
    ("turbo", r"turbo"),
    ("distilled", r"distill?(?:ed)?(?![a-z])"),
    ("base", r"base(?![a-z])"),
    ("fast", r"fast(?![a-z])"),
    ("full", r"full(?![a-z])"),
    ("dev", r"dev(?![a-z])"),
    ("canny", r"canny"),
    ("depth", r"depth"),
    ("512-epsilon", r"(?:512|base(?![a-z]))"),
    ("768-v", r"768"),
)
_VARIANT_PATTERNS = tuple(
    # Not after a letter ("snoob" does not match); after a digit is fine ("wan22high").
    (variant, re.compile(rf"(?<![a-z]){pattern}"))
    for variant, pattern in _VARIANTS
)
_V_PREDICTION = re.compile(r"v[-_ ]?pred(iction)?(?![a-z])|(?<![a-z])vp(?![a-z])")
_WAN22 = re.compile(r"wan[-_ ]?(video)?[-_ ]?2[._-]?2")
_WAN21 = re.compile(r"wan[-_ ]?(video)?[-_ ]?2[._-]?1")
_ARCHITECTURE_NAMES: tuple[tuple[Architecture, re.Pattern[str]], ...] = (
    (Architecture.ACE_STEP, re.compile(r"(?<![a-z])ace[-_ ]?step")),
    (Architecture.STABLE_AUDIO, re.compile(r"stable[-_ ]?audio")),
    (Architecture.QWEN_IMAGE, re.compile(r"qwen")),
    (Architecture.WAN, re.compile(r"(?<![a-z])wan")),
    (Architecture.Z_IMAGE, re.compile(r"z[-_ ]?image|zimage")),
    (Architecture.CHROMA, re.compile(r"chroma")),
    (Architecture.FLUX2, re.compile(r"flux[-_. ]?2|klein")),
    (Architecture.FLUX1, re.compile(r"flux|(?<![a-z])ae(?![a-z])")),
    (Architecture.PIXART, re.compile(r"pixart")),
    (Architecture.HIDREAM, re.compile(r"hi[-_ ]?dream")),
    (Architecture.OMNIGEN2, re.compile(r"omnigen[-_ ]?2")),
    (Architecture.AURAFLOW, re.compile(r"aura[-_ ]?flow|pony[-_ ]?v?7")),
    (Architecture.SDXL, re.compile(r"xl(?![a-z])|sdxl|pony|illustrious")),
    (Architecture.SD3, re.compile(r"sd[-_ ]?3|stable[-_ ]?diffusion[-_ ]?3")),
    (Architecture.ANIMA, re.compile(r"(?<![a-z])anima(?![a-z])")),
    (Architecture.COSMOS_PREDICT2, re.compile(r"cosmos")),
    (Architecture.LUMINA2, re.compile(r"lumina")),
    (Architecture.HUNYUAN_IMAGE, re.compile(r"hunyuan[-_ ]?image")),
    (Architecture.HUNYUAN_DIT, re.compile(r"hunyuan[-_ ]?dit")),
    (Architecture.HUNYUAN_VIDEO, re.compile(r"hunyuan")),
    (Architecture.SD2, re.compile(r"(?<![a-z])(sd|v)[-_ ]?2(?!\d)|768|512[-_]?base")),
    (Architecture.SD1, re.compile(r"(?<![a-z])(sd|v)[-_ ]?1|1[._-]?5|mse-840000|kl-f8")),
)


def variant_from_name(name: str, choices: tuple[str, ...]) -> str:
    """Return which of ``choices`` a file's name indicates, or an empty text.

    A choice such as ``2.2-t2v-high-noise`` is matched by its last words; Wan's version is also checked.
    """
    lowered = name.lower()
    if any("high-noise" in choice for choice in choices):
        return _wan_expert(lowered, choices)
    for variant, pattern in _VARIANT_PATTERNS:
        found = next((c for c in choices if c == variant or c.endswith(f"-{variant}")), None)
        if found and pattern.search(lowered):
            return found
    return ""


def _wan_expert(lowered: str, choices: tuple[str, ...]) -> str:
    for noise in ("high-noise", "low-noise"):
        pattern = next(pattern for variant, pattern in _VARIANT_PATTERNS if variant == noise)
        if pattern.search(lowered):
            return next((choice for choice in choices if choice.endswith(noise)), "")
    if _WAN21.search(lowered) and not _WAN22.search(lowered):
        return next((choice for choice in choices if choice.startswith("2.1")), "")
    return ""


def architecture_from_name(name: str, choices: tuple[str, ...]) -> Architecture | None:
    """Return which of the architectures in ``choices`` a file's name indicates."""
    lowered = name.lower()
    for architecture, pattern in _ARCHITECTURE_NAMES:
        if architecture in choices and pattern.search(lowered):
            return architecture
    return None


def prediction_from_name(name: str) -> Prediction | None:
    """Return v if the name indicates it, else None; names never indicate epsilon."""
    return Prediction.V if _V_PREDICTION.search(name.lower()) else None
