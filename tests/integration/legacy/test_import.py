"""``genonaut import legacy``: everything that fits is imported once, the rest is reported."""

import hashlib
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload
from tests.builders import png
from tests.support.commands import genonaut
from tests.support.databases import connect
from tests.support.installations import all_files, all_rows
from tests.support.legacy import ADA, AT, insert, make_legacy
from tests.support.people import Town

from genonaut.accounts.tables import User
from genonaut.catalog.service import CatalogService, Correction
from genonaut.catalog.tables import AvailableModel
from genonaut.content.tables import ContentItem
from genonaut.jobs.tables import GenerationJob
from genonaut.legacy import items
from genonaut.legacy.context import ImportOptions
from genonaut.legacy.importer import import_legacy
from genonaut.legacy.source import open_legacy_database
from genonaut.notifications.tables import UserNotification


async def fill(old_database: str, folder: Path, state: str = "B") -> None:
    connection = await connect(old_database)
    try:
        await make_legacy(connection, folder, state)
    finally:
        await connection.close()


async def imported(town: Town, url: str, folder: Path, *options: str) -> dict[str, Any]:
    result = await genonaut(
        town.runtime.settings,
        *("import", "legacy", "--json", "--database", url, "--files", str(folder), *options),
    )
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = msgspec.json.decode(result.stdout)
    return report


