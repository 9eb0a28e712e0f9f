"""The spec of a job: limits, defaults, and what a backend must offer to render it."""

import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from genonaut.catalog.selection.plan import ModelPlan
from genonaut.core.schemas import NO_NUL, Value
from genonaut.jobs.graph_spec import nodes_of, reference_method_of
from genonaut.jobs.image_work import JobInputs, Operation
from genonaut.jobs.states import JobType
from genonaut.jobs.workflow_run import WorkflowRun

MAX_SEED = 2**53 - 1
"""The largest integer that JSON readers with double-precision numbers represent exactly."""
MAX_PRIORITY = 32_767
"""The largest value of the column."""
CHECKPOINTS, LORAS, SAMPLERS, SCHEDULERS = "checkpoints", "loras", "samplers", "schedulers"
NODES = "nodes"
REFERENCE_METHODS = "reference_methods"
"""Ways in which edit models read their references, as options of a node."""

PromptText = Annotated[str, Meta(min_length=1, max_length=10_000, pattern=NO_NUL)]
NegativePromptText = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]
ModelName = Annotated[str, Meta(min_length=1, max_length=255, pattern=NO_NUL)]
MAX_OPTION_LENGTH = 64
OptionName = Annotated[str, Meta(min_length=1, max_length=MAX_OPTION_LENGTH, pattern=NO_NUL)]
MIN_EDGE_PX, MAX_EDGE_PX = 64, 4096
EdgePx = Annotated[int, Meta(ge=MIN_EDGE_PX, le=MAX_EDGE_PX, multiple_of=8)]
BatchSize = Annotated[int, Meta(ge=1, le=16)]
Seed = Annotated[int, Meta(ge=0, le=MAX_SEED)]
Steps = Annotated[int, Meta(ge=1, le=150)]
Cfg = Annotated[float, Meta(ge=0, le=30)]
Denoise = Annotated[float, Meta(ge=0, le=1)]
Strength = Annotated[float, Meta(ge=-20, le=20)]
"""Factor on a LoRA's weights. ComfyUI allows ±100; beyond ±20 images are unrecognisable."""

MAX_LORAS = 10
_REMEMBERED_KINDS = 128
DEFAULT_EDGE_PX = 512
MODEL_DEFAULTS = ("width", "height", "steps", "cfg", "sampler_name", "scheduler")
"""Parameters whose default depends on the architecture of the checkpoint."""


class LoraChoice(Value, frozen=True):
    """One LoRA and how strongly it changes the diffusion model and the text encoder."""

    name: str
    strength_model: float
    strength_clip: float


class SamplingParams(Value, frozen=True):
    """Sampler parameters; ``version`` is the version of the stored JSON."""

    seed: int
    steps: int = 20
    cfg: float = 7.0
    sampler_name: str = "euler"
    scheduler: str = "normal"
    denoise: float = 1.0
    allow_mismatch: bool = False
    """Whether to accept LoRAs of another architecture."""
    version: int = 1
    prompt_template: str | UnsetType = UNSET
    """The dynamic prompt that the prompt was drawn from."""
    negative_prompt_template: str | UnsetType = UNSET


class GenerationSpec(Value, frozen=True):
    """Everything that one image depends on; width and height in pixels."""

    job_type: JobType
    prompt: str
    negative_prompt: str
    checkpoint_model: str
    lora_models: tuple[LoraChoice, ...]
    width: int
    height: int
    params: SamplingParams
    models: ModelPlan | None = None
    """How to load the files; None for jobs older than the catalogue: a whole checkpoint."""
    inputs: JobInputs | None = None
    """Images and what is done with them; None for text to image."""

    @property
    def operation(self) -> Operation:
        """Return what the job makes."""
        return Operation.GENERATE if self.inputs is None else self.inputs.operation

    @property
    def workflow(self) -> WorkflowRun | None:
        """Return the workflow that the job runs; None for built-in operations."""
        return None if self.inputs is None else self.inputs.workflow

    @property
    def operation_name(self) -> str:
        """Return the operation as metrics and statistics name it: a workflow is one of its own."""
        is_workflow = self.inputs is not None and self.inputs.workflow is not None
        return "workflow" if is_workflow else self.operation

    @property
    def canvas(self) -> tuple[int, int]:
        """Return the width and height that are sampled first: with the extension of the source."""
        source = None if self.inputs is None else self.inputs.source
        extend = None if source is None else source.extend
        if extend is None:
            return self.width, self.height
        return (
            self.width + extend.left + extend.right,
            self.height + extend.top + extend.bottom,
        )

    @property
    def plan(self) -> ModelPlan:
        """Return how to load the files."""
        return self.models or ModelPlan(folder=CHECKPOINTS, name=self.checkpoint_model)

    @property
    def model_file(self) -> str:
        """Return ``folder/name`` of the file with the diffusion model."""
        return f"{self.plan.folder}/{self.plan.name}"

    @property
    def architecture(self) -> str | None:
        """Return the architecture of the model; None for jobs older than the catalogue."""
        return None if self.models is None else self.models.architecture

    @property
    def lora_files(self) -> list[str]:
        """Return ``folder/name`` of each LoRA."""
        return list(dict.fromkeys(f"{LORAS}/{lora.name}" for lora in self.lora_models))

    @property
    def needs(self) -> list[str]:
        """Return ``folder/name`` of everything that a backend must offer to render this.

        Samplers, schedulers, node classes and some options of nodes count as folders too.
        """
        if self.workflow is not None:
            return self.workflow.needs
        more = [] if self.inputs is None else self.inputs.files
        nodes = [f"{NODES}/{node}" for node in self._nodes()]
        if self.operation is Operation.UPSCALE:
            return [*more, *nodes]
        method = reference_method_of(self)
        return [
            *self.plan.files,
            *self.lora_files,
            *more,
            f"{SAMPLERS}/{self.params.sampler_name}",
            f"{SCHEDULERS}/{self.params.scheduler}",
            *([f"{REFERENCE_METHODS}/{method}"] if method else []),
            *nodes,
        ]

    def _nodes(self) -> Sequence[str]:
        """Return the node classes of the graph; those of text to image do not depend on prompt and seed."""
        if self.inputs is not None:
            return nodes_of(self)
        params = msgspec.structs.replace(
            self.params, seed=0, prompt_template=UNSET, negative_prompt_template=UNSET
        )
        return _nodes_of_kind(
            msgspec.structs.replace(self, prompt="", negative_prompt="", params=params)
        )

    def for_index(self, index: int) -> "GenerationSpec":
        """Return the spec of job ``index`` of a batch: the seed plus ``index``, modulo 2**53.

        Not for workflows, whose inputs say what their seeds are.
        """
        seed = (self.params.seed + index) % (MAX_SEED + 1)
        return msgspec.structs.replace(self, params=msgspec.structs.replace(self.params, seed=seed))


@lru_cache(maxsize=_REMEMBERED_KINDS)
def _nodes_of_kind(spec: GenerationSpec) -> tuple[str, ...]:
    """Return the node classes of a spec without prompt and seed: building its graph takes 0.1 ms."""
    return tuple(nodes_of(spec))


def random_seed() -> int:
    """Return a random seed, for submissions without one."""
    return secrets.randbelow(MAX_SEED + 1)
