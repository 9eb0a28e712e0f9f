"""The base of every table: naming convention, UTC timestamps, enums stored by value."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Enum, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base; the migrations are checked against its metadata."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  # SQLAlchemy reads it as a plain class attribute
        datetime: DateTime(timezone=True),
        int: BigInteger(),
        # None is NULL, not the JSON value null.
        dict[str, Any]: JSONB(none_as_null=True),
    }


def text_enum(kind: type[StrEnum], *, name: str) -> Enum:
    """Return a column type that stores the enum's values as text with a CHECK named ``name``."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )
