"""Who is asking."""

from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from genonaut.accounts.tables import Role, User
from genonaut.db import UnitOfWork


class Identity(msgspec.Struct, frozen=True):
    """The user behind a request or a websocket."""

    user_id: UUID
    username: str
    role: Role

    @property
    def is_admin(self) -> bool:
        """Return whether everything may be seen and done."""
        return self.role is Role.ADMIN


async def local_identity(uow: UnitOfWork, username: str) -> Identity:
    """Return the one user of a single-user installation; created on first use, an admin."""
    by_name = select(User).where(func.lower(User.username) == username.lower())
    user = await uow.session.scalar(by_name)
    if user is None:
        await uow.session.execute(
            insert(User)
            .values(id=uuid4(), username=username, role=Role.ADMIN)
            # Two processes may start at once; the first one's row counts.
            .on_conflict_do_nothing()
        )
        user = (await uow.session.scalars(by_name)).one()
    return Identity(user.id, user.username, user.role)
