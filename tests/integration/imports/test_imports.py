"""Import of images and zips: what is stored, what is recognised, and what is refused."""

import asyncio
import hashlib
import io
import json
import stat
import zipfile
import zlib
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from click.testing import Result
from PIL import Image, PngImagePlugin
from sqlalchemy import select
from tests.builders import make_person
from tests.support.commands import genonaut
from tests.support.people import Person, Town, running_town
from tests.support.server import serving
from tests.support.uploads import decoded, encoded, gradient

from genonaut.accounts.identity import ALL_SCOPES
from genonaut.accounts.keys import ApiKeyService
from genonaut.config import Settings
from genonaut.content.tables import ContentItem
from genonaut.storage.png import make_chunk

PARAMETERS = (
    "a red fox in the snow <lora:detail:0.8>\n"
    "Negative prompt: blurry\n"
    "Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7, Seed: 42, Size: 64x48,"
    " Model hash: 6ce0161689, Model: v1-5-pruned, Version: v1.10.1"
)


def image(width: int = 64, *, parameters: str | None = None) -> bytes:
    """Return a PNG; each width is another image."""
    info = PngImagePlugin.PngInfo()
    if parameters is not None:
        info.add_text("parameters", parameters)
    file = io.BytesIO()
    gradient(width, 48).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def archive(files: dict[str, bytes], **options: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as made:
        for name, data in files.items():
            made.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


async def send(person: Person, data: bytes, name: str = "fox.png") -> httpx.Response:
    return await person.http.post("/imports/", files={"file": (name, data)})


async def outcomes(person: Person, data: bytes, name: str = "files.zip") -> dict[str, Any]:
    answer = await send(person, data, name)
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"]}


async def gallery(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await person.http.get("/content/")).json()["items"]
    return items


async def test_an_image_is_kept_as_it_is_and_its_settings_are_read(ann: Person) -> None:
    data = image(parameters=PARAMETERS)
    answer = await send(ann, data, "C:\\images\\Fox 1.png")
    (outcome,) = answer.json()["items"]
    assert (outcome["status"], outcome["program"]) == ("imported", "a1111")
    assert answer.json()["counts"] == {"imported": 1, "duplicate": 0, "refused": 0}
    (item,) = await gallery(ann)
    assert item["id"] == outcome["content_id"]
    assert item["prompt"].startswith("a red fox in the snow")
    assert item["title"].startswith("a red fox")
    assert (item["negative_prompt"], item["checkpoint_model"]) == ("blurry", "v1-5-pruned")
    assert (item["job_id"], item["visibility"]) == (None, "private")
    shown = item["metadata"]
    assert (shown["origin"], shown["program"], shown["file_name"]) == (
        "import",
        "a1111",
        "Fox 1.png",
    )
    assert (shown["seed"], shown["steps"], shown["cfg"]) == (42, 20, 7.0)
    assert [one["name"] for one in shown["lora_models"]] == ["detail"]
    file = await ann.http.get(f"/content/{item['id']}/image")
    assert file.content == data
    assert len(item["thumbnails"]) == 3


async def test_an_avif_is_stored_served_and_stripped(ann: Person) -> None:
    exif = Image.Exif()
    exif[0x9286] = b"UNICODE\0" + PARAMETERS.encode("utf-16-be")
    data = encoded(gradient(64, 48), "AVIF", exif=exif, speed=10)
    (outcome,) = (await send(ann, data, "fox.avif")).json()["items"]
    assert (outcome["status"], outcome["program"]) == ("imported", "a1111")
    (item,) = await gallery(ann)
    assert item["prompt"].startswith("a red fox in the snow")
    assert (item["width"], item["height"], len(item["thumbnails"])) == (64, 48, 3)
    path = f"/content/{item['id']}/image"
    file = await ann.http.get(path, params={"download": "1"})
    assert (file.content, file.headers["content-type"]) == (data, "image/avif")
    assert file.headers["content-disposition"].endswith('.avif"')
    plain = await ann.http.get(path, params={"metadata": "strip"})
    assert (plain.status_code, plain.headers["content-type"]) == (200, "image/avif")
    assert "red fox".encode("utf-16-be") in data
    assert "red fox".encode("utf-16-be") not in plain.content
    assert decoded(plain.content).tobytes() == decoded(data).tobytes()


async def test_images_without_metadata_are_named_after_their_file(ann: Person) -> None:
    await send(ann, encoded(gradient(40, 30)), "holiday.png")
    (item,) = await gallery(ann)
    assert (item["title"], item["prompt"], item["checkpoint_model"]) == ("holiday", "", "")


async def test_a_file_is_read_without_being_stored(ann: Person) -> None:
    data = image(parameters=PARAMETERS)
    answer = await ann.http.post("/imports/inspect", files={"file": ("Fox.png", data)})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["name"], found["program"], found["content_id"]) == ("Fox.png", "a1111", None)
    assert found["prompt"].startswith("a red fox in the snow")
    assert (found["negative_prompt"], found["checkpoint_model"]) == ("blurry", "v1-5-pruned")
    assert (found["width"], found["height"]) == (64, 48)
    shown = found["metadata"]
    assert (shown["sampler_name"], shown["scheduler"]) == ("euler_ancestral", "karras")
    assert (shown["original_sampler"], shown["model_hash"]) == ("Euler a", "6ce0161689")
    assert await gallery(ann) == []
    (outcome,) = (await send(ann, data)).json()["items"]
    again = await ann.http.post("/imports/inspect", files={"file": ("Fox.png", data)})
    assert again.json()["content_id"] == outcome["content_id"]
    plain = await ann.http.post("/imports/inspect", files={"file": ("note.txt", b"hello")})
    assert (plain.status_code, plain.json()["program"], plain.json()["prompt"]) == (200, None, "")
    assert (found["is_importable"], plain.json()["is_importable"]) == (True, False)


