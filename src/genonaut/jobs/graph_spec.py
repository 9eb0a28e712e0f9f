"""Turn the spec of a job into the spec of a graph, with the names that a backend uses; pure."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from genonaut.catalog.selection.capabilities import (
    MODEL_PATCHES,
    UNION,
    Abilities,
    ReferenceKind,
    abilities_of,
)
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.selection.recipe import Schedule
from genonaut.catalog.vocabulary import Architecture
from genonaut.comfyui import (
    VAE,
    CheckpointLoader,
    Control,
    ControlMethod,
    Generation,
    Hires,
    InpaintMethod,
    InstructionReferences,
    LatentReferences,
    Lora,
    Mask,
    Models,
    References,
    ReferenceScale,
    Refiner,
    Source,
    SplitLoader,
    StyleReference,
    StyleReferences,
    UnionType,
    Upscaling,
    node_classes_of,
)
from genonaut.jobs import image_work
from genonaut.jobs.image_work import ControlType, HiresMethod, JobInputs, MaskMode, Operation
from genonaut.jobs.loaders import latent_of, loader_of

Sent = Mapping[str, str]
"""The names under which a backend has the images of a job, by their roles.

The roles are those of ``JobInputs.roles``. ``mask`` is there for every source that is painted in: also
if its mask is its own alpha channel, or comes from an extension.
"""

_LORAS, _CHECKPOINTS = "loras", "checkpoints"
_UPSCALERS = "upscale_models"
_STYLE_MODELS, _CLIP_VISION = "style_models", "clip_vision"
_UNION_TYPES = {
    ControlType.AUTO: UnionType.AUTO,
    ControlType.CANNY: UnionType.HARD_EDGE,
    ControlType.LINEART: UnionType.HARD_EDGE,
    ControlType.MLSD: UnionType.HARD_EDGE,
    ControlType.SCRIBBLE: UnionType.SOFT_EDGE,
    ControlType.HED: UnionType.SOFT_EDGE,
    ControlType.DEPTH: UnionType.DEPTH,
    ControlType.NORMAL: UnionType.NORMAL,
    ControlType.OPENPOSE: UnionType.OPENPOSE,
    ControlType.SEGMENT: UnionType.SEGMENT,
    ControlType.TILE: UnionType.TILE,
    ControlType.REPAINT: UnionType.REPAINT,
}
_SCALES = {
    ReferenceKind.KONTEXT: ReferenceScale.KONTEXT,
    ReferenceKind.LATENT: ReferenceScale.MEGAPIXEL,
    ReferenceKind.LATENT_POSITIVE: ReferenceScale.MEGAPIXEL,
}
# Template image_qwen_image_edit_2511; older servers do not have this option, nor the model.
_METHODS = {"edit-2511": "index_timestep_zero"}


class _Lora(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def strength_model(self) -> float: ...
    @property
    def strength_clip(self) -> float: ...


class _Params(Protocol):
    @property
    def seed(self) -> int: ...
    @property
    def steps(self) -> int: ...
    @property
    def cfg(self) -> float: ...
    @property
    def sampler_name(self) -> str: ...
    @property
    def scheduler(self) -> str: ...
    @property
    def denoise(self) -> float: ...


class Renderable(Protocol):
    """What a graph depends on of a job's spec; ``GenerationSpec`` has it."""

    @property
    def prompt(self) -> str:
        """What the image shows."""
        ...

    @property
    def negative_prompt(self) -> str:
        """What it does not show."""
        ...

    @property
    def lora_models(self) -> Sequence[_Lora]:
        """The LoRAs in the order in which they are added."""
        ...

    @property
    def canvas(self) -> tuple[int, int]:
        """Width and height that are sampled first, in pixels."""
        ...

    @property
    def params(self) -> _Params:
        """The parameters of the sampler."""
        ...

    @property
    def plan(self) -> ModelPlan:
        """How the model files are loaded."""
        ...

    @property
    def inputs(self) -> JobInputs | None:
        """Images and what is done with them; None for text to image."""
        ...


