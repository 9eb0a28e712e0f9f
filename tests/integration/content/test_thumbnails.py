"""Damaged and missing thumbnails are noticed and made again; they never fail a job."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from sqlalchemy import delete, func, select, update
from tests.builders import make_content, png
from tests.integration.content.test_verification import make_due
from tests.support.people import Person, Town
from tests.support.programs import variables_of
from tests.support.service import running_api, running_worker

from genonaut.cli.main import cli
from genonaut.config import Settings
from genonaut.content.tables import ContentItem, ContentThumbnail
from genonaut.content.thumbnails import rebuild_due_thumbnails
from genonaut.content.verification import VerificationResult, verify_files
from genonaut.core.clock import utcnow
from genonaut.simulator import Simulator
from genonaut.worker.housekeeping import do_maintenance

WEBP = {"Accept": "image/webp"}
SIZES = ("small", "medium", "large")


@pytest.fixture
async def content_id(town: Town, ann: Person) -> int:
    return await make_content(town.runtime, ann.identity, data=png(1200, 600))


async def rows_of(town: Town, content_id: int) -> dict[str, ContentThumbnail]:
    query = select(ContentThumbnail).where(ContentThumbnail.content_id == content_id)
    async with town.runtime.begin() as uow:
        return {row.size: row for row in await uow.session.scalars(query)}


async def paths_of(town: Town, tmp_path: Path, content_id: int) -> dict[str, Path]:
    rows = await rows_of(town, content_id)
    return {size: tmp_path / "files" / row.storage_key for size, row in rows.items()}


async def image_path(town: Town, tmp_path: Path, content_id: int) -> Path:
    async with town.runtime.begin() as uow:
        item = await uow.session.get_one(ContentItem, content_id)
        return tmp_path / "files" / item.storage_key


async def change(town: Town, content_id: int, **values: Any) -> None:
    async with town.runtime.begin() as uow:
        statement = update(ContentItem).where(ContentItem.id == content_id)
        await uow.session.execute(statement.values(**values, updated_at=ContentItem.updated_at))


async def due_of(town: Town, content_id: int) -> Any:
    async with town.runtime.begin() as uow:
        return (await uow.session.get_one(ContentItem, content_id)).thumbnails_due_at


def spoil(path: Path) -> None:
    """Change a file without changing its length or header."""
    data = path.read_bytes()
    path.write_bytes(data[:40] + bytes(byte ^ 255 for byte in data[40:]))


async def get(ann: Person, content_id: int, size: str, **headers: str) -> Any:
    item = (await ann.http.get(f"/content/{content_id}")).json()
    url = f"/content/{content_id}/thumbnails/{size}?v={item['sha256']}"
    return await ann.http.get(url, headers=headers or WEBP)


@pytest.mark.parametrize("damage", ["spoiled", "cut", "deleted", "other image", "no row"])
async def test_a_damaged_thumbnail_is_made_again_when_it_is_requested(
    town: Town, ann: Person, content_id: int, tmp_path: Path, damage: str
) -> None:
    before = {size: (await get(ann, content_id, size)).content for size in SIZES}
    paths = await paths_of(town, tmp_path, content_id)
    match damage:
        case "spoiled":
            spoil(paths["small"])
        case "cut":
            paths["small"].write_bytes(before["small"][:99])
        case "deleted":
            paths["small"].unlink()
        case "other image":
            paths["small"].write_bytes(before["medium"])
        case _:
            async with town.runtime.begin() as uow:
                await uow.session.execute(delete(ContentThumbnail))
    answers = await asyncio.gather(*(get(ann, content_id, "small") for _ in range(5)))
    for answer in answers:
        assert answer.status_code == 200, answer.text
        assert answer.content == before["small"]
        assert "immutable" in answer.headers["cache-control"]
    assert paths["small"].read_bytes() == before["small"]
    for size in SIZES:
        assert (await get(ann, content_id, size)).content == before[size]
    jpeg = await get(ann, content_id, "small", Accept="image/jpeg")
    assert Image.open(io.BytesIO(jpeg.content)).size == (256, 128)


async def test_a_thumbnail_that_was_stored_without_hash_is_checked_by_its_header(
    town: Town, ann: Person, content_id: int, tmp_path: Path
) -> None:
    async with town.runtime.begin() as uow:
        await uow.session.execute(update(ContentThumbnail).values(sha256=None))
    paths = await paths_of(town, tmp_path, content_id)
    whole = paths["small"].read_bytes()
    assert (await get(ann, content_id, "small")).content == whole
    for garbage in (bytes(len(whole)), whole[:-1], b""):
        paths["small"].write_bytes(garbage)
        assert (await get(ann, content_id, "small")).content == whole
    assert (await rows_of(town, content_id))["small"].sha256 is not None


@pytest.mark.parametrize("accept", ["image/webp", "image/jpeg"])
@pytest.mark.parametrize("damage", ["spoiled", "deleted"])
async def test_garbage_is_never_answered_when_the_image_is_damaged_too(
    town: Town, ann: Person, content_id: int, tmp_path: Path, *, damage: str, accept: str
) -> None:
    paths = await paths_of(town, tmp_path, content_id)
    spoil(paths["small"])
    image = await image_path(town, tmp_path, content_id)
    if damage == "spoiled":
        spoil(image)
    else:
        image.unlink()
    answer = await get(ann, content_id, "small", Accept=accept)
    code = "file_damaged" if damage == "spoiled" else "file_missing"
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert "immutable" not in answer.headers.get("cache-control", "")
    assert (await get(ann, content_id, "large", Accept=accept)).status_code == 200
    # It is not tried with every request.
    assert await due_of(town, content_id) > utcnow()
    assert (await get(ann, content_id, "small", Accept=accept)).status_code == 404
    if damage == "spoiled":
        whole = await ann.http.get(f"/content/{content_id}/image")
        assert (whole.status_code, whole.json()["code"]) == (404, "file_damaged")


async def test_a_storage_that_cannot_be_written_is_answered_as_unavailable(
    town: Town, ann: Person, content_id: int, tmp_path: Path
) -> None:
    (await paths_of(town, tmp_path, content_id))["small"].unlink()
    staging = tmp_path / "files" / ".staging"
    aside = staging.rename(tmp_path / "aside")
    staging.write_text("in the way")
    answer = await get(ann, content_id, "small")
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    staging.unlink()
    aside.rename(staging)
    assert (await get(ann, content_id, "small")).status_code == 200


async def test_the_verification_finds_damaged_thumbnails_and_records_missing_hashes(
    town: Town, ann: Person, content_id: int, tmp_path: Path
) -> None:
    untouched = await make_content(town.runtime, ann.identity)
    paths = await paths_of(town, tmp_path, content_id)
    before = {size: path.read_bytes() for size, path in paths.items()}
    async with town.runtime.begin() as uow:
        await uow.session.execute(update(ContentThumbnail).values(sha256=None))
    spoil(paths["small"])  # only decoding can tell
    paths["large"].unlink()
    await make_due(town)
    assert await verify_files(town.runtime) == VerificationResult(checked=2, damaged_thumbnails=2)
    assert {size: path.read_bytes() for size, path in paths.items()} == before
    for one in (content_id, untouched):
        assert None not in {row.sha256 for row in (await rows_of(town, one)).values()}
    await make_due(town)
    assert await verify_files(town.runtime) == VerificationResult(checked=2)


async def test_an_image_whose_thumbnails_cannot_be_made_is_completed_and_repaired_later(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = Image.Image.save

    def refuse(self: Image.Image, file: Any, format: str | None = None, **options: Any) -> None:  # noqa: A002 - Pillow's
        if format == "WEBP":
            raise OSError("encoder error -2 when writing image file")
        save(self, file, format, **options)

    async with running_api(settings) as api, running_worker(settings):
        with monkeypatch.context() as patched:
            patched.setattr(Image.Image, "save", refuse)
            job = await api.submit()
            done = await api.ended(job["id"])
            assert (done["status"], done["attempt"]) == ("completed", 1)
            assert done["picture"]["thumbnails"] == []
            assert done["picture"]["placeholder"]
            url = f"/api/v1/content/{done['content_id']}"
            missing = await api.http.get(f"{url}/thumbnails/small")
            assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
            assert (await api.http.get(f"{url}/image")).status_code == 200
            assert await rebuild_due_thumbnails(api.runtime) == 0, "postponed by the request"
        async with api.runtime.begin() as uow:
            await uow.session.execute(update(ContentItem).values(thumbnails_due_at=func.now()))
        await do_maintenance(api.runtime)
        assert len((await api.job(job["id"]))["picture"]["thumbnails"]) == 3
        small = await api.http.get(f"{url}/thumbnails/small", headers=WEBP)
        assert Image.open(io.BytesIO(small.content)).format == "WEBP"
        async with api.runtime.begin() as uow:
            item = await uow.session.get_one(ContentItem, done["content_id"])
            assert item.thumbnails_due_at is None


async def rebuild(settings: Settings, *arguments: str) -> Result:
    """Run the command in a thread, because it starts its own event loop."""
    runner = CliRunner(env={**variables_of(settings), "COLUMNS": "200"})
    line = ["thumbnails", "rebuild", *arguments, "--env", "test"]
    return await asyncio.to_thread(runner.invoke, cli, line)


async def test_the_command_rebuilds_all_or_missing_thumbnails_or_one_size(
    town: Town, ann: Person, content_id: int, tmp_path: Path
) -> None:
    settings = town.runtime.settings
    await make_content(town.runtime, ann.identity, is_trashed=True)
    paths = await paths_of(town, tmp_path, content_id)
    before = {size: path.read_bytes() for size, path in paths.items()}
    nothing = await rebuild(settings, "--missing")
    assert nothing.output.splitlines()[-1] == "made the thumbnails of 0 of 2 images"
    spoil(paths["medium"])
    for argument in ("small", "256"):
        spoil(paths["small"])
        one = await rebuild(settings, "--missing", "--size", argument)
        assert one.exit_code == 0, one.output
        assert one.output.splitlines()[-1] == "made the thumbnails of 1 of 2 images"
        assert paths["small"].read_bytes() == before["small"]
    assert paths["medium"].read_bytes() != before["medium"]
    everything = await rebuild(settings)
    assert everything.output.splitlines()[-1] == "made the thumbnails of 2 of 2 images"
    assert {size: path.read_bytes() for size, path in paths.items()} == before
    unknown = await rebuild(settings, "--size", "300")
    assert unknown.exit_code == 2


async def test_the_command_names_images_whose_thumbnails_cannot_be_made(
    town: Town, ann: Person, content_id: int, tmp_path: Path
) -> None:
    (await image_path(town, tmp_path, content_id)).unlink()
    result = await rebuild(town.runtime.settings)
    assert result.exit_code == 1
    assert f"content {content_id}: image missing" in result.output
