"""The schema revision of this code and of a database, read without Alembic (12 MiB of memory)."""

import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from genonaut.config.loading import project_root
from genonaut.core.errors import UnavailableError

_NAMES = re.compile(r"""^(revision|down_revision)\b[^=\n]*=\s*(?:"([^"]+)"|None)""", re.MULTILINE)


def migrations_folder() -> Path:
    """Return the folder of the migrations."""
    return project_root() / "migrations"


def newest_revision() -> str | None:
    """Return the newest revision of this code: the one that is no other's predecessor.

    The migrations form one chain; each states its own id and its predecessor's as a literal.
    """
    predecessors = revisions()
    return next(iter(set(predecessors) - set(predecessors.values())), None)


def revisions() -> dict[str, str]:
    """Return the predecessor of each revision of this code; that of the first one is empty."""
    found = {}
    for file in migrations_folder().glob("versions/*.py"):
        names = dict(_NAMES.findall(file.read_text("utf-8")))
        found[names["revision"]] = names["down_revision"]
    return found


async def require_current_schema(engine: AsyncEngine) -> None:
    """Check that the database has the schema of this version.

    Raises:
        UnavailableError: it has another one; the message names the command that fixes it.
    """
    async with engine.connect() as connection:
        has_table = await connection.scalar(text("SELECT to_regclass('alembic_version')"))
        query = text("SELECT version_num FROM alembic_version")
        current = await connection.scalar(query) if has_table else None
    if current != newest_revision():
        raise UnavailableError(
            f"the database schema is at revision {current or 'none'}, this version needs "
            f"{newest_revision()}; run: genonaut db upgrade"
        )
