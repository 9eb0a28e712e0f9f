"""The routes of models: lists, filters, corrections, previews, the websocket."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.support.asgi_socket import open_socket
from tests.support.models import put, refresh, specimen
from tests.support.people import Person, running_town
from tests.support.round_trips import recorded_statements
from tests.support.server import serving, watching
from tests.support.service import Api, running_api

from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.web.middleware.request_guard import RequestGuard

V1 = "/api/v1"


async def listed(api: Api, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = await api.http.get(V1 + path, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def model(api: Api, name: str) -> dict[str, Any]:
    return next(one for one in await listed(api, "/models", limit=100) if one["name"] == name)


def fill(models: Path) -> None:
    put(specimen("sd1"), models / "checkpoints" / "one.safetensors")
    put(specimen("sdxl"), models / "checkpoints" / "two.safetensors")
    put(
        specimen("sd1", of="lora"),
        models / "loras" / "ink.safetensors",
        metadata={"modelspec.title": "Ink", "modelspec.trigger_phrase": "inked"},
    )
    put(specimen("sdxl", of="lora"), models / "loras" / "grain.safetensors")


async def test_lists_contain_the_documented_fields(without_comfyui: Settings, models: Path) -> None:
    fill(models)
    async with running_api(without_comfyui) as api:
        await refresh(api.runtime)
        answer = (await api.http.get(f"{V1}/checkpoint-models/")).json()
        assert (answer["total"], answer["next_cursor"]) == (2, None)
        one = answer["items"][0]
        assert one["name"] == "one.safetensors"
        assert (one["display_name"], one["architecture"]) == ("one", "sd1")
        assert (one["source"], one["enabled"], one["available"]) == ("filesystem", True, True)
        assert one["evidence"][0]["source"] == "tensors"
        assert one["defaults"]["width"] == 512
        assert one["abilities"] == {
            "text_to_image": True, "source": True, "mask": True, "extend": True, "hires": True,
            "control": True, "reads_control": [], "references": 0, "is_edit": False,
            "refiner": False, "clip_skip": True, "step_px": 8,
        }  # fmt: skip
        lora = (await listed(api, "/lora-models", search="inked"))[0]
        assert (lora["display_name"], lora["trigger_words"]) == ("Ink", ["inked"])
        assert {"sha256", "autov2", "size_bytes", "preview"} <= set(lora)


async def test_compatible_with_leaves_out_misfits(without_comfyui: Settings, models: Path) -> None:
    fill(models)
    async with running_api(without_comfyui) as api:
        await refresh(api.runtime)
        found = await listed(api, "/lora-models", compatible_with="two.safetensors")
        assert [one["name"] for one in found] == ["grain.safetensors"]
        assert found[0]["compatibility"] == {"fit": "fits", "reason": "both are sdxl"}
        answer = await api.http.get(f"{V1}/lora-models", params={"compatible_with": "tow"})
        assert answer.status_code == 422
        assert "two.safetensors" in answer.json()["errors"][0]["message"]


async def test_pages_and_filters(without_comfyui: Settings, models: Path) -> None:
    fill(models)
    async with running_api(without_comfyui) as api:
        await refresh(api.runtime)
        page = (await api.http.get(f"{V1}/models", params={"limit": 3})).json()
        assert page["total"] == 4
        query = {"limit": 3, "cursor": page["next_cursor"]}
        rest = (await api.http.get(f"{V1}/models", params=query)).json()
        assert (rest["total"], rest["next_cursor"]) == (None, None)
        names = [one["name"] for one in page["items"] + rest["items"]]
        assert names == sorted(names)
        assert len(names) == 4
        assert len(await listed(api, "/models", kind="lora")) == 2
        assert len(await listed(api, "/models", kind=["lora", "checkpoint"])) >= 3
        assert len(await listed(api, "/models", architecture="sdxl")) == 2
        assert await listed(api, "/models", available=False) == []
        assert await listed(api, "/models", search="gra%") == []


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"kind": "car"}, {"architecture": "sd9"},
     {"search": "x" * 201}, {"source": "moon"}, {"enabled": "maybe"}],
)  # fmt: skip
async def test_invalid_query_parameters_are_named(
    without_comfyui: Settings, query: dict[str, Any]
) -> None:
    async with running_api(without_comfyui) as api:
        answer = await api.http.get(f"{V1}/models", params=query)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"] == next(iter(query))


async def test_corrections_survive_refreshes_and_can_be_removed(
    without_comfyui: Settings, models: Path
) -> None:
    fill(models)
    async with running_api(without_comfyui) as api:
        await refresh(api.runtime)
        path = f"{V1}/models/{(await model(api, 'one.safetensors'))['id']}"
        body = {
            "architecture": "sdxl",
            "variant": "pony",
            "display_name": "My 100% model",
            "trigger_words": ["a, b", "c"],
            "notes": "nice",
            "enabled": False,
        }
        changed = await api.http.patch(path, json=body)
        assert changed.status_code == 200, changed.text
        put(specimen("sd1"), models / "checkpoints" / "one.safetensors")
        (models / "checkpoints" / "one.safetensors").touch()
        assert (await refresh(api.runtime))["changed"] == 1
        kept = (await api.http.get(path)).json()
        assert {name: kept[name] for name in body} == body
        assert kept["detected"]["architecture"] == "sd1"
        assert kept["overrides"]["display_name"] == "My 100% model"
        assert await listed(api, "/models", search="100%")
        await api.http.patch(path, json={"architecture": None})
        assert (await api.http.get(path)).json()["architecture"] == "sd1"
        reset = (await api.http.post(f"{path}/reset")).json()
        assert (reset["display_name"], reset["is_corrected"]) == ("one", False)
        assert reset["enabled"] is False


@pytest.mark.parametrize(
    "body",
    [{"kind": "car"}, {"architecture": ""}, {"display_name": ""}, {"notes": "x" * 4001},
     {"trigger_words": "a"}, {"enabled": None}, {"enabled": "yes"}, {"name": "other"},
     {"display_name": "a\x00b"}, {"trigger_words": ["x"] * 51}],
)  # fmt: skip
async def test_invalid_corrections_are_rejected(
    without_comfyui: Settings, models: Path, body: dict[str, Any]
) -> None:
    fill(models)
    async with running_api(without_comfyui) as api:
        await refresh(api.runtime)
        path = f"{V1}/models/{(await model(api, 'one.safetensors'))['id']}"
        assert (await api.http.patch(path, json=body)).status_code == 422
        assert (await api.http.get(path)).json()["is_corrected"] is False


async def test_models_are_added_found_and_deleted(without_comfyui: Settings, models: Path) -> None:
    async with running_api(without_comfyui) as api:
        body = {"folder": "checkpoints", "name": "sub/new.safetensors", "architecture": "sdxl"}
        made = await api.http.post(f"{V1}/models", json=body)
        assert made.status_code == 201, made.text
        entered = made.json()
        assert (entered["source"], entered["available"]) == ("manual", False)
        assert entered["health"][0]["code"] == "missing"
        assert (await api.http.post(f"{V1}/models", json=body)).status_code == 409
        put(specimen("sd1"), models / "checkpoints" / "sub" / "new.safetensors")
        await refresh(api.runtime)
        found = (await api.http.get(f"{V1}/models/{entered['id']}")).json()
        assert (found["source"], found["available"]) == ("filesystem", True)
        assert (found["architecture"], found["detected"]["architecture"]) == ("sdxl", "sd1")
        path = f"{V1}/models/{entered['id']}"
        assert (await api.http.delete(path)).status_code == 409
        (models / "checkpoints" / "sub" / "new.safetensors").unlink()
        await refresh(api.runtime)
        assert (await api.http.delete(path)).status_code == 204
        assert (await api.http.get(path)).status_code == 404


@pytest.mark.parametrize("name", ["../x.safetensors", "/x", "a//b", "a/./b", "", "x" * 256])
async def test_names_outside_their_folder_are_rejected(
    without_comfyui: Settings, name: str
) -> None:
    async with running_api(without_comfyui) as api:
        body = {"folder": "checkpoints", "name": name}
        assert (await api.http.post(f"{V1}/models", json=body)).status_code == 422


@pytest.mark.parametrize("model_id", [0, 2**63, 10**30, 77])
async def test_unknown_ids_are_not_found(without_comfyui: Settings, model_id: int) -> None:
    async with running_api(without_comfyui) as api:
        path = f"{V1}/models/{model_id}"
        assert (await api.http.get(path)).status_code == 404
        assert (await api.http.get(f"{path}/preview")).status_code == 404
        assert (await api.http.patch(path, json={})).status_code == 404
        assert (await api.http.delete(path)).status_code == 404


async def test_only_administrators_may_change_models(
    without_comfyui: Settings, models: Path
) -> None:
    fill(models)
    async with running_town(without_comfyui) as town:
        await refresh(town.runtime)
        ann, root = await town.person("ann"), await town.person("root", role=Role.ADMIN)
        first = (await ann.http.get("/models")).json()["items"][0]["id"]
        for method, path, body in (
            ("PATCH", f"/models/{first}", {"notes": "x"}),
            ("DELETE", f"/models/{first}", None),
            ("POST", f"/models/{first}/reset", None),
            ("POST", "/models", {"folder": "loras", "name": "x"}),
            ("POST", "/models/refresh", None),
            ("POST", "/models/hash", None),
        ):
            answer = await ann.http.request(method, path, json=body)
            assert answer.status_code == 403, (method, path, answer.text)
        assert (await root.http.post("/models/refresh")).status_code == 202
        assert (await root.http.post("/models/hash")).status_code == 202
        assert (await ann.http.get("/models/refresh")).json()["requested_at"] is not None


async def test_each_user_has_a_note_on_a_model_beside_that_of_administrators(
    without_comfyui: Settings, models: Path
) -> None:
    fill(models)
    async with running_town(without_comfyui) as town:
        await refresh(town.runtime)
        ann, bob = await town.person("ann"), await town.person("bob", role=Role.ADMIN)
        first, second = (
            one["id"] for one in (await ann.http.get("/models?limit=2")).json()["items"]
        )
        path = f"/models/{first}"
        assert (await ann.http.get(path)).json()["my_note"] == ""
        for text in ("30 steps", "36 steps"):
            written = await ann.http.put(f"{path}/note", json={"text": text})
            assert (written.status_code, written.json()["text"]) == (200, text)
        await bob.http.put(f"{path}/note", json={"text": "too dark"})
        shared = await bob.http.patch(path, json={"notes": "needs its VAE"})
        assert (shared.json()["notes"], shared.json()["my_note"]) == ("needs its VAE", "too dark")
        seen = (await ann.http.get(path)).json()
        assert (seen["notes"], seen["my_note"]) == ("needs its VAE", "36 steps")
        await ann.http.put(f"/models/{second}/note", json={"text": "sharp"})
        listed = (await ann.http.get("/models/notes")).json()["items"]
        assert [(one["model_id"], one["text"]) for one in listed] == [
            (second, "sharp"),
            (first, "36 steps"),
        ]
        blank = await ann.http.put(f"{path}/note", json={"text": "  "})
        assert blank.json() == {"model_id": first, "text": "", "updated_at": None}
        assert (await ann.http.delete(f"/models/{second}/note")).status_code == 204
        assert (await ann.http.delete(f"/models/{second}/note")).status_code == 404
        assert (await ann.http.get("/models/notes")).json() == {"items": []}
        assert (await bob.http.get(path)).json()["my_note"] == "too dark"
        for wrong in (10**9, 2**63):
            answer = await ann.http.put(f"/models/{wrong}/note", json={"text": "x"})
            assert answer.status_code == 404


async def test_only_administrators_see_the_problems_of_a_refresh(
    without_comfyui: Settings, models: Path
) -> None:
    folder = models / "checkpoints" / "/".join(["d" * 200] * 5)
    put(specimen("sd1"), folder / "x.safetensors")
    async with running_town(without_comfyui) as town:
        settings = town.runtime.settings
        guard = RequestGuard(town.api.app, settings.web, settings.auth)
        ann, root = await town.person("ann"), await town.person("root", role=Role.ADMIN)
        key = {"Authorization": ann.http.headers["authorization"]}
        async with open_socket(guard, "/ws/models", key) as socket:
            frames = [await socket.frame()]
            await refresh(town.runtime)
            while frames[-1]["type"] != "changed":
                frames.append(await socket.frame())
        assert (await root.http.get("/models/refresh")).json()["report"]["problems"]
        shown = (await ann.http.get("/models/refresh")).json()["report"]
        assert (shown["problem_count"], shown.get("problems")) == (1, None)
        assert "problems" not in frames[-1]["report"]


def write_image(path: Path, *, width: int = 900) -> None:
    Image.new("RGB", (width, 600), "teal").save(path)


async def test_previews_are_scaled_down_and_follow_their_file(
    without_comfyui: Settings, models: Path
) -> None:
    fill(models)
    image = models / "checkpoints" / "one.preview.png"
    write_image(image)
    async with running_api(without_comfyui) as api:
        await refresh(api.runtime)
        url = (await model(api, "one.safetensors"))["preview"]
        answer = await api.http.get(url)
        assert answer.headers["content-type"] == "image/webp"
        with Image.open(io.BytesIO(answer.content)) as shrunk:
            assert shrunk.size == (512, 341)
        tag = answer.headers["etag"]
        again = await api.http.get(url, headers={"If-None-Match": tag})
        assert again.status_code == 304
        image.unlink()  # the stored preview is served
        assert (await api.http.get(url)).content == answer.content
        write_image(image, width=600)
        await refresh(api.runtime)
        changed = await api.http.get(url, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        image.write_bytes(b"not an image")
        await refresh(api.runtime)
        assert (await api.http.get(url)).status_code == 404
        assert (await model(api, "two.safetensors"))["preview"] is None


async def test_a_preview_inside_the_file_is_found(without_comfyui: Settings, models: Path) -> None:
    data = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(data, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
    put(
        specimen("sd1", of="lora"),
        models / "loras" / "ink.safetensors",
        metadata={"modelspec.thumbnail": uri},
    )
    put(
        specimen("sd1", of="lora"),
        models / "loras" / "bad.safetensors",
        metadata={"modelspec.thumbnail": "data:image/png;base64,!!!", "ssmd_cover_images": "{"},
    )
    async with running_api(without_comfyui) as api:
        await refresh(api.runtime)
        url = (await model(api, "ink.safetensors"))["preview"]
        with Image.open(io.BytesIO((await api.http.get(url)).content)) as shown:
            assert shown.size == (32, 32)
        bad = (await model(api, "bad.safetensors"))["preview"]
        assert (await api.http.get(bad)).status_code == 404


async def test_the_websocket_reports_refreshes(without_comfyui: Settings, models: Path) -> None:
    fill(models)
    async with (
        running_api(without_comfyui) as api,
        serving(without_comfyui) as url,
        watching(url, "/ws/models") as watcher,
    ):
        first = await watcher.frame()
        assert first["type"] == "snapshot"
        assert first["refresh"]["finished_at"] is None
        await refresh(api.runtime)
        frames = [await watcher.frame()]
        while frames[-1]["type"] != "changed":
            frames.append(await watcher.frame())
        progress = next(one for one in frames if one["type"] == "progress" and one["done"])
        assert (progress["phase"], progress["done"], progress["total"]) == ("files", 4, 4)
        assert frames[-1]["report"]["added"] == 4


async def test_favourite_models_are_of_each_user(without_comfyui: Settings, models: Path) -> None:
    fill(models)
    async with running_town(without_comfyui) as town:
        await refresh(town.runtime)
        ann, bob = await town.person("ann"), await town.person("bob")
        found = (await ann.http.get("/models", params={"limit": 100})).json()["items"]
        ids = {one["name"]: one["id"] for one in found}

        async def mark(name: str, *, to: bool = True) -> Any:
            answer = await ann.http.put(f"/models/{ids[name]}/favourite", json={"is_favourite": to})
            assert answer.status_code == 200, answer.text
            return answer.json()

        async def marked(person: Person, path: str, **query: Any) -> list[str]:
            items = (await person.http.get(path, params=query)).json()["items"]
            return [one["name"] for one in items if one["is_favourite"]]

        for _ in range(2):
            assert await mark("two.safetensors") == {
                "model_id": ids["two.safetensors"],
                "is_favourite": True,
            }
        await mark("ink.safetensors")
        for _ in range(3):  # from the second time on from memory
            both = ["ink.safetensors", "two.safetensors"]
            assert await marked(ann, "/models", limit=100) == both
            assert await marked(bob, "/models", limit=100) == []
        assert await marked(ann, "/checkpoint-models") == ["two.safetensors"]
        assert await marked(ann, "/lora-models") == ["ink.safetensors"]
        page = (await ann.http.get("/models", params={"favourite": True, "limit": 1})).json()
        assert (page["total"], len(page["items"])) == (2, 1)
        rest = await ann.http.get("/models", params={"favourite": False, "limit": 100})
        assert len(rest.json()["items"]) == len(found) - 2
        for path in ("/models", "/lora-models"):
            assert (await bob.http.get(path, params={"favourite": True})).json()["items"] == []
        one = f"/models/{ids['two.safetensors']}"
        assert (await ann.http.get(one)).json()["is_favourite"]
        assert not (await bob.http.get(one)).json()["is_favourite"]
        await mark("two.safetensors", to=False)
        assert await marked(ann, "/models", favourite=True) == ["ink.safetensors"]
        for wrong in (99_999_999, 2**70):
            body = {"is_favourite": True}
            answer = await ann.http.put(f"/models/{wrong}/favourite", json=body)
            assert answer.status_code in {404, 422}, wrong


async def test_a_page_of_models_that_is_in_memory_costs_one_statement(
    without_comfyui: Settings, models: Path
) -> None:
    fill(models)
    async with running_town(without_comfyui) as town:
        await refresh(town.runtime)
        ann = await town.person("ann")
        with recorded_statements(town.runtime.engine) as statements:
            await town.runtime.reader.close()  # its connections are older than the recording
            sent = []
            for _ in range(20):  # a page is kept for a second, the caller for another one
                statements.clear()
                assert (await ann.http.get("/models")).json()["total"] == 4
                sent.append([" ".join(one.split()) for one in statements])
        fewest = min(sent, key=len)
        assert len(fewest) == 1, fewest
        assert "model_favourites" in fewest[0]
