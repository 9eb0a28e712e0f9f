"""The routes of workflows: analyze, import, list, share, archive, versions, schema, export."""

import io
import json
from typing import Any

import httpx
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import update
from tests.builders import make_content, png
from tests.support.accounts import held
from tests.support.people import Person, Town, running_town
from tests.support.workflow_corpus import corpus, normal_form
from tests.support.workflow_graphs import object_info, report_classes, text_to_image, with_photo

from genonaut.accounts.tables import Role
from genonaut.config import Settings
from genonaut.content.tables import ContentItem, Visibility

PLAIN_TEMPLATE = "image_chroma_text_to_image"
CHECKPOINTS = {"ckpt_name": ["sd15.safetensors", "xl.safetensors"]}


async def add(person: Person, **fields: Any) -> dict[str, Any]:
    body = {"title": "Fox portraits", "graph": text_to_image(), **fields}
    answer = await person.http.post("/workflows/", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def titles(person: Person, **query: Any) -> list[str]:
    answer = await person.http.get("/workflows/", params=query)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()["items"]]


def messages(answer: httpx.Response) -> str:
    assert answer.status_code == 422, answer.text
    return " ".join(f"{one['field']}: {one['message']}" for one in answer.json()["errors"])


async def test_an_analysis_says_what_an_import_would_give(town: Town, ann: Person) -> None:
    await report_classes(town.runtime, "big", object_info(CheckpointLoaderSimple=CHECKPOINTS))
    small = object_info(CheckpointLoaderSimple={"ckpt_name": ["other.safetensors"]})
    del small["VAEDecode"]
    await report_classes(town.runtime, "small", small)
    answer = await ann.http.post("/workflows/analyze", json=text_to_image())
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["format"], found["problems"], found["graph"]) == ("api", [], text_to_image())
    assert [one["key"] for one in found["form"][:2]] == ["prompt", "negative_prompt"]
    assert {"seed", "width", "height"} <= {one["key"] for one in found["form"]}
    assert found["outputs"] == [
        {
            "node_id": "9", "class_type": "SaveImage", "title": "Result", "kind": "image",
            "is_chosen": False,
        }
    ]  # fmt: skip
    assert "KSampler" in found["requirements"]["nodes"]
    assert found["requirements"]["models"] == [
        {"node_id": "4", "input": "ckpt_name", "kind": "checkpoint", "name": "sd15.safetensors"}
    ]
    by_name = {one["name"]: one for one in found["backends"]}
    assert by_name["big"]["can_run"]
    assert by_name["small"] == {
        "name": "small", "can_run": False, "missing_nodes": ["VAEDecode"],
        "missing_models": ["sd15.safetensors"],
    }  # fmt: skip
    assert await titles(ann) == []


async def test_every_format_gives_the_same_graph(ann: Person) -> None:
    graph = text_to_image()
    formats = {
        "api": graph,
        "prompt": {"prompt": graph, "client_id": "x"},
        "output": {"output": graph, "workflow": None},
    }
    for name, document in formats.items():
        found = (await ann.http.post("/workflows/analyze", json=document)).json()
        assert (found["format"], found["graph"]) == (name, graph)


async def test_a_dropped_file_is_analysed(ann: Person) -> None:
    ui = corpus()[PLAIN_TEMPLATE]["ui"]
    files = {
        "graph.json": (json.dumps(text_to_image()).encode(), "api"),
        "editor.json": (json.dumps(ui).encode(), "ui"),
        "image.png": (png_with(prompt=json.dumps(text_to_image())), "file"),
    }
    for name, (data, expected) in files.items():
        answer = await ann.http.post("/workflows/analyze", files={"file": (name, data)})
        assert answer.status_code == 200, answer.text
        assert (answer.json()["format"], answer.json()["problems"]) == (expected, [])
    refused = await ann.http.post("/workflows/analyze", files={"file": ("x.png", png_with())})
    assert "carries no ComfyUI workflow" in messages(refused)


