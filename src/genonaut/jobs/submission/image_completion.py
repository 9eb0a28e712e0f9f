"""Complete the spec of a submission that works on images: its models, sizes and defaults."""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.selection import image_models as roles
from genonaut.catalog.selection.capabilities import (
    CONTROLNETS,
    MODEL_PATCHES,
    ReferenceKind,
    abilities_of,
)
from genonaut.catalog.selection.image_models import ImageModels, NamedModel
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.catalog.tables import AvailableModel
from genonaut.catalog.vocabulary import Architecture
from genonaut.core.errors import InvalidInputError
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.image_work import Control, InputImage, JobInputs, MaskMode, Operation
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.submission.control_checks import control_errors
from genonaut.jobs.submission.image_sizes import size_errors, upscaled_size, with_size

_SOURCE_DENOISE = 0.6
_MASK_DENOISE = 0.8


_STYLE_FILES = (
    (roles.STYLE_MODEL, "redux"),
    (roles.CLIP_VISION, "siglip-so400m"),
)
"""The files of Flux Redux with the variants that fit. Source: template flux_redux_model_example."""


_CONTROL_ROLES = {one.folder: one for one in (roles.CONTROLNET, roles.MODEL_PATCH)}


def named_models(inputs: JobInputs) -> list[NamedModel]:
    """Return the models that the inputs name, with the fields that name them."""
    hires, upscale, refiner = inputs.hires, inputs.upscale, inputs.refiner
    found = [
        *(
            NamedModel(f"control[{index}].model", _CONTROL_ROLES[one.folder], one.model)
            for index, one in enumerate(inputs.control)
        ),
        NamedModel(
            "hires.upscale_model", roles.UPSCALE_MODEL, hires.upscale_model if hires else ""
        ),
        NamedModel("upscale.model", roles.UPSCALE_MODEL, upscale.model if upscale else ""),
        NamedModel("vae", roles.VAE, inputs.vae),
        NamedModel("refiner.model", roles.REFINER, refiner.model if refiner else ""),
    ]
    return [one for one in found if one.name]


async def complete_inputs(
    session: AsyncSession, offers: BackendOffers, spec: GenerationSpec
) -> GenerationSpec:
    """Return the spec with what the catalogue knows about the models that its inputs name.

    Args:
        session: the catalogue.
        offers: what the backends offer.
        spec: the spec; its model names may be spelled with backslashes.

    Raises:
        InvalidInputError: names each field with a model that cannot be used.
    """
    inputs = _with_canonical_names(spec.inputs or JobInputs(), offers)
    models = ImageModels(session, offers.offered, is_complete=offers.is_complete)
    rows, errors = await models.check(
        named_models(inputs), spec.models, allow_mismatch=spec.params.allow_mismatch
    )
    if errors:
        raise InvalidInputError(*errors)
    control = tuple(
        _with_variant(one, rows.get(f"control[{index}].model"))
        for index, one in enumerate(inputs.control)
    )
    if spec.models is not None:
        misfits = control_errors(replace(inputs, control=control), spec.models)
        if misfits:
            raise InvalidInputError(*misfits)
    if inputs.vae and spec.models is not None:
        spec = replace(spec, models=replace(spec.models, vae=inputs.vae))
    inputs = await _with_style_model(models, inputs, spec.models)
    return replace(spec, inputs=replace(inputs, control=control))


async def _with_style_model(
    models: ImageModels, inputs: JobInputs, plan: ModelPlan | None
) -> JobInputs:
    """Return the inputs with the files through which the model follows references, if it needs any.

    Raises:
        InvalidInputError: there is no such file.
    """
    if plan is None or not inputs.references:
        return inputs
    if abilities_of(plan.architecture, plan.variant).references is not ReferenceKind.STYLE:
        return inputs
    chosen = {}
    for role, variant in _STYLE_FILES:
        rows = await models.available(role)
        found = [row for row in rows if row.variant == variant]
        found += [row for row in rows if row.architecture == Architecture.UNKNOWN]
        if not found:
            message = (
                f"need a {role.noun} for {plan.architecture} in {role.folder}, which is missing"
            )
            raise InvalidInputError.of("references", message)
        chosen[role.folder] = found[0].name
    style, vision = (chosen[role.folder] for role, _ in _STYLE_FILES)
    return replace(inputs, style_model=style, clip_vision=vision)


def with_images(
    spec: GenerationSpec,
    images: Sequence[InputImage],
    left_open: Sequence[str],
    *,
    max_pixels: int,
) -> GenerationSpec:
    """Return the spec with the facts about its images, its size and its denoise.

    Raises:
        InvalidInputError: the result would be too large.
    """
    inputs = spec.inputs or JobInputs()
    spec = replace(spec, inputs=replace(inputs, images=tuple(images)))
    if spec.operation is Operation.UPSCALE:
        width, height, errors = upscaled_size(spec, max_pixels=max_pixels)
        spec = replace(spec, width=width, height=height)
    else:
        spec = with_size(spec, left_open, spec.plan)
        if "denoise" in left_open:
            params = replace(spec.params, denoise=default_denoise(spec.inputs, spec.plan))
            spec = replace(spec, params=params)
        errors = list(size_errors(spec, max_pixels=max_pixels))
    if errors:
        raise InvalidInputError(*errors)
    return spec


def default_denoise(inputs: JobInputs | None, plan: ModelPlan) -> float:
    """Return how much of a source is changed if the submission does not say so, 0..1.

    Models that read the mask repaint it from noise, and models that edit see the source as a reference.
    """
    source = None if inputs is None else inputs.source
    if source is None or source.extend is not None:
        return 1.0
    abilities = abilities_of(plan.architecture, plan.variant)
    if abilities.source_is_reference or (source.mask is not None and abilities.reads_mask):
        return 1.0
    if source.mask is None:
        return _SOURCE_DENOISE
    return 1.0 if source.mask_mode is MaskMode.FILL else _MASK_DENOISE


def _with_canonical_names(inputs: JobInputs, offers: BackendOffers) -> JobInputs:
    """Return the inputs with model names as the catalogue has them, with forward slashes."""

    def named(role: roles.Role, name: str) -> str:
        return offers.canonical_name([role.folder], name)

    control = tuple(_in_folder(one, offers) for one in inputs.control)
    inputs = replace(inputs, control=control, vae=named(roles.VAE, inputs.vae))
    if (hires := inputs.hires) is not None:
        model = named(roles.UPSCALE_MODEL, hires.upscale_model)
        inputs = replace(inputs, hires=replace(hires, upscale_model=model))
    if (upscale := inputs.upscale) is not None:
        model = named(roles.UPSCALE_MODEL, upscale.model)
        inputs = replace(inputs, upscale=replace(upscale, model=model))
    if (refiner := inputs.refiner) is not None:
        model = named(roles.REFINER, refiner.model)
        inputs = replace(inputs, refiner=replace(refiner, model=model))
    return inputs


def _in_folder(control: Control, offers: BackendOffers) -> Control:
    """Return a control with the folder of its model and the name that the catalogue has."""
    name = offers.canonical_name(_CONTROL_ROLES, control.model)
    is_patch = name in offers.names(MODEL_PATCHES) and name not in offers.names(CONTROLNETS)
    return replace(control, model=name, folder=MODEL_PATCHES if is_patch else CONTROLNETS)


def _with_variant(control: Control, row: AvailableModel | None) -> Control:
    if row is None:
        return control
    return replace(control, architecture=row.architecture, variant=row.variant)
