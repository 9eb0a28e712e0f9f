"""Reads of items in one statement answer byte for byte like the queries of the ORM."""

from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import select, text
from tests.support.accounts import held, make_user
from tests.support.gallery import fill_gallery

from genonaut.accounts.audit import Actor, acting_as
from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import AuditEntry, Role, User
from genonaut.config import Settings
from genonaut.content.fast_queries import FastContentQueries, FoundItem
from genonaut.content.filters import ContentFilter
from genonaut.content.schemas import ContentView
from genonaut.content.service import ContentService, ItemDetails
from genonaut.content.tables import ContentItem
from genonaut.core.errors import InvalidInputError, NotFoundError
from genonaut.runtime import Runtime, open_runtime

_MORE = """
INSERT INTO content_thumbnails (content_id, size, storage_key, width, height, size_bytes, mime)
SELECT id, size.name, size.name || id, size.edge, size.edge / 2, 1, 'image/webp'
FROM content_items, (VALUES ('large', 1024), ('small', 256), ('medium', 512)) AS size (name, edge)
WHERE id % 4 > 0;
INSERT INTO content_tags (content_id, tag)
SELECT id, tag FROM content_items, unnest(ARRAY['zebra', 'Ähre', 'a b', '10', '9']) AS tag
WHERE id % 3 = 0;
INSERT INTO content_ratings (content_id, user_id, rating)
SELECT i.id, u.id, 1 + i.id % 5 FROM content_items i, users u WHERE i.id % 2 = 0;
UPDATE content_items SET metadata = '{"seed": 9007199254740993, "cfg": 7.0, "name": "“a”", "b": null}'
WHERE id % 2 = 0;
"""


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with held(open_runtime(settings, application="test")) as opened:
        yield opened


@pytest.fixture
async def owners(runtime: Runtime) -> list[User]:
    """Two users with items of every kind."""
    users = [await make_user(runtime, name, password=None) for name in ("ann", "bob")]
    for user in users:
        await fill_gallery(runtime.engine, user.id, count=60)
    async with runtime.engine.begin() as connection:
        for statement in _MORE.split(";\n")[:-1]:
            await connection.execute(text(statement))
    return users


def identity_of(user: User) -> Identity:
    return Identity(user.id, user.username, user.role, via="session")


def bytes_of(details: ItemDetails | FoundItem, viewer: Identity) -> bytes:
    return msgspec.json.encode(ContentView.of(details, viewer_id=viewer.user_id))


async def expected_bytes(
    runtime: Runtime, viewer: Identity, content_id: int, *, in_trash: bool
) -> bytes | None:
    async with runtime.begin() as uow:
        content = ContentService(uow, viewer_id=viewer.user_id, is_admin=viewer.is_admin)
        try:
            details = await content.details(content_id, in_trash=in_trash)
        except NotFoundError:
            return None
        return bytes_of(details, viewer)


async def found_bytes(
    runtime: Runtime, viewer: Identity, content_id: int, *, in_trash: bool
) -> bytes | None:
    try:
        fast = FastContentQueries(runtime, viewer)
        return bytes_of(await fast.details(content_id, in_trash=in_trash), viewer)
    except NotFoundError:
        return None


@pytest.mark.parametrize("role", list(Role))
async def test_every_item_is_answered_as_by_the_orm(
    runtime: Runtime, owners: list[User], role: Role
) -> None:
    viewer = msgspec.structs.replace(identity_of(owners[0]), role=role)
    async with runtime.begin() as uow:
        ids = list(await uow.session.scalars(select(ContentItem.id)))
    answers = []
    for content_id in [*ids, 0, -1, 2**63, 10**9]:
        for in_trash in (False, True):
            expected = await expected_bytes(runtime, viewer, content_id, in_trash=in_trash)
            assert await found_bytes(runtime, viewer, content_id, in_trash=in_trash) == expected
            answers.append(expected)
    assert answers.count(None) > 100
    assert len(answers) - answers.count(None) > 70


@pytest.mark.parametrize("limit", [7, 100])
async def test_every_page_is_answered_as_by_the_orm(
    runtime: Runtime, owners: list[User], limit: int
) -> None:
    viewer = identity_of(owners[0])
    wanted = ContentFilter(viewer_id=viewer.user_id)
    cursor: str | None = None
    is_first = True
    while is_first or cursor is not None:
        async with runtime.begin() as uow:
            content = ContentService(uow, viewer_id=viewer.user_id, is_admin=False)
            expected = await content.page(wanted, sort="newest", cursor=cursor, limit=limit)
            rows = [bytes_of(one, viewer) for one in expected.rows]
        found = await FastContentQueries(runtime, viewer).newest(cursor=cursor, limit=limit)
        assert [bytes_of(one, viewer) for one in found.rows] == rows
        assert (found.next_cursor, found.total) == (expected.next_cursor, expected.total)
        cursor, is_first = found.next_cursor, False


async def test_a_user_without_items_has_an_empty_page(runtime: Runtime) -> None:
    viewer = identity_of(await make_user(runtime, "ada", password=None))
    found = await FastContentQueries(runtime, viewer).newest(cursor=None, limit=20)
    assert (list(found.rows), found.next_cursor, found.total) == ([], None, 0)
    with pytest.raises(InvalidInputError):
        await FastContentQueries(runtime, viewer).newest(cursor="forged", limit=20)


async def test_only_the_read_of_a_private_item_by_an_administrator_is_recorded(
    runtime: Runtime, owners: list[User]
) -> None:
    admin = identity_of(await make_user(runtime, "ada", role=Role.ADMIN, password=None))
    async with runtime.begin() as uow:
        query = select(ContentItem.id, ContentItem.visibility).order_by(ContentItem.id).limit(3)
        items = dict((await uow.session.execute(query)).all())
    with acting_as(Actor(admin, "session", None)):
        for content_id in items:
            await FastContentQueries(runtime, admin).details(content_id)
    async with runtime.begin() as uow:
        recorded = await uow.session.scalars(
            select(AuditEntry.subject).where(AuditEntry.kind == "foreign.read")
        )
        private = {f"content:{one}" for one, visibility in items.items() if visibility == "private"}
        assert set(recorded) == private
        assert private
