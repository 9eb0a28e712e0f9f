"""``genonaut jobs`` against a fake API."""

import pytest
from tests.unit.cli.fake_api import FakeApi

from genonaut.cli.jobs import actions as job_actions


async def test_a_list_is_filtered_and_shows_the_total(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    server.put(1, prompt="a fox\nwith\x1b[2J a hat", status="running", progress=40)
    await job_actions.list_jobs("test", server.url, [("status", "running"), ("search", "a b&c")])
    output = capsys.readouterr()
    assert server.queries == [[("status", "running"), ("search", "a b&c")]]
    assert "running  40%" in output.out
    assert "a fox with\N{REPLACEMENT CHARACTER}[2J a hat" in output.out
    assert output.err == "1 of 6 jobs\n"


async def test_an_empty_list_prints_no_table(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    await job_actions.list_jobs("test", server.url, [("status", "failed")])
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("no jobs\n")


async def test_a_job_is_shown_with_its_timeline(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    lora = {"name": "ink", "strength_model": 0.8, "strength_clip": 0.5}
    server.put(
        7, status="failed", error_code="out_of_memory", error_message="no", lora_models=[lora]
    )
    await job_actions.show_job("test", server.url, 7)
    output = capsys.readouterr().out
    assert "7 of batch b1" in output
    assert "out_of_memory: no" in output
    assert "ink (0.8, 0.5)" in output
    assert "claimed" in output
    assert "backend=default, n=2" in output
    assert "Waiting reason" not in output


async def test_cancel_reports_jobs_that_cannot_be_cancelled(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    server.put(1), server.put(2, status="completed"), server.put(3, status="running")
    assert not await job_actions.cancel_jobs("test", server.url, [1, 2, 3])
    output = capsys.readouterr()
    assert output.out == "job 1 cancelled\njob 3 is being cancelled\n"
    assert output.err == "job 2: the API refused the request (409): job 2 is already completed\n"
    assert server.cancelled == ["1", "3"]


async def test_a_retry_names_the_new_job(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await job_actions.retry_jobs("test", server.url, [4])
    assert capsys.readouterr().out == "job 99 retries job 4\n"