def graph_spec_of(
    spec: Renderable, *, at: Models, sent: Sent, filename_prefix: str
) -> Generation | Upscaling:
    """Return the spec of a job's graph.

    Args:
        spec: the job's spec.
        at: the models of the backend, for its spelling of their names.
        sent: the names of the job's images at the backend.
        filename_prefix: the beginning of the names of the output files.

    Raises:
        LookupError: an image of the job was not sent.
    """
    inputs = spec.inputs or JobInputs()
    if inputs.operation is Operation.UPSCALE:
        return _upscaling(inputs, at, sent, filename_prefix)
    plan, params = spec.plan, spec.params
    abilities = abilities_of(plan.architecture, plan.variant)
    width, height = spec.canvas
    return Generation(
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        loader=_loader(plan, inputs.vae, at),
        loras=tuple(
            Lora(at.server_name(_LORAS, lora.name), lora.strength_model, lora.strength_clip)
            for lora in spec.lora_models
        ),
        width=width,
        height=height,
        seed=params.seed,
        steps=params.steps,
        cfg=params.cfg,
        sampler=params.sampler_name,
        scheduler=params.scheduler,
        denoise=params.denoise,
        filename_prefix=filename_prefix,
        latent=latent_of(plan),
        cell_px=plan.latent.cell_px,
        flux_guidance=plan.flux_guidance,
        flow_shift=plan.flow_shift,
        shift_node=plan.shift_node,
        cfg_norm=plan.cfg_norm,
        dual_cfg=plan.dual_cfg,
        text_encoding=plan.text_encoding,
        has_flux2_schedule=plan.schedule is Schedule.FLUX2,
        clip_skip=inputs.clip_skip,
        source=_source(inputs, abilities, sent),
        references=_references(inputs, plan, abilities, at, sent),
        controls=_controls(inputs, plan, abilities, at, sent),
        hires=_hires(inputs, params.steps, at),
        refiner=_refiner(inputs, at),
    )


def nodes_of(spec: Renderable) -> list[str]:
    """Return the node classes of a job's graph, sorted."""
    if spec.inputs is not None and spec.inputs.operation is Operation.UPSCALE:
        return node_classes_of(
            Upscaling(image="", upscale_model="", width=8, height=8, filename_prefix="")
        )
    return node_classes_of(graph_spec_of(spec, at=Models(), sent=RoleNames(), filename_prefix=""))


def reference_method_of(spec: Renderable) -> str:
    """Return the method in which the model reads its references; empty if it is not chosen."""
    inputs, plan = spec.inputs, spec.plan
    if inputs is None or not (inputs.references or inputs.source):
        return ""
    return _METHODS.get(plan.variant, "") if plan.architecture == Architecture.QWEN_IMAGE else ""


class RoleNames(dict[str, str]):
    """Names for images that were not sent, in graphs that are not posted: their roles."""

    def __missing__(self, role: str) -> str:
        return role


def _upscaling(inputs: JobInputs, at: Models, sent: Sent, filename_prefix: str) -> Upscaling:
    if inputs.upscale is None or inputs.source is None:
        raise LookupError("an upscale job has a source and a model")
    image = inputs.image(inputs.source.image)
    return Upscaling(
        image=sent["source"],
        upscale_model=at.server_name(_UPSCALERS, inputs.upscale.model),
        width=round(image.width * inputs.upscale.scale),
        height=round(image.height * inputs.upscale.scale),
        filename_prefix=filename_prefix,
    )


def _loader(plan: ModelPlan, vae: str, at: Models) -> CheckpointLoader | SplitLoader:
    loader = loader_of(plan, at)
    if not vae:
        return loader
    name = at.server_name(VAE, vae)
    if isinstance(loader, CheckpointLoader):
        return CheckpointLoader(loader.name, loader.text_encoders, name, loader.clip_type)
    return SplitLoader(loader.diffusion_model, loader.text_encoders, name, loader.clip_type)


