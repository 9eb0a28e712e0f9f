"""Jobs of every kind for every model: what the golden graphs are made from."""

from collections.abc import Iterator

from msgspec.structs import replace

from genonaut.catalog.selection.capabilities import (
    MODEL_PATCHES,
    Ability,
    ReferenceKind,
    abilities_of,
)
from genonaut.catalog.selection.plan import PIXEL_SPACE, ModelPlan
from genonaut.catalog.selection.recipes import recipe_of
from genonaut.catalog.selection.resolver import sampled
from genonaut.comfyui import Graph
from genonaut.jobs.image_work import (
    Control,
    ControlType,
    Extend,
    Hires,
    HiresMethod,
    ImageReference,
    InputImage,
    JobInputs,
    MaskMode,
    Operation,
    Preprocessor,
    Reference,
    Refiner,
    Source,
    Upscale,
)
from genonaut.jobs.params import GenerationSpec, LoraChoice, SamplingParams
from genonaut.jobs.rendering.workflow import graph_of
from genonaut.jobs.states import JobType

# (architecture, variant): every recipe.
MODELS = (
    ("sd1", "base"),
    ("sd1", "inpaint"),
    ("sd2", "768-v"),
    ("sdxl", "base"),
    ("sdxl", "inpaint"),
    ("sd3", "3.5-large"),
    ("flux1", "dev"),
    ("flux1", "schnell"),
    ("flux1", "kontext"),
    ("flux1", "fill"),
    ("flux1", "canny"),
    ("flux1", "depth"),
    ("flux2", "dev"),
    ("flux2", "klein-4b-base"),
    ("chroma", "base"),
    ("chroma", "radiance"),
    ("qwen-image", "base"),
    ("qwen-image", "edit"),
    ("qwen-image", "edit-2509"),
    ("qwen-image", "edit-2511"),
    ("z-image", "turbo"),
    ("wan", "2.1-t2v-1.3b"),
    ("lumina2", "base"),
    ("hidream", "i1-full"),
    ("hidream", "i1-dev"),
    ("hidream", "i1-fast"),
    ("omnigen2", ""),
    ("hunyuan-image", "2.1"),
    ("hunyuan-image", "2.1-distilled"),
    ("hunyuan-dit", ""),
    ("auraflow", ""),
    ("pixart", "sigma"),
    ("pixart", "alpha"),
    ("cosmos-predict2", "text2image-2b"),
    ("anima", ""),
)
WHOLE = frozenset({"sd1", "sd2", "sdxl", "hunyuan-dit", "auraflow", "lumina2"})
"""Architectures that are usually published as one file."""
ONLY_NEWER = frozenset({"flux2", "qwen-image edit-2511"})
"""What 0.3.64 has no nodes or options for."""
PATCHES_ONLY_NEWER = frozenset({"z-image"})
"""Architectures whose patches 0.3.64 has no node for."""

PHOTO, MASK, OTHER, EDGES = (ImageReference(upload_id=number) for number in (1, 2, 3, 4))
SENT = {
    "source": "genonaut/source.png",
    "mask": "genonaut/mask.png",
    "reference_1": "genonaut/first.png",
    "reference_2": "genonaut/second.png",
    "control_1": "genonaut/photo.png",
    "control_2": "genonaut/edges.png",
    "control_3": "genonaut/depth.png",
}
_FACTS = InputImage(
    reference=PHOTO,
    sha256="0" * 64,
    storage_key="uploads/1.png",
    mime="image/png",
    width=640,
    height=480,
    size_bytes=1000,
)
_CANNY_MAP = Control(model="", image=PHOTO, preprocessor=Preprocessor.CANNY)
_PATCH = Control(
    model="patch.safetensors", image=PHOTO, preprocessor=Preprocessor.CANNY, strength=0.9,
    folder=MODEL_PATCHES, variant="patch",
)  # fmt: skip
_PAINTING = Control(model="inpaint.safetensors", image=PHOTO, variant="inpaint", end=0.9)
_PAINTING_PATCH = replace(_PATCH, variant="patch-inpaint", preprocessor=Preprocessor.NONE)
_LORA = LoraChoice(name="style.safetensors", strength_model=0.8, strength_clip=0.5)
_SOURCE = Source(image=PHOTO)

