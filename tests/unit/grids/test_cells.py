"""Cells: what an axis changes in a submission, their order and their errors."""

from typing import Any

import msgspec
import pytest

from genonaut.core.errors import InvalidInputError
from genonaut.grids.cells import Cell, GridRequest, Seeds
from genonaut.grids.parameters import Axis, GridParameter
from genonaut.grids.schemas import AxisSubmit, read_cell
from genonaut.presets.styles import Style

LORA: dict[str, Any] = {"name": "a.safetensors", "strength_model": 1.0}


def put(parameter: str, value: Any, *, target: Any = None, **body: Any) -> dict[str, Any]:
    values = ("cat", value) if parameter == "prompt_replace" else (value,)
    Axis(parameter=GridParameter(parameter), values=values, target=target).put(body, value)
    return body


def grid(body: dict[str, Any] | None = None, seeds: Seeds = Seeds.SAME, **axes: Any) -> GridRequest:
    return GridRequest(
        body={"prompt": "a cat", "params": {"seed": 7}} if body is None else body,
        axes={
            name: Axis(parameter=GridParameter(parameter), values=tuple(values))
            for name, (parameter, values) in axes.items()
        },
        title="",
        seeds=seeds,
        idempotency_key=None,
    )


def test_values_are_put_where_they_belong() -> None:
    assert put("cfg", 5, params={}) == {"params": {"cfg": 5}}
    assert put("size", "832x1216") == {"width": 832, "height": 1216}
    assert put("clip_skip", 2) == {"clip_skip": 2}
    assert put("hires_scale", 2, hires={"scale": 1.5}) == {"hires": {"scale": 2}}
    assert put("control_strength", 0.5, target=2, control=[{}, {}])["control"] == [
        {},
        {"strength": 0.5},
    ]
    assert put("size", 512) == {"width": 512, "height": 512}
    assert put("size", "832\N{MULTIPLICATION SIGN}1216") == {"width": 832, "height": 1216}
    assert put("control_model", "b", control=[{"model": "a"}]) == {"control": [{"model": "b"}]}
    assert put("refiner_model", "b", refiner={"model": "a"}) == {"refiner": {"model": "b"}}
    replaced = put("prompt_replace", "dog", prompt="a cat", negative_prompt="no cat")
    assert replaced == {"prompt": "a dog", "negative_prompt": "no dog"}


def test_loras_are_added_replaced_weighted_and_left_out() -> None:
    assert put("lora", "b:0.5")["lora_models"] == [
        {"name": "b", "strength_model": 0.5, "strength_clip": 0.5}
    ]
    kept = put("lora", "C:\\x.safetensors", target="a.safetensors", lora_models=[dict(LORA)])
    assert kept["lora_models"] == [{"name": "C:\\x.safetensors", "strength_model": 1.0}]
    assert put("lora", None, target="a.safetensors", lora_models=[dict(LORA)])["lora_models"] == []
    weighted = put("lora_strength", 0.3, lora_models=[dict(LORA)])["lora_models"]
    assert weighted == [{"name": "a.safetensors", "strength_model": 0.3, "strength_clip": 0.3}]