def inpaint_method_of(source: image_work.Source, abilities: Abilities) -> InpaintMethod | None:
    """Return how a source is painted in; None without mask and extension.

    The area of an extension shows nothing yet, so that it is always filled.
    """
    if source.mask is None and source.extend is None:
        return None
    if abilities.reads_mask:
        return InpaintMethod.CONDITIONING
    if source.extend is not None or source.mask_mode is MaskMode.FILL:
        return InpaintMethod.FILL
    return InpaintMethod.NOISE_MASK


def _source(inputs: JobInputs, abilities: Abilities, sent: Sent) -> Source | None:
    if inputs.source is None:
        return None
    method = inpaint_method_of(inputs.source, abilities)
    mask = None if method is None else Mask(sent["mask"], method)
    return Source(sent["source"], mask)


def _references(
    inputs: JobInputs, plan: ModelPlan, abilities: Abilities, at: Models, sent: Sent
) -> References | None:
    names = [sent[f"reference_{number}"] for number in range(1, len(inputs.references) + 1)]
    if abilities.source_is_reference and inputs.source is not None:
        names.insert(0, sent["source"])
    kind = abilities.references
    if not names or kind is None:
        return None
    if kind is ReferenceKind.STYLE:
        strengths = [reference.strength for reference in inputs.references]
        return StyleReferences(
            at.server_name(_STYLE_MODELS, inputs.style_model),
            at.server_name(_CLIP_VISION, inputs.clip_vision),
            tuple(map(StyleReference, names, strengths)),
        )
    if kind in _SCALES:
        return LatentReferences(
            tuple(names), _SCALES[kind], has_negative=kind is ReferenceKind.LATENT
        )
    return InstructionReferences(
        tuple(names),
        is_plus=kind is ReferenceKind.INSTRUCTION_PLUS,
        method=_METHODS.get(plan.variant, ""),
    )


def _method(control: image_work.Control, plan: ModelPlan, abilities: Abilities) -> ControlMethod:
    if abilities.reads_control:
        return ControlMethod.CONCAT
    if control.folder != MODEL_PATCHES:
        return ControlMethod.NETWORK
    is_z_image = plan.architecture == Architecture.Z_IMAGE
    return ControlMethod.Z_IMAGE_PATCH if is_z_image else ControlMethod.QWEN_PATCH


def _controls(
    inputs: JobInputs, plan: ModelPlan, abilities: Abilities, at: Models, sent: Sent
) -> tuple[Control, ...]:
    return tuple(
        Control(
            model=at.server_name(one.folder, one.model) if one.model else "",
            image=sent["source" if one.reads_mask else f"control_{number}"],
            strength=one.strength,
            start=one.start,
            end=one.end,
            union_type=_UNION_TYPES[one.type] if one.variant == UNION else None,
            is_canny=one.preprocessor is image_work.Preprocessor.CANNY,
            has_vae=abilities.control_has_vae,
            method=_method(one, plan, abilities),
            reads_mask=one.reads_mask,
        )
        for number, one in enumerate(inputs.control, start=1)
    )


def _hires(inputs: JobInputs, steps: int, at: Models) -> Hires | None:
    if inputs.hires is None:
        return None
    is_model = inputs.hires.method is HiresMethod.MODEL
    return Hires(
        scale=inputs.hires.scale,
        steps=inputs.hires.steps or steps,
        denoise=inputs.hires.denoise,
        upscale_model=at.server_name(_UPSCALERS, inputs.hires.upscale_model) if is_model else "",
    )


def _refiner(inputs: JobInputs, at: Models) -> Refiner | None:
    if inputs.refiner is None:
        return None
    return Refiner(at.server_name(_CHECKPOINTS, inputs.refiner.model), inputs.refiner.switch_at)