async def test_a_workflow_is_imported_from_an_upload(ann: Person) -> None:
    data = png_with(prompt=json.dumps(text_to_image()))
    upload = (await ann.http.post("/uploads/", files={"file": ("a.png", data)})).json()
    reference = {"upload_id": upload["id"]}
    found = (await ann.http.post("/workflows/analyze", json=reference)).json()
    assert found["graph"] == text_to_image()
    body = {"title": "From an image", "image": reference}
    added = await ann.http.post("/workflows/", json=body)
    assert added.status_code == 201, added.text
    missing = await ann.http.post("/workflows/analyze", json={"upload_id": 99})
    assert "you have no upload 99" in messages(missing)


def png_with(**texts: str) -> bytes:
    """Return a PNG file that embeds texts."""
    embedded = PngInfo()
    for key, value in texts.items():
        embedded.add_text(key, value)
    file = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(file, "PNG", pnginfo=embedded)
    return file.getvalue()


async def test_a_ui_file_is_converted_and_kept(ann: Person) -> None:
    pair = corpus()[PLAIN_TEMPLATE]
    added = await add(ann, graph=pair["ui"])
    version = added["version"]
    assert normal_form(version["graph"]) == normal_form(pair["api"])
    assert version["has_ui"]
    path = f"/workflows/{added['workflow']['id']}/export"
    assert (await ann.http.get(path, params={"format": "ui"})).json() == pair["ui"]
    assert (await ann.http.get(path)).json() == version["graph"]


async def test_an_unknown_class_is_named(ann: Person) -> None:
    ui = {
        "nodes": [{"id": 7, "type": "NoSuchNode", "inputs": [], "outputs": [], "mode": 0}],
        "links": [], "version": 0.4,
    }  # fmt: skip
    found = (await ann.http.post("/workflows/analyze", json=ui)).json()
    assert found["graph"] is None
    assert [(one["node_id"], one["class_type"]) for one in found["problems"]] == [
        ("7", "NoSuchNode")
    ]
    refused = await ann.http.post("/workflows/", json={"title": "x", "graph": ui})
    assert "node 7 (NoSuchNode)" in messages(refused)


async def test_what_is_no_workflow_is_refused(ann: Person) -> None:
    for document in ({"a": 1}, {"prompt": "a fox"}, {}):
        assert (await ann.http.post("/workflows/analyze", json=document)).status_code == 422
    broken = text_to_image(n3={"model": ["99", 0]})
    refused = await ann.http.post("/workflows/analyze", json=broken)
    assert "node '99', which does not exist" in messages(refused)
    for circle in ({"n6": {"clip": ["6", 0]}}, {"n5": {"width": ["8", 0]}}):
        graph = text_to_image(**circle)
        for path, body in (("analyze", graph), ("", {"title": "x", "graph": graph})):
            refused = await ann.http.post(f"/workflows/{path}", json=body)
            assert "the links run in a circle" in messages(refused)
    large = {str(number): {"class_type": "A", "inputs": {}} for number in range(2_001)}
    assert "2000" in messages(await ann.http.post("/workflows/analyze", json=large))
    nul = text_to_image(n6={"text": "a\0b"})
    assert "NUL" in messages(await ann.http.post("/workflows/analyze", json=nul))
    heavy = text_to_image(n6={"text": "x" * 4_200_000})
    answer = await ann.http.post("/workflows/analyze", json=heavy)
    assert "graph: is larger than 4.2 MB" in messages(answer)


async def test_file_names_become_fields_or_are_refused(ann: Person) -> None:
    added = await add(ann, graph=with_photo())
    (field,) = [one for one in added["version"]["form"] if one["type"] == "image"]
    assert (field["required"], field["default"]) == (True, None)
    assert added["version"]["graph"]["1"]["inputs"]["image"] == ""
    body = {"title": "x", "graph": with_photo(), "form": []}
    assert "names a file" in messages(await ann.http.post("/workflows/", json=body))
    linked = with_photo()
    linked["1"]["inputs"]["image"] = ["4", 0]
    linked["4"] = {"class_type": "PrimitiveString", "inputs": {"value": "a.png [output]"}}
    text = messages(await ann.http.post("/workflows/", json={"title": "x", "graph": linked}))
    assert "must not be linked" in text
    assert "ends with [input], [output] or [temp]" in text


