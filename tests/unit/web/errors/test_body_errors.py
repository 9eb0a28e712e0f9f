"""All errors of a body are found, and no others."""

from typing import Annotated, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Meta, UnsetType

from genonaut.content.controllers.bulk_bodies import BulkChange
from genonaut.core.body_errors import MAX_ERRORS, find_body_errors
from genonaut.core.schemas import RequestBody
from genonaut.core.validation_messages import user_message
from genonaut.jobs.submission.schemas import JobSubmit


def named(body: Any, kind: Any) -> list[str]:
    """Return the fields with errors, by the names that clients see."""
    found = find_body_errors(msgspec.json.encode(body), kind)
    return sorted(user_message(one.path or "body", one.message)[0] for one in found)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 3000) | st.floats(-1, 40) | st.text(max_size=3),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside, max_size=3)
    ),
    max_leaves=5,
)
FIELDS: dict[str, Any] = {"name": 5, "strength_model": "much", "strength_clip": [1]}
PARAMS: dict[str, Any] = {
    "seed": -1, "steps": 0, "cfg": "7", "sampler_name": "", "scheduler": None, "denoise": 1.1,
    "allow_mismatch": "yes",
}  # fmt: skip
TOP: dict[str, Any] = {
    "prompt": "", "negative_prompt": None, "job_type": "video", "checkpoint_model": 7,
    "width": 65, "height": "512", "batch_size": 17,
}  # fmt: skip
WRONG_ENTRY = st.fixed_dictionaries({}, optional={key: st.just(FIELDS[key]) for key in FIELDS})


@given(
    st.sets(st.sampled_from(sorted(TOP))),
    st.sets(st.sampled_from(sorted(PARAMS))),
    st.lists(WRONG_ENTRY, max_size=10),
    st.sets(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map("x_{}".format)),
)
def test_every_broken_field_is_named_and_no_other(
    top: set[str], params: set[str], loras: list[dict[str, Any]], unknown: set[str]
) -> None:
    unknown = set(sorted(unknown)[:5])
    good = {"prompt": "p", "width": 512, "batch_size": 2}
    body = {
        **good,
        **{key: TOP[key] for key in top},
        **dict.fromkeys(unknown, 1),
        "params": {"seed": 1, "steps": 20, **{key: PARAMS[key] for key in params}},
        "lora_models": [{"name": "a.safetensors", **wrong} for wrong in loras],
    }
    wanted = [
        *top,
        *unknown,
        *(f"params.{key}" for key in params),
        *(f"lora_models[{place}].{key}" for place, wrong in enumerate(loras) for key in wrong),
    ]
    assert named(body, JobSubmit) == sorted(wanted)


@given(
    ANYTHING
    | st.fixed_dictionaries({}, optional=dict.fromkeys([*TOP, "params", "lora_models"], ANYTHING))
)
def test_errors_are_found_exactly_when_the_decoder_refuses(body: Any) -> None:
    document = msgspec.json.encode(body)
    try:
        msgspec.json.decode(document, type=JobSubmit)
    except msgspec.ValidationError as error:
        first = str(error).partition(" - at `$")[0]
        assert first in {one.message for one in find_body_errors(document, JobSubmit)}
    else:
        assert find_body_errors(document, JobSubmit) == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"action": "tag", "ids": ["x", 1, 2.5], "tags": [], "why": 1},
         ["ids[0]", "ids[2]", "tags", "why"]),
        ({"action": "visibility", "tags": ["a"]}, ["tags", "visibility"]),
        ({"action": "delete", "ids": [1], "tags": ["a"]}, ["tags"]),
        ({"action": "move", "ids": "x"}, ["action"]),
        ({"action": 5}, ["action"]),
        ({"ids": [1]}, ["action"]),
        ([], ["body"]),
    ],
)  # fmt: skip
def test_the_tag_selects_the_struct_of_a_union(body: Any, fields: list[str]) -> None:
    assert named(body, BulkChange) == fields


class Leaf(RequestBody, frozen=True):
    """Inside."""

    size: Annotated[int, Meta(ge=1)]
    sure: bool | UnsetType = UNSET


class Twig(RequestBody, frozen=True, rename="camel"):
    """Outside."""

    some_leaves: Annotated[list[Leaf], Meta(max_length=2)] | UnsetType | None = UNSET
    best_leaf: Leaf | None = None
    either: int | str = 0


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"someLeaves": [{"size": 0, "sure": 1}, None], "bestLeaf": {"sire": 1}, "either": []},
         ["bestLeaf.sire", "bestLeaf.size", "either", "someLeaves[0].size", "someLeaves[0].sure",
          "someLeaves[1]"]),
        ({"someLeaves": [{}, {}, {}], "bestLeaf": 5}, ["bestLeaf", "someLeaves"]),
        ({"someLeaves": {}, "some_leaves": []}, ["someLeaves", "some_leaves"]),
        ({"someLeaves": None, "bestLeaf": None, "either": "x"}, []),
    ],
)  # fmt: skip
def test_optional_and_renamed_fields_are_checked(body: Any, fields: list[str]) -> None:
    assert named(body, Twig) == fields


def test_the_number_of_errors_is_limited() -> None:
    body = {f"key {number}": number for number in range(20_000)}
    assert len(find_body_errors(msgspec.json.encode(body), JobSubmit)) == MAX_ERRORS


def test_a_repeated_key_with_a_wrong_value_is_named() -> None:
    document = b'{"prompt": 5, "prompt": "p"}'
    assert [one.path for one in find_body_errors(document, JobSubmit)] == ["prompt"]
