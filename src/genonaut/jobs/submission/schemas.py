"""HTTP bodies of submissions."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, UnsetType

from genonaut.core.decoded_body import CheckedBody
from genonaut.core.errors import FieldError
from genonaut.core.ids import Id
from genonaut.core.schemas import NO_NUL, RequestBody
from genonaut.jobs.image_work import (
    Control,
    ControlType,
    Extend,
    Hires,
    HiresMethod,
    ImageReference,
    JobInputs,
    MaskMode,
    Operation,
    Preprocessor,
    Reference,
    Refiner,
    Resize,
    Source,
    Upscale,
)
from genonaut.jobs.params import (
    DEFAULT_EDGE_PX,
    MAX_LORAS,
    MODEL_DEFAULTS,
    BatchSize,
    Cfg,
    Denoise,
    EdgePx,
    GenerationSpec,
    LoraChoice,
    ModelName,
    NegativePromptText,
    OptionName,
    PromptText,
    SamplingParams,
    Seed,
    Steps,
    Strength,
)
from genonaut.jobs.states import JobType
from genonaut.jobs.submission.combinations import Given, combination_errors
from genonaut.jobs.submission.service import SubmissionRequest
from genonaut.jobs.submission.workflow_service import WorkflowRequest
from genonaut.workflows.form_checks import MAX_FORM_FIELDS

MAX_REFERENCES = 4
MAX_CONTROLS = 3
ExtendPx = Annotated[int, Meta(ge=0, le=2048, multiple_of=8)]
BlendPx = Annotated[int, Meta(ge=0, le=256)]
Part = Annotated[float, Meta(ge=0, le=1)]
ControlName = Annotated[str, Meta(max_length=255, pattern=NO_NUL)]
ControlStrength = Annotated[float, Meta(ge=0, le=10)]
"""Source: ControlNetApplyAdvanced and StyleModelApply of ComfyUI 0.3.64."""
UpscaleFactor = Annotated[float, Meta(gt=1, le=8)]
HiresFactor = Annotated[float, Meta(gt=1, le=4)]
ClipSkip = Annotated[int, Meta(ge=1, le=24)]
"""Source: CLIPSetLastLayer of ComfyUI 0.3.64, -1 to -24."""


class LoraSubmit(RequestBody, frozen=True):
    """One LoRA of a submission; ``strength_clip`` defaults to ``strength_model``."""

    name: ModelName
    strength_model: Strength = 1.0
    strength_clip: Strength | None = None


class ParamsSubmit(RequestBody, frozen=True):
    """Sampler parameters; a missing ``seed`` is chosen at random and recorded.

    Other missing values get the defaults of the checkpoint's architecture. ``denoise`` is 1 without a
    source, which is not used then; with one its default depends on what is done with it.
    ``allow_mismatch`` accepts LoRAs and ControlNets that were made for another architecture.
    """

    seed: Seed | None = None
    steps: Steps | UnsetType = UNSET
    cfg: Cfg | UnsetType = UNSET
    sampler_name: OptionName | UnsetType = UNSET
    scheduler: OptionName | UnsetType = UNSET
    denoise: Denoise | UnsetType = UNSET
    allow_mismatch: bool = False


class ImageReferenceSubmit(RequestBody, frozen=True):
    """An image: either an upload of the caller, or an item that is the caller's or public."""

    upload_id: Id | None = None
    content_id: Id | None = None

    def reference(self) -> ImageReference:
        """Return the domain value."""
        return ImageReference(upload_id=self.upload_id, content_id=self.content_id)


class ExtendSubmit(RequestBody, frozen=True):
    """How many pixels are added at each edge of the source, multiples of 8.

    ``feather_px`` is the width of the seam over which the new part blends into the source.
    """

    left: ExtendPx = 0
    top: ExtendPx = 0
    right: ExtendPx = 0
    bottom: ExtendPx = 0
    feather_px: BlendPx = 40

    def extend(self) -> Extend:
        """Return the domain value."""
        return Extend(
            left=self.left,
            top=self.top,
            right=self.right,
            bottom=self.bottom,
            feather_px=self.feather_px,
        )


class SourceSubmit(RequestBody, frozen=True):
    """The image to start from.

    ``mask`` is an image of the same size, white where the source is to be painted; if it names the
    source itself, its transparent pixels are painted. ``preserve`` changes what the masked part
    shows, ``fill`` replaces it. The mask is grown by ``mask_grow_px`` (6) and its edge softened over
    ``mask_feather_px`` (8). Pixels outside of it do not change.
    """

    image: ImageReferenceSubmit
    resize: Resize = Resize.CROP
    mask: ImageReferenceSubmit | None = None
    mask_mode: MaskMode | None = None
    mask_grow_px: BlendPx | None = None
    mask_feather_px: BlendPx | None = None
    extend: ExtendSubmit | None = None

    def source(self) -> Source:
        """Return the domain value."""
        chosen: dict[str, Any] = {
            name: value
            for name in ("mask_mode", "mask_grow_px", "mask_feather_px")
            if (value := getattr(self, name)) is not None
        }
        return Source(
            image=self.image.reference(),
            resize=self.resize,
            mask=None if self.mask is None else self.mask.reference(),
            extend=None if self.extend is None else self.extend.extend(),
            **chosen,
        )


