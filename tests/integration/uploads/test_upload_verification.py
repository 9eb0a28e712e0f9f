"""Damaged files of uploads are noticed by the worker's housekeeping, answered and refused as damaged."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from tests.support.models import report_models
from tests.support.people import Person, Town
from tests.support.service import eventually
from tests.support.uploads import encoded, gradient, send, uploaded

from genonaut.content.verification import VerificationResult
from genonaut.uploads.file_check import UploadCheck
from genonaut.uploads.tables import Upload, UploadThumbnail
from genonaut.uploads.verification import verify_uploads
from genonaut.worker.housekeeping import run_housekeeping

MONTH, HOUR = timedelta(days=31), timedelta(hours=1)


async def make_due(town: Town, ago: timedelta = MONTH) -> None:
    async with town.runtime.begin() as uow:
        await uow.session.execute(update(Upload).values(verified_at=func.now() - ago))


async def path_of(town: Town, upload_id: int) -> Path:
    async with town.runtime.begin() as uow:
        key = await uow.session.scalar(select(Upload.storage_key).where(Upload.id == upload_id))
    path = town.runtime.store.local_path(str(key))
    assert path is not None
    return path


async def status_of(person: Person, upload_id: int) -> tuple[int, str]:
    answer = await person.http.get(f"/uploads/{upload_id}/file")
    is_problem = answer.headers["content-type"].startswith("application/problem")
    return answer.status_code, answer.json()["code"] if is_problem else ""


async def submit(person: Person, upload_id: int) -> Any:
    """Submit a job with an upload as its source; return the answer."""
    body = {
        "prompt": "a lighthouse",
        "checkpoint_model": "sd15.safetensors",
        "source": {"image": {"upload_id": upload_id}},
    }
    return await person.http.post("/generation-jobs/", json=body)


@contextlib.asynccontextmanager
async def housekeeping(town: Town) -> AsyncIterator[None]:
    """Run the maintenance of a worker, which begins at once."""
    loop = asyncio.create_task(run_housekeeping(town.runtime, first_after_seconds=0.0))
    try:
        yield
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


def damage(path: Path) -> bytes:
    """Change the end of a file, whose length stays; return what it was."""
    data = path.read_bytes()
    path.write_bytes(data[:-20] + bytes(byte ^ 1 for byte in data[-20:]))
    return data


async def test_the_worker_notices_a_damaged_upload_and_its_restoration(
    town: Town, ann: Person
) -> None:
    await report_models(town.runtime, "sim1", "checkpoints/sd15.safetensors")
    bad = (await uploaded(ann.http, encoded(gradient(96, 64))))["id"]
    whole = (await uploaded(ann.http, encoded(gradient(64, 96))))["id"]
    path = await path_of(town, bad)
    data = damage(path)
    await make_due(town)

    async def is_damaged() -> bool:
        return await status_of(ann, bad) == (404, "file_damaged")

    async with housekeeping(town):
        await eventually(is_damaged)
    assert await status_of(ann, whole) == (200, "")
    refused = await submit(ann, bad)
    assert refused.status_code == 422, refused.text
    assert [(one["field"], one["message"]) for one in refused.json()["errors"]] == [
        ("source.image", f"the file of upload {bad} is damaged: send the file again")
    ]
    assert (await submit(ann, whole)).status_code == 201

    path.write_bytes(data)
    await make_due(town, HOUR)

    async def is_restored() -> bool:
        return await status_of(ann, bad) == (200, "")

    async with housekeeping(town):
        await eventually(is_restored)
    assert (await submit(ann, bad)).status_code == 201


async def test_only_due_files_are_compared_and_thumbnails_are_made_again(
    town: Town, ann: Person
) -> None:
    upload_id = (await uploaded(ann.http, encoded(gradient(600, 300))))["id"]
    missing = (await uploaded(ann.http, encoded(gradient(60, 30))))["id"]
    assert await verify_uploads(town.runtime) == VerificationResult(), "new files are not due"
    async with town.runtime.begin() as uow:
        key = await uow.session.scalar(
            select(UploadThumbnail.storage_key).where(UploadThumbnail.upload_id == upload_id)
        )
    good = await town.runtime.store.read(str(key))
    await town.runtime.store.put({str(key): b"damaged"})
    (await path_of(town, missing)).unlink()
    await make_due(town)
    expected = VerificationResult(checked=2, missing=1, damaged_thumbnails=1)
    assert await verify_uploads(town.runtime) == expected
    assert await town.runtime.store.read(str(key)) == good
    assert await status_of(ann, missing) == (404, "file_missing")


async def test_sending_the_same_file_again_restores_it(town: Town, ann: Person) -> None:
    data = encoded(gradient(96, 64))
    upload_id = (await uploaded(ann.http, data))["id"]
    path = await path_of(town, upload_id)
    before = damage(path)
    # A check that repairs records it, as the hourly verification does.
    await UploadCheck(town.runtime, is_repairing=True).run()
    assert await status_of(ann, upload_id) == (404, "file_damaged")
    again = await send(ann.http, data)
    assert (again.status_code, again.json()["id"]) == (200, upload_id)
    assert await status_of(ann, upload_id) == (200, "")
    assert path.read_bytes() == before

    path.unlink()
    again = await send(ann.http, data)
    assert (again.status_code, again.json()["id"]) == (200, upload_id)
    assert path.read_bytes() == before


async def test_a_check_that_repairs_records_a_restored_file(town: Town, ann: Person) -> None:
    upload_id = (await uploaded(ann.http, encoded(gradient(96, 64))))["id"]
    path = await path_of(town, upload_id)
    before = damage(path)
    await UploadCheck(town.runtime, is_repairing=True).run()
    path.write_bytes(before)
    await UploadCheck(town.runtime).run()
    assert await status_of(ann, upload_id) == (404, "file_damaged"), "it does not repair"
    await UploadCheck(town.runtime, is_repairing=True).run()
    assert await status_of(ann, upload_id) == (200, "")