async def test_denied_nodes_are_refused_with_the_reason(ann: Person) -> None:
    graph = with_photo()
    graph["1"]["class_type"] = "LoadImageOutput"
    refused = await ann.http.post("/workflows/", json={"title": "x", "graph": graph})
    assert "An administrator has denied this node." in messages(refused)
    paid = text_to_image()
    paid["1"] = {"class_type": "OpenAIDalle3", "inputs": {"prompt": "x", "seed": 1}}
    refused = await ann.http.post("/workflows/", json={"title": "x", "graph": paid})
    assert "paid service" in messages(refused)


async def test_the_author_arranges_the_form(ann: Person) -> None:
    form: list[dict[str, Any]] = [
        {"key": "what", "label": "What to paint", "type": "text", "node_id": "6", "input": "text"},
        {
            "key": "steps", "label": "Quality", "type": "integer", "node_id": "3",
            "input": "steps", "min": 2, "max": 8, "default": 4,
        },
    ]  # fmt: skip
    added = await add(ann, form=form)
    path = f"/workflows/{added['workflow']['id']}/schema"
    schema = (await ann.http.get(path)).json()
    assert list(schema["properties"]) == ["what", "steps"]
    steps = schema["properties"]["steps"]
    assert (steps["minimum"], steps["maximum"], steps["default"]) == (2, 8, 4)
    wrong: list[dict[str, Any]] = [
        {**form[0], "node_id": "99"},
        {**form[0], "key": "model", "input": "clip"},
        {**form[1], "type": "text"},
        {**form[1], "key": "other", "max": 20_000},
    ]
    text = messages(
        await ann.http.post(
            "/workflows/", json={"title": "x", "graph": text_to_image(), "form": wrong}
        )
    )
    for field in ("form[0].node_id", "form[1].input", "form[2].type", "form[3].max"):
        assert field in text


async def test_options_are_those_of_the_servers_that_can_run_it(town: Town, ann: Person) -> None:
    added = await add(ann)
    await report_classes(town.runtime, "big", object_info(CheckpointLoaderSimple=CHECKPOINTS))
    other = object_info(CheckpointLoaderSimple={"ckpt_name": ["other.safetensors"]})
    del other["VAEDecode"]
    await report_classes(town.runtime, "small", other)
    schema = (await ann.http.get(f"/workflows/{added['workflow']['id']}/schema")).json()
    assert schema["properties"]["checkpoint"]["enum"] == CHECKPOINTS["ckpt_name"]
    samplers = {"sampler_name": ["euler", "brand_new"]}
    await report_classes(town.runtime, "big", object_info(KSampler=samplers))
    schema = (await ann.http.get(f"/workflows/{added['workflow']['id']}/schema")).json()
    assert schema["properties"]["sampler_name"]["enum"] == samplers["sampler_name"]


async def test_others_see_shared_workflows_only(ann: Person, bob: Person, admin: Person) -> None:
    added = await add(ann)
    path = f"/workflows/{added['workflow']['id']}"
    assert (await bob.http.get(path)).status_code == 404
    assert await titles(bob) == []
    shared = await ann.http.patch(path, json={"visibility": "shared", "title": "Foxes"})
    assert (shared.status_code, shared.json()["title"]) == (200, "Foxes")
    assert await titles(bob) == ["Foxes"]
    assert await titles(bob, scope="mine") == []
    assert await titles(ann, scope="mine", search="fox") == ["Foxes"]
    assert (await bob.http.get(path)).json()["may_change"] is False
    assert (await bob.http.patch(path, json={"title": "Mine"})).status_code == 403
    assert (await bob.http.delete(path)).status_code == 403
    assert (await admin.http.patch(path, json={"title": "Red foxes"})).status_code == 200


async def test_archiving_hides_a_workflow_until_it_is_restored(ann: Person) -> None:
    path = f"/workflows/{(await add(ann))['workflow']['id']}"
    assert (await ann.http.delete(path)).status_code == 204
    assert await titles(ann) == []
    assert await titles(ann, archived=True) == ["Fox portraits"]
    assert (await ann.http.get(path)).json()["archived_at"] is not None
    await ann.http.patch(path, json={"is_archived": False})
    assert await titles(ann) == ["Fox portraits"]


