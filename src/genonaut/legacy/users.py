"""Import users; they have no password until an administrator sets one."""

from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.accounts.tables import Role, User
from genonaut.core.clock import utcnow
from genonaut.legacy.context import ImportContext
from genonaut.legacy.id_map import USER
from genonaut.legacy.source import Row, decoded
from genonaut.legacy.values import aware, plain, username_of

_MAX_NAME = 63
_MAX_EMAIL = 254


async def import_users(context: ImportContext) -> None:
    """Import all users that were not imported yet."""
    total, done = await context.database.count("users"), 0
    async for batch in context.database.batches("users"):
        for row in await context.unknown(USER, batch):
            await _import_user(context, row)
        done += len(batch)
        context.on_progress("users", done, total)


async def _import_user(context: ImportContext, row: Row) -> None:
    name = username_of(plain(row["username"]))
    if name != row["username"]:
        context.report.add(USER, row["id"], "renamed: the name has characters that are not allowed")
    same = await _user_of(context, name)
    if same is not None and context.options.joins_users:
        await context.store(USER, row["id"], lambda _: _existing(same))
        return
    if same is not None:
        name = await _free_name(context, name)
        context.report.add(USER, row["id"], "renamed: another user has the name")
    if decoded(row.get("preferences")):
        context.report.add(USER, row["id"], "preferences were not imported")

    async def write(session: AsyncSession) -> UUID:
        user = User(
            id=uuid4(),
            username=name,
            email=plain(row.get("email"))[:_MAX_EMAIL] or None,
            role=Role.USER,
            is_active=bool(row.get("is_active", True)),
            created_at=aware(row.get("created_at")) or utcnow(),
        )
        session.add(user)
        await session.flush()
        return user.id

    await context.store(USER, row["id"], write)


async def _existing(user_id: UUID) -> UUID:
    return user_id


async def _user_of(context: ImportContext, name: str) -> UUID | None:
    query = select(User.id).where(func.lower(User.username) == name.lower())
    async with context.runtime.begin() as uow:
        return await uow.session.scalar(query)


async def _free_name(context: ImportContext, name: str) -> str:
    number = 2
    while True:
        candidate = f"{name[: _MAX_NAME - 5]}-{number}"
        if await _user_of(context, candidate) is None:
            return candidate
        number += 1
