"""The short commands, and the errors of commands without running services."""

import json
import os
import signal
import socket
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from genonaut.cli.main import cli


def test_the_openapi_document_is_json_on_standard_output_or_in_a_file(tmp_path: Path) -> None:
    printed = CliRunner().invoke(cli, ["openapi"])
    assert printed.exit_code == 0, printed.output
    document = json.loads(printed.stdout)
    assert document["info"]["title"] == "Genonaut"
    path = tmp_path / "openapi.json"
    written = CliRunner().invoke(cli, ["openapi", "--out", str(path)])
    assert written.stdout == ""
    assert json.loads(path.read_text()) == document
    refused = CliRunner().invoke(cli, ["openapi", "--out", str(tmp_path / "no" / "where.json")])
    assert refused.exit_code == 1
    assert "No such file" in refused.stderr


def test_a_simulator_that_cannot_listen_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(cli, ["simulator", "--port", port, "--env", "test"])
    assert result.exit_code == 1
    assert f"the simulator cannot listen on 127.0.0.1:{port}" in result.stderr


@pytest.mark.parametrize("command", ["api", "worker"])
def test_api_and_worker_without_a_database_say_what_to_start(command: str, tmp_path: Path) -> None:
    variables = {
        "GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path),
        "DATABASE_URL_TEST": "",
        "REDIS_URL_TEST": "",
    }
    result = CliRunner().invoke(cli, [command, "--env", "test"], env=variables)
    assert result.exit_code == 1
    assert "genonaut up --env test" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [["demo"], ["up", "--env", "demo"]])
def test_up_and_demo_refuse_a_port_in_use(arguments: list[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        variables = {"GENONAUT_WEB__PORT": port, "GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path)}
        result = CliRunner().invoke(cli, arguments, env=variables)
    assert result.exit_code == 1
    assert f"the API cannot listen on 127.0.0.1:{port}" in result.stderr


def test_an_api_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    variables = {
        "GENONAUT_SERVER": "http://127.0.0.1:1",
        "GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path),
    }
    for arguments in (
        ["generate", "a fox", "--out", str(tmp_path)],
        ["jobs", "list"],
        ["jobs", "show", "1"],
        ["seed"],
    ):
        result = CliRunner().invoke(cli, [*arguments, "--env", "test"], env=variables)
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: the API at http://127.0.0.1:1 does not answer")


@pytest.mark.parametrize("command", ["cancel", "retry"])
def test_each_job_that_could_not_be_changed_is_reported(command: str) -> None:
    variables = {"GENONAUT_SERVER": "http://127.0.0.1:1"}
    result = CliRunner().invoke(cli, ["jobs", command, "1", "2", "--env", "test"], env=variables)
    assert result.exit_code == 1
    assert result.stderr.count("does not answer") == 2


def test_the_simulator_serves_until_sigterm() -> None:
    over = threading.Event()

    def stop() -> None:
        while not over.wait(0.5):  # it may not listen yet
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, lambda *_: None)  # should it be over already
    stopping = threading.Thread(target=stop)
    stopping.start()
    try:
        result = CliRunner().invoke(
            cli, ["simulator", "--port", "0", "--delay-ms", "0", "--env", "test"]
        )
    finally:
        over.set()
        stopping.join()
        signal.signal(signal.SIGTERM, before)
    assert result.exit_code == 0, result.output
