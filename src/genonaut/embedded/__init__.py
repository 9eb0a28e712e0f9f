"""Embedded PostgreSQL and Valkey: run programs of the machine, or programs from Python wheels."""

from genonaut.embedded.database import ensure_database
from genonaut.embedded.errors import DataInUseError, EmbeddedServerError
from genonaut.embedded.home import make_data_directory
from genonaut.embedded.postgres import (
    PostgresAddress,
    RunningPostgres,
    attached_postgres,
    postgres,
)
from genonaut.embedded.programs import Source
from genonaut.embedded.valkey import RunningValkey, ValkeyAddress, attached_valkey, valkey

__all__ = [
    "DataInUseError",
    "EmbeddedServerError",
    "PostgresAddress",
    "RunningPostgres",
    "RunningValkey",
    "Source",
    "ValkeyAddress",
    "attached_postgres",
    "attached_valkey",
    "ensure_database",
    "make_data_directory",
    "postgres",
    "valkey",
]
