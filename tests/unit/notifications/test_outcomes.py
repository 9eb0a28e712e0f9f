"""Titles and messages of notifications."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from genonaut.notifications.outcomes import (
    BatchOutcome,
    Ending,
    JobOutcome,
    message_of,
    title_of,
)


def outcome_of(
    *endings: Ending, prompt: str = "a lighthouse", error: str | None = None
) -> BatchOutcome:
    return BatchOutcome(
        batch_id=UUID(int=1),
        user_id=UUID(int=2),
        jobs=[
            JobOutcome(
                id=number,
                status=ending,
                prompt=prompt,
                content_id=number if ending == "completed" else None,
                error_code="execution_failed" if ending == "failed" else None,
                error_message=error if ending == "failed" else None,
            )
            for number, ending in enumerate(endings, start=1)
        ],
    )


def repeated(**numbers: int) -> list[Ending]:
    ways: Sequence[Ending] = ("completed", "failed", "cancelled")
    return [way for way in ways for _ in range(numbers.get(way, 0))]


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ({"completed": 8}, "8 of 8 completed"),
        ({"completed": 7, "failed": 1}, "7 completed, 1 failed"),
        ({"completed": 3, "failed": 2, "cancelled": 3}, "3 completed, 2 failed, 3 cancelled"),
        ({"cancelled": 8}, "8 cancelled"),
        ({"failed": 2}, "2 failed"),
        ({"completed": 1}, "Your image is ready"),
        ({"failed": 1}, "Generation failed"),
        ({"cancelled": 1}, "Generation cancelled"),
    ],
)
def test_the_title_states_the_outcome(numbers: dict[str, int], title: str) -> None:
    assert title_of(outcome_of(*repeated(**numbers))) == title


def test_the_message_is_the_prompt_on_one_line() -> None:
    assert (
        message_of(outcome_of("completed", prompt="a\n lighthouse\tat dusk"))
        == "a lighthouse at dusk"
    )


def test_long_prompts_and_errors_are_truncated() -> None:
    text = message_of(outcome_of("completed", "failed", prompt="p" * 9_000, error="e" * 9_000))
    prompt, _, error = text.partition("\n")
    assert len(prompt) == 200
    assert len(error) == 500
    assert error.endswith("…")


def test_a_failure_without_a_message_has_a_text() -> None:
    assert message_of(outcome_of("failed")).endswith("unknown error")


def test_failures_come_first() -> None:
    assert outcome_of("cancelled", "completed", "failed").endings == [
        "failed",
        "completed",
        "cancelled",
    ]
    assert outcome_of("cancelled", "completed").first("completed").id == 2