async def test_the_size_and_seed_of_the_generation_are_kept(ann: Person) -> None:
    """A second pass changes the size of the file; seeds of other programs have up to 64 bits."""
    seed = 2**63 + 1
    settings = f"Steps: 20, Sampler: Euler, Seed: {seed}, Size: 32x24, Hires upscale: 2"
    await send(ann, image(parameters=f"a fox\n{settings}"))
    (item,) = await gallery(ann)
    shown = item["metadata"]
    assert (item["width"], item["height"]) == (64, 48)
    assert (shown["width"], shown["height"], shown["hires"]) == (32, 24, {"scale": 2})
    assert shown["seed_exact"] == str(seed)


async def test_hostile_metadata_are_left_out(ann: Person) -> None:
    bomb = zlib.compress(bytes(64 * 1024 * 1024), 9)
    circle = {
        "1": {"class_type": "KSampler", "inputs": {"positive": ["2", 0], "steps": 5}},
        "2": {"class_type": "Anything", "inputs": {"text": ["2", 0], "clip": ["1", 0]}},
        "3": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    }
    texts = {
        "parameters": (bomb, "refused"),
        "prompt": (zlib.compress(json.dumps(circle).encode()), "imported"),
    }
    for width, (keyword, (text, status)) in enumerate(texts.items(), start=81):
        data = image(width)
        chunk = make_chunk(b"zTXt", keyword.encode() + b"\0\0" + text)
        hostile = data[:33] + chunk + data[33:]  # after the header
        answer = await ann.http.post("/imports/inspect", files={"file": ("x.png", hostile)})
        assert (answer.status_code, answer.json()["prompt"]) == (200, "")
        (outcome,) = (await send(ann, hostile)).json()["items"]
        assert outcome["status"] == status


async def test_known_files_are_found_by_their_hash(ann: Person, bob: Person) -> None:
    data, other = image(71), image(72)
    (outcome,) = (await send(ann, data)).json()["items"]
    hashes = [hashlib.sha256(one).hexdigest() for one in (data, other)]
    for person, known in ((ann, {hashes[0]: outcome["content_id"]}), (bob, {})):
        answer = await person.http.post("/imports/known", json={"sha256": hashes})
        assert answer.json() == {"items": known}
    for wrong in ([], ["0" * 63], ["g" * 64], ["0" * 64] * 501):
        answer = await ann.http.post("/imports/known", json={"sha256": wrong})
        assert answer.status_code == 422, wrong[:1]


async def test_the_same_bytes_are_imported_once(town: Town, ann: Person, bob: Person) -> None:
    data = image()
    answers = await asyncio.gather(*(send(ann, data) for _ in range(4)))
    found = [answer.json()["items"][0] for answer in answers]
    assert sorted(one["status"] for one in found) == ["duplicate"] * 3 + ["imported"]
    assert len({one["content_id"] for one in found}) == 1
    assert (await send(bob, data)).json()["items"][0]["status"] == "imported"
    content_id = found[0]["content_id"]
    await ann.http.delete(f"/content/{content_id}")
    again = (await send(ann, data)).json()["items"][0]
    assert (again["status"], again["content_id"]) == ("duplicate", content_id)
    files = [head.key async for head in town.runtime.store.list_files(prefix="images")]
    assert len(files) == len(set(files)) == 2 * 2  # the thumbnails of a small image are one file


