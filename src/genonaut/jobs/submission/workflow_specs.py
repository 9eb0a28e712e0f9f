"""The specs of the jobs of a run: what history and gallery show of a workflow."""

from collections.abc import Sequence
from typing import Any

import msgspec

from genonaut.comfyui import MODEL_FOLDERS
from genonaut.jobs.image_work import JobInputs
from genonaut.jobs.params import (
    DEFAULT_EDGE_PX,
    MAX_SEED,
    GenerationSpec,
    SamplingParams,
)
from genonaut.jobs.states import JobType
from genonaut.jobs.workflow_run import WorkflowRun
from genonaut.metadata.graph_values import graph_values
from genonaut.workflows.backend_classes import KnownClasses
from genonaut.workflows.forms import Field, FieldType
from genonaut.workflows.input_schema import live_options
from genonaut.workflows.inputs import InputReader, ResolvedInputs
from genonaut.workflows.outputs import WorkflowOutput, main_kind
from genonaut.workflows.requirements import Requirements, file_needs, requirements_of
from genonaut.workflows.tables import WorkflowVersion

_MAX_EDGE_PX = 32_768
_MAX_PROMPT_LENGTH = 10_000
_MAX_NAME_LENGTH = 255
_MAX_STEPS = 100_000


class RunPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is to be run, and the node classes of the servers."""

    workflow_id: int
    title: str
    version: WorkflowVersion
    form: Sequence[Field]
    outputs: Sequence[dict[str, Any]]
    known: KnownClasses

    def reader(self) -> InputReader:
        """Return the reader of the inputs."""
        required = msgspec.convert(self.version.requirements, Requirements)
        options = live_options(self.known, self.version.graph, required.nodes)
        return InputReader(self.form, self.version.graph, self.known.merged, options)


def specs_of(
    plan: RunPlan, runs: Sequence[ResolvedInputs], inputs: JobInputs
) -> list[GenerationSpec]:
    """Return the spec of each job of a batch; ``inputs`` has the facts about the files."""
    graph = runs[0].apply(plan.version.graph)
    required = requirements_of(graph, plan.known.merged)
    models = file_needs((one.kind, one.name) for one in required.models)
    reported = tuple(one for one in models if one.partition("/")[0] in MODEL_FOLDERS)
    base = _spec(plan, graph_values(graph))
    prompts = [_prompt(plan, run, base.prompt) for run in runs]
    return [
        msgspec.structs.replace(
            base,
            prompt=prompt,
            params=msgspec.structs.replace(base.params, seed=_seed(plan, run, base.params.seed)),
            inputs=msgspec.structs.replace(
                inputs,
                workflow=WorkflowRun(
                    workflow_id=plan.workflow_id,
                    version_id=plan.version.id,
                    number=plan.version.number,
                    title=plan.title,
                    values=run.values,
                    sets=run.sets,
                    files=run.files,
                    omitted=run.omitted,
                    nodes=required.nodes,
                    models=reported,
                ),
            ),
        )
        for run, prompt in zip(runs, prompts, strict=True)
    ]


def _spec(plan: RunPlan, shown: dict[str, Any]) -> GenerationSpec:
    """Return what is shown of a graph: the values of the sampler of its main output."""
    outputs = msgspec.convert(plan.outputs, list[WorkflowOutput])
    defaults = SamplingParams(seed=0)
    return GenerationSpec(
        job_type=JobType(main_kind(outputs)),
        prompt=str(shown.get("prompt") or plan.title)[:_MAX_PROMPT_LENGTH],
        negative_prompt=str(shown.get("negative_prompt") or "")[:_MAX_PROMPT_LENGTH],
        checkpoint_model=str(shown.get("model") or "")[:_MAX_NAME_LENGTH],
        lora_models=(),
        width=_within(shown.get("width"), _MAX_EDGE_PX, DEFAULT_EDGE_PX),
        height=_within(shown.get("height"), _MAX_EDGE_PX, DEFAULT_EDGE_PX),
        params=SamplingParams(
            seed=_within(shown.get("seed"), MAX_SEED, 0),
            steps=_within(shown.get("steps"), _MAX_STEPS, defaults.steps),
            cfg=_number(shown.get("cfg"), defaults.cfg),
            sampler_name=str(shown.get("sampler") or "")[:64],
            scheduler=str(shown.get("scheduler") or "")[:64],
            denoise=_number(shown.get("denoise"), defaults.denoise),
        ),
    )


def _prompt(plan: RunPlan, run: ResolvedInputs, shown: str) -> str:
    """Return the text of the field for the prompt, else what the sampler gets."""
    texts = [
        field.key
        for field in plan.form
        if field.type is FieldType.TEXT and not field.is_advanced and field.is_multiline
    ]
    for key in ["prompt", *texts[:1]]:
        value = run.values.get(key)
        if isinstance(value, str) and value.strip():
            return value[:_MAX_PROMPT_LENGTH]
    return shown


def _seed(plan: RunPlan, run: ResolvedInputs, shown: int) -> int:
    """Return the first seed of the form, else that of the graph."""
    for field in plan.form:
        if field.type is FieldType.SEED and field.key in run.values:
            return _within(run.values[field.key], MAX_SEED, shown)
    return shown


def _within(value: Any, most: int, otherwise: int) -> int:  # noqa: ANN401  # from a graph
    is_valid = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
    return value if is_valid else otherwise


def _number(value: Any, otherwise: float) -> float:  # noqa: ANN401  # from a graph
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < _MAX_STEPS else otherwise
