from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.builders import make_content
from tests.support.people import Person, Town

from genonaut.content.tables import Visibility

PUBLIC = Visibility.PUBLIC


async def tags(person: Person, query: str = "") -> list[tuple[str, int, int]]:
    answer = await person.http.get(f"/tags?{query}")
    assert answer.status_code == 200, answer.text
    return [(one["tag"], one["count"], one["own_count"]) for one in answer.json()["items"]]


async def test_tags_count_own_and_public_items_and_nothing_else(
    town: Town, ann: Person, bob: Person, admin: Person
) -> None:
    mine = await make_content(town.runtime, ann.identity, tags=frozenset({"sea", "secret"}))
    await make_content(town.runtime, ann.identity, visibility=PUBLIC, tags=frozenset({"sea"}))
    await make_content(
        town.runtime, bob.identity, visibility=PUBLIC, tags=frozenset({"sea", "fox"})
    )
    await make_content(town.runtime, bob.identity, tags=frozenset({"bobs", "sea"}))
    trashed = frozenset({"trashed", "sea"})
    await make_content(town.runtime, ann.identity, tags=trashed, is_trashed=True)
    assert await tags(ann) == [("sea", 3, 2), ("fox", 1, 0), ("secret", 1, 1)]
    assert await tags(bob) == [("sea", 3, 2), ("bobs", 1, 1), ("fox", 1, 1)]
    assert await tags(admin) == [("sea", 2, 0), ("fox", 1, 0)]
    await ann.http.patch(f"/content/{mine}", json={"visibility": "public"})
    assert ("secret", 1, 0) in await tags(bob)
    await ann.http.delete(f"/content/{mine}")
    assert await tags(ann) == [("sea", 2, 1), ("fox", 1, 0)]
    await ann.http.post(f"/content/{mine}/restore")
    assert await tags(ann, "search=sec") == [("secret", 1, 1)]
    await ann.http.patch(f"/content/{mine}", json={"tags": []})
    assert await tags(ann, "search=sec") == []


async def test_tags_that_start_with_the_text_come_first(town: Town, ann: Person) -> None:
    await make_content(town.runtime, ann.identity, tags=frozenset({"red fox", "fox", "100%"}))
    await make_content(town.runtime, ann.identity, tags=frozenset({"red fox", "foxglove"}))
    found = [tag for tag, _, _ in await tags(ann, "search=%20FOX")]
    assert found == ["fox", "foxglove", "red fox"]
    assert await tags(ann, "search=fox&limit=1") == [("fox", 1, 1)]
    assert await tags(ann, "search=0%25") == [("100%", 1, 1)]
    assert await tags(ann, "search=_") == []


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "search=%00", f"search={'x' * 201}"])
async def test_invalid_tag_parameters_are_refused(ann: Person, query: str) -> None:
    assert (await ann.http.get(f"/tags?{query}")).status_code == 422


async def stats(person: Person) -> dict[str, Any]:
    answer = await person.http.get("/content/stats")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_statistics_are_the_callers_own(town: Town, ann: Person, bob: Person) -> None:
    runtime = town.runtime
    now = datetime.now(UTC)
    await make_content(runtime, ann.identity, tags=frozenset({"sea"}))
    await make_content(runtime, ann.identity, visibility=PUBLIC, checkpoint_model="xl.safetensors")
    await make_content(runtime, ann.identity, created_at=now - timedelta(days=29))
    await make_content(runtime, ann.identity, created_at=now - timedelta(days=31))
    await make_content(runtime, ann.identity, is_trashed=True)
    await make_content(runtime, bob.identity, visibility=PUBLIC, tags=frozenset({"fox"}))
    await make_content(runtime, bob.identity, tags=frozenset({"hidden"}))
    found = await stats(ann)
    size = (await ann.http.get("/content/")).json()["items"][0]["size_bytes"]
    days = found.pop("days")
    assert found == {
        "mine_count": 4,
        "public_count": 1,
        "community_count": 1,
        "trash_count": 1,
        "size_bytes": 4 * size,
        "trash_size_bytes": size,
        "top_checkpoints": [
            {"checkpoint_model": "sd15.safetensors", "count": 3},
            {"checkpoint_model": "xl.safetensors", "count": 1},
        ],
        "top_tags": [{"tag": "sea", "count": 1, "own_count": 1}],
    }
    assert len(days) == 30
    assert days[-1] == {"day": now.date().isoformat(), "count": 2}
    assert days[0] == {"day": (now - timedelta(days=29)).date().isoformat(), "count": 1}
    assert sum(day["count"] for day in days) == 3


async def test_statistics_of_an_empty_gallery_are_zeros(ann: Person) -> None:
    found = await stats(ann)
    assert found["mine_count"] == found["size_bytes"] == found["community_count"] == 0
    assert found["top_tags"] == found["top_checkpoints"] == []
    assert {day["count"] for day in found["days"]} == {0}
