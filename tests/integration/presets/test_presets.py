"""Presets, styles, prompt history and favourites through the API."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from tests.builders import make_content, make_finished_job
from tests.support.people import Person, Town

from genonaut.db.word_search import has_words
from genonaut.jobs.tables import GenerationJob
from genonaut.monitoring.retention import apply_all_retention
from genonaut.presets.tables import Preset

STYLE: dict[str, Any] = {"kind": "style", "name": "Oil", "prompt": "{prompt}, oil painting"}
PRESET: dict[str, Any] = {
    "kind": "preset",
    "name": "Portrait",
    "settings": {"width": 832, "height": 1216, "params": {"steps": 28}},
}
CSV = """\ufeffname,prompt,negative_prompt
Ink,"{prompt}, ink, ""fine"" lines",colour
--- group ---,,
Oil,{prompt} in oil,
"""


async def test_presets_are_stored_shared_and_changed(town: Town, ann: Person, bob: Person) -> None:
    cover = await make_content(town.runtime, ann.identity)
    made = await ann.http.post("/presets/", json={**PRESET, "cover_content_id": cover})
    assert made.status_code == 201, made.text
    assert made.json()["settings"] == PRESET["settings"]
    assert made.json()["cover"]["thumbnails"]
    path = f"/presets/{made.json()['id']}"
    assert (await ann.http.post("/presets/", json=PRESET)).status_code == 409
    for wrong in (
        {**STYLE, "settings": {"width": 832}},
        {**PRESET, "name": "x", "settings": {"colour": "red"}},
        {**PRESET, "name": "x", "settings": {"width": 3}},
        {**PRESET, "name": "x", "cover_content_id": 999_999},
    ):
        assert (await ann.http.post("/presets/", json=wrong)).status_code == 422, wrong
    assert (await bob.http.get(path)).status_code == 404
    await ann.http.patch(path, json={"is_shared": True, "name": "Tall"})
    (seen,) = (await bob.http.get("/presets/", params={"kind": "preset"})).json()["items"]
    assert (seen["name"], seen["owner"], seen["is_mine"]) == ("Tall", "ann", False)
    assert seen["cover_content_id"] is None
    assert (await bob.http.delete(path)).status_code == 404
    assert (await bob.http.get("/presets/", params={"kind": "style"})).json()["items"] == []
    assert (await ann.http.delete(path)).status_code == 204


async def test_single_settings_are_changed_and_removed(ann: Person) -> None:
    made = (await ann.http.post("/presets/", json=PRESET)).json()
    path = f"/presets/{made['id']}"

    async def patched(changes: dict[str, Any]) -> Any:
        answer = await ann.http.patch(path, json={"settings_patch": changes})
        if answer.status_code == 422:
            return answer.json()["errors"]
        return answer.json()["settings"]

    wanted = {"width": 640, "params": {"steps": 40, "cfg": 6}, "lora_models": [{"name": "a"}]}
    assert await patched(wanted) == {**wanted, "height": 1216}
    assert await patched({"params": {"steps": None}, "lora_models": [{"name": "b"}]}) == {
        "width": 640, "height": 1216, "params": {"cfg": 6}, "lora_models": [{"name": "b"}],
    }  # fmt: skip
    assert await patched({"params": {"cfg": None}, "lora_models": None, "vae": None}) == {
        "width": 640, "height": 1216,
    }  # fmt: skip
    wrong = {"width": 3, "params": {"steps": 999, "stepz": 1}, "colour": "red"}
    assert {one["field"]: one["message"] for one in await patched(wrong)} == {
        "settings_patch.width": "must be at least 64",
        "settings_patch.params.steps": "must be at most 150",
        "settings_patch.params.stepz": "is not a known field",
        "settings_patch.colour": "is not a known field",
    }
    both = await ann.http.patch(path, json={"settings": {}, "settings_patch": {"width": 640}})
    assert both.json()["errors"][0]["field"] == "settings_patch"
    assert (await ann.http.get(path)).json()["settings"] == {"width": 640, "height": 1216}
    style = (await ann.http.post("/presets/", json=STYLE)).json()
    refused = await ann.http.patch(
        f"/presets/{style['id']}", json={"settings_patch": {"width": 640}}
    )
    assert refused.status_code == 422


async def test_a_deleted_preset_is_restored_as_it_was(town: Town, ann: Person, bob: Person) -> None:
    cover = await make_content(town.runtime, ann.identity)
    body = {**PRESET, "is_shared": True, "cover_content_id": cover}
    made = (await ann.http.post("/presets/", json=body)).json()
    path = f"/presets/{made['id']}"
    assert (await ann.http.delete(path)).status_code == 204
    for person in (ann, bob):
        assert (await person.http.get(path)).status_code == 404
        assert (await person.http.get("/presets/")).json()["items"] == []
    assert (await ann.http.get(f"{path}/cover/small")).status_code == 404
    assert (await ann.http.get("/presets/export")).json()["presets"] == []
    assert (await ann.http.patch(path, json={"name": "x"})).status_code == 404
    assert (await ann.http.delete(path)).status_code == 404
    assert (await bob.http.post(f"{path}/restore")).status_code == 404
    restored = await ann.http.post(f"{path}/restore")
    assert (restored.status_code, restored.json()) == (200, made)
    assert (await bob.http.get(path)).json()["cover"] == made["cover"]
    assert (await ann.http.post(f"{path}/restore")).json() == made
    await ann.http.delete(path)
    taken = await ann.http.post("/presets/", json=PRESET)
    assert taken.status_code == 201
    conflict = await ann.http.post(f"{path}/restore")
    assert (conflict.status_code, "rename it" in conflict.json()["detail"]) == (409, True)


async def test_deleted_presets_are_removed_after_trash_days(town: Town, ann: Person) -> None:
    paths = []
    for name in ("old", "new", "kept"):
        made = await ann.http.post("/presets/", json={**PRESET, "name": name})
        paths.append(f"/presets/{made.json()['id']}")
    for path in paths[:2]:
        await ann.http.delete(path)
    days = town.runtime.settings.storage.trash_days
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            update(Preset)
            .where(Preset.name == "old")
            .values(deleted_at=func.now() - timedelta(days=days + 1))
        )
    await apply_all_retention(town.runtime)
    assert (await ann.http.post(f"{paths[0]}/restore")).status_code == 404
    assert (await ann.http.post(f"{paths[1]}/restore")).status_code == 200
    assert (await ann.http.get(paths[2])).status_code == 200


async def test_all_who_see_a_preset_see_its_cover_until_that_is_deleted(
    town: Town, ann: Person, bob: Person
) -> None:
    private = await make_content(town.runtime, ann.identity)
    made = (await ann.http.post("/presets/", json={**STYLE, "cover_content_id": private})).json()
    path = f"/presets/{made['id']}"

    async def cover(person: Person) -> dict[str, Any] | None:
        found: dict[str, Any] | None = (await person.http.get(path)).json()["cover"]
        return found

    async def status(person: Person, url: str) -> int:
        return (await person.http.get(url.removeprefix("/api/v1"))).status_code

    small = made["cover"]["thumbnails"][0]["url"]
    assert await status(ann, small) == 200
    assert await status(bob, small) == 404
    await ann.http.patch(path, json={"is_shared": True})
    assert await cover(bob) == made["cover"]
    answer = await bob.http.get(small.removeprefix("/api/v1"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert await status(bob, made["cover"]["image_url"]) == 200
    assert await status(bob, f"/content/{private}/image") == 404  # only the thumbnails are shared
    await ann.http.delete(f"/content/{private}")
    assert (await cover(ann), await cover(bob)) == (None, None)
    assert await status(bob, small) == 404
    await ann.http.post(f"/content/{private}/restore")
    assert await cover(bob) is not None


async def test_a_cover_of_another_user_is_shown_while_it_is_public(
    town: Town, ann: Person, bob: Person
) -> None:
    foreign = await make_content(town.runtime, bob.identity)
    body = {**STYLE, "cover_content_id": foreign}
    refused = await ann.http.post("/presets/", json=body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "cover_content_id"
    await bob.http.patch(f"/content/{foreign}", json={"visibility": "public"})
    made = (await ann.http.post("/presets/", json=body)).json()
    assert made["cover"] is not None
    await bob.http.patch(f"/content/{foreign}", json={"visibility": "private"})
    path = f"/presets/{made['id']}"
    assert (await ann.http.get(path)).json()["cover"] is None
    assert (await ann.http.get(f"{path}/cover/small")).status_code == 404
    removed = await ann.http.patch(path, json={"cover_content_id": None})
    assert removed.json()["cover_content_id"] is None


async def test_presets_are_exported_and_imported(ann: Person, bob: Person) -> None:
    for body in (STYLE, PRESET):
        assert (await ann.http.post("/presets/", json=body)).status_code == 201
    exported = (await ann.http.get("/presets/export")).json()
    assert {one["name"] for one in exported["presets"]} == {"Oil", "Portrait"}
    imported = await bob.http.post("/presets/import", json=exported)
    assert imported.json() == {"created": 2, "replaced": 0, "skipped": []}
    imported = await bob.http.post("/presets/import", json={"csv": CSV})
    assert imported.json() == {"created": 1, "replaced": 0, "skipped": ["Oil"]}
    imported = await bob.http.post("/presets/import", json={"csv": CSV, "replace": True})
    assert imported.json() == {"created": 0, "replaced": 2, "skipped": []}
    listed: list[dict[str, Any]] = [
        {"name": "sai-anime", "prompt": "anime {prompt}", "negative_prompt": "photo", "extra": 1},
        {"name": "Invoke", "positive_prompt": "{prompt}, film", "negative_prompt": ""},
        {"name": "-----", "prompt": ""},
    ]
    imported = await bob.http.post("/presets/import", json={"json": json.dumps(listed)})
    assert imported.json() == {"created": 2, "replaced": 0, "skipped": []}
    styles = (await bob.http.get("/presets/", params={"kind": "style"})).json()["items"]
    assert {one["name"]: one["prompt"] for one in styles} == {
        "Ink": '{prompt}, ink, "fine" lines',
        "Invoke": "{prompt}, film",
        "Oil": "{prompt} in oil",
        "sai-anime": "anime {prompt}",
    }
    refused: list[dict[str, Any]] = [
        {"csv": "a,b\n1,2"},
        {"presets": []},
        {"json": '{"name": "a"}'},
        {"json": json.dumps([{"name": "a" * 200, "prompt": "b"}])},
    ]
    for wrong in refused:
        assert (await bob.http.post("/presets/import", json=wrong)).status_code == 422


async def test_prompts_of_jobs_are_listed_once_and_kept(
    town: Town, ann: Person, bob: Person
) -> None:
    for prompt in ("a fox", "a hen", "a fox"):
        await make_finished_job(town.runtime, ann.identity, prompt=prompt)
    items = (await ann.http.get("/prompts/")).json()["items"]
    assert {one["prompt"]: one["job_count"] for one in items} == {"a fox": 2, "a hen": 1}
    found = (await ann.http.get("/prompts/", params={"search": "HEN"})).json()["items"]
    assert [one["prompt"] for one in found] == ["a hen"]
    assert (await bob.http.get("/prompts/")).json() == {"items": []}

    kept = await ann.http.post("/prompts/favourites", json={"prompt": "a fox"})
    again = await ann.http.post("/prompts/favourites", json={"prompt": "a fox"})
    assert kept.json()["id"] == again.json()["id"]
    path = f"/prompts/favourites/{kept.json()['id']}"
    assert len((await ann.http.get("/prompts/favourites")).json()["items"]) == 1
    assert (await ann.http.get("/prompts/favourites?search=hen")).json() == {"items": []}
    assert (await bob.http.delete(path)).status_code == 404
    assert (await ann.http.delete(path)).status_code == 204
    assert (await ann.http.get("/prompts/favourites")).json() == {"items": []}


PROMPTS = (
    "a castle by the river",
    "broadcast tower, (detailed:1.2)",
    "Café crème, São Paulo",
    "blue_eyes, 100% cotton",
    "\u8d64\u3044\u72d0\u3068\u9ed2\u3044\u732b",
    "\u041a\u0440\u0430\u0441\u043d\u0430\u044f \u0401\u043b\u043a\u0430",
)


@pytest.mark.parametrize("of", ["history", "favourites"])
async def test_prompts_are_found_by_the_beginnings_of_words(
    town: Town, ann: Person, bob: Person, of: str
) -> None:
    for prompt in PROMPTS:
        if of == "history":
            await make_finished_job(town.runtime, ann.identity, prompt=prompt)
        else:
            kept = await ann.http.post("/prompts/favourites", json={"prompt": prompt})
            assert kept.status_code == 201
    path = "/prompts" if of == "history" else "/prompts/favourites"

    async def found(search: str, person: Person = ann) -> list[int]:
        answer = await person.http.get(path, params={"search": search})
        assert answer.status_code == 200, answer.text
        return sorted(PROMPTS.index(one["prompt"]) for one in answer.json()["items"])

    for search, expected in {
        "cast riv": [0],
        "RIVER castle": [0],
        "r c": [0],
        "cast": [0],  # not inside of a word
        "castle the castle": [0],
        "detailed:1.2": [1],
        "((detailed": [1],
        "cafe creme": [2],
        "CAF\u00c9 s\u00e3o": [2],
        "cre\u0300me": [2],
        "eyes blue": [3],
        "100%": [3],
        "%": [0, 1, 2, 3, 4, 5],  # no words
        "\u72d0": [4],
        "\u0451\u043b\u043a \u043a\u0440\u0430\u0441\u043d": [5],
        "castle whale": [],
        "\\": [0, 1, 2, 3, 4, 5],
        "_": [0, 1, 2, 3, 4, 5],
        "' OR 1=1 --": [],
    }.items():
        assert await found(search) == expected, search
    assert await found("castle", bob) == []


async def test_a_dynamic_prompt_is_found_by_its_template_and_by_what_was_drawn(
    town: Town, ann: Person
) -> None:
    template = "a {red|blue} __animals__"
    await make_finished_job(town.runtime, ann.identity, prompt="a red fox", template=template)
    for search in ("fox red", "animals", "blue"):
        (found,) = (await ann.http.get("/prompts", params={"search": search})).json()["items"]
        assert (found["prompt"], found["is_dynamic"]) == (template, True)


async def test_the_index_of_words_serves_their_beginnings(town: Town) -> None:
    query = select(GenerationJob.id).where(*has_words(GenerationJob.prompt_words, "cast r"))
    async with town.runtime.begin() as uow:
        # An empty table is read as a whole otherwise.
        await uow.session.execute(text("SET LOCAL enable_seqscan = off"))
        dialect = uow.session.get_bind().dialect
        compiled = query.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
        plan = await uow.session.execute(text(f"EXPLAIN {compiled}".replace(":", "\\:")))
    found = "\n".join(plan.scalars())
    assert "ix_generation_jobs_words" in found, found
