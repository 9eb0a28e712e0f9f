"""Statements compiled once to SQL text, for connections of the driver."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

Row = Sequence[Any]


class Statement:
    """One statement as SQL text with numbered parameters.

    The driver converts the values: JSON is passed as text, enums as their values.
    """

    def __init__(self, query: Executable) -> None:
        compiled = query.compile(dialect=PGDialect_asyncpg())  # type: ignore[attr-defined, no-untyped-call]
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("not a statement with parameters")
        self.sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values of the parameters in their order in the text."""
        known = {**self._fixed, **values}
        return [known[name] for name in self._names]
