"""Downloads as zip: what is in the archive, and that it is streamed."""

import io
import os
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select, update
from tests.builders import make_content, png
from tests.support.accounts import make_key
from tests.support.collections import add, create, problem, share
from tests.support.people import Person, Town, running_town
from tests.support.server import serving

from genonaut.config import Settings
from genonaut.content.tables import ContentItem, ContentType, Visibility


def contents(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {one.compress_type for one in archive.infolist()} <= {zipfile.ZIP_STORED}
        return {one.filename: archive.read(one) for one in archive.infolist()}


async def key_of(town: Town, content_id: int) -> str:
    async with town.runtime.begin() as uow:
        query = select(ContentItem.storage_key).where(ContentItem.id == content_id)
        return (await uow.session.scalars(query)).one()


async def test_a_collection_is_downloaded_in_its_order(
    town: Town, ann: Person, bob: Person
) -> None:
    first = await make_content(town.runtime, ann.identity, data=png(colour="red"))
    second = await make_content(
        town.runtime, ann.identity, prompt="../../etc/passwd\r\nX: 1", data=png(colour="blue")
    )
    trashed = await make_content(town.runtime, ann.identity)
    board = await create(ann, 'Füchse "1"/../x')
    await add(ann, board, second, first, trashed)
    await ann.http.delete(f"/content/{trashed}")
    path = f"/collections/{board}/download"
    answer = await ann.http.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="f-chse-1-x.zip"'
    files = contents(answer.content)
    assert list(files) == [
        f"{second:06d}-etc-passwd-x-1.png",
        f"{first:06d}-a-lighthouse-at-dusk.png",
    ]
    assert list(files.values()) == [png(colour="blue"), png(colour="red")]
    assert (await bob.http.get(path)).status_code == 404
    await share(ann, board, "bob")
    assert contents((await bob.http.get(path)).content) == files


async def test_a_selection_and_a_filter_are_downloaded(
    town: Town, ann: Person, bob: Person
) -> None:
    ids = [await make_content(town.runtime, ann.identity, prompt=f"fox {n}") for n in range(3)]
    foreign = await make_content(town.runtime, bob.identity)
    public = await make_content(town.runtime, bob.identity, visibility=Visibility.PUBLIC)
    answer = await ann.http.post("/content/download", json={"ids": [ids[0], public, ids[0]]})
    assert [int(name[:6]) for name in contents(answer.content)] == [ids[0], public]
    refused = await ann.http.post("/content/download", json={"ids": [ids[0], foreign]})
    assert problem(refused) == (422, "invalid_input")
    assert [one["field"] for one in refused.json()["errors"]] == ["ids[1]"]
    body = {"filter": {"search": "fox", "except_ids": [ids[1]]}}
    answer = await ann.http.post("/content/download", json=body)
    assert [int(name[:6]) for name in contents(answer.content)] == [ids[2], ids[0]]
    bodies: list[dict[str, Any]] = [{}, {"ids": ids, "filter": {}}, {"ids": []}]
    for bad in bodies:
        assert problem(await ann.http.post("/content/download", json=bad)) == (
            422,
            "invalid_input",
        )


async def test_missing_files_are_listed_in_the_archive(town: Town, ann: Person) -> None:
    kept, lost = [await make_content(town.runtime, ann.identity) for _ in range(2)]
    await town.runtime.store.delete(await key_of(town, lost))
    answer = await ann.http.post("/content/download", json={"ids": [lost, kept]})
    files = contents(answer.content)
    assert [name[:6] for name in files] == [f"{kept:06d}", "missin"]
    assert f"{lost:06d}-" in files["missing-files.txt"].decode()


async def test_an_archive_is_streamed_without_memory_growth(
    settings: Settings, tmp_path: Path
) -> None:
    """An archive of 256 MB passes through a few MB of memory."""
    count, size = 128, 2_000_000
    (tmp_path / "data").write_bytes(os.urandom(size))
    async with running_town(settings) as town, serving(town.runtime.settings) as url:
        ann = await town.person("ann")
        runtime = town.runtime
        original = await make_content(runtime, ann.identity)
        board = await create(ann)
        async with runtime.begin() as uow:
            row = await uow.session.get_one(ContentItem, original)
            values = {
                name: getattr(row, name)
                for name in ("title", "prompt", "negative_prompt", "checkpoint_model", "width",
                             "height", "mime", "sha256", "placeholder", "details")
            }  # fmt: skip
            copies = [
                ContentItem(
                    **values,
                    user_id=ann.identity.user_id,
                    content_type=ContentType.IMAGE,
                    storage_key=f"images/copy/{number}.png",
                    size_bytes=size,
                )
                for number in range(count)
            ]
            uow.session.add_all(copies)
            await uow.session.flush()
            ids = [one.id for one in copies]
            for one in copies:
                target = runtime.store.local_path(one.storage_key)
                assert target is not None
                target.parent.mkdir(parents=True, exist_ok=True)
                os.link(tmp_path / "data", target)
        await add(ann, board, *ids)
        headers = await make_key(runtime, ann.identity.user_id)
        async with aiohttp.ClientSession(headers=headers) as http:
            path = f"{url}/api/v1/collections/{board}/download"
            tracemalloc.start()
            try:
                received = 0
                async with http.get(path) as answer:
                    assert answer.status == 200
                    async for chunk in answer.content.iter_any():
                        received += len(chunk)
                _, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        async with runtime.begin() as uow:
            await uow.session.execute(update(ContentItem).values(size_bytes=1))
    assert received > count * size
    assert peak < 40_000_000
