"""Make ComfyUI's graph and the metadata texts of a spec; pure functions."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET

from genonaut.comfyui import Graph, Models, build_graph, filename_prefix_of
from genonaut.jobs.graph_spec import RoleNames, Sent, graph_spec_of
from genonaut.jobs.image_work import Operation
from genonaut.jobs.params import LORAS, GenerationSpec, SamplingParams
from genonaut.jobs.rendering.input_texts import input_details, input_fields
from genonaut.storage.a1111 import LoraUse, a1111_parameters, a1111_postprocessing


def graph_of(
    spec: GenerationSpec, prompt_id: str, at: Models | None = None, sent: Sent | None = None
) -> Graph:
    """Return the graph of a spec; the names of its output files contain the prompt id.

    Args:
        spec: the job's spec.
        prompt_id: the id under which the graph is posted.
        at: the models of the backend, for its spelling of their names.
        sent: the names of the job's images at the backend, by role; None for a graph that is not posted.
    """
    return build_graph(
        graph_spec_of(
            spec,
            at=at or Models(),
            sent=RoleNames() if sent is None else sent,
            filename_prefix=filename_prefix_of(prompt_id),
        )
    )


def parameters_text(spec: GenerationSpec, hashes: Mapping[str, str]) -> str:
    """Return the ``parameters`` text that AUTOMATIC1111, Civitai and other tools read.

    Args:
        spec: the job's spec.
        hashes: AutoV2 hashes of its files by ``folder/name``, as far as known.
    """
    params, inputs = spec.params, spec.inputs
    more = [] if inputs is None else list(input_fields(inputs, denoise=params.denoise))
    more += [(name, template) for name, template in _templates(params) if template]
    if spec.operation is Operation.UPSCALE:
        return a1111_postprocessing(more)
    return a1111_parameters(
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        steps=params.steps,
        sampler=params.sampler_name,
        scheduler=params.scheduler,
        cfg=params.cfg,
        seed=params.seed,
        width=spec.width,
        height=spec.height,
        model_name=spec.checkpoint_model,
        model_hash=hashes.get(spec.model_file),
        loras=[
            LoraUse(lora.name, lora.strength_model, hashes.get(f"{LORAS}/{lora.name}"))
            for lora in spec.lora_models
        ],
        more=more,
    )


def _templates(params: SamplingParams) -> Iterator[tuple[str, str]]:
    """Yield the templates of dynamic prompts under the names that A1111's extension gives them."""
    if params.prompt_template is not UNSET:
        yield "Template", params.prompt_template
    if params.negative_prompt_template is not UNSET:
        yield "Negative Template", params.negative_prompt_template


def details_of(
    spec: GenerationSpec,
    *,
    backend: str,
    duration_seconds: float,
    comfyui_version: str | None,
    model_hashes: Mapping[str, str],
) -> dict[str, Any]:
    """Return the generation details that the gallery shows, and those that making it again needs."""
    params, inputs = spec.params, spec.inputs
    more = {} if inputs is None else input_details(inputs)
    run: dict[str, Any] = {"backend": backend, "duration_seconds": round(duration_seconds, 3)}
    if comfyui_version is not None:
        run["comfyui_version"] = comfyui_version
    if model_hashes:
        run["model_hashes"] = dict(model_hashes)
    if spec.workflow is not None:
        workflow = spec.workflow
        named = {"id": workflow.workflow_id, "version": workflow.number, "title": workflow.title}
        more = {"workflow": named, "inputs": workflow.values}
    templates = ("prompt_template", "negative_prompt_template")
    drawn = {name: value for name in templates if (value := getattr(params, name)) is not UNSET}
    if spec.operation is Operation.UPSCALE:
        return {"width": spec.width, "height": spec.height, **run, **more}
    return {
        "checkpoint_model": spec.checkpoint_model,
        "lora_models": [
            {
                "name": lora.name,
                "strength_model": lora.strength_model,
                "strength_clip": lora.strength_clip,
            }
            for lora in spec.lora_models
        ],
        "seed": params.seed,
        "steps": params.steps,
        "cfg": params.cfg,
        "sampler_name": params.sampler_name,
        "scheduler": params.scheduler,
        "denoise": params.denoise,
        "width": spec.width,
        "height": spec.height,
        **run,
        **more,
        **drawn,
    }
