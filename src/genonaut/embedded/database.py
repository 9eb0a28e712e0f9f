"""Create a database on a server."""

import asyncpg

from genonaut.core.errors import UnavailableError


async def ensure_database(admin_url: str, name: str) -> bool:
    """Create an empty database unless it exists; returns whether it was created.

    Several processes may create the same database concurrently.

    Args:
        admin_url: URL of any database of the server, with or without SQLAlchemy's ``+asyncpg``.
        name: Used literally, without folding to lower case.

    Raises:
        UnavailableError: the server does not answer, refuses the login, or the user may not create
            databases.
    """
    try:
        connection = await asyncpg.connect(admin_url.replace("+asyncpg", "", 1), timeout=10)
    except (OSError, asyncpg.PostgresError) as error:
        raise UnavailableError(f"cannot create database {name}: {error}") from error
    try:
        if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            return False
        quoted = name.replace('"', '""')
        await connection.execute(f'CREATE DATABASE "{quoted}"')
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        return False  # created by another process in the meantime
    except asyncpg.InsufficientPrivilegeError as error:
        user = await connection.fetchval("SELECT current_user")
        raise UnavailableError(
            f"the database {name} does not exist, and the user {user} may not create it; "
            f"as an administrator of PostgreSQL: createdb --owner {user} {name}"
        ) from error
    finally:
        await connection.close()
    return True
