"""From a drawing to ComfyUI's graph and to the text that travels in the image; pure."""

from typing import Any

from genonaut.comfyui import (
    CheckpointLoader,
    Graph,
    Lora,
    TextToImage,
    build_text_to_image,
    filename_prefix_of,
)
from genonaut.jobs.params import Drawing
from genonaut.storage.a1111 import LoraUse, a1111_parameters


def graph_of(drawing: Drawing, prompt_id: str) -> Graph:
    """Return the graph whose files carry the prompt's id in their names."""
    params = drawing.params
    return build_text_to_image(
        TextToImage(
            prompt=drawing.prompt,
            negative_prompt=drawing.negative_prompt,
            loader=CheckpointLoader(drawing.checkpoint_model),
            loras=tuple(
                Lora(lora.name, lora.strength_model, lora.strength_clip)
                for lora in drawing.lora_models
            ),
            width=drawing.width,
            height=drawing.height,
            seed=params.seed,
            steps=params.steps,
            cfg=params.cfg,
            sampler=params.sampler_name,
            scheduler=params.scheduler,
            denoise=params.denoise,
            filename_prefix=filename_prefix_of(prompt_id),
        )
    )


def parameters_text(drawing: Drawing) -> str:
    """Return the ``parameters`` text that A1111, Civitai and others read."""
    params = drawing.params
    return a1111_parameters(
        prompt=drawing.prompt,
        negative_prompt=drawing.negative_prompt,
        steps=params.steps,
        sampler=params.sampler_name,
        scheduler=params.scheduler,
        cfg=params.cfg,
        seed=params.seed,
        width=drawing.width,
        height=drawing.height,
        model_name=drawing.checkpoint_model,
        loras=[LoraUse(lora.name, lora.strength_model) for lora in drawing.lora_models],
    )


def details_of(drawing: Drawing, *, backend: str, duration_seconds: float) -> dict[str, Any]:
    """Return what the gallery shows of how an image was made."""
    params = drawing.params
    return {
        "checkpoint_model": drawing.checkpoint_model,
        "lora_models": [
            {
                "name": lora.name,
                "strength_model": lora.strength_model,
                "strength_clip": lora.strength_clip,
            }
            for lora in drawing.lora_models
        ],
        "seed": params.seed,
        "steps": params.steps,
        "cfg": params.cfg,
        "sampler_name": params.sampler_name,
        "scheduler": params.scheduler,
        "denoise": params.denoise,
        "width": drawing.width,
        "height": drawing.height,
        "backend": backend,
        "duration_seconds": round(duration_seconds, 3),
    }
