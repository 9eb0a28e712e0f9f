"""How each architecture is loaded and sampled: its companions and default parameters.

Each recipe names its source. "Examples" are Comfy-Org's published workflows
(https://comfyanonymous.github.io/ComfyUI_examples/), "templates" those that come with ComfyUI
(https://github.com/Comfy-Org/workflow_templates); a "card" is the publisher's page of the model.
"""

import msgspec

from genonaut.catalog.selection.recipe import Defaults, Latent, Recipe, Schedule
from genonaut.catalog.vocabulary import Architecture
from genonaut.comfyui import ShiftNode, TextEncoding

# ComfyUI's default workflow: 20 steps, euler, normal; 7 is A1111's scale for SD 1.x.
_SD1 = Recipe(
    defaults=Defaults(width=512, height=512, steps=20, cfg=7.0),
    text_encoders=("clip-l",),
    clip_type="stable_diffusion",
    vae=(Architecture.SD1, Architecture.SD2),
)
# Cards of stable-diffusion-2-1 (768 px) and -2-1-base (512 px).
_SD2 = Recipe(
    defaults=Defaults(width=768, height=768, steps=20, cfg=7.0),
    text_encoders=("clip-h",),
    clip_type="stable_diffusion",
    vae=(Architecture.SD2, Architecture.SD1),
)
# Examples, sdxl: 25 steps, scale 8, euler, normal.
_SDXL = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=25, cfg=8.0),
    text_encoders=("clip-l", "clip-g"),
    clip_type="sdxl",
    vae=(Architecture.SDXL,),
)
# Card of SD3 Medium: 28 steps, scale 7; sgm_uniform as in the examples, sd3.
_SD3 = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=28, cfg=7.0, scheduler="sgm_uniform"),
    latent=Latent.SD3,
    text_encoders=("clip-l", "clip-g", "t5-xxl"),
    clip_type="sd3",
    vae=(Architecture.SD3,),
)
# Examples, flux: dev 20 steps, guidance 3.5; scale 1, euler, simple; schnell 4 steps (card: 1 to 4).
_FLUX_DEV = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=20, cfg=1.0, scheduler="simple"),
    latent=Latent.SD3,
    flux_guidance=3.5,
    text_encoders=("clip-l", "t5-xxl"),
    clip_type="flux",
    vae=(Architecture.FLUX1,),
)
# Guidance 30, normal: the models that read a second image beside the latent.
_FLUX_CANNY = msgspec.structs.replace(
    _FLUX_DEV,
    flux_guidance=30.0,
    defaults=msgspec.structs.replace(_FLUX_DEV.defaults, scheduler="normal"),
)
# Template image_flux2: 20 steps, guidance 4, euler, Flux2Scheduler; a scale of 1 needs no negative prompt.
_FLUX2_DEV = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=20, cfg=1.0, scheduler="simple"),
    latent=Latent.FLUX2,
    flux_guidance=4.0,
    schedule=Schedule.FLUX2,
    text_encoders=("mistral-small-24b",),
    clip_type="flux2",
    vae=(Architecture.FLUX2,),
)
# Template image_flux2_klein: 4 steps and scale 1 for the distilled models; the base models, which have
# the same layers, take 20 steps and scale 5.
_FLUX2_KLEIN_9B = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=4, cfg=1.0, scheduler="simple"),
    latent=Latent.FLUX2,
    schedule=Schedule.FLUX2,
    text_encoders=("qwen3-8b",),
    clip_type="flux2",
    vae=(Architecture.FLUX2,),
)
# Card of Chroma1-HD: 40 steps, scale 3.
_CHROMA = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=40, cfg=3.0, scheduler="simple"),
    latent=Latent.SD3,
    text_encoders=("t5-xxl",),
    clip_type="chroma",
    vae=(Architecture.FLUX1,),
)
# Template image_qwen_image: 20 steps, scale 4, euler, simple, shift 3.5.
_QWEN_IMAGE = Recipe(
    defaults=Defaults(width=1328, height=1328, steps=20, cfg=4.0, scheduler="simple"),
    latent=Latent.SD3,
    flow_shift=3.5,
    text_encoders=("qwen2.5-vl-7b",),
    clip_type="qwen_image",
    vae=(Architecture.QWEN_IMAGE,),
)
# Template image_z_image: 50 steps, scale 4, res_multistep, simple, shift 3.
_Z_IMAGE = Recipe(
    defaults=Defaults(
        width=1024,
        height=1024,
        steps=50,
        cfg=4.0,
        sampler_name="res_multistep",
        scheduler="simple",
    ),
    latent=Latent.SD3,
    flow_shift=3.0,
    text_encoders=("qwen3-4b",),
    clip_type="lumina2",
    vae=(Architecture.FLUX1, Architecture.Z_IMAGE),
)
# Template text_to_video_wan, reduced to one frame: 30 steps, scale 6, uni_pc, simple; its shift of 8 is
# ComfyUI's default.
_WAN = Recipe(
    defaults=Defaults(
        width=832, height=480, steps=30, cfg=6.0, sampler_name="uni_pc", scheduler="simple"
    ),
    latent=Latent.VIDEO,
    text_encoders=("umt5-xxl",),
    clip_type="wan",
    vae=(Architecture.WAN,),
)
# Template image_qwen_image_edit: 20 steps, scale 2.5, shift 3, CFGNorm 1.
_QWEN_EDIT = msgspec.structs.replace(
    _QWEN_IMAGE,
    defaults=Defaults(width=1024, height=1024, steps=20, cfg=2.5, scheduler="simple"),
    flow_shift=3.0,
    cfg_norm=1.0,
)
# Template image_qwen_image_edit_2511: 40 steps, scale 4, shift 3.1, CFGNorm 1.
_QWEN_EDIT_2511 = msgspec.structs.replace(
    _QWEN_EDIT,
    defaults=Defaults(width=1024, height=1024, steps=40, cfg=4.0, scheduler="simple"),
    flow_shift=3.1,
)
# Template image_chroma1_radiance_text_to_image: 30 steps, scale 3.5, euler, shift 1, without a VAE.
_RADIANCE = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=30, cfg=3.5, scheduler="beta"),
    latent=Latent.RADIANCE,
    flow_shift=1.0,
    text_encoders=("t5-xxl",),
    clip_type="chroma",
    has_pixel_vae=True,
)
# Examples, lumina2: 25 steps, scale 4, res_multistep, simple, shift 6; template
# image_netayume_lumina_t2i for a derivative.
_LUMINA2 = Recipe(
    defaults=Defaults(
        width=1024,
        height=1024,
        steps=25,
        cfg=4.0,
        sampler_name="res_multistep",
        scheduler="simple",
    ),
    latent=Latent.SD3,
    flow_shift=6.0,
    text_encoding=TextEncoding.LUMINA2,
    text_encoders=("gemma-2-2b",),
    clip_type="lumina2",
    vae=(Architecture.FLUX1, Architecture.LUMINA2),
)
# Template hidream_i1_full: 50 steps, scale 5, uni_pc, simple, shift 3.
_HIDREAM_FULL = Recipe(
    defaults=Defaults(
        width=1024, height=1024, steps=50, cfg=5.0, sampler_name="uni_pc", scheduler="simple"
    ),
    latent=Latent.SD3,
    flow_shift=3.0,
    shift_node=ShiftNode.SD3,
    text_encoders=("clip-l", "clip-g", "t5-xxl", "llama-3-8b"),
    clip_type="hidream",
    vae=(Architecture.FLUX1, Architecture.HIDREAM),
)
# Templates hidream_i1_dev (28 steps, shift 6) and hidream_i1_fast (16 steps, shift 3): scale 1, lcm.
_HIDREAM_DEV = msgspec.structs.replace(
    _HIDREAM_FULL,
    defaults=Defaults(width=1024, height=1024, steps=28, cfg=1.0, sampler_name="lcm"),
    flow_shift=6.0,
)
_HIDREAM_FAST = msgspec.structs.replace(
    _HIDREAM_FULL,
    defaults=Defaults(width=1024, height=1024, steps=16, cfg=1.0, sampler_name="lcm"),
)
# Templates image_omnigen2_t2i and image_omnigen2_image_edit: 20 steps, scales 5 and 2, euler, simple.
_OMNIGEN2 = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=20, cfg=5.0, scheduler="simple"),
    latent=Latent.SD3,
    dual_cfg=2.0,
    text_encoders=("qwen2.5-vl-3b",),
    clip_type="omnigen2",
    vae=(Architecture.FLUX1, Architecture.OMNIGEN2),
)
# Card of HunyuanImage-2.1: 50 steps, scale 3.5, 2048 px; ComfyUI's default shift of 5 is the card's.
_HUNYUAN_IMAGE = Recipe(
    defaults=Defaults(width=2048, height=2048, steps=50, cfg=3.5, scheduler="simple"),
    latent=Latent.HUNYUAN_IMAGE,
    text_encoders=("qwen2.5-vl-7b", "byt5-small"),
    clip_type="hunyuan_image",
    vae=(Architecture.HUNYUAN_IMAGE,),
)
# The same card: 8 steps and guidance 3.25 for the distilled model, which needs no second pass.
_HUNYUAN_IMAGE_DISTILLED = msgspec.structs.replace(
    _HUNYUAN_IMAGE,
    defaults=Defaults(width=2048, height=2048, steps=8, cfg=1.0, scheduler="simple"),
    flux_guidance=3.25,
)
# Card of AuraFlow-v0.3: 50 steps, scale 3.5; its shift of 1.73 is ComfyUI's default.
_AURAFLOW = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=50, cfg=3.5),
    text_encoders=("t5-xl",),
    clip_type="stable_diffusion",
    vae=(Architecture.SDXL,),
)
# Card of HunyuanDiT-v1.2: 50 steps, scale 6. ComfyUI loads it only as a whole checkpoint
# (https://comfyanonymous.github.io/ComfyUI_examples/hunyuan_dit/).
_HUNYUAN_DIT = Recipe(defaults=Defaults(width=1024, height=1024, steps=50, cfg=6.0))
# Card of PixArt-Sigma: 20 steps, scale 4.5, DPM-Solver.
_PIXART = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=20, cfg=4.5, sampler_name="dpmpp_2m"),
    text_encoders=("t5-xxl",),
    clip_type="pixart",
    vae=(Architecture.SDXL,),
)
# Alpha was trained with the VAE of SD 1 and reads the size of the image (CLIPTextEncodePixArtAlpha).
_PIXART_ALPHA = msgspec.structs.replace(
    _PIXART, text_encoding=TextEncoding.PIXART_ALPHA, vae=(Architecture.SD1, Architecture.SD2)
)
# Examples, cosmos_predict2: 35 steps, scale 4, euler, simple.
_COSMOS_PREDICT2 = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=35, cfg=4.0, scheduler="simple"),
    latent=Latent.SD3,
    text_encoders=("t5-xxl-old",),
    clip_type="cosmos",
    vae=(Architecture.WAN, Architecture.QWEN_IMAGE),
)
# Template image_anima_base_v1: 30 steps, scale 4, euler, simple.
_ANIMA = Recipe(
    defaults=Defaults(width=1024, height=1024, steps=30, cfg=4.0, scheduler="simple"),
    latent=Latent.SD3,
    text_encoders=("qwen3-0.6b",),
    clip_type="stable_diffusion",
    vae=(Architecture.QWEN_IMAGE, Architecture.WAN),
)
UNKNOWN = Recipe(defaults=_SD1.defaults)
"""For checkpoints of unknown architecture: the values of ComfyUI's default workflow."""

