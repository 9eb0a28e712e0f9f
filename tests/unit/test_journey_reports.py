"""Journeys that failed at first are recognised in vitest's report, and shown by pytest."""

import io
from pathlib import Path

import msgspec
import pytest
from tests.conftest import pytest_terminal_summary
from tests.support.journeys import FIRST_FAILURE, read_report


def test_a_journey_with_errors_that_passed_was_retried(tmp_path: Path) -> None:
    found = [("fine", "passed", []), ("second", "passed", ["late"]), ("bad", "failed", ["a", "b"])]
    results = [
        {"fullName": name, "status": status, "duration": 5, "failureMessages": errors}
        for name, status, errors in found
    ]
    file = {"name": "one.e2e.ts", "status": "failed", "assertionResults": results}
    report = tmp_path / "report.json"
    report.write_bytes(msgspec.json.encode({"testResults": [file]}))
    journeys, crashes = read_report(report)
    assert crashes == []
    assert [(one.name, one.was_retried) for one in journeys] == [
        ("fine", False),
        ("second", True),
        ("bad", False),
    ]


@pytest.mark.parametrize("kind", ["passed", "failed"])
def test_first_failures_are_in_the_summary(request: pytest.FixtureRequest, kind: str) -> None:
    output = io.StringIO()
    reporter = pytest.TerminalReporter(request.config, output)
    report = pytest.TestReport(
        nodeid="journey",
        location=("", 0, ""),
        keywords={},
        outcome="passed" if kind == "passed" else "failed",
        longrepr=None,
        when="call",
        user_properties=[(FIRST_FAILURE, "it opens\nlate"), ("other", "value")],
    )
    reporter.stats[kind] = [report]
    pytest_terminal_summary(reporter)
    title, *lines = output.getvalue().splitlines()
    assert "journeys that failed at first" in title
    assert lines == ["it opens", "late"]
