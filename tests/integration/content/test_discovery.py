"""Facets of the gallery, the filters that they offer, and items with similar prompts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from tests.builders import make_content
from tests.support.people import Person, Town

from genonaut.content import facets as facets_module
from genonaut.content.tables import ContentItem


async def facets(person: Person, **query: Any) -> dict[str, dict[str, int]]:
    answer = await person.http.get("/content/facets", params=query)
    assert answer.status_code == 200, answer.text
    return {
        name: {one["value"]: one["count"] for one in facet["values"]}
        for name, facet in answer.json().items()
    }


async def listed(person: Person, **query: Any) -> int:
    answer = await person.http.get("/content/", params=query)
    assert answer.status_code == 200, answer.text
    total: int = answer.json()["total"]
    return total


async def make(town: Town, person: Person, **columns: Any) -> int:
    content_id = await make_content(town.runtime, person.identity)
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(ContentItem).where(ContentItem.id == content_id).values(**columns)
        )
    return content_id


async def test_every_facet_counts_what_its_filter_lists(town: Town, ann: Person) -> None:
    moment = datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC)
    for number in range(4):
        content_id = await make(
            town, ann, checkpoint_model=f"m{number % 2}.safetensors",
            width=1024 if number else 256, height=1024, created_at=moment,
            rating_sum=number + 2, rating_count=1 if number else 0,
        )  # fmt: skip
        tags = ["fox", "winter"] if number % 2 else ["fox"]
        await ann.http.patch(f"/content/{content_id}", json={"tags": tags})
    found = await facets(ann)
    assert found == {
        "models": {"m0.safetensors": 2, "m1.safetensors": 2},
        "tags": {"fox": 4, "winter": 2},
        "content_types": {"image": 4},
        "months": {"2026-03": 4},
        "ratings": {"5": 1, "4": 2, "3": 3, "2": 3, "1": 3},
        "sizes": {"medium": 3, "small": 1},
    }
    parameters = {
        "models": "checkpoint_model", "tags": "tags", "content_types": "content_type",
        "ratings": "min_rating", "sizes": "size",
    }  # fmt: skip
    for name, parameter in parameters.items():
        for value, count in found[name].items():
            assert await listed(ann, **{parameter: value}) == count, (name, value)


async def test_a_facet_ignores_the_filter_of_its_own_field(town: Town, ann: Person) -> None:
    await make(town, ann, checkpoint_model="a.safetensors", width=256, height=256)
    await make(town, ann, checkpoint_model="b.safetensors", width=2048, height=2048)
    found = await facets(ann, checkpoint_model="a.safetensors")
    assert found["models"] == {"a.safetensors": 1, "b.safetensors": 1}
    assert found["sizes"] == {"small": 1}
    both = await facets(ann, checkpoint_model="a.safetensors", size="large")
    assert (both["models"], both["sizes"]) == ({"b.safetensors": 1}, {"small": 1})
    assert both["content_types"] == {}


async def test_facets_count_only_what_the_caller_sees(town: Town, ann: Person, bob: Person) -> None:
    await make(town, bob, checkpoint_model="private.safetensors")
    shown = await make(town, bob, checkpoint_model="public.safetensors")
    await bob.http.patch(f"/content/{shown}", json={"visibility": "public"})
    assert (await facets(ann))["models"] == {}
    assert (await facets(ann, scope="all"))["models"] == {"public.safetensors": 1}


async def test_counts_beyond_the_newest_items_are_lower_bounds(
    town: Town, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        await make(town, ann)
    answer = (await ann.http.get("/content/facets")).json()
    assert all(one["is_complete"] for one in answer.values())
    monkeypatch.setattr(facets_module, "FACETS_COUNTED", 3)
    answer = (await ann.http.get("/content/facets")).json()
    assert not any(one["is_complete"] for one in answer.values())


async def similar(person: Person, content_id: int, **query: Any) -> list[int]:
    answer = await person.http.get(f"/content/{content_id}/similar", params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


async def test_items_with_rare_words_in_common_are_similar(
    town: Town, ann: Person, bob: Person
) -> None:
    prompts = {
        "origin": "a red fox under an aurora, watercolour",
        "near": "watercolour of a fox, aurora above",
        "far": "an aurora over the harbour at dawn, photograph, sharp, detailed",
        "other": "a whale in the sea",
        "hidden": "a red fox under an aurora, watercolour, private",
    }
    ids = {
        name: await make_content(
            town.runtime, (bob if name == "hidden" else ann).identity, prompt=prompt
        )
        for name, prompt in prompts.items()
    }
    assert await similar(ann, ids["origin"]) == [ids["near"], ids["far"]]
    assert await similar(ann, ids["origin"], limit=1) == [ids["near"]]
    empty = await make_content(town.runtime, ann.identity, prompt="")
    assert await similar(ann, empty) == []
    assert (await bob.http.get(f"/content/{ids['near']}/similar")).status_code == 404


async def test_examples_of_models_are_the_newest_that_the_caller_sees(
    town: Town, ann: Person, bob: Person
) -> None:
    own = [await make(town, ann, checkpoint_model="a.safetensors") for _ in range(3)]
    hidden = await make(town, bob, checkpoint_model="a.safetensors")
    shown = await make(town, bob, checkpoint_model="b.safetensors")
    for content_id in (own[0], shown):
        person = ann if content_id == own[0] else bob
        await person.http.patch(f"/content/{content_id}", json={"visibility": "public"})
    query: dict[str, Any] = {
        "checkpoint_model": ["a.safetensors", "b.safetensors", "none"],
        "limit": 2,
    }
    answer = await ann.http.get("/content/model-examples", params=query)
    assert answer.status_code == 200, answer.text
    found = [(one["checkpoint_model"], one["content_id"]) for one in answer.json()["items"]]
    assert found == [
        ("a.safetensors", own[2]),
        ("a.safetensors", own[1]),
        ("b.safetensors", shown),
    ]
    assert answer.json()["items"][0]["picture"]["thumbnails"]
    answer = await bob.http.get("/content/model-examples", params=query)
    assert {one["content_id"] for one in answer.json()["items"]} == {own[0], hidden, shown}


async def test_the_most_used_settings_of_a_model_come_first(town: Town, ann: Person) -> None:
    for steps in (20, 30, 30):
        details = {"steps": steps, "cfg": 7.5, "sampler_name": "euler", "seed": steps}
        await make(town, ann, checkpoint_model="a.safetensors", details=details)
    query = {"checkpoint_model": "a.safetensors"}
    found = (await ann.http.get("/content/model-settings", params=query)).json()
    assert found["counted"] == 3
    assert found["values"]["steps"] == [{"value": 30, "count": 2}, {"value": 20, "count": 1}]
    assert found["values"]["sampler_name"] == [{"value": "euler", "count": 3}]
    assert found["values"]["scheduler"] == []
