"""How each architecture is loaded and sampled: its companions and default parameters.

Each recipe names its source. "Examples" are Comfy-Org's published workflows
(https://comfyanonymous.github.io/ComfyUI_examples/), "templates" those that come with ComfyUI
(https://github.com/Comfy-Org/workflow_templates); a "card" is the publisher's page of the model.
"""

from enum import StrEnum

import msgspec

from genonaut.catalog.vocabulary import Architecture


class Latent(StrEnum):
    """The empty latent to start from: 4 channels, 16, 16 per frame of a video, or 128 (Flux.2)."""

    SD = "sd"
    SD3 = "sd3"
    VIDEO = "video"
    FLUX2 = "flux2"


class Schedule(StrEnum):
    """Who makes the noise schedule: KSampler, or Flux2Scheduler for the size of the image."""

    KSAMPLER = "ksampler"
    FLUX2 = "flux2"


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """Values for parameters that a submission omits; width and height in pixels."""

    width: int
    height: int
    steps: int
    cfg: float
    sampler_name: str = "euler"
    scheduler: str = "normal"


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How to load and sample one architecture, whole or in parts.

    ``text_encoders`` are encoder variants in the order of the loader's inputs; ``clip_type`` is the
    loader's ``type``. ``vae`` lists accepted architectures in order of preference. ``flow_shift`` is
    the shift for ModelSamplingAuraFlow if ComfyUI's default is not the right one. With a ``schedule``
    of Flux.2, the scheduler ``simple`` stands for Flux2Scheduler; others are used as they are.
    """

    defaults: Defaults
    latent: Latent = Latent.SD
    flux_guidance: float | None = None
    flow_shift: float | None = None
    schedule: Schedule = Schedule.KSAMPLER
    text_encoders: tuple[str, ...] = ()
    clip_type: str = ""
    vae: tuple[Architecture, ...] = ()


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
    # These need an input image or other latents.
    (Architecture.QWEN_IMAGE, "edit", None),
    (Architecture.QWEN_IMAGE, "layered", None),
    (Architecture.Z_IMAGE, "edit", None),
    (Architecture.Z_IMAGE, "pixel", None),
    (Architecture.CHROMA, "radiance", None),
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
