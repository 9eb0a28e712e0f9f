"""PostgreSQL: the base of the tables, the engine, the unit of work, the schema's version."""

from genonaut.db.base import Base
from genonaut.db.unit_of_work import UnitOfWork

__all__ = ["Base", "UnitOfWork"]
