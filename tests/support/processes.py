"""The servers a test session uses."""

from dataclasses import dataclass

from sqlalchemy.engine import make_url


@dataclass(frozen=True)
class Servers:
    """The URLs of PostgreSQL and Redis of this session."""

    database_url: str
    redis_url: str

    def url_of(self, database: str) -> str:
        """Return the URL of another database on the same server."""
        url = make_url(self.database_url).set(database=database)
        return url.render_as_string(hide_password=False)
