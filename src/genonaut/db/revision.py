"""Which schema this code needs, and which one a database has; without Alembic, which takes 12 MiB."""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from genonaut.config.loading import project_root
from genonaut.core.errors import UnavailableError

_NAMES = re.compile(r"""^(revision|down_revision)\b[^=\n]*=\s*(?:"([^"]+)"|None)""", re.MULTILINE)


def migrations_folder() -> Path:
    """Return where the migrations lie."""
    return project_root() / "migrations"


def newest_revision() -> str | None:
    """Return the revision this code was written for: the one that no other one follows.

    The migrations are one chain, and each names itself and its predecessor by plain text.
    """
    revisions: set[str] = set()
    followed: set[str] = set()
    for file in migrations_folder().glob("versions/*.py"):
        names = dict(_NAMES.findall(file.read_text("utf-8")))
        revisions.add(names["revision"])
        followed.add(names["down_revision"])
    return next(iter(revisions - followed), None)


async def require_current_schema(engine: AsyncEngine) -> None:
    """Refuse to work on an older or newer schema.

    Raises:
        UnavailableError: says which command mends it.
    """
    async with engine.connect() as connection:
        is_there = await connection.scalar(text("SELECT to_regclass('alembic_version')"))
        query = text("SELECT version_num FROM alembic_version")
        current = await connection.scalar(query) if is_there else None
    if current != newest_revision():
        raise UnavailableError(
            f"the database is at revision {current or 'none'}, this version needs "
            f"{newest_revision()}; run: genonaut db upgrade"
        )
