"""The capability table: what models can do, and what an error says about it."""

import pytest

from genonaut.catalog.selection.capabilities import (
    MAX_REFERENCES,
    Ability,
    ReferenceKind,
    abilities_of,
    models_that_can,
    why_not,
)
from genonaut.catalog.selection.recipes import recipe_of
from genonaut.catalog.vocabulary import Architecture


@pytest.mark.parametrize("architecture", list(Architecture))
def test_every_architecture_that_is_rendered_has_an_entry(architecture: Architecture) -> None:
    recipe = recipe_of(architecture, "") or recipe_of(architecture, "dev")
    if recipe is not None:
        assert architecture.value in " ".join(models_that_can([]))


@pytest.mark.parametrize(
    ("ability", "architecture", "variant"),
    [
        (Ability.TEXT_TO_IMAGE, "sd1", "base"),
        (Ability.CONTROL, "sdxl", "pony"),
        (Ability.REFINE, "sdxl", "base"),
        (Ability.INPAINT, "flux1", "fill"),
        (Ability.REFERENCE, "flux1", "dev"),
        (Ability.REFERENCE, "flux1", "kontext"),
        (Ability.REFERENCE, "flux2", "klein-4b-base"),
        (Ability.REFERENCE, "qwen-image", "edit-2511"),
        (Ability.IMAGE_TO_IMAGE, "unknown", ""),
    ],
)
def test_what_a_model_can_do_has_no_reason_against_it(
    ability: Ability, architecture: str, variant: str
) -> None:
    assert why_not(ability, architecture, variant) == ""


@pytest.mark.parametrize(
    ("ability", "architecture", "variant", "expected"),
    [
        (Ability.REFERENCE, "sd1", "base", "a sd1 base model does not support reference images"),
        (Ability.REFINE, "flux1", "dev", "these do: sdxl"),
        (Ability.TEXT_TO_IMAGE, "flux1", "fill", "give a source with a mask, or extend one"),
        (Ability.TEXT_TO_IMAGE, "qwen-image", "edit", "give a source or a reference"),
        (Ability.TEXT_TO_IMAGE, "flux1", "control", "give a control image"),
        (Ability.IMAGE_TO_IMAGE, "flux1", "fill", "these do: "),
        (Ability.TEXT_TO_IMAGE, "ace-step", "", "makes sound, not images: use it in a workflow"),
        (Ability.IMAGE_TO_IMAGE, "svd", "", "makes video, not images: use it in a workflow"),
    ],
)
def test_a_reason_names_what_could_do_it(
    ability: Ability, architecture: str, variant: str, expected: str
) -> None:
    assert expected in why_not(ability, architecture, variant)


def test_variants_that_edit_read_the_source_as_reference() -> None:
    kinds = {
        ("flux1", "dev"): (ReferenceKind.STYLE, False),
        ("flux1", "kontext"): (ReferenceKind.KONTEXT, True),
        ("flux2", "dev"): (ReferenceKind.LATENT_POSITIVE, True),
        ("qwen-image", "edit"): (ReferenceKind.INSTRUCTION, True),
        ("qwen-image", "edit-2509"): (ReferenceKind.INSTRUCTION_PLUS, True),
        ("sd1", "base"): (None, False),
    }
    for model, expected in kinds.items():
        found = abilities_of(*model)
        assert (found.references, found.source_is_reference) == expected
    assert MAX_REFERENCES[ReferenceKind.INSTRUCTION] == 1


def test_only_models_with_inputs_for_a_mask_read_it() -> None:
    reading = [("sd1", "inpaint"), ("sdxl", "inpaint"), ("flux1", "fill")]
    assert all(abilities_of(*model).reads_mask for model in reading)
    assert not abilities_of("sd1", "base").reads_mask
