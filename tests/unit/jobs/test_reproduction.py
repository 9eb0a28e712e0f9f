"""Comparison of recorded models with the catalogue, and the order of substitutes."""

import msgspec
import pytest

from genonaut.jobs.reproduction.comparison import (
    Closeness,
    KnownModel,
    ModelState,
    RecordedModel,
    compare_model,
)

RECORDED = RecordedModel(
    role="checkpoint", name="old/dream_v7.safetensors", autov2="a" * 10, architecture="sdxl"
)


def known(name: str, architecture: str = "sdxl", autov2: str | None = None) -> KnownModel:
    return KnownModel(name=name, title=name, architecture=architecture, autov2=autov2)


@pytest.mark.parametrize(
    ("recorded", "current", "state"),
    [
        ("a" * 10, "a" * 10, ModelState.SAME),
        ("a" * 10, "b" * 10, ModelState.CHANGED),
        (None, "b" * 10, ModelState.UNVERIFIED),
        ("a" * 10, None, ModelState.UNVERIFIED),
    ],
)
def test_hashes_decide_about_models_of_the_same_name(
    recorded: str | None, current: str | None, state: ModelState
) -> None:
    model = msgspec.structs.replace(RECORDED, autov2=recorded)
    compared = compare_model(model, [known(model.name, autov2=current), known("other")])
    assert compared.state is state
    assert bool(compared.substitutes) is (state is ModelState.CHANGED)


def test_the_same_file_comes_first_then_the_architecture_by_the_likeness_of_names() -> None:
    compared = compare_model(
        RECORDED,
        [
            known("juggernaut.safetensors"),
            known("dream_v8.safetensors"),
            known("dream_v7.safetensors", "sd15"),
            known("renamed.safetensors", autov2="a" * 10),
        ],
    )
    assert compared.state is ModelState.MISSING
    assert [(one.model.name, one.closeness) for one in compared.substitutes] == [
        ("renamed.safetensors", Closeness.SAME_FILE),
        ("dream_v8.safetensors", Closeness.SAME_ARCHITECTURE),
        ("juggernaut.safetensors", Closeness.SAME_ARCHITECTURE),
    ]


def test_without_an_architecture_names_decide() -> None:
    model = msgspec.structs.replace(RECORDED, autov2=None, architecture=None)
    compared = compare_model(model, [known("whale", "sd15"), known("dream_v6", "flux1")])
    assert [one.model.name for one in compared.substitutes] == ["dream_v6", "whale"]
    assert {one.closeness for one in compared.substitutes} == {Closeness.SIMILAR_NAME}