@pytest.mark.parametrize(
    ("parameter", "value", "body", "reason"),
    [
        ("hires_scale", 2, {}, "needs hires"),
        ("control_strength", 1, {}, "needs entry 1 in control"),
        ("size", "big", {}, "like 832x1216"),
        ("lora_strength", 1, {}, "needs a LoRA"),
        ("lora_strength", 1, {"lora_models": [{"name": "a"}, {"name": "b"}]}, "needs target"),
        ("prompt_replace", "dog", {"prompt": "a fox"}, "neither prompt nor"),
        ("prompt_order", "b | a", {"prompt": "a"}, "'b' is not in the prompt"),
        ("prompt_order", "ab | bc", {"prompt": "abc"}, "overlap"),
    ],
)
def test_values_without_a_place_are_refused(
    parameter: str, value: Any, body: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        put(parameter, value, **body)


def test_cells_differ_in_nothing_but_their_values() -> None:
    request = grid(x=("cfg", [3, 7]), y=("prompt_replace", ["cat", "dog"]))
    cells = list(request.cells())
    assert cells == [Cell(0, 0, 0), Cell(1, 0, 0), Cell(0, 1, 0), Cell(1, 1, 0)]
    specs = [request.request_of(cell, 0, read_cell).spec for cell in cells]
    assert [(one.prompt, one.params.cfg) for one in specs] == [
        ("a cat", 3),
        ("a cat", 7),
        ("a dog", 3),
        ("a dog", 7),
    ]
    assert {one.params.seed for one in specs} == {7}
    varied = grid(seeds=Seeds.INCREMENT, x=("cfg", [3, 7]))
    seeds = [
        varied.request_of(cell, number, read_cell).spec.params.seed
        for number, cell in enumerate(varied.cells())
    ]
    assert seeds == [7, 8]


def test_replacements_act_on_the_prompts_of_another_axis() -> None:
    request = grid(x=("prompt_replace", ["cat", "dog"]), y=("prompt", ["one cat", "two cat"]))
    prompts = [request.request_of(cell, 0, read_cell).spec.prompt for cell in request.cells()]
    assert prompts == ["one cat", "one dog", "two cat", "two dog"]


def test_each_value_can_replace_a_text_of_its_own() -> None:
    request = grid(
        {"prompt": "a photo of a cat"},
        x=("prompt_replace", ["cat=cat", "cat=dog", "photo=drawing, pencil"]),
    )
    prompts = [request.request_of(cell, 0, read_cell).spec.prompt for cell in request.cells()]
    assert prompts == ["a photo of a cat", "a photo of a dog", "a drawing, pencil of a cat"]


def test_parts_of_a_prompt_are_put_into_each_order() -> None:
    axis = AxisSubmit(parameter=GridParameter.PROMPT_ORDER, values="wet, old").axis("x")
    request = grid({"prompt": "an old, wet dog"}, x=("prompt_order", axis.values))
    prompts = {
        str(axis.values[cell.x]): request.request_of(cell, 0, read_cell).spec.prompt
        for cell in request.cells()
    }
    assert prompts == {"wet | old": "an wet, old dog", "old | wet": "an old, wet dog"}
    with pytest.raises(InvalidInputError, match="more than 1,000 orders"):
        AxisSubmit(parameter=GridParameter.PROMPT_ORDER, values="a,b,c,d,e,f,g").axis("x")
    with pytest.raises(InvalidInputError, match="must differ"):
        AxisSubmit(parameter=GridParameter.PROMPT_ORDER, values="a, a").axis("x")


def test_values_have_the_type_of_their_parameter() -> None:
    def values(parameter: str, given: Any) -> tuple[Any, ...]:
        return AxisSubmit(parameter=GridParameter(parameter), values=given).axis("x").values

    assert values("prompt_replace", "1-2, 3") == ("1-2", "3")
    assert values("prompt_replace", [1, 2.5, "x"]) == ("1", "2.5", "x")
    assert values("vae", "None, x.safetensors") == (None, "x.safetensors")
    assert values("lora", ["", None, "none"]) == (None, None, None)
    assert values("negative_prompt", 'none, ""') == ("none", "")
    assert values("size", "512-576 (+64), 832x1216") == (512, 576, "832x1216")


def test_a_style_wraps_the_prompts_that_other_axes_change() -> None:
    request = msgspec.structs.replace(
        grid(x=("style", ["Oil", None]), y=("prompt_replace", ["cat", "dog"])),
        styles={"Oil": Style("oil painting of {prompt}, rough", "photo")},
    )
    specs = [request.request_of(cell, 0, read_cell).spec for cell in request.cells()]
    assert [(one.prompt, one.negative_prompt) for one in specs] == [
        ("oil painting of a cat, rough", "photo"),
        ("a cat", ""),
        ("oil painting of a dog, rough", "photo"),
        ("a dog", ""),
    ]


def test_a_seed_of_minus_one_is_drawn() -> None:
    request = grid(x=("seed", [-1, 5, -1])).with_drawn_seeds(iter([70, 80]).__next__)
    assert request.axes["x"].values == (70, 5, 80)


def test_jobs_are_ordered_so_that_models_change_least() -> None:
    request = grid(x=("checkpoint_model", ["a", "b"]), y=("cfg", [3, 7]))
    assert [cell.x for cell in request.in_order_of_work()] == [0, 0, 1, 1]


def test_errors_name_axis_and_value_or_the_request() -> None:
    request = grid(x=("steps", [20, 999]), y=("cfg", [3]))
    with pytest.raises(InvalidInputError) as refused:
        request.request_of(Cell(1, 0, 0), 0, read_cell)
    assert refused.value.errors[0].field == "x.values[1]"
    assert "999" in refused.value.errors[0].message
    request = grid({"prompt": "x", "width": 3}, x=("cfg", [3]))
    with pytest.raises(InvalidInputError) as refused:
        request.request_of(Cell(0, 0, 0), 0, read_cell)
    assert refused.value.errors[0].field == "request.width"


def test_equal_grids_have_equal_digests() -> None:
    assert grid(x=("cfg", [3])).digest == grid(x=("cfg", [3])).digest
    assert grid(x=("cfg", [3])).digest != grid(x=("cfg", [4])).digest
    assert grid(x=("cfg", [3])).digest != grid(y=("cfg", [3])).digest
