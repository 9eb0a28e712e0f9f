"""Lists, files, thumbnails, deletion and clean-up of uploads."""

import hashlib
import os
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select, text, update
from tests.builders import make_finished_job
from tests.support.people import Person, Town
from tests.support.uploads import encoded, gradient, send, uploaded

from genonaut.content.store_check import Finding, Problem
from genonaut.content.usage import measure_storage
from genonaut.db.table_copy import open_snapshot
from genonaut.monitoring.retention import preview_retention
from genonaut.uploads.cleanup import clean_up_uploads
from genonaut.uploads.file_check import UploadCheck
from genonaut.uploads.tables import Upload, UploadThumbnail

IMMUTABLE = "private, max-age=31536000, immutable"
REVALIDATED = "private, max-age=0, must-revalidate"


def path_of(url: str) -> str:
    return url.removeprefix("/api/v1")


async def files_of(town: Town) -> set[str]:
    return {head.key async for head in town.runtime.store.list_files(prefix="uploads")}


async def age(town: Town, upload_id: int, days: float) -> None:
    """Let an upload be unused for some days."""
    moment = func.now() - timedelta(days=days)
    async with town.runtime.begin() as uow:
        statement = update(Upload).where(Upload.id == upload_id)
        await uow.session.execute(statement.values(last_used_at=moment))


async def make_job(town: Town, person: Person, inputs: dict[str, Any], *, status: str) -> int:
    """Store a job that names an upload."""
    job_id = await make_finished_job(town.runtime, person.identity, prompt="a job")
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            text(
                "UPDATE generation_jobs SET inputs = CAST(:inputs AS jsonb), status = :status,"
                " content_id = NULL, completed_at = NULL WHERE id = :id"
            ),
            {"inputs": msgspec.json.encode(inputs).decode(), "status": status, "id": job_id},
        )
    return job_id


async def test_the_list_has_own_uploads_newest_first(town: Town, ann: Person, bob: Person) -> None:
    ids = [(await uploaded(ann.http, encoded(gradient(16 + n, 16))))["id"] for n in range(3)]
    await uploaded(bob.http, encoded(gradient(99, 16)))
    first = (await ann.http.get("/uploads/", params={"limit": 2})).json()
    assert [one["id"] for one in first["items"]] == ids[:0:-1]
    assert first["total"] == 3
    assert "metadata" not in first["items"][0]
    rest = (
        await ann.http.get("/uploads/", params={"limit": 2, "cursor": first["next_cursor"]})
    ).json()
    assert [one["id"] for one in rest["items"]] == ids[:1]
    assert (rest["next_cursor"], rest["total"]) == (None, None)
    videos = (await ann.http.get("/uploads/", params={"kind": "video"})).json()
    assert (videos["items"], videos["total"]) == ([], 0)
    assert (await ann.http.get("/uploads/", params={"kind": "text"})).status_code == 422
    assert (await ann.http.get("/uploads/", params={"cursor": "x"})).status_code == 422