class ReferenceSubmit(RequestBody, frozen=True):
    """An image that the result follows in style or content."""

    image: ImageReferenceSubmit
    strength: ControlStrength = 1.0

    def value(self) -> Reference:
        """Return the domain value."""
        return Reference(image=self.image.reference(), strength=self.strength)


class ControlSubmit(RequestBody, frozen=True):
    """A ControlNet and the image that guides it, from ``start`` to ``end`` of the steps (0..1).

    ``model`` is required, except for checkpoints that read a control image themselves (Flux.1 Canny and
    Depth).
    """

    image: ImageReferenceSubmit
    model: ControlName = ""
    type: ControlType = ControlType.AUTO
    preprocessor: Preprocessor = Preprocessor.NONE
    strength: ControlStrength = 1.0
    start: Part = 0.0
    end: Part = 1.0

    def value(self) -> Control:
        """Return the domain value."""
        return Control(
            model=self.model,
            image=self.image.reference(),
            type=self.type,
            preprocessor=self.preprocessor,
            strength=self.strength,
            start=self.start,
            end=self.end,
        )


class HiresSubmit(RequestBody, frozen=True):
    """Enlarge the first image and sample it again.

    ``steps`` defaults to the steps of the first time, ``denoise`` to 0.55 with method ``latent`` and
    0.35 with method ``model``.
    """

    scale: HiresFactor
    method: HiresMethod = HiresMethod.LATENT
    upscale_model: ModelName | None = None
    steps: Steps | None = None
    denoise: Denoise | None = None

    def value(self) -> Hires:
        """Return the domain value."""
        default = 0.55 if self.method is HiresMethod.LATENT else 0.35
        return Hires(
            scale=self.scale,
            method=self.method,
            upscale_model=self.upscale_model or "",
            steps=self.steps or 0,
            denoise=default if self.denoise is None else self.denoise,
        )


class UpscaleSubmit(RequestBody, frozen=True):
    """Enlarge the source by an upscale model, to ``scale`` times its size."""

    model: ModelName
    scale: UpscaleFactor = 2.0


class RefinerSubmit(RequestBody, frozen=True):
    """A refiner checkpoint; it takes the steps from ``switch_at`` on, a part of all steps (0..1)."""

    model: ModelName
    switch_at: Annotated[float, Meta(gt=0, lt=1)] = 0.8


_ITEM, _UPLOAD = {"content_id": 12}, {"upload_id": 4}
_SOURCES: list[Any] = [
    {"image": _ITEM, "resize": "crop"},
    {"image": _ITEM, "mask": _UPLOAD, "mask_mode": "fill", "mask_grow_px": 6, "mask_feather_px": 8},
    {"image": _ITEM, "extend": {"right": 256, "feather_px": 40}},
]
_CONTROLS: list[Any] = [
    [
        {
            "model": "control-canny.safetensors",
            "type": "canny",
            "image": _UPLOAD,
            "preprocessor": "canny",
            "strength": 0.8,
            "end": 0.9,
        }
    ]
]
_HIRES: list[Any] = [
    {"scale": 1.5},
    {"scale": 2, "method": "model", "upscale_model": "4x.pth", "steps": 12, "denoise": 0.35},
]
_UPSCALES: list[Any] = [{"model": "4x.pth", "scale": 2}]
_REFINERS: list[Any] = [{"model": "sd_xl_refiner_1.0.safetensors", "switch_at": 0.8}]


