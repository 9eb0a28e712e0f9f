"""Metadata that a file declares: ``modelspec.*``, kohya's ``ss_*``, and GGUF's keys.

Sources: Stability AI's ModelSpec 1.0.1; kohya-ss/sd-scripts docs on metadata and library/sai_model_spec.py.
"""

import re
from collections.abc import Mapping

import msgspec

from genonaut.catalog.identification.header import Header
from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction

# Longer texts are logs or images stored in the wrong field.
MAX_TEXT = 4_000
MAX_WORDS = 20
MAX_TAG_FREQUENCY_BYTES = 16 * 1024 * 1024
# The hash of zero bytes: a tool hashed a file before its content was written.
EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

_HASH = re.compile(r"(?:0x)?([0-9a-f]{64})")
_SIZE = re.compile(r"(\d{2,5})\s*[x,]\s*(\d{2,5})")
_KINDS = {
    "lora": ModelKind.LORA,
    "lycoris": ModelKind.LORA,
    "textual-inversion": ModelKind.EMBEDDING,
    "controlnet": ModelKind.CONTROLNET,
    "control-lora": ModelKind.CONTROLNET,
    "vae": ModelKind.VAE,
}
_PREDICTIONS = {"epsilon": Prediction.EPSILON, "v": Prediction.V, "v_prediction": Prediction.V}

# Matched against lower-case text without spaces and punctuation; the first match wins.
_ARCHITECTURES: tuple[tuple[re.Pattern[str], Architecture, str], ...] = tuple(
    (re.compile(pattern), architecture, variant)
    for pattern, architecture, variant in (
        ("hunyuanimage.*refiner", Architecture.HUNYUAN_IMAGE, "refiner-2.1"),
        ("refiner", Architecture.SDXL_REFINER, ""),
        ("pony(?!v7)", Architecture.SDXL, "pony"),
        ("illustrious", Architecture.SDXL, "illustrious"),
        ("noobai", Architecture.SDXL, "noobai"),
        ("ssd1b", Architecture.SDXL, "ssd-1b"),
        ("(sdxl|stablediffusionxl).*inpaint", Architecture.SDXL, "inpaint"),
        ("sdxl|stablediffusionxl", Architecture.SDXL, ""),
        ("(sd|stablediffusion)v?35large|sd35l", Architecture.SD3, "3.5-large"),
        ("(sd|stablediffusion)v?35medium|sd35m", Architecture.SD3, "3.5-medium"),
        ("(sd|stablediffusion)v?3m(edium)?", Architecture.SD3, "3-medium"),
        ("(sd|stablediffusion)v?3", Architecture.SD3, ""),
        ("(sd|stablediffusion)v?2", Architecture.SD2, ""),
        ("(sd|stablediffusion)v?1.*inpaint", Architecture.SD1, "inpaint"),
        ("(sd|stablediffusion)v?1", Architecture.SD1, ""),
        ("flux2klein9b", Architecture.FLUX2, "klein-9b"),
        ("flux2klein4b", Architecture.FLUX2, "klein-4b"),
        ("flux2", Architecture.FLUX2, ""),
        ("chroma.*radiance", Architecture.CHROMA, "radiance"),
        ("chroma", Architecture.CHROMA, ""),
        ("flux1?schnell|flux1s\\b", Architecture.FLUX1, "schnell"),
        ("flux1?kontext", Architecture.FLUX1, "kontext"),
        ("flux1?krea", Architecture.FLUX1, "krea"),
        ("flux1?fill", Architecture.FLUX1, "fill"),
        ("flux1?(dev)?canny", Architecture.FLUX1, "canny"),
        ("flux1?(dev)?depth", Architecture.FLUX1, "depth"),
        ("flux1?(dev|d$)", Architecture.FLUX1, "dev"),
        ("^flux", Architecture.FLUX1, ""),
        ("qwenimageedit(plus)?2509", Architecture.QWEN_IMAGE, "edit-2509"),
        ("qwenimageedit(plus)?2511", Architecture.QWEN_IMAGE, "edit-2511"),
        ("qwenimageedit", Architecture.QWEN_IMAGE, "edit"),
        ("qwenimagelayered", Architecture.QWEN_IMAGE, "layered"),
        ("qwen", Architecture.QWEN_IMAGE, ""),
        ("hunyuanimage.*distilled", Architecture.HUNYUAN_IMAGE, "2.1-distilled"),
        ("hunyuanimage", Architecture.HUNYUAN_IMAGE, ""),
        ("hunyuanvideo|hyvid|framepack", Architecture.HUNYUAN_VIDEO, ""),
        ("hunyuandit", Architecture.HUNYUAN_DIT, ""),
        ("wan2?[12v]|^wan", Architecture.WAN, ""),
        ("zimage", Architecture.Z_IMAGE, ""),
        ("lumina", Architecture.LUMINA2, ""),
        ("hidreami1dev", Architecture.HIDREAM, "i1-dev"),
        ("hidreami1fast", Architecture.HIDREAM, "i1-fast"),
        ("hidream", Architecture.HIDREAM, ""),
        ("ltx", Architecture.LTXV, ""),
        ("auraflow|^aura|ponyv7", Architecture.AURAFLOW, ""),
        ("cascade", Architecture.STABLE_CASCADE, ""),
        ("pixart.*alpha", Architecture.PIXART, "alpha"),
        ("pixart", Architecture.PIXART, ""),
        ("mochi", Architecture.MOCHI, ""),
        ("omnigen2", Architecture.OMNIGEN2, ""),
        ("acestep", Architecture.ACE_STEP, ""),
        ("stableaudio", Architecture.STABLE_AUDIO, ""),
        ("anima$|^anima", Architecture.ANIMA, ""),
        ("cosmospredict2.*(t2i|text2image)", Architecture.COSMOS_PREDICT2, "text2image"),
        ("cosmospredict2", Architecture.COSMOS_PREDICT2, ""),
        ("cosmos", Architecture.COSMOS, ""),
    )
)
_PUNCTUATION = re.compile(r"[^a-z0-9]+")


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """The metadata of a file or its sidecar; empty values are unknown."""

    kind: ModelKind | None = None
    architecture: Architecture | None = None
    variant: str = ""
    architecture_text: str = ""
    title: str = ""
    description: str = ""
    author: str = ""
    license: str = ""
    tags: tuple[str, ...] = ()
    trigger_words: tuple[str, ...] = ()
    prediction: Prediction | None = None
    resolution: tuple[int, int] | None = None
    base_model_hint: str = ""
    alpha: float | None = None
    hashes: tuple[str, ...] = ()
    has_preview: bool = False


