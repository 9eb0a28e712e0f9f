import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select, update
from tests.builders import make_content, png
from tests.support.people import Person, Town

from genonaut.content.tables import ContentItem, Visibility
from genonaut.core.errors import InvalidInputError
from genonaut.uploads.references import ResolvedFile, resolve_file, resolve_image
from genonaut.uploads.tables import Upload, UploadKind


def transparent_png() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(file, "PNG")
    return file.getvalue()


async def resolve(town: Town, person: Person, **ids: int | None) -> ResolvedFile:
    named: dict[str, Any] = {"upload_id": None, "content_id": None} | ids
    async with town.runtime.begin() as uow:
        return await resolve_image(
            town.runtime, uow, person.identity.user_id, field="source.image", **named
        )


async def refusal(town: Town, person: Person, **ids: int | None) -> str:
    with pytest.raises(InvalidInputError) as caught:
        await resolve(town, person, **ids)
    assert [error.field for error in caught.value.errors] == ["source.image"]
    return caught.value.errors[0].message


async def make_upload(town: Town, person: Person, kind: UploadKind = UploadKind.IMAGE) -> int:
    async with town.runtime.begin() as uow:
        one = Upload(
            user_id=person.identity.user_id,
            sha256="a" * 64,
            source_sha256="b" * 64,
            kind=kind,
            name="photo.png",
            mime="image/png",
            width=8,
            height=9,
            has_alpha=True,
            size_bytes=10,
            storage_key=f"uploads/{kind}/{person.identity.user_id}.png",
            placeholder="",
            details={},
        )
        uow.session.add(one)
        await uow.session.flush()
        return one.id


async def test_an_own_upload_is_resolved_and_counts_as_used(
    town: Town, ann: Person, bob: Person
) -> None:
    upload_id = await make_upload(town, ann)
    async with town.runtime.begin() as uow:
        await uow.session.execute(update(Upload).values(last_used_at=func.to_timestamp(0)))
    found = await resolve(town, ann, upload_id=upload_id)
    assert (found.upload_id, found.content_id) == (upload_id, None)
    assert (found.width, found.height, found.has_alpha) == (8, 9, True)
    assert found.sha256 == "a" * 64
    async with town.runtime.begin() as uow:
        assert await uow.session.scalar(
            select(Upload.id).where(Upload.last_used_at > func.to_timestamp(0))
        )
    assert await refusal(town, bob, upload_id=upload_id) == f"you have no upload {upload_id}"


async def test_an_upload_of_another_user_looks_like_a_missing_one(
    town: Town, ann: Person, bob: Person
) -> None:
    upload_id = await make_upload(town, ann)
    strange = await refusal(town, bob, upload_id=upload_id)
    missing = await refusal(town, bob, upload_id=upload_id + 1)
    assert strange.replace(str(upload_id), "N") == missing.replace(str(upload_id + 1), "N")
    assert await refusal(town, bob, upload_id=2**70) == f"you have no upload {2**70}"


async def test_a_deleted_upload_cannot_be_named(town: Town, ann: Person) -> None:
    upload_id = await make_upload(town, ann)
    async with town.runtime.begin() as uow:
        await uow.session.execute(update(Upload).values(deleted_at=func.now()))
    assert await refusal(town, ann, upload_id=upload_id) == f"you have no upload {upload_id}"


async def test_a_video_is_no_image(town: Town, ann: Person) -> None:
    upload_id = await make_upload(town, ann, UploadKind.VIDEO)
    assert (
        await refusal(town, ann, upload_id=upload_id) == f"upload {upload_id} is no image but video"
    )
    async with town.runtime.begin() as uow:
        found = await resolve_file(
            town.runtime, uow, ann.identity.user_id, upload_id=upload_id, content_id=None, field="x"
        )
    assert found.kind is UploadKind.VIDEO


async def test_own_and_public_content_is_resolved(town: Town, ann: Person, bob: Person) -> None:
    private = await make_content(town.runtime, ann.identity, data=png(16, 8))
    public = await make_content(
        town.runtime, ann.identity, data=transparent_png(), visibility=Visibility.PUBLIC
    )
    own = await resolve(town, ann, content_id=private)
    assert (own.content_id, own.width, own.height, own.has_alpha) == (private, 16, 8, False)
    shared = await resolve(town, bob, content_id=public)
    assert shared.has_alpha
    strange = await refusal(town, bob, content_id=private)
    missing = await refusal(town, bob, content_id=public + 1)
    assert strange.replace(str(private), "N") == missing.replace(str(public + 1), "N")


async def test_content_in_the_trash_or_damaged_or_without_file_is_refused(
    town: Town, ann: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity, data=png(16, 8))
    item = ContentItem
    for column, words in ((item.damaged_at, "is damaged"), (item.deleted_at, "in the gallery")):
        async with town.runtime.begin() as uow:
            await uow.session.execute(update(item).values({column: func.now()}))
        assert words in await refusal(town, ann, content_id=content_id)
    async with town.runtime.begin() as uow:
        await uow.session.execute(update(item).values(damaged_at=None, deleted_at=None))
        key = await uow.session.scalar(select(item.storage_key))
    await town.runtime.store.delete(str(key))
    assert "is missing" in await refusal(town, ann, content_id=content_id)


async def test_exactly_one_id_is_required(town: Town, ann: Person) -> None:
    for ids in ({}, {"upload_id": 1, "content_id": 1}):
        assert "either an upload_id or a content_id" in await refusal(town, ann, **ids)