_RECIPES: dict[Architecture, Recipe] = {
    Architecture.SD1: _SD1,
    Architecture.SD2: _SD2,
    Architecture.SDXL: _SDXL,
    Architecture.SD3: _SD3,
    Architecture.FLUX1: _FLUX_DEV,
    Architecture.CHROMA: _CHROMA,
    Architecture.QWEN_IMAGE: _QWEN_IMAGE,
    Architecture.Z_IMAGE: _Z_IMAGE,
    Architecture.LUMINA2: _LUMINA2,
    Architecture.HIDREAM: _HIDREAM_FULL,
    Architecture.OMNIGEN2: _OMNIGEN2,
    Architecture.HUNYUAN_IMAGE: _HUNYUAN_IMAGE,
    Architecture.AURAFLOW: _AURAFLOW,
    Architecture.HUNYUAN_DIT: _HUNYUAN_DIT,
    Architecture.PIXART: _PIXART,
    Architecture.ANIMA: _ANIMA,
}


def _with(recipe: Recipe, **changes: float) -> Recipe:
    defaults = msgspec.structs.replace(recipe.defaults, **changes)
    return msgspec.structs.replace(recipe, defaults=defaults)


# (architecture, prefix of the variant, recipe or None if unsupported)
_VARIANTS: tuple[tuple[Architecture, str, Recipe | None], ...] = (
    (Architecture.SD2, "512-epsilon", _with(_SD2, width=512, height=512)),
    # Card of SD3.5 Large Turbo: 4 steps without guidance.
    (Architecture.SD3, "3.5-large-turbo", _with(_SD3, steps=4, cfg=1.0)),
    # Card of SD3.5 Large: 28 steps, scale 3.5.
    (Architecture.SD3, "3.5-large", _with(_SD3, steps=28, cfg=3.5)),
    # Card of SD3.5 Medium: 40 steps, scale 4.5.
    (Architecture.SD3, "3.5-medium", _with(_SD3, steps=40, cfg=4.5)),
    (
        Architecture.FLUX1,
        "schnell",
        msgspec.structs.replace(_with(_FLUX_DEV, steps=4), flux_guidance=None),
    ),
    (Architecture.FLUX2, "klein-9b", _FLUX2_KLEIN_9B),
    (
        Architecture.FLUX2,
        "klein-4b",
        msgspec.structs.replace(_FLUX2_KLEIN_9B, text_encoders=("qwen3-4b",)),
    ),
    (Architecture.FLUX2, "dev", _FLUX2_DEV),
    # Template image_z_image_turbo: 8 steps without guidance.
    (Architecture.Z_IMAGE, "turbo", _with(_Z_IMAGE, steps=8, cfg=1.0)),
    (Architecture.WAN, "2.1-t2v", _WAN),
    (Architecture.COSMOS_PREDICT2, "text2image", _COSMOS_PREDICT2),
    # Template flux_kontext_dev_basic: guidance 2.5.
    (Architecture.FLUX1, "kontext", msgspec.structs.replace(_FLUX_DEV, flux_guidance=2.5)),
    # Template flux_fill_inpaint_example: guidance 30, normal.
    (Architecture.FLUX1, "fill", _FLUX_CANNY),
    # Templates flux_canny_model_example (guidance 30) and flux_depth_lora_example (guidance 10): normal.
    # A whole model that does not say what it reads is treated as one for edges.
    (Architecture.FLUX1, "canny", _FLUX_CANNY),
    (Architecture.FLUX1, "control", _FLUX_CANNY),
    (Architecture.FLUX1, "depth", msgspec.structs.replace(_FLUX_CANNY, flux_guidance=10.0)),
    (Architecture.QWEN_IMAGE, "edit-2511", _QWEN_EDIT_2511),
    (Architecture.QWEN_IMAGE, "edit", _QWEN_EDIT),
    (Architecture.HIDREAM, "i1-dev", _HIDREAM_DEV),
    (Architecture.HIDREAM, "i1-fast", _HIDREAM_FAST),
    (Architecture.HUNYUAN_IMAGE, "2.1-distilled", _HUNYUAN_IMAGE_DISTILLED),
    (Architecture.PIXART, "alpha", _PIXART_ALPHA),
    (Architecture.CHROMA, "radiance", _RADIANCE),
    # These take other latents, other text encoders, or an image where ComfyUI expects one.
    (Architecture.QWEN_IMAGE, "layered", None),
    (Architecture.HUNYUAN_IMAGE, "refiner", None),
    (Architecture.LUMINA2, "newbie", None),
    (Architecture.Z_IMAGE, "edit", None),
    (Architecture.Z_IMAGE, "pixel", None),
)


def recipe_of(architecture: str, variant: str) -> Recipe | None:
    """Return the recipe of an architecture and variant, or None if there is none."""
    for family, prefix, recipe in _VARIANTS:
        if family == architecture and variant.startswith(prefix):
            return recipe
    return next((recipe for family, recipe in _RECIPES.items() if family == architecture), None)


def defaults_of(architecture: str, variant: str) -> Defaults:
    """Return the default parameters; for unknown architectures those of ComfyUI's default workflow."""
    return (recipe_of(architecture, variant) or UNKNOWN).defaults
