"""The request body that ``genonaut generate`` builds from its options."""

import click
import pytest

from genonaut.cli.generate.request import LoraType, SizeType, request_body


def _lora(text: str) -> tuple[object, object, object]:
    lora = LoraType().convert(text, None, None)
    return lora["name"], lora["strength_model"], lora["strength_clip"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("detail", ("detail", 1.0, 1.0)),
        ("detail.safetensors:0.8", ("detail.safetensors", 0.8, 0.8)),
        ("detail.safetensors:0.8:0.5", ("detail.safetensors", 0.8, 0.5)),
        ("style/ink.safetensors:-.5", ("style/ink.safetensors", -0.5, -0.5)),
        (r"C:\loras\ink.safetensors:1", (r"C:\loras\ink.safetensors", 1.0, 1.0)),
        ("a:b:c", ("a:b:c", 1.0, 1.0)),
        ("v1:2:3:4", ("v1:2", 3.0, 4.0)),
        ("ink:0:1", ("ink", 0.0, 1.0)),
        ("ink:1e5", ("ink:1e5", 1.0, 1.0)),
    ],
)
def test_lora_strengths_are_read_from_the_right(text: str, expected: tuple[object, ...]) -> None:
    assert _lora(text) == expected


def test_a_lora_needs_a_name() -> None:
    with pytest.raises(click.BadParameter, match="needs a name"):
        _lora("")


@pytest.mark.parametrize("text", ["512x768", "512X768", "512*768"])
def test_sizes_are_width_by_height(text: str) -> None:
    assert SizeType().convert(text, None, None) == (512, 768)


@pytest.mark.parametrize("text", ["512", "512x", "x512", "-8x8", "512x768x1", "5 x 7", ""])
def test_invalid_sizes_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="not a size"):
        SizeType().convert(text, None, None)


def _body(prompt: str = "a fox", **given: object) -> dict[str, object]:
    arguments: dict[str, object] = {
        "negative": None,
        "dynamic_prompt": False,
        "checkpoint": None,
        "loras": (),
        "size": None,
        "batch": None,
        "params": {"seed": None, "cfg": None},
    }
    return request_body(prompt, **(arguments | given))  # type: ignore[arg-type]


def test_options_that_were_not_given_are_omitted() -> None:
    assert _body() == {"prompt": "a fox"}


def test_options_with_empty_or_zero_values_are_sent() -> None:
    params = {"seed": 0, "cfg": 0.0}
    body = _body(negative="", size=(8, 16), batch=1, params=params, dynamic_prompt=True)
    assert body == {
        "prompt": "a fox",
        "negative_prompt": "",
        "dynamic_prompt": True,
        "width": 8,
        "height": 16,
        "batch_size": 1,
        "params": {"seed": 0, "cfg": 0.0},
    }


@pytest.mark.parametrize("field", ["prompt", "negative", "checkpoint"])
def test_invalid_utf8_is_a_usage_error(field: str) -> None:
    with pytest.raises(click.UsageError, match="not valid UTF-8"):
        _body(**{field: "caf\udce9"})
