"""What the parts of a graph guarantee, whatever model they are used with."""

import ctypes
from typing import Any

import pytest

from genonaut.comfyui import (
    CheckpointLoader,
    Control,
    Generation,
    Hires,
    InpaintMethod,
    InstructionReferences,
    Mask,
    Refiner,
    Source,
    build_graph,
    hires_size,
)


def spec(**changes: Any) -> Generation:
    fields: dict[str, Any] = {
        "prompt": "a lighthouse",
        "loader": CheckpointLoader("sd15.safetensors"),
        "width": 512,
        "height": 768,
        "seed": 1,
        "steps": 20,
        "cfg": 7.0,
        "sampler": "euler",
        "scheduler": "normal",
        "filename_prefix": "genonaut/x",
    }
    return Generation(**(fields | changes))


@pytest.mark.parametrize("method", list(InpaintMethod))
def test_painted_pixels_are_put_back_into_the_source_with_the_same_mask(
    method: InpaintMethod,
) -> None:
    graph = build_graph(spec(source=Source("a.png", Mask("m.png", method))))
    assert graph["composite"]["inputs"] == {
        "destination": ["source", 0], "source": ["decode", 0], "x": 0, "y": 0,
        "resize_source": False, "mask": ["mask", 0],
    }  # fmt: skip
    assert graph["save"]["inputs"]["images"] == ["composite", 0]
    assert graph["mask"]["inputs"] == {"image": "m.png", "channel": "alpha"}


def single(value: float) -> float:
    """Round to single precision, as ComfyUI's arrays do."""
    return ctypes.c_float(value).value


def test_levels_survive_loading_pasting_and_saving() -> None:
    """Source: LoadImage, composite (comfy_extras/nodes_mask.py) and SaveImage of ComfyUI."""
    for level in range(256):
        loaded = single(level / 255)
        decoded = 0.731
        pasted = single(single(0.0 * decoded) + single(1.0 * loaded))
        assert int(single(255 * pasted)) == level


def test_a_source_without_a_mask_is_not_pasted_back() -> None:
    graph = build_graph(spec(source=Source("a.png"), denoise=0.4))
    assert "composite" not in graph
    assert graph["latent"]["inputs"] == {"pixels": ["source", 0], "vae": ["checkpoint", 2]}
    assert graph["sampler"]["inputs"]["denoise"] == 0.4


def test_a_file_that_two_parts_use_is_loaded_once() -> None:
    references = InstructionReferences(("a.png", "b.png"), is_plus=True)
    graph = build_graph(spec(source=Source("a.png"), references=references))
    loads = [one for one in graph.values() if one["class_type"] == "LoadImage"]
    assert [one["inputs"]["image"] for one in loads] == ["a.png", "b.png"]
    assert graph["latent"]["inputs"]["pixels"] == graph["positive"]["inputs"]["image1"]


def test_controlnets_are_chained_in_order() -> None:
    controls = tuple(Control(model=f"{name}.pth", image=f"{name}.png") for name in "abc")
    graph = build_graph(spec(controls=controls))
    assert graph["control_1"]["inputs"]["positive"] == ["positive", 0]
    assert graph["control_2"]["inputs"]["negative"] == ["control_1", 1]
    assert graph["sampler"]["inputs"]["positive"] == ["control_3", 0]
    assert graph["sampler"]["inputs"]["negative"] == ["control_3", 1]


@pytest.mark.parametrize(
    ("denoise", "steps", "base", "refined"),
    [
        (1.0, 20, (0, 16), 16),
        (0.5, 40, (20, 36), 36),
        (0.0, 10_000, (9_980, 9_996), 9_996),
    ],
)
def test_a_refiner_takes_the_last_steps_of_one_schedule(
    denoise: float, steps: int, base: tuple[int, int], refined: int
) -> None:
    graph = build_graph(spec(refiner=Refiner("refiner.safetensors", 0.8), denoise=denoise))
    first, second = graph["sampler"]["inputs"], graph["refiner_sampler"]["inputs"]
    assert (first["steps"], second["steps"]) == (steps, steps)
    assert (first["start_at_step"], first["end_at_step"]) == base
    assert (second["start_at_step"], second["add_noise"]) == (refined, "disable")
    assert first["return_with_leftover_noise"] == "enable"
    assert second["latent_image"] == ["sampler", 0]
    assert second["positive"] == ["positive_refiner", 0]


@pytest.mark.parametrize("denoise", [0.05, 0.3, 0.5, 0.6, 0.95])
@pytest.mark.parametrize("steps", [1, 4, 20])
def test_flux2_runs_all_steps_on_a_source(steps: int, denoise: float) -> None:
    graph = build_graph(
        spec(
            source=Source("a.png"),
            steps=steps,
            denoise=denoise,
            scheduler="simple",
            has_flux2_schedule=True,
        )
    )
    total = graph["schedule"]["inputs"]["steps"]
    # Source: SplitSigmasDenoise in ComfyUI's nodes_custom_sampler.py.
    assert round(total * graph["last_part"]["inputs"]["denoise"]) == steps


def test_hires_enlarges_to_whole_cells_and_samples_again() -> None:
    graph = build_graph(spec(hires=Hires(scale=1.3, steps=9, denoise=0.4, upscale_model="4x.pth")))
    size = (graph["hires_scale"]["inputs"]["width"], graph["hires_scale"]["inputs"]["height"])
    assert size == hires_size(512, 768, 1.3) == (664, 1000)
    second = graph["hires_sampler"]["inputs"]
    assert (second["steps"], second["denoise"], second["seed"]) == (9, 0.4, 1)
    assert second["latent_image"] == ["hires_latent", 0]
    assert graph["decode"]["inputs"]["samples"] == ["hires_sampler", 0]


def test_parts_that_exclude_each_other_are_an_error() -> None:
    masked = Source("a.png", Mask("m.png"))
    with pytest.raises(ValueError, match="hires"):
        build_graph(spec(source=masked, hires=Hires(scale=2, steps=1, denoise=1)))
    controls = tuple(Control(model="a", image="b") for _ in range(4))
    with pytest.raises(ValueError, match="at most 3 ControlNets"):
        build_graph(spec(controls=controls))
    with pytest.raises(ValueError, match="at most 1 references"):
        build_graph(spec(references=InstructionReferences(("a", "b"))))
