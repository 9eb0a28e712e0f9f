"""Repetition after a disconnect or a lock conflict."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy.exc import DBAPIError

from genonaut.db.persistence import is_disconnect, is_lock_conflict, retry_on_disconnect


class DriverError(Exception):
    """An error of PostgreSQL with a SQLSTATE."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


def failed_with(sqlstate: str | None) -> DBAPIError:
    return DBAPIError("SELECT 1", None, DriverError(sqlstate))


def failing(*errors: Exception) -> Callable[[], Awaitable[str]]:
    left = list(errors)

    async def act() -> str:
        if left:
            raise left.pop(0)
        return "done"

    return act


@pytest.mark.parametrize("sqlstate", ["57P03", "57P01", "53300", "08006", "53100", "25006"])
def test_a_starting_stopping_full_or_read_only_database_is_a_disconnect(sqlstate: str) -> None:
    assert is_disconnect(failed_with(sqlstate))


@pytest.mark.parametrize("sqlstate", ["23505", "42601", "40P01", "57014", None])
def test_a_refused_statement_is_not_a_disconnect(sqlstate: str | None) -> None:
    assert not is_disconnect(failed_with(sqlstate))


@pytest.mark.parametrize(
    ("sqlstate", "expected"), [("40P01", True), ("40001", True), ("55P03", True), ("23505", False)]
)
def test_deadlocks_and_lock_timeouts_are_lock_conflicts(sqlstate: str, expected: bool) -> None:
    assert is_lock_conflict(failed_with(sqlstate)) is expected


async def test_the_unit_of_work_is_repeated_after_outages_and_conflicts() -> None:
    troubles = [OSError("gone"), failed_with("57P03"), failed_with("40P01"), failed_with("40001")]
    done = await retry_on_disconnect(
        failing(*troubles),
        should_go_on=lambda: True,
        name="test",
    )
    assert done == "done"


async def test_other_errors_and_should_go_on_end_the_repetition() -> None:
    with pytest.raises(DBAPIError):
        await retry_on_disconnect(
            failing(failed_with("23505")),
            should_go_on=lambda: True,
            name="test",
        )
    with pytest.raises(OSError, match="gone"):
        await retry_on_disconnect(
            failing(OSError("gone")),
            should_go_on=lambda: False,
            name="test",
        )