async def test_files_have_the_headers_of_content_files(town: Town, ann: Person) -> None:
    data = encoded(gradient(600, 300))
    view = await uploaded(ann.http, data, "Süße Katze.png")
    pinned = await ann.http.get(path_of(view["file_url"]))
    assert pinned.headers["cache-control"] == IMMUTABLE
    plain = await ann.http.get(f"/uploads/{view['id']}/file")
    headers = plain.headers
    assert headers["cache-control"] == REVALIDATED
    assert headers["etag"] == f'"{view["sha256"]}"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "image/png"
    assert "content-disposition" not in headers
    current = await ann.http.get(
        f"/uploads/{view['id']}/file", headers={"if-none-match": headers["etag"]}
    )
    assert (current.status_code, current.content) == (304, b"")
    part = await ann.http.get(f"/uploads/{view['id']}/file", headers={"range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, data[1:4])
    assert part.headers["content-range"] == f"bytes 1-3/{len(data)}"
    beyond = await ann.http.get(
        f"/uploads/{view['id']}/file", headers={"range": f"bytes={len(data)}-"}
    )
    assert beyond.status_code == 416
    head = await ann.http.head(f"/uploads/{view['id']}/file")
    assert (head.status_code, head.content) == (200, b"")
    named = await ann.http.get(f"/uploads/{view['id']}/file", params={"download": "1"})
    assert named.headers["content-disposition"].startswith('attachment; filename="')
    for accept, kind in (("image/webp", "image/webp"), ("image/jpeg", "image/jpeg")):
        thumbnail = await ann.http.get(
            path_of(view["thumbnails"][0]["url"]), headers={"accept": accept}
        )
        assert thumbnail.headers["content-type"] == kind
        assert thumbnail.headers["cache-control"] == IMMUTABLE


async def test_uploads_of_other_users_are_not_found(
    town: Town, ann: Person, bob: Person, admin: Person
) -> None:
    view = await uploaded(ann.http, encoded(gradient()))
    for person in (bob, admin):
        for path in ("", "/file", "/thumbnails/small"):
            answer = await person.http.get(f"/uploads/{view['id']}{path}")
            assert answer.status_code == 404
            assert answer.json()["detail"] == f"no upload {view['id']}"
        assert (await person.http.delete(f"/uploads/{view['id']}")).status_code == 404
    assert (await ann.http.get(f"/uploads/{view['id']}")).status_code == 200


async def test_deleting_removes_row_and_files(town: Town, ann: Person) -> None:
    view = await uploaded(ann.http, encoded(gradient()))
    assert (await ann.http.delete(f"/uploads/{view['id']}")).status_code == 204
    assert (await ann.http.delete(f"/uploads/{view['id']}")).status_code == 404
    assert (await ann.http.get(f"/uploads/{view['id']}/file")).status_code == 404
    assert await files_of(town) == set()
    again = await send(ann.http, encoded(gradient()))
    assert again.status_code == 201


@pytest.mark.parametrize(
    "inputs",
    [
        {"images": [{"reference": {"upload_id": 0, "content_id": None}}]},
        {"inputs": {"photo": {"upload_id": 0}}},
    ],
)
async def test_a_deleted_upload_is_kept_until_its_jobs_have_ended(
    town: Town, ann: Person, inputs: dict[str, Any]
) -> None:
    data = encoded(gradient())
    view = await uploaded(ann.http, data)
    named = msgspec.json.decode(msgspec.json.encode(inputs).replace(b":0", b":%d" % view["id"]))
    job_id = await make_job(town, ann, named, status="queued")
    assert (await ann.http.delete(f"/uploads/{view['id']}")).status_code == 204
    assert (await ann.http.get("/uploads/")).json()["items"] == []
    await clean_up_uploads(town.runtime)
    assert len(await files_of(town)) == 2
    # Sent again, it is the same upload.
    again = await send(ann.http, data)
    assert (again.status_code, again.json()["id"]) == (201, view["id"])
    assert (await ann.http.delete(f"/uploads/{view['id']}")).status_code == 204
    async with town.runtime.begin() as uow:
        await uow.session.execute(
            text(
                "UPDATE generation_jobs SET status = 'failed', completed_at = now() WHERE id = :id"
            ),
            {"id": job_id},
        )
    assert (await clean_up_uploads(town.runtime)).removed_uploads == 1
    assert await files_of(town) == set()


async def test_unused_uploads_are_removed_unless_a_job_names_them(town: Town, ann: Person) -> None:
    fresh, unused, named = [
        (await uploaded(ann.http, encoded(gradient(16 + n, 16))))["id"] for n in range(3)
    ]
    await make_job(town, ann, {"images": [{"reference": {"upload_id": named}}]}, status="cancelled")
    await age(town, fresh, 6.9)
    await age(town, unused, 7.1)
    await age(town, named, 70)
    (rule,) = [one for one in await preview_retention(town.runtime) if one.name == "uploads"]
    assert (rule.count, rule.setting) == (1, "uploads.unused_days")
    assert (await clean_up_uploads(town.runtime)).removed_uploads == 1
    listed = (await ann.http.get("/uploads/")).json()["items"]
    assert {one["id"] for one in listed} == {fresh, named}
    async with town.runtime.begin() as uow:
        keys = set(await uow.session.scalars(select(Upload.storage_key)))
        keys |= set(await uow.session.scalars(select(UploadThumbnail.storage_key)))
    assert await files_of(town) == keys


async def test_orphaned_files_are_removed(town: Town, ann: Person) -> None:
    await uploaded(ann.http, encoded(gradient()))
    before = await files_of(town)
    orphan = "uploads/1/2020/01/01/abc.png"
    await town.runtime.store.put({orphan: b"left by a killed process"})
    await clean_up_uploads(town.runtime)
    assert orphan in await files_of(town)  # too young
    path = town.runtime.store.local_path(orphan)
    assert path is not None
    os.utime(path, (0, 0))
    assert (await clean_up_uploads(town.runtime)).orphaned_files == 1
    assert await files_of(town) == before


async def test_a_damaged_thumbnail_is_made_again(town: Town, ann: Person) -> None:
    view = await uploaded(ann.http, encoded(gradient(600, 300)))
    url = path_of(view["thumbnails"][0]["url"])
    good = (await ann.http.get(url, headers={"accept": "image/webp"})).content
    async with town.runtime.begin() as uow:
        keys = list(
            await uow.session.scalars(
                select(UploadThumbnail.storage_key).order_by(UploadThumbnail.width)
            )
        )
    await town.runtime.store.put({keys[0]: b"damaged"})
    assert (await ann.http.get(url, headers={"accept": "image/webp"})).content == good
    assert await town.runtime.store.read(keys[0]) == good


async def test_the_file_check_finds_and_repairs(town: Town, ann: Person) -> None:
    view = await uploaded(ann.http, encoded(gradient(600, 300)))
    other = await uploaded(ann.http, encoded(gradient(50, 40)))
    async with town.runtime.begin() as uow:
        rows = (await uow.session.execute(select(Upload.id, Upload.storage_key))).all()
        thumbnail = await uow.session.scalar(
            select(UploadThumbnail.storage_key).where(UploadThumbnail.upload_id == view["id"])
        )
    keys = {row.id: row.storage_key for row in rows}
    await town.runtime.store.delete(str(thumbnail))
    await town.runtime.store.put({keys[other["id"]]: b"damaged"})
    found: list[Finding] = []
    report = await UploadCheck(town.runtime, is_repairing=True, on_finding=found.append).run()
    assert (report.items, report.is_clean) == (2, False)
    assert {(one.problem, one.upload_id, one.is_repaired) for one in found} == {
        (Problem.THUMBNAIL_MISSING, view["id"], True),
        (Problem.DAMAGED, other["id"], False),
    }
    await town.runtime.store.delete(keys[other["id"]])
    found.clear()
    await UploadCheck(town.runtime, is_quick=True, on_finding=found.append).run()
    assert [(one.problem, one.upload_id) for one in found] == [(Problem.MISSING, other["id"])]


async def test_a_backup_contains_the_files_of_uploads(town: Town, ann: Person) -> None:
    await uploaded(ann.http, encoded(gradient(600, 300)))
    async with open_snapshot(town.runtime.settings.database.url) as snapshot:
        rows = {row.key: row async for row in snapshot.referenced_files()}
    assert set(rows) == await files_of(town)
    for key, row in rows.items():
        data = await town.runtime.store.read(key)
        assert (row.size_bytes, row.sha256) == (len(data), hashlib.sha256(data).hexdigest())


async def test_uploads_are_measured(town: Town, ann: Person, admin: Person) -> None:
    view = await uploaded(ann.http, encoded(gradient()))
    async with town.runtime.begin() as uow:
        await measure_storage(uow.session)
        row = (
            await uow.session.execute(
                text("SELECT upload_count, upload_bytes FROM storage_usage WHERE user_id = :id"),
                {"id": ann.identity.user_id},
            )
        ).one()
    assert tuple(row) == (1, view["size_bytes"])
    shown = (await admin.http.get(f"/storage/users/{ann.identity.user_id}")).json()
    assert shown["upload_bytes"] == view["size_bytes"]
