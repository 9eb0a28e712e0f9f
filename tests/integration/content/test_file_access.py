"""Files of items that were read a moment ago: every change of who may see them applies at once."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update
from tests.builders import keys_of, make_content, png
from tests.support.people import Person, Town, running_town
from tests.support.service import eventually

from genonaut.accounts.tables import AuditEntry
from genonaut.config import Settings
from genonaut.content import file_access
from genonaut.content.actions import Edit
from genonaut.content.change_service import ChangeService
from genonaut.content.tables import ContentItem, Visibility
from genonaut.runtime import files_root, open_runtime

RESTS = ("/image", "/image?metadata=strip", "/thumbnails/small")
Change = Callable[[Person, int], Awaitable[Any]]


@pytest.fixture
def _long_validity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let only events end an entry, so that the tests depend on them and not on time."""
    monkeypatch.setattr(file_access, "VALID_SECONDS", 3600.0)


async def statuses(person: Person, content_id: int, more: str = "") -> set[int]:
    found = set()
    for rest in RESTS:
        path = f"/content/{content_id}{rest}"
        mark = "&" if "?" in path else "?"
        found.add((await person.http.get(path + (f"{mark}{more}" if more else ""))).status_code)
    return found


async def hide(owner: Person, content_id: int) -> Any:
    return await owner.http.patch(f"/content/{content_id}", json={"visibility": "private"})


async def trash(owner: Person, content_id: int) -> Any:
    return await owner.http.delete(f"/content/{content_id}")


async def trash_with_others(owner: Person, content_id: int) -> Any:
    body = {"action": "delete", "ids": [content_id]}
    return await owner.http.post("/content/bulk", json=body)


async def purge(owner: Person, content_id: int) -> Any:
    await owner.http.delete(f"/content/{content_id}")
    return await owner.http.delete(f"/content/{content_id}?trash=true")


@pytest.mark.usefixtures("_long_validity")
@pytest.mark.parametrize("change", [hide, trash, trash_with_others, purge])
async def test_a_public_file_that_is_hidden_or_deleted_is_gone_at_once(
    town: Town, ann: Person, bob: Person, change: Change
) -> None:
    public = Visibility.PUBLIC
    content_id = await make_content(town.runtime, ann.identity, visibility=public)
    for person in (ann, bob, bob):
        assert await statuses(person, content_id) == {200}
    answer = await change(ann, content_id)
    assert answer.status_code < 300
    assert await statuses(bob, content_id) == {404}
    assert await statuses(bob, content_id, "trash=true") == {404}
    assert await statuses(ann, content_id) == ({200} if change is hide else {404})
    expected = {404} if change in {hide, purge} else {200}
    assert await statuses(ann, content_id, "trash=true") == expected


@pytest.mark.usefixtures("_long_validity")
async def test_a_restored_item_is_served_again_at_once(town: Town, ann: Person) -> None:
    content_id = await make_content(town.runtime, ann.identity, is_trashed=True)
    assert await statuses(ann, content_id) == {404}
    assert await statuses(ann, content_id, "trash=true") == {200}
    await ann.http.post(f"/content/{content_id}/restore")
    assert await statuses(ann, content_id) == {200}
    assert await statuses(ann, content_id, "trash=true") == {404}


@pytest.mark.usefixtures("_long_validity")
async def test_a_private_file_that_its_owner_reads_stays_private(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    for person, expected in ((ann, 200), (bob, 404), (ann, 200), (bob, 404)):
        assert await statuses(person, content_id) == {expected}
    image = f"/api/v1/content/{content_id}/image"
    assert (await town.api.http.get(image)).status_code == 401


@pytest.mark.usefixtures("_long_validity")
async def test_every_read_of_a_foreign_private_file_is_recorded(
    town: Town, ann: Person, admin: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity)
    assert await statuses(ann, content_id) == {200}
    assert await statuses(admin, content_id) == {200}
    async with town.runtime.begin() as uow:
        query = select(AuditEntry.subject).where(AuditEntry.kind == "foreign.read")
        assert set(await uow.session.scalars(query)) == {f"content:{content_id}"}


async def test_a_change_of_another_process_applies_within_a_second(
    town: Town, ann: Person, bob: Person
) -> None:
    public = Visibility.PUBLIC
    content_id = await make_content(town.runtime, ann.identity, visibility=public)
    assert await statuses(bob, content_id) == {200}
    async with town.runtime.begin() as uow:  # without the event, which may be lost
        hidden = update(ContentItem).values(visibility=Visibility.PRIVATE)
        await uow.session.execute(hidden.where(ContentItem.id == content_id))
    assert file_access.VALID_SECONDS == 1.0

    async def is_gone() -> bool:
        return await statuses(bob, content_id) == {404}

    await eventually(is_gone)


@pytest.mark.usefixtures("_long_validity")
async def test_a_change_of_another_process_applies_when_its_event_arrives(
    town: Town, ann: Person, bob: Person
) -> None:
    public = Visibility.PUBLIC
    content_id = await make_content(town.runtime, ann.identity, visibility=public)
    assert await statuses(bob, content_id) == {200}
    async with (
        open_runtime(town.runtime.settings, application="other") as other,
        other.begin() as uow,
    ):
        changes = ChangeService(uow, viewer_id=ann.identity.user_id, is_admin=False)
        await changes.apply([content_id], Edit(visibility=Visibility.PRIVATE))

    async def is_gone() -> bool:
        return await statuses(bob, content_id) == {404}

    await eventually(is_gone)


@pytest.mark.parametrize("acceleration", ["nginx", "sendfile"])
async def test_a_proxy_is_told_which_file_to_send(settings: Settings, acceleration: str) -> None:
    web = msgspec.structs.replace(settings.web, file_acceleration=acceleration)
    async with running_town(msgspec.structs.replace(settings, web=web)) as town:
        ann, bob = await town.person("ann"), await town.person("bob")
        content_id = await make_content(town.runtime, ann.identity, data=png(600, 300))
        keys = await keys_of(town.runtime, content_id)
        key = next(one for one in keys if one.endswith(".png"))
        answer = await ann.http.get(f"/content/{content_id}/image", headers={"Range": "bytes=0-9"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-type"] == "image/png"
        if acceleration == "nginx":
            assert answer.headers["x-accel-redirect"] == f"/_genonaut_files/{key}"
        else:
            assert answer.headers["x-sendfile"] == f"{files_root(town.runtime.settings)}/{key}"
        etag = answer.headers["etag"]
        again = await ann.http.get(f"/content/{content_id}/image", headers={"If-None-Match": etag})
        assert (again.status_code, "x-accel-redirect" in again.headers) == (304, False)
        refused = await bob.http.get(f"/content/{content_id}/image")
        assert refused.status_code == 404
        assert not {"x-accel-redirect", "x-sendfile"} & set(refused.headers)
        # A damaged file is not left to the proxy.
        path = town.runtime.store.local_path(key)
        assert path is not None
        path.write_bytes(b"short")
        damaged = await ann.http.get(f"/content/{content_id}/image")
        assert (damaged.status_code, damaged.json()["code"]) == (404, "file_damaged")