class JobSubmit(CheckedBody, frozen=True):
    """A submission. Width and height in pixels, multiples of 8.

    ``prompt`` is required unless ``operation`` is ``upscale``, which takes only ``source.image`` and
    ``upscale``. A missing width or height gets the size of the source, or without one the size that
    the checkpoint's architecture was trained for. ``vae`` replaces the VAE of the model.
    ``clip_skip`` 2 uses the last layer but one of the text encoder. With ``dynamic_prompt`` the
    prompts may contain choices ``{a|b}`` and wildcards ``__name__``; each job draws by its seed.
    With ``lora_tags`` the prompt may name LoRAs, ``<lora:ink:0.7>``: they are added to ``lora_models``.
    """

    prompt: PromptText | UnsetType = UNSET
    negative_prompt: NegativePromptText = ""
    job_type: Literal["image"] = "image"
    checkpoint_model: ModelName | None = None
    lora_models: Annotated[list[LoraSubmit], Meta(max_length=MAX_LORAS)] = []  # noqa: RUF012  # msgspec copies it
    width: EdgePx | UnsetType = UNSET
    height: EdgePx | UnsetType = UNSET
    batch_size: BatchSize = 1
    params: ParamsSubmit = ParamsSubmit()
    operation: Operation = Operation.GENERATE
    source: Annotated[SourceSubmit | None, Meta(examples=_SOURCES)] = None
    references: Annotated[
        list[ReferenceSubmit], Meta(max_length=MAX_REFERENCES, examples=[[{"image": _UPLOAD}]])
    ] = []  # noqa: RUF012  # msgspec copies it
    control: Annotated[list[ControlSubmit], Meta(max_length=MAX_CONTROLS, examples=_CONTROLS)] = []  # noqa: RUF012  # msgspec copies it
    hires: Annotated[HiresSubmit | None, Meta(examples=_HIRES)] = None
    upscale: Annotated[UpscaleSubmit | None, Meta(examples=_UPSCALES)] = None
    vae: ModelName | None = None
    clip_skip: ClipSkip | None = None
    refiner: Annotated[RefinerSubmit | None, Meta(examples=_REFINERS)] = None
    dynamic_prompt: bool = False
    lora_tags: bool = False

    def errors(self) -> list[FieldError]:
        """Return the errors of fields that are right one by one but do not fit together."""
        if self._is_text_to_image and self.prompt is not UNSET:
            return []
        inputs = self._inputs()
        names = self.__struct_fields__
        given = Given(
            fields=[name for name in names if getattr(self, name) != getattr(_EMPTY, name)],
            source_fields=[]
            if self.source is None
            else [name for name in _SOURCE_DETAILS if getattr(self.source, name) is not None],
            resizes=self.source is not None and self.source.resize is not Resize.CROP,
        )
        return combination_errors(inputs or JobInputs(), given)

    def to_request(self, idempotency_key: str | None) -> SubmissionRequest:
        """Return the submission request for the service."""
        params, inputs = self.params, self._inputs()
        size = _given(self, "width", "height")
        sampling = _given(params, "steps", "cfg", "sampler_name", "scheduler", "denoise")
        defaults = MODEL_DEFAULTS if inputs is None else (*MODEL_DEFAULTS, "denoise")
        return SubmissionRequest(
            spec=GenerationSpec(
                job_type=JobType(self.job_type),
                prompt="" if self.prompt is UNSET else self.prompt,
                negative_prompt=self.negative_prompt,
                checkpoint_model=self.checkpoint_model or "",
                lora_models=tuple(_choice(lora) for lora in self.lora_models),
                width=size.get("width", DEFAULT_EDGE_PX),
                height=size.get("height", DEFAULT_EDGE_PX),
                params=SamplingParams(
                    seed=params.seed or 0,
                    allow_mismatch=params.allow_mismatch,
                    **sampling,
                ),
                inputs=inputs,
            ),
            left_open=tuple(name for name in defaults if name not in size and name not in sampling),
            has_seed=params.seed is not None,
            batch_size=self.batch_size,
            idempotency_key=idempotency_key,
        )

    @property
    def _is_text_to_image(self) -> bool:
        images = self.source or self.references or self.control
        enlarging = self.hires or self.upscale or self.operation is not Operation.GENERATE
        return not (images or enlarging or self.vae or self.clip_skip or self.refiner)

    def _inputs(self) -> JobInputs | None:
        """Return what goes beyond text to image; None if nothing does."""
        if self._is_text_to_image:
            return None
        upscale, refiner = self.upscale, self.refiner
        return JobInputs(
            operation=self.operation,
            source=None if self.source is None else self.source.source(),
            references=tuple(one.value() for one in self.references),
            control=tuple(one.value() for one in self.control),
            hires=None if self.hires is None else self.hires.value(),
            upscale=None if upscale is None else Upscale(model=upscale.model, scale=upscale.scale),
            vae=self.vae or "",
            clip_skip=self.clip_skip or 1,
            refiner=None
            if refiner is None
            else Refiner(model=refiner.model, switch_at=refiner.switch_at),
        )


_EMPTY = JobSubmit()
_SOURCE_DETAILS = ("mask", "mask_mode", "mask_grow_px", "mask_feather_px", "extend")


def _given(body: RequestBody, *names: str) -> dict[str, Any]:
    """Return the fields that the client sent, with their values."""
    values = {name: getattr(body, name) for name in names}
    return {name: value for name, value in values.items() if value is not UNSET}


def _choice(lora: LoraSubmit) -> LoraChoice:
    clip = lora.strength_model if lora.strength_clip is None else lora.strength_clip
    return LoraChoice(name=lora.name, strength_model=lora.strength_model, strength_clip=clip)


class WorkflowJobSubmit(RequestBody, frozen=True):
    """A run of a workflow: inputs by the keys of its form; the newest version by default."""

    inputs: Annotated[dict[str, Any], Meta(max_length=MAX_FORM_FIELDS)] = {}  # noqa: RUF012  # msgspec copies it
    version: Annotated[int, Meta(ge=1, le=2**63 - 1)] | None = None
    batch_size: BatchSize = 1

    def to_request(self, workflow_id: int, idempotency_key: str | None) -> WorkflowRequest:
        """Return the request for the service."""
        return WorkflowRequest(
            workflow_id=workflow_id,
            version=self.version,
            inputs=self.inputs,
            batch_size=self.batch_size,
            idempotency_key=idempotency_key,
        )