async def test_a_zip_is_imported_file_by_file_and_can_be_repeated(ann: Person) -> None:
    data = archive({"a/1.png": image(41), "a/2.png": image(42), "note.txt": b"hello"})
    found = await outcomes(ann, data)
    assert {name: one["status"] for name, one in found.items()} == {
        "a/1.png": "imported",
        "a/2.png": "imported",
        "note.txt": "refused",
    }
    more = archive({"a/2.png": image(42), "b/3.png": image(43)})
    again = await outcomes(ann, more)
    assert again["a/2.png"]["status"] == "duplicate"
    assert again["a/2.png"]["content_id"] == found["a/2.png"]["content_id"]
    assert again["b/3.png"]["status"] == "imported"
    assert len(await gallery(ann)) == 3


async def test_texts_beside_images_say_how_they_were_made(ann: Person) -> None:
    inside = "a cat\nSteps: 9, Sampler: Euler, Seed: 9"
    files = {
        "a/Fox.png": image(65), "a/fox.TXT": PARAMETERS.encode(),
        "own.png": image(66, parameters=inside), "own.txt": PARAMETERS.encode(),
        "caption.png": image(67), "caption.txt": b"a fox, snow", "large.png": image(68), "large.txt": b" " * 2_000_000,
        "alone.txt": PARAMETERS.encode(),
    }  # fmt: skip
    found = await outcomes(ann, archive(files))
    programs = {name: one["program"] for name, one in found.items()}
    assert programs == {
        "a/Fox.png": "a1111", "own.png": "a1111", "caption.png": None, "large.png": None, "alone.txt": None,
    }  # fmt: skip
    prompts = {one["metadata"]["file_name"]: one["prompt"] for one in await gallery(ann)}
    assert prompts["Fox.png" if "Fox.png" in prompts else "a/Fox.png"].startswith("a red fox")
    assert (prompts["own.png"], prompts["caption.png"]) == ("a cat", "")
    form = {"file": ("one.png", image(69)), "sidecar": ("one.txt", PARAMETERS.encode())}
    shown = (await ann.http.post("/imports/inspect", files=form)).json()
    (outcome,) = (await ann.http.post("/imports", files=form)).json()["items"]
    assert (shown["program"], outcome["program"]) == ("a1111", "a1111")
    for wrong in ([b" " * 1_048_577], [b"x", b"y"]):
        more = [("file", ("two.png", image(70))), *(("sidecar", ("x.txt", one)) for one in wrong)]
        answer = await ann.http.post("/imports", files=more)
        assert answer.status_code == 422, answer.text


async def test_hostile_files_of_a_zip_are_refused_one_by_one(town: Town, ann: Person) -> None:
    out = io.BytesIO()
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    names = ("../../escape.png", "/etc/absolute.png", "C:\\windows\\drive.png", "a/../../b.png")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for place, name in enumerate(names):
            made.writestr(zipfile.ZipInfo(name), image(50 + place))
        made.writestr(link, "/etc/passwd")
        made.writestr("text.png", b"#!/bin/sh\nrm -rf /")
        made.writestr("cut.png", image(60)[:-200])
        made.writestr("bomb.png", bytes(200_000_000))
        made.writestr("inner.zip", archive({"1.png": image(61)}))
        made.writestr("__MACOSX/._1.png", b"x")
        made.writestr("good.png", image(62))
    found = await outcomes(ann, out.getvalue())
    imported = [name for name, one in found.items() if one["status"] == "imported"]
    assert imported == ["good.png"]
    assert all(one["reason"] for name, one in found.items() if name != "good.png")
    assert found["inner.zip"]["reason"] == "it is a zip inside a zip; import it on its own"
    assert set(found) == {*names, "link.png", "text.png", "cut.png", "bomb.png", "inner.zip", "good.png"}  # fmt: skip
    assert len(await gallery(ann)) == 1
    root = town.runtime.store.local_path("x")
    assert root is not None
    assert not list(root.parent.parent.rglob("*escape*"))
    staging = root.parent / ".staging"
    assert not list(staging.iterdir())