async def test_versions_are_added_and_never_change(ann: Person) -> None:
    added = await add(ann)
    path = f"/workflows/{added['workflow']['id']}/versions"
    body = {"graph": text_to_image(n6={"text": "a wolf"}), "note": "wolves"}
    second = await ann.http.post(path, json=body)
    assert (second.status_code, second.json()["version"]["number"]) == (201, 2)
    listed = (await ann.http.get(path)).json()
    assert [(one["number"], one["note"]) for one in listed["items"]] == [(2, "wolves"), (1, "")]
    first = (await ann.http.get(f"{path}/1")).json()
    assert first["graph"] == text_to_image()
    assert (await ann.http.get(f"{path}/3")).status_code == 404
    page = (await ann.http.get(path, params={"limit": 1})).json()
    params = {"limit": 1, "cursor": page["next_cursor"]}
    rest = (await ann.http.get(path, params=params)).json()
    assert [one["number"] for one in rest["items"]] == [1]


async def test_a_version_is_made_from_an_earlier_one_exactly(ann: Person) -> None:
    seed = 2**64 - 1  # more than a JSON client with doubles can repeat
    graph = text_to_image(n3={"seed": seed})
    path = f"/workflows/{(await add(ann, graph=graph))['workflow']['id']}/versions"
    await ann.http.post(path, json={"graph": text_to_image()})
    first = (await ann.http.get(f"{path}/1")).json()
    restored = await ann.http.post(path, json={"base_version": 1, "note": "back"})
    assert restored.status_code == 201, restored.text
    version = restored.json()["version"]
    assert version["number"] == 3
    assert (version["graph"], version["form"]) == (first["graph"], first["form"])
    assert version["graph"]["3"]["inputs"]["seed"] == seed
    form = [one for one in first["form"] if one["key"] != "negative_prompt"]
    changed = (await ann.http.post(path, json={"base_version": 3, "form": form})).json()["version"]
    assert (len(changed["form"]), changed["graph"]) == (len(form), first["graph"])
    both = await ann.http.post(path, json={"base_version": 1, "graph": graph})
    assert both.status_code == 422
    assert both.json()["errors"][0]["field"] == "base_version"
    assert (await ann.http.post(path, json={"base_version": 9})).status_code == 404


async def test_versions_are_compared(ann: Person, bob: Person) -> None:
    added = await add(ann)
    path = f"/workflows/{added['workflow']['id']}/versions"
    graph = text_to_image(n6={"text": "a wolf"})
    graph["20"] = {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}}
    form = [one for one in added["version"]["form"] if one["key"] != "negative_prompt"]
    form = [form[1], form[0] | {"label": "What to paint"}, *form[2:]]
    body = {"graph": graph, "form": form}
    second = await ann.http.post(path, json=body)
    assert second.status_code == 201, second.text
    answer = await ann.http.get(f"{path}/2/diff")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["number"], found["against"]) == (2, 1)
    assert [one["class_type"] for one in found["graph"]["added"]] == ["PreviewImage"]
    assert found["graph"]["removed"] == []
    [changed] = found["graph"]["changed"]
    assert changed["node"]["node_id"] == "6"
    assert [(one["name"], one["after"]) for one in changed["changes"]] == [("text", "a wolf")]
    assert [one["key"] for one in found["form"]["removed"]] == ["negative_prompt"]
    assert found["form"]["is_reordered"]
    [field] = found["form"]["changed"]
    assert field["key"] == "prompt"
    assert {"name": "label", "kind": "changed", "before": "Prompt", "after": "What to paint"} in (
        field["changes"]
    )
    back = (await ann.http.get(f"{path}/1/diff", params={"against": 2})).json()
    assert [one["class_type"] for one in back["graph"]["removed"]] == ["PreviewImage"]
    assert (await ann.http.get(f"{path}/2/diff", params={"against": 9})).status_code == 404
    assert (await bob.http.get(f"{path}/2/diff")).status_code == 404