def parse_architecture(text: str) -> tuple[Architecture | None, str]:
    """Return the architecture and variant named in a free text, or (None, "")."""
    flat = _PUNCTUATION.sub("", text.lower()[:200])
    for pattern, architecture, variant in _ARCHITECTURES:
        if pattern.search(flat):
            return architecture, variant
    return None, ""


def read_declared(header: Header) -> Declared:
    """Read the metadata of a header; an invalid field does not affect the others."""
    metadata = header.metadata
    if not metadata:
        return Declared()
    spec = {
        key.removeprefix("modelspec."): value
        for key, value in metadata.items()
        if key.startswith("modelspec.")
    }
    text = spec.get("architecture") or metadata.get("ss_base_model_version") or ""
    text = text or metadata.get("general.architecture", "")
    name, _, suffix = text.partition("/")
    architecture, variant = parse_architecture(name) if text else (None, "")
    return Declared(
        kind=_KINDS.get(suffix.strip().lower()),
        architecture=architecture,
        variant=variant,
        architecture_text=clean(text, 200),
        title=clean(
            spec.get("title") or metadata.get("ss_output_name") or metadata.get("general.name")
        ),
        description=clean(spec.get("description")),
        author=clean(spec.get("author"), 200),
        license=clean(spec.get("license"), 200),
        tags=split_words(spec.get("tags", "")),
        trigger_words=_trigger_words(spec.get("trigger_phrase", ""), metadata),
        prediction=_PREDICTIONS.get(spec.get("prediction_type", "").strip().lower()),
        resolution=parse_resolution(spec.get("resolution") or metadata.get("ss_resolution") or ""),
        base_model_hint=clean(metadata.get("ss_sd_model_name"), 200),
        alpha=_number(metadata.get("ss_network_alpha", "")),
        hashes=_hashes(metadata),
        has_preview=spec.get("thumbnail", "").startswith("data:image/")
        or "ssmd_cover_images" in metadata,
    )


def clean(text: object, limit: int = MAX_TEXT) -> str:
    """Return a text without control characters, at most ``limit`` characters; "" for other types."""
    if not isinstance(text, str):
        return ""
    kept = "".join(char for char in text[: 4 * limit] if char.isprintable() or char in "\n\t")
    return kept.strip()[:limit]


def split_words(text: object) -> tuple[str, ...]:
    """Return the words of a comma-separated text, each once, in order, at most 20."""
    if not isinstance(text, str):
        return ()
    words = (clean(word, 200) for word in text[:MAX_TEXT].split(","))
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_WORDS]


def parse_resolution(text: str) -> tuple[int, int] | None:
    """Return (width, height) in pixels from "1024x1024" or "(512, 768)"."""
    match = _SIZE.search(text[:100])
    return (int(match[1]), int(match[2])) if match else None


def _trigger_words(phrase: str, metadata: Mapping[str, str]) -> tuple[str, ...]:
    words = split_words(phrase)
    return words or _frequent_tags(metadata.get("ss_tag_frequency", ""))


def _frequent_tags(text: str) -> tuple[str, ...]:
    """Return the tags that every training image has; the first is the trigger word of the LoRA."""
    if not text or len(text) > MAX_TAG_FREQUENCY_BYTES:
        return ()
    try:
        folders = msgspec.json.decode(text, type=dict[str, dict[str, float]])
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return ()
    totals: dict[str, float] = {}
    for tags in folders.values():
        for tag, count in tags.items():
            totals[tag] = totals.get(tag, 0) + count
    if not totals:
        return ()
    most = max(totals.values())
    top = sorted(
        (tag for tag, count in totals.items() if count >= 0.95 * most), key=lambda t: -totals[t]
    )
    # Many tags with equal counts have no trigger word among them, except a few tags of one concept.
    return split_words(",".join(top[:3])) if len(top) <= max(3, len(totals) // 10) else ()


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e6 else None  # noqa: PLR2004 - also drops nan and infinity


def _hashes(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Return declared SHA-256 of the tensors, lower-case; the hash of zero bytes is left out."""
    found = []
    for key in ("modelspec.hash_sha256", "sshs_model_hash"):
        match = _HASH.fullmatch(metadata.get(key, "").strip().lower())
        if match and match[1] != EMPTY_SHA256:
            found.append(match[1])
    return tuple(dict.fromkeys(found))