def problems_of(report: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    return {(one["kind"], one["reason"]): one["ids"] for one in report["problems"]}


async def rows_of(town: Town, query: Any) -> list[Any]:
    async with town.runtime.begin() as uow:
        return list((await uow.session.scalars(query)).all())


async def item_named(town: Town, title: str) -> ContentItem:
    query = select(ContentItem).options(
        selectinload(ContentItem.tags), selectinload(ContentItem.thumbnails)
    )
    (item,) = await rows_of(town, query.where(ContentItem.title == title))
    assert isinstance(item, ContentItem)
    return item


@pytest.mark.parametrize("state", ["A", "B", "C"])
async def test_every_state_of_the_old_schema_is_imported(
    town: Town, old_database: str, folder: Path, state: str
) -> None:
    await fill(old_database, folder, state)
    before = await all_rows(old_database)
    report = await imported(town, old_database, folder)
    assert report["state"] == state
    assert await all_rows(old_database) == before, "the old database is only read"
    users = {one.username: one for one in await rows_of(town, select(User))}
    assert set(users) == {"ada", "bob-b-hm"}
    assert (users["ada"].is_active, users["bob-b-hm"].is_active) == (True, False)
    assert users["ada"].password_hash is None
    assert users["ada"].created_at == AT.replace(tzinfo=UTC)

    first = await item_named(town, "First")
    assert first.sha256 == hashlib.sha256(png(80, 60)).hexdigest()
    assert await town.runtime.store.read(first.storage_key) == png(80, 60)
    assert (first.visibility, first.tag_names) == ("public", ["sea", "sky"])
    assert (first.created_at, first.updated_at) == (AT.replace(tzinfo=UTC),) * 2
    assert len(first.thumbnails) == 3
    assert (first.rating_sum, first.rating_count) == (5, 1), "the newest rating of the user"
    assert first.checkpoint_model == "sd15.safetensors"
    assert first.details["seed"] == 7
    auto = await item_named(town, "Auto")
    assert (auto.visibility, sorted(auto.tag_names)) == ("private", ["moon", "sea", "sky"])

    (job,) = await rows_of(town, select(GenerationJob).where(GenerationJob.content_id == first.id))
    assert (job.status, job.id) == ("completed", first.job_id)
    assert (job.params["seed"], job.params["steps"], job.params["cfg"]) == (7, 30, 6.5)
    assert (job.params["sampler_name"], job.width, job.height) == ("dpmpp_2m", 512, 768)
    if state != "A":
        assert job.lora_models[0]["strength_clip"] == 0.7
    notifications = await rows_of(town, select(UserNotification).order_by(UserNotification.id))
    assert [one.notification_type for one in notifications] == ["job_completed", "system"]
    assert (notifications[0].related_job_id, notifications[0].related_content_id) == (
        job.id,
        first.id,
    )
    assert notifications[0].read_at == AT.replace(tzinfo=UTC)
    assert notifications[1].read_at is None


async def test_what_did_not_fit_is_reported_with_ids(
    town: Town, old_database: str, folder: Path
) -> None:
    await fill(old_database, folder)
    report = await imported(town, old_database, folder)
    found = problems_of(report)
    assert found["item", "its file was not found"] == ["3", "6"]
    assert found["item", "its file is not a readable image: truncated"] == ["4"]
    assert found["item", "items of type text do not exist here"] == ["5"]
    assert found["item", "a tag is not valid: a tag has no comma"] == ["1"]
    assert found["job", "was running: ended as failed"] == ["2"]
    assert found["job", "was pending: ended as failed"] == ["3"]
    assert found["job", "jobs of type video do not exist here"] == ["6"]
    assert found["job", "unknown status odd"] == ["7"]
    assert found["request", "was processing: ended as failed"] == ["2"]
    assert found["output", "its file was not found"] == ["1:/srv/old/output/never.png"]
    assert found["user", "renamed: the name has characters that are not allowed"]
    assert found["rating", "its item or its user was not imported"] == [f"3:{ADA}"]
    assert any("the seed is above" in reason for _, reason in found)
    assert report["not_imported"] == {"recommendations": 1, "tag_ratings": 1}
    assert found["bookmark", "its item or its user was not imported"] == [str(UUID(int=44))]
    assert found["bookmark", "its item is private to another user"] == [str(UUID(int=45))]
    assert report["imported"] == {
        "user": 2,
        "job": 5,
        "request": 4,
        "item": 2,
        "auto_item": 1,
        "output": 1,
        "rating": 1,
        "collection": 4,
        "bookmark": 3,
        "notification": 2,
    }
    failed = await rows_of(town, select(GenerationJob).where(GenerationJob.status == "failed"))
    assert {one.error_message for one in failed} == {
        "The older installation did not finish this job.",
        "no GPU",
    }
    result = await genonaut(
        town.runtime.settings,
        *("import", "legacy", "--database", old_database, "--files", str(folder)),
    )
    assert "item: its file was not found (2): 3, 6" in result.stdout
    assert "imported 0 of kind item (2 were imported before)" in result.stdout
    assert "not imported: 1 rows of tag_ratings" in result.stdout


async def test_requests_become_jobs_and_their_outputs_images(
    town: Town, old_database: str, folder: Path
) -> None:
    await fill(old_database, folder)
    await imported(town, old_database, folder)
    requests = await rows_of(
        town,
        select(GenerationJob).where(GenerationJob.prompt == "a harbour").order_by(GenerationJob.id),
    )
    assert [(one.status, one.job_type) for one in requests] == [
        ("completed", "image"),
        ("failed", "image"),
        ("completed", "image"),
    ], "the fourth is the job with the same prompt id"
    assert (requests[0].params["seed"], requests[0].params["steps"]) == (2**63, 25)
    made = await item_named(town, "a harbour")
    assert await town.runtime.store.read(made.storage_key) == png(84, 60)
    assert (made.job_id, made.negative_prompt) == (requests[0].id, "blurry")
    second = await item_named(town, "Second")
    assert second.job_id == requests[2].id
    assert requests[2].content_id == second.id


async def test_a_second_run_imports_only_what_is_new(
    town: Town, old_database: str, folder: Path
) -> None:
    await fill(old_database, folder)
    await imported(town, old_database, folder)
    url, root = town.runtime.settings.database.url, Path(town.runtime.settings.storage.root)
    rows, files = await all_rows(url), all_files(root)
    again = await imported(town, old_database, folder)
    assert again["imported"] == {}
    assert again["already_imported"]["item"] == 2
    assert await all_rows(url) == rows
    assert all_files(root) == files
    (folder / "output" / "gone.png").write_bytes(png(85, 60))
    connection = await connect(old_database)
    try:
        await insert(
            connection,
            "content_items",
            title="Later",
            content_type="image",
            content_data="output/1.png",
            prompt="later",
            creator_id=ADA,
            created_at=AT,
            is_private=True,
        )
    finally:
        await connection.close()
    third = await imported(town, old_database, folder)
    assert third["imported"] == {"item": 2, "rating": 1, "bookmark": 1}, (
        "a file that was missing, and a new item"
    )
    assert (await item_named(town, "Gone")).width == 85


async def test_a_dry_run_reports_the_same_and_writes_nothing(
    town: Town, old_database: str, folder: Path, tmp_path: Path
) -> None:
    await fill(old_database, folder)
    url, root = town.runtime.settings.database.url, Path(town.runtime.settings.storage.root)
    rows, files = await all_rows(url), all_files(root)
    path = tmp_path / "report.json"
    dry = await imported(town, old_database, folder, "--dry-run", "--report", str(path))
    assert await all_rows(url) == rows
    assert all_files(root) == files
    assert msgspec.json.decode(path.read_bytes()) == dry
    real = await imported(town, old_database, folder)
    for name in ("imported", "already_imported", "not_imported"):
        assert dry[name] == real[name]
    found, really = problems_of(dry), problems_of(real)
    assert {key: sorted(ids) for key, ids in found.items()} == {
        key: sorted(ids) for key, ids in really.items()
    }


async def test_notes_on_models_become_corrections(
    town: Town, old_database: str, folder: Path
) -> None:
    await fill(old_database, folder)
    async with town.runtime.begin() as uow:
        catalog = CatalogService(uow)
        own = Correction(notes="Our own words.")
        await catalog.add_manual("checkpoints", "sub/sd15.safetensors", own)
    report = await imported(town, old_database, folder)
    missing = problems_of(report)["model", "the catalogue has no such file"]
    assert missing == [f"models_checkpoints:{UUID(int=22)}", f"models_loras:{UUID(int=23)}"]
    async with town.runtime.begin() as uow:
        await CatalogService(uow).add_manual("loras", "ink.safetensors", Correction())
    assert (await imported(town, old_database, folder))["imported"] == {"model": 1}
    notes = {one.name: one.overrides for one in await rows_of(town, select(AvailableModel))}
    assert notes["ink.safetensors"] == {"trigger_words": ["inky", "drawn"]}
    assert notes["sub/sd15.safetensors"] == {"notes": "Our own words."}


class StoppedError(Exception):
    pass


async def test_an_interrupted_import_continues(
    town: Town, old_database: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of a row is a transaction, so a kill at any other point is the same."""
    await fill(old_database, folder)
    original, calls = items._add_item, 0

    async def stop_at_second(*arguments: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise StoppedError
        return await original(*arguments)

    monkeypatch.setattr(items, "_AT_ONCE", 1)
    monkeypatch.setattr(items, "_add_item", stop_at_second)
    with pytest.raises(StoppedError):
        await import_legacy(
            town.runtime, old_database, folder, ImportOptions(), on_progress=lambda *_: None
        )
    monkeypatch.undo()
    assert len(await rows_of(town, select(ContentItem))) == 1
    report = await imported(town, old_database, folder)
    assert report["already_imported"]["item"] == 1
    titles = {one.title for one in await rows_of(town, select(ContentItem))}
    assert titles == {"First", "Second", "Auto", "a harbour"}
    assert len(await rows_of(town, select(GenerationJob))) == 5 + 3


async def test_a_name_that_is_taken_gets_a_number_or_is_joined(
    town: Town, old_database: str, folder: Path
) -> None:
    ada = await town.person("Ada")
    await fill(old_database, folder)
    report = await imported(town, old_database, folder)
    assert problems_of(report)["user", "renamed: another user has the name"] == [str(ADA)]
    names = {one.username for one in await rows_of(town, select(User))}
    assert names == {"Ada", "ada-2", "bob-b-hm"}
    joined = await imported(town, old_database, folder, "--source", "again", "--same-users")
    assert joined["imported"]["user"] == 2
    own = await rows_of(
        town, select(ContentItem).where(ContentItem.user_id == ada.identity.user_id)
    )
    assert {one.title for one in own} == {"First", "Second", "Auto", "a harbour"}


async def test_other_databases_and_folders_are_refused(
    town: Town, old_database: str, tmp_path: Path
) -> None:
    folder = tmp_path
    settings = town.runtime.settings

    async def refused(url: str, files: Path) -> str:
        result = await genonaut(
            settings, "import", "legacy", "--database", url, "--files", str(files)
        )
        assert result.exit_code == 1
        return result.stderr

    assert "is not a directory" in await refused(old_database, folder / "none")
    assert "has no table generation_jobs, users" in await refused(old_database, folder)
    assert "is one of this edition" in await refused(settings.database.url, folder)
    unreachable = "postgresql://old@127.0.0.1:9/none"
    assert "cannot connect to the old database" in await refused(unreachable, folder)


async def test_the_old_database_is_opened_read_only(old_database: str, folder: Path) -> None:
    await fill(old_database, folder)
    async with open_legacy_database(old_database) as database:
        with pytest.raises(Exception, match="read-only transaction"):
            await database._connection.execute(text("DELETE FROM users"))
