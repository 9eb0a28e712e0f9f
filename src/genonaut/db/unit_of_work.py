"""One transaction, with the events and tasks to send after its commit."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.core.messages import Event, Task
from genonaut.db.statement import Row, Statement


class UnitOfWork:
    """The only caller of commit and rollback.

    Tasks and events are collected during the transaction. The code that opened the unit of work
    sends them after the commit; after a rollback none is sent.
    """

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.events: list[Event] = []
        self.tasks: list[Task] = []
        self._after_commit: list[Callable[[], None]] = []

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Return all rows of a statement that was compiled for the driver."""
        connection = await self.session.connection()
        arguments = tuple(statement.arguments(values))
        result = await connection.exec_driver_sql(statement.sql, arguments)
        return result.all() if result.returns_rows else ()

    async def lock(self, sql: str) -> None:
        """Run SQL text that only takes locks."""
        connection = await self.session.connection()
        await connection.exec_driver_sql(sql)

    def publish(self, event: Event) -> None:
        """Publish an event after the commit."""
        self.events.append(event)

    def enqueue(self, task: Task) -> None:
        """Send a task to the workers after the commit."""
        self.tasks.append(task)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Call a function in this process after the commit; it must not raise."""
        self._after_commit.append(act)

    async def __aenter__(self) -> Self:
        """Begin; the transaction itself starts with the first statement."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Commit, or roll back when the block raised; the connection is returned either way."""
        try:
            if kind is None:
                await self.session.commit()
                for act in self._after_commit:
                    act()
            else:
                await self.session.rollback()
        finally:
            await self.session.close()
