"""PostgreSQL: base of the tables, engine, unit of work, locks and schema version."""

from sqlalchemy.exc import SQLAlchemyError as DatabaseError

from genonaut.db.base import Base
from genonaut.db.unit_of_work import UnitOfWork

__all__ = ["Base", "DatabaseError", "UnitOfWork"]