async def test_the_cover_is_the_newest_result_that_the_viewer_may_see(
    town: Town, ann: Person, bob: Person
) -> None:
    added = await add(ann, visibility="shared")
    workflow_id = added["workflow"]["id"]
    assert added["workflow"]["cover"] is None
    public = Visibility.PUBLIC
    results = [
        await make_content(town.runtime, bob.identity, visibility=public, data=png(8, 8)),
        await make_content(town.runtime, bob.identity, data=png(16, 8)),
        await make_content(town.runtime, ann.identity, data=png(24, 8), is_trashed=True),
    ]
    async with town.runtime.begin() as uow:
        is_result = ContentItem.id.in_(results)
        await uow.session.execute(
            update(ContentItem).where(is_result).values(workflow_id=workflow_id)
        )

    async def width(person: Person) -> int:
        [listed] = (await person.http.get("/workflows/")).json()["items"]
        assert listed == (await person.http.get(f"/workflows/{workflow_id}")).json()
        assert listed["cover"]["thumbnails"] != []
        width: int = listed["cover"]["width"]
        return width

    assert (await width(ann), await width(bob)) == (8, 16)
    chosen = await make_content(town.runtime, ann.identity, data=png(32, 8))
    path = f"/workflows/{workflow_id}"
    await ann.http.patch(path, json={"cover_content_id": chosen})
    assert (await width(ann), await width(bob)) == (32, 16)


async def test_a_workflow_names_the_servers_that_can_run_it(town: Town, ann: Person) -> None:
    added = await add(ann)
    assert added["workflow"]["runs_on"] == []
    await report_classes(town.runtime, "big", object_info(CheckpointLoaderSimple=CHECKPOINTS))
    other = object_info(CheckpointLoaderSimple={"ckpt_name": ["other.safetensors"]})
    await report_classes(town.runtime, "other", other)
    [listed] = (await ann.http.get("/workflows/")).json()["items"]
    assert listed["runs_on"] == ["big"]


async def test_inputs_outside_of_the_form_can_become_fields(ann: Person) -> None:
    found = (await ann.http.post("/workflows/analyze", json=text_to_image())).json()
    used = {(one["node_id"], one["input"]) for one in found["form"]}
    others = {(one["node_id"], one["input"]) for one in found["other_fields"]}
    assert not used & others
    form = [one for one in found["form"] if one["key"] == "prompt"] + found["other_fields"]
    await add(ann, form=form)


async def test_pages_are_contiguous(ann: Person) -> None:
    for number in range(5):
        await add(ann, title=f"No. {number}")
    first = (await ann.http.get("/workflows/", params={"limit": 3})).json()
    params = {"limit": 3, "cursor": first["next_cursor"]}
    second = (await ann.http.get("/workflows/", params=params)).json()
    found = [one["title"] for one in [*first["items"], *second["items"]]]
    assert found == [f"No. {number}" for number in reversed(range(5))]
    assert (first["total"], second["total"], second["next_cursor"]) == (5, None, None)


async def test_slugs_are_unique_per_owner(ann: Person, bob: Person) -> None:
    slugs = [(await add(ann, title="Über Füchse!"))["workflow"]["slug"] for _ in range(3)]
    assert slugs == ["uber-fuchse", "uber-fuchse-2", "uber-fuchse-3"]
    assert (await add(bob, title="Über Füchse!"))["workflow"]["slug"] == "uber-fuchse"


async def test_a_cover_must_be_visible_to_its_author(town: Town, ann: Person, bob: Person) -> None:
    own = await make_content(town.runtime, ann.identity)
    foreign = await make_content(town.runtime, bob.identity)
    added = await add(ann, cover_content_id=own)
    path = f"/workflows/{added['workflow']['id']}"
    refused = await ann.http.patch(path, json={"cover_content_id": foreign})
    assert "cover_content_id" in messages(refused)
    assert (await ann.http.get(path)).json()["cover_content_id"] == own
    assert (await ann.http.patch(path, json={"cover_content_id": None})).status_code == 200


async def test_only_administrators_add_workflows_by_default(settings: Settings) -> None:
    async with held(running_town(settings)) as town:
        ann = await town.person("ann")
        admin = await town.person("root", role=Role.ADMIN)
        body = {"title": "x", "graph": text_to_image()}
        refused = await ann.http.post("/workflows/", json=body)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        assert (await add(admin, visibility="shared"))["workflow"]["owner"] == "root"
        for person, may in ((ann, False), (admin, True)):
            me = (await person.http.get("/auth/me")).json()
            assert me["may_add_workflows"] is may
        assert await titles(ann) == ["Fox portraits"]