async def test_the_type_of_a_file_is_that_of_its_bytes(ann: Person) -> None:
    """Neither the name nor the declared media type of a file decides what it is."""
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    refused = {
        "page.png": (page, "image/png"),
        "script.jpg": (b"#!/bin/sh\nrm -rf /\n", "image/jpeg"),
        "drawing.png": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/png"),
        "program.webp": (b"MZ" + bytes(200), "image/webp"),
        "mixed.png": (image(90)[:40] + page, "image/png"),
    }
    for name, (data, mime) in refused.items():
        answer = await ann.http.post("/imports", files={"file": (name, data, mime)})
        outcomes = answer.json().get("items", [])
        is_refused = answer.status_code == 422 or outcomes[0]["status"] == "refused"
        assert is_refused, (name, answer.text)
        inspected = await ann.http.post("/imports/inspect", files={"file": (name, data, mime)})
        assert inspected.status_code in {200, 422}, (name, inspected.text)
    assert await gallery(ann) == []
    for name, mime in (("page.html", "text/html"), ("x.zip", "application/zip")):
        files = {"file": (name, image(91 + len(name)), mime)}
        (outcome,) = (await ann.http.post("/imports", files=files)).json()["items"]
        assert outcome["status"] == "imported", outcome
    for item in await gallery(ann):
        answer = await ann.http.get(f"/content/{item['id']}/file")
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_file_that_is_larger_than_its_archive_says_is_refused(ann: Person) -> None:
    data = bytearray(archive({"1.png": image(44) + bytes(5_000_000)}, compression=8))
    sizes = (len(image(44)) + 5_000_000).to_bytes(4, "little")
    while (place := data.find(sizes)) >= 0:
        data[place : place + 4] = (1_000).to_bytes(4, "little")
    found = await outcomes(ann, bytes(data))
    assert found["1.png"]["status"] == "refused"


@pytest.mark.parametrize("cut", [0, 30, -30])
async def test_damaged_archives_are_refused(ann: Person, cut: int) -> None:
    whole = archive({"1.png": image(45)})
    data = whole[:4] + bytes(60) if cut == 0 else whole[:cut]
    (outcome,) = (await outcomes(ann, data)).values()
    assert outcome["status"] == "refused"
    assert "zip" in outcome["reason"]


async def test_limits_are_those_of_the_settings(settings: Settings) -> None:
    replace = msgspec.structs.replace
    few = replace(settings.imports, max_files=1, max_bytes=100_000)
    storage = replace(settings.storage, quota_bytes=1)
    async with running_town(replace(settings, imports=few, storage=storage)) as town:
        ann = await town.person("ann")
        data = archive({"1.png": image(46), "2.png": image(47)})
        (outcome,) = (await outcomes(ann, data)).values()
        assert "2 files" in outcome["reason"]
        assert (await send(ann, bytes(200_000))).status_code == 413
        first = (await outcomes(ann, image(48), "1.png"))["1.png"]
        second = (await outcomes(ann, image(49), "2.png"))["2.png"]
        assert (first["status"], second["status"]) == ("imported", "refused")
        assert "allowed" in second["reason"]


async def test_bodies_without_a_file_are_refused(ann: Person) -> None:
    answer = await ann.http.post("/imports/", files={"other": ("1.png", image())})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert (await ann.http.post("/imports/", json={})).status_code == 415


async def test_the_command_imports_folders_and_zips(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    inner = folder / "deep"
    inner.mkdir(parents=True)
    (folder / 'Füchse & "1".png').write_bytes(image(51))
    (inner / "2.PNG").write_bytes(image(52, parameters=PARAMETERS))
    (inner / "notes.txt").write_text("not sent")
    (inner / "5.jpg").write_bytes(encoded(gradient(55, 48), "JPEG"))
    (inner / "5.txt").write_text(PARAMETERS)
    (folder / "more.zip").write_bytes(archive({"3.png": image(53), "../4.png": image(54)}))
    (tmp_path / "broken.png").write_bytes(b"no image")
    async with running_town(settings) as town, serving(town.runtime.settings) as url:
        ann = await make_person(town.runtime, "ann")
        async with town.runtime.begin() as uow:
            _, key = await ApiKeyService(uow).create(
                ann.user_id, name="cli", scopes=list(ALL_SCOPES), expires_at=None, most=1
            )

        async def run(*paths: Path, command: str = "files") -> Result:
            arguments = ["import", *([command] if command else []), *map(str, paths)]
            variables = {"GENONAUT_SERVER": url, "GENONAUT_API_KEY": key}
            return await genonaut(town.runtime.settings, *arguments, **variables)

        first = await run(folder)
        assert first.exit_code == 1
        assert "4 imported, 0 were there already, 1 refused" in first.output
        assert "../4.png" in first.output
        assert "files: 5 of 5" in first.output
        async with town.runtime.begin() as uow:
            titles = set(await uow.session.scalars(select(ContentItem.title)))
            models = await uow.session.scalars(select(ContentItem.checkpoint_model))
            assert sorted(models) == ["", "", "v1-5-pruned", "v1-5-pruned"]
        assert {'Füchse & "1"', "3"} <= titles
        again = await run(folder / 'Füchse & "1".png', folder / "deep", command="")
        assert again.exit_code == 0, again.output
        assert "0 imported, 3 were there already, 0 refused" in again.output
        broken = await run(tmp_path / "broken.png")
        assert "broken.png" in broken.output