INPUTS: dict[str, tuple[Ability, JobInputs, float]] = {
    "text-to-image": (Ability.TEXT_TO_IMAGE, JobInputs(), 1.0),
    "image-to-image": (Ability.IMAGE_TO_IMAGE, JobInputs(source=_SOURCE), 0.6),
    "inpaint-preserve": (Ability.INPAINT, JobInputs(source=replace(_SOURCE, mask=MASK)), 0.7),
    "inpaint-fill": (
        Ability.INPAINT,
        JobInputs(source=replace(_SOURCE, mask=MASK, mask_mode=MaskMode.FILL)),
        1.0,
    ),
    "extend": (
        Ability.EXTEND,
        JobInputs(source=replace(_SOURCE, extend=Extend(right=256, bottom=128))),
        1.0,
    ),
    "references": (
        Ability.REFERENCE,
        JobInputs(
            references=(Reference(image=OTHER), Reference(image=EDGES, strength=0.5)),
            style_model="redux.safetensors",
            clip_vision="sigclip.safetensors",
        ),
        1.0,
    ),
    "control": (
        Ability.CONTROL,
        JobInputs(
            control=(
                Control(
                    model="canny.safetensors", image=PHOTO, preprocessor=Preprocessor.CANNY,
                    strength=0.8, end=0.9,
                ),
                Control(
                    model="union.safetensors", image=EDGES, type=ControlType.LINEART,
                    variant="union", start=0.1,
                ),
                Control(model="depth.safetensors", image=OTHER, type=ControlType.DEPTH),
            )
        ),
        1.0,
    ),
    "control-map": (Ability.CONTROL, JobInputs(control=(_CANNY_MAP,)), 1.0),
    "control-patch": (Ability.CONTROL, JobInputs(control=(_PATCH,)), 1.0),
    "control-inpaint": (
        Ability.CONTROL,
        JobInputs(source=replace(_SOURCE, mask=MASK), control=(_PAINTING,)),
        1.0,
    ),
    "control-patch-inpaint": (
        Ability.CONTROL,
        JobInputs(
            source=replace(_SOURCE, mask=MASK, mask_mode=MaskMode.FILL), control=(_PAINTING_PATCH,)
        ),
        1.0,
    ),
    "hires-latent": (Ability.HIRES, JobInputs(hires=Hires(scale=1.5, steps=12)), 1.0),
    "hires-model": (
        Ability.HIRES,
        JobInputs(
            source=_SOURCE,
            hires=Hires(
                scale=2.0, method=HiresMethod.MODEL, upscale_model="4x.pth", denoise=0.4
            ),
        ),
        0.5,
    ),
    "refiner": (
        Ability.REFINE,
        JobInputs(refiner=Refiner(model="sd_xl_refiner_1.0.safetensors", switch_at=0.75)),
        1.0,
    ),
    "clip-skip": (Ability.CLIP_SKIP, JobInputs(clip_skip=2, vae="other_vae.safetensors"), 1.0),
}  # fmt: skip


_PAINTED_BY_CONTROL = frozenset({"sd3", "flux1", "qwen-image"})
"""Architectures with ControlNets that paint. Source: ComfyUI comfy/controlnet.py, concat_mask."""


def is_possible(operation: str, architecture: str, variant: str) -> bool:
    """Return whether the capability table allows an operation."""
    ability, inputs, _ = INPUTS[operation]
    abilities = abilities_of(architecture, variant)
    folders = {one.folder for one in inputs.control if one.model}
    if ability not in abilities.can or not folders <= set(abilities.control_folders):
        return False
    if operation == "control-inpaint":
        return architecture in _PAINTED_BY_CONTROL
    if operation == "control-patch-inpaint":
        return architecture == "qwen-image"
    needs_map = abilities.reads_control and operation.startswith(
        ("image", "inpaint", "ext", "hires")
    )
    return (operation == "control-map") == bool(abilities.reads_control) and not needs_map


def plan_of(architecture: str, variant: str) -> ModelPlan:
    """Return the plan of a model: a whole checkpoint, or its parts in separate files."""
    recipe = recipe_of(architecture, variant)
    assert recipe is not None, (architecture, variant)
    plan = ModelPlan(
        folder="checkpoints", name="model.safetensors", architecture=architecture, variant=variant
    )
    plan = sampled(plan, recipe)
    if architecture in WHOLE:
        return plan
    return replace(
        plan,
        folder="diffusion_models",
        text_encoders=tuple(f"{name}.safetensors" for name in recipe.text_encoders),
        clip_type=recipe.clip_type,
        vae=PIXEL_SPACE if recipe.has_pixel_vae else f"{recipe.vae[0]}_vae.safetensors",
    )


def spec_of(architecture: str, variant: str, operation: str) -> GenerationSpec:
    """Return a job with the default parameters of its model."""
    _, inputs, denoise = INPUTS[operation]
    if abilities_of(architecture, variant).references is ReferenceKind.INSTRUCTION:
        inputs = replace(inputs, references=inputs.references[:1])
    recipe = recipe_of(architecture, variant)
    assert recipe is not None
    defaults = recipe.defaults
    return GenerationSpec(
        job_type=JobType.IMAGE,
        prompt="a lighthouse",
        negative_prompt="blurry",
        checkpoint_model="model.safetensors",
        lora_models=(_LORA,) if operation == "text-to-image" else (),
        width=defaults.width,
        height=defaults.height,
        params=SamplingParams(
            seed=7,
            steps=defaults.steps,
            cfg=defaults.cfg,
            sampler_name=defaults.sampler_name,
            scheduler=defaults.scheduler,
            denoise=denoise,
        ),
        models=plan_of(architecture, variant),
        inputs=None if inputs == JobInputs() else inputs,
    )


def upscale_spec() -> GenerationSpec:
    """Return a job that enlarges an image without sampling."""
    return replace(
        spec_of("sd1", "base", "text-to-image"),
        lora_models=(),
        models=None,
        inputs=JobInputs(
            operation=Operation.UPSCALE,
            source=_SOURCE,
            upscale=Upscale(model="4x.pth", scale=2.0),
            images=(_FACTS,),
        ),
    )


def specs() -> Iterator[tuple[str, str, GenerationSpec]]:
    """Yield operation, model and job of every pair that the capability table allows."""
    for operation in INPUTS:
        for architecture, variant in MODELS:
            if is_possible(operation, architecture, variant):
                yield (
                    operation,
                    f"{architecture} {variant}".strip(),
                    spec_of(architecture, variant, operation),
                )
    yield "upscale", "any", upscale_spec()


def graph(spec: GenerationSpec) -> Graph:
    """Return the graph of a job as it is before it is completed for a server."""
    return graph_of(spec, "prompt-id", sent=SENT)
