"""What each architecture can do with images, and how.

The sources are those of the recipes: "template" names a workflow that comes with ComfyUI
(https://github.com/Comfy-Org/workflow_templates), "examples" one of
https://comfyanonymous.github.io/ComfyUI_examples/. Nodes are ComfyUI's.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from genonaut.catalog.vocabulary import Architecture


class Ability(StrEnum):
    """Something that a job may ask of its model."""

    TEXT_TO_IMAGE = "text to image"
    IMAGE_TO_IMAGE = "a source image"
    INPAINT = "a mask"
    EXTEND = "extending an image"
    REFERENCE = "reference images"
    CONTROL = "ControlNets"
    HIRES = "hires"
    REFINE = "a refiner"
    CLIP_SKIP = "clip skip"


CONTROLNETS, MODEL_PATCHES = "controlnet", "model_patches"
"""Folders of ControlNets: those beside a model, and those that ComfyUI adds to its layers."""


class ReferenceKind(StrEnum):
    """How a model reads reference images."""

    STYLE = "style"
    """Through a style model (Flux Redux) and a CLIP vision model."""
    KONTEXT = "kontext"
    LATENT = "latent"
    """As latents of one megapixel beside the prompt and the negative prompt."""
    LATENT_POSITIVE = "latent-positive"
    """As latents of one megapixel beside the prompt alone."""
    INSTRUCTION = "instruction"
    """One image that the text encoder reads (Qwen-Image-Edit)."""
    INSTRUCTION_PLUS = "instruction-plus"
    """Up to three images that the text encoder reads (Qwen-Image-Edit 2509 and newer)."""


MAX_REFERENCES = {
    ReferenceKind.STYLE: 4,
    ReferenceKind.KONTEXT: 4,
    ReferenceKind.LATENT: 4,
    ReferenceKind.LATENT_POSITIVE: 4,
    ReferenceKind.INSTRUCTION: 1,
    ReferenceKind.INSTRUCTION_PLUS: 3,
}
"""Most images of a kind. Those that are read as latents cost time and memory like the result itself."""


class Abilities(msgspec.Struct, frozen=True, kw_only=True):
    """What one model can do.

    ``reads_mask``: the network has inputs for the mask and the masked image, so that
    InpaintModelConditioning is used. ``control_has_vae``: its ControlNets read latents.
    ``control_folders``: where its ControlNets are. ``reads_control``: what the one control image may show
    for which the network has inputs, so that InstructPixToPixConditioning is used instead of a ControlNet.
    """

    can: frozenset[Ability]
    reads_mask: bool = False
    references: ReferenceKind | None = None
    control_has_vae: bool = True
    control_folders: tuple[str, ...] = (CONTROLNETS,)
    reads_control: tuple[str, ...] = ()

    @property
    def max_references(self) -> int:
        """Return the most reference images, with the source of a model that edits; 0: none."""
        return 0 if self.references is None else MAX_REFERENCES[self.references]

    @property
    def source_is_reference(self) -> bool:
        """Return whether the model edits: a source is also its first reference."""
        return self.references not in {None, ReferenceKind.STYLE}


_SAMPLED = frozenset(
    {
        Ability.TEXT_TO_IMAGE,
        Ability.IMAGE_TO_IMAGE,
        Ability.INPAINT,
        Ability.EXTEND,
        Ability.HIRES,
    }
)
"""What only needs a latent to start from: VAEEncode, SetLatentNoiseMask, VAEEncodeForInpaint."""

# Examples, img2img, inpaint, 2_pass_txt2img, controlnet.
_SD = Abilities(
    can=_SAMPLED | {Ability.CONTROL, Ability.CLIP_SKIP},
    control_has_vae=False,
)
# Examples, sdxl: the refiner takes the last steps.
_SDXL = Abilities(
    can=_SAMPLED | {Ability.CONTROL, Ability.CLIP_SKIP, Ability.REFINE},
    control_has_vae=False,
)
# Examples, sd3: sd3.5_large_canny_controlnet_example.
_SD3 = Abilities(can=_SAMPLED | {Ability.CONTROL})
# Templates flux_redux_model_example; examples, flux, controlnets.
_FLUX1 = Abilities(
    can=_SAMPLED | {Ability.CONTROL, Ability.REFERENCE}, references=ReferenceKind.STYLE
)
# Template flux_fill_inpaint_example: without a mask its extra inputs have no meaning.
_FLUX_FILL = Abilities(
    can=frozenset({Ability.INPAINT, Ability.EXTEND, Ability.REFERENCE}),
    reads_mask=True,
    references=ReferenceKind.STYLE,
)
# Template flux_kontext_dev_basic. ControlNets were trained for dev.
_KONTEXT = Abilities(can=_SAMPLED | {Ability.REFERENCE}, references=ReferenceKind.KONTEXT)
# Templates flux_canny_model_example, flux_depth_lora_example: the model reads a map instead of a
# ControlNet, through InstructPixToPixConditioning.
_FLUX_CANNY = Abilities(
    can=(_SAMPLED - {Ability.TEXT_TO_IMAGE}) | {Ability.CONTROL},
    control_folders=(),
    reads_control=("canny",),
)
_FLUX_DEPTH = msgspec.structs.replace(_FLUX_CANNY, reads_control=("depth",))
# Their tensors are equal; the name of this file tells neither.
_FLUX_CONTROL = msgspec.structs.replace(_FLUX_CANNY, reads_control=("canny", "depth"))
_NOTHING = Abilities(can=frozenset())
# Template image_flux2_fp8: references beside the prompt alone.
_FLUX2_DEV = Abilities(can=_SAMPLED | {Ability.REFERENCE}, references=ReferenceKind.LATENT_POSITIVE)
# Templates image_flux2_klein_image_edit_4b_base and others: beside the negative prompt, too.
_FLUX2_KLEIN = Abilities(can=_SAMPLED | {Ability.REFERENCE}, references=ReferenceKind.LATENT)
# Templates image_qwen_image_instantx_controlnet, image_qwen_image_instantx_inpainting_controlnet,
# image_qwen_image_controlnet_patch.
_QWEN_IMAGE = Abilities(
    can=_SAMPLED | {Ability.CONTROL}, control_folders=(CONTROLNETS, MODEL_PATCHES)
)
# ComfyUI 0.33.0, ZImageFunControlnet in comfy_extras/nodes_model_patch.py.
_Z_IMAGE = Abilities(can=_SAMPLED | {Ability.CONTROL}, control_folders=(MODEL_PATCHES,))
_EDITS = frozenset({Ability.IMAGE_TO_IMAGE, Ability.INPAINT, Ability.EXTEND, Ability.REFERENCE})
# Template image_qwen_image_edit: one image.
_QWEN_EDIT = Abilities(can=_EDITS, references=ReferenceKind.INSTRUCTION)
# Templates image_qwen_image_edit_2509 and image_qwen_image_edit_2511: up to three.
_QWEN_EDIT_PLUS = Abilities(can=_EDITS, references=ReferenceKind.INSTRUCTION_PLUS)
# Template image_omnigen2_image_edit.
_OMNIGEN2 = Abilities(can=_SAMPLED | {Ability.REFERENCE}, references=ReferenceKind.LATENT)
# One frame of a video: a mask would be spread over the frames that its VAE packs into one.
_WAN = Abilities(can=frozenset({Ability.TEXT_TO_IMAGE, Ability.IMAGE_TO_IMAGE}))
# Works on pixels: latents cannot be enlarged as such, and the first image is what hires would make.
_RADIANCE = Abilities(can=_SAMPLED - {Ability.HIRES})
# Transformers without special nodes for images in 0.33.0.
_PLAIN = Abilities(can=_SAMPLED)
# Whole checkpoints that the catalogue does not know are treated as Stable Diffusion.
_UNKNOWN = msgspec.structs.replace(_SDXL, can=_SDXL.can - {Ability.REFINE})

# Their latents are of other shapes, and other nodes save what they make.
_MAKE_SOUND = (Architecture.ACE_STEP, Architecture.STABLE_AUDIO)
_MAKE_VIDEO = (
    Architecture.SVD,
    Architecture.LTXV,
    Architecture.MOCHI,
    Architecture.COSMOS,
    Architecture.HUNYUAN_VIDEO,
)

_BY_ARCHITECTURE: dict[Architecture, Abilities] = {
    Architecture.SD1: _SD,
    Architecture.SD2: _SD,
    Architecture.SDXL: _SDXL,
    Architecture.SD3: _SD3,
    Architecture.FLUX1: _FLUX1,
    Architecture.FLUX2: _FLUX2_KLEIN,
    Architecture.CHROMA: _PLAIN,
    Architecture.QWEN_IMAGE: _QWEN_IMAGE,
    Architecture.Z_IMAGE: _Z_IMAGE,
    Architecture.WAN: _WAN,
    Architecture.LUMINA2: _PLAIN,
    Architecture.HIDREAM: _PLAIN,
    Architecture.OMNIGEN2: _OMNIGEN2,
    Architecture.HUNYUAN_IMAGE: _PLAIN,
    Architecture.HUNYUAN_DIT: _PLAIN,
    Architecture.AURAFLOW: _PLAIN,
    Architecture.PIXART: _PLAIN,
    Architecture.COSMOS_PREDICT2: _PLAIN,
    Architecture.ANIMA: _PLAIN,
    **dict.fromkeys((*_MAKE_SOUND, *_MAKE_VIDEO), _NOTHING),
}
_TEXT_ONLY = Abilities(can=frozenset({Ability.TEXT_TO_IMAGE, Ability.HIRES}))


def _reading_mask(abilities: Abilities) -> Abilities:
    return msgspec.structs.replace(abilities, reads_mask=True)


# (architecture, prefix of the variant, abilities)
_BY_VARIANT: tuple[tuple[Architecture, str, Abilities], ...] = (
    # Examples, inpaint: checkpoints with 9 input channels; they also take text alone.
    (Architecture.SD1, "inpaint", _reading_mask(_SD)),
    (Architecture.SD2, "inpaint", _reading_mask(_SD)),
    (Architecture.SDXL, "inpaint", _reading_mask(_SDXL)),
    # These read other images beside the latent, which our graphs do not give them.
    (Architecture.SD1, "instruct-pix2pix", _TEXT_ONLY),
    (Architecture.SDXL, "instruct-pix2pix", _TEXT_ONLY),
    (Architecture.SD2, "depth", _TEXT_ONLY),
    (Architecture.SD2, "unclip", _TEXT_ONLY),
    (Architecture.FLUX1, "fill", _FLUX_FILL),
    (Architecture.FLUX1, "kontext", _KONTEXT),
    (Architecture.FLUX1, "control", _FLUX_CONTROL),
    (Architecture.FLUX1, "canny", _FLUX_CANNY),
    (Architecture.FLUX1, "depth", _FLUX_DEPTH),
    (Architecture.FLUX2, "dev", _FLUX2_DEV),
    (Architecture.QWEN_IMAGE, "edit-2509", _QWEN_EDIT_PLUS),
    (Architecture.QWEN_IMAGE, "edit-2511", _QWEN_EDIT_PLUS),
    (Architecture.QWEN_IMAGE, "edit", _QWEN_EDIT),
    (Architecture.QWEN_IMAGE, "layered", _NOTHING),
    (Architecture.CHROMA, "radiance", _RADIANCE),
)


def abilities_of(architecture: str, variant: str = "") -> Abilities:
    """Return what a model can do; unknown architectures are treated as Stable Diffusion."""
    for family, prefix, abilities in _BY_VARIANT:
        if family == architecture and variant.startswith(prefix):
            return abilities
    known = {str(family): abilities for family, abilities in _BY_ARCHITECTURE.items()}
    return known.get(architecture, _UNKNOWN)


def models_that_can(wanted: Iterable[Ability]) -> list[str]:
    """Return the kinds of models, as "architecture variant", that can do all of ``wanted``."""
    asked = frozenset(wanted)
    found = [family.value for family, one in _BY_ARCHITECTURE.items() if asked <= one.can]
    found += [f"{family} {prefix}" for family, prefix, one in _BY_VARIANT if asked <= one.can]
    return sorted(found)


def why_not(ability: Ability, architecture: str, variant: str = "") -> str:
    """Return why a model cannot do something and what could, as a sentence; empty if it can."""
    if ability in abilities_of(architecture, variant).can:
        return ""
    model = f"{architecture} {variant}".strip()
    for makers, what in ((_MAKE_SOUND, "sound"), (_MAKE_VIDEO, "video")):
        if architecture in makers:
            return f"{architecture} makes {what}, not images: use it in a workflow"
    others = ", ".join(models_that_can([ability]))
    if ability is Ability.TEXT_TO_IMAGE:
        return f"a {model} model needs an image to work on: {_what_it_needs(architecture, variant)}"
    return f"a {model} model does not support {ability}; these do: {others}"


def _what_it_needs(architecture: str, variant: str) -> str:
    abilities = abilities_of(architecture, variant)
    if abilities.reads_control:
        return "give a control image"
    if Ability.IMAGE_TO_IMAGE in abilities.can:
        return "give a source or a reference"
    if Ability.INPAINT in abilities.can:
        return "give a source with a mask, or extend one"
    return "it is not supported"


UNION = "union"
"""The variant of ControlNets that are told what their image shows."""


def why_control_misfits(control: str, architecture: str) -> str:
    """Return why a ControlNet cannot be used with a model, or an empty text.

    Args:
        control: the architecture that the ControlNet was made for; an unknown one is accepted.
        architecture: the architecture of the model.
    """
    unknown = Architecture.UNKNOWN.value
    if unknown in {control, architecture} or control == architecture:
        return ""
    return f"the ControlNet was made for {control}, the model is {architecture}"
