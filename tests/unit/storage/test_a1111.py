import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genonaut.storage.a1111 import LoraUse, a1111_parameters, sampler_name, scheduler_name

# The grammar of AUTOMATIC1111, modules/infotext_utils.py: how its users' tools read the text.
_FIELD = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
NAME = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="/\\{"), min_size=1
)


def parse(parameters: str) -> dict[str, str]:
    """Read parameters as AUTOMATIC1111 does."""
    *lines, last = parameters.strip().split("\n")
    assert len(_FIELD.findall(last)) >= 3
    found = {"Prompt": "", "Negative prompt": ""}
    target = "Prompt"
    for line in map(str.strip, lines):
        if line.startswith("Negative prompt:"):
            target = "Negative prompt"
        text = line.removeprefix("Negative prompt:").strip()
        found[target] += ("\n" if found[target] else "") + text
    for name, value in _FIELD.findall(last):
        quoted = len(value) > 1 and value[0] == value[-1] == '"'
        found[name] = json.loads(value) if quoted else value
    return found


def parameters(**changes: object) -> str:
    fields = {
        "prompt": "a lighthouse at dusk",
        "negative_prompt": "blurry",
        "steps": 20,
        "sampler": "dpmpp_2m",
        "scheduler": "karras",
        "cfg": 7.0,
        "seed": 2**64 - 1,
        "width": 512,
        "height": 768,
        "model_name": "sd15/dream_shaper_8.safetensors",
    }
    return a1111_parameters(**(fields | changes))  # type: ignore[arg-type]


def lines_of(text: str) -> str:
    """Return a text as the format stores it: trimmed, with LF as line break."""
    breaks = re.sub(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", text).strip()
    return "\n".join(line.strip() for line in breaks.split("\n"))


def test_a_complete_text() -> None:
    text = parameters(
        model_hash="879db523c3",
        loras=[LoraUse("style/ink.safetensors", 0.8, "aabbccddee"), LoraUse("glow", -1.0)],
        version="Genonaut 0.1.0",
    )
    assert text == (
        "a lighthouse at dusk <lora:ink:0.8> <lora:glow:-1>\n"
        "Negative prompt: blurry\n"
        "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, "
        "Seed: 18446744073709551615, Size: 512x768, Model hash: 879db523c3, "
        'Model: dream_shaper_8, Lora hashes: "ink: aabbccddee", '
        'Hashes: {"model": "879db523c3", "lora:ink": "aabbccddee"}, Version: Genonaut 0.1.0'
    )


def test_unknown_values_are_omitted() -> None:
    text = parameters(negative_prompt="  ")
    assert "Negative prompt" not in text
    assert "hash" not in text.lower()


def test_an_empty_prompt_makes_no_empty_line() -> None:
    assert parameters(prompt="", negative_prompt="").startswith("Steps: 20")
    assert parse(parameters(prompt=""))["Negative prompt"] == "blurry"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a, b.safetensors", "a, b"),
        ('say "hi".ckpt', 'say "hi"'),
        ("v1:final.pt", "v1:final"),
        ("C:\\models\\x.safetensors", "x"),
        ("model.v2", "model.v2"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_values_with_commas_quotes_and_colons_are_quoted(name: str, written: str) -> None:
    found = parse(parameters(model_name=name))
    assert found["Model"] == written
    assert found["Version"] == "Genonaut"


def test_several_lora_hashes_are_one_quoted_value() -> None:
    loras = [LoraUse("a, b", 1, "1111111111"), LoraUse("c", 1, "2222222222")]
    found = parse(parameters(loras=loras))
    assert found["Lora hashes"] == "a, b: 1111111111, c: 2222222222"


@given(
    prompt=TEXT.filter(lambda text: "Negative prompt:" not in text),
    negative=TEXT.filter(lambda text: "Negative prompt:" not in text),
    model=NAME,
    steps=st.integers(1, 150),
    cfg=st.floats(0, 100).map(lambda value: round(value, 2)),
    seed=st.integers(0, 2**64 - 1),
)
def test_written_parameters_can_be_parsed(
    *, prompt: str, negative: str, model: str, steps: int, cfg: float, seed: int
) -> None:
    found = parse(
        parameters(
            prompt=prompt,
            negative_prompt=negative,
            model_name=f"{model}.safetensors",
            steps=steps,
            cfg=cfg,
            seed=seed,
        )
    )
    assert found["Prompt"] == lines_of(prompt)
    assert found["Negative prompt"] == lines_of(negative)
    assert found["Model"] == model
    assert int(found["Steps"]) == steps
    assert float(found["CFG scale"]) == cfg
    assert int(found["Seed"]) == seed
    assert found["Size"] == "512x768"


@pytest.mark.parametrize(
    ("comfyui", "a1111"),
    [
        ("euler", "Euler"),
        ("euler_ancestral", "Euler a"),
        ("dpmpp_2m_sde_gpu", "DPM++ 2M SDE"),
        ("uni_pc", "UniPC"),
        ("res_multistep", "res_multistep"),
    ],
)
def test_samplers_have_automatic1111_names(comfyui: str, a1111: str) -> None:
    assert sampler_name(comfyui) == a1111


@pytest.mark.parametrize(
    ("comfyui", "a1111"),
    [("sgm_uniform", "SGM Uniform"), ("linear_quadratic", "linear_quadratic")],
)
def test_schedulers_have_automatic1111_names(comfyui: str, a1111: str) -> None:
    assert scheduler_name(comfyui) == a1111
