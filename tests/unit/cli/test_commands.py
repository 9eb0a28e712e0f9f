"""The short commands, and the errors of commands without running services."""

import asyncio
import json
import os
import signal
import socket
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace
from tests.unit.cli.fake_api import FakeApi

from genonaut.cli.generate.command import generate
from genonaut.cli.main import cli
from genonaut.cli.running_services import data_directory, own_record, write_record
from genonaut.config import load_settings


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


async def test_commands_find_the_running_demo(
    server: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = str(tmp_path)
    demo = load_settings("demo", {"GENONAUT_EMBEDDED__DATA_DIR": data})
    data_directory(demo).mkdir()
    write_record(demo, replace(own_record(), api_url=server.url))
    server.put(7)
    for name in ("APP_ENV", "GENONAUT_SERVER"):
        monkeypatch.delenv(name, raising=False)
    variables = {"GENONAUT_EMBEDDED__DATA_DIR": data, "GENONAUT_WEB__PORT": "1"}

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, cli, arguments, env=variables)

    found = await run("jobs", "list")
    assert "a fox" in found.stdout
    assert found.stderr.startswith("using the running environment demo\n")
    named = await run("jobs", "list", "--env", "dev")
    assert named.stderr.startswith("Error: the API at http://127.0.0.1:1 does not answer")
    given = await run("jobs", "list", "--server", server.url)
    assert "using" not in given.stderr


@pytest.mark.parametrize("option", ["--checkpoint", "--model"])
def test_generate_understands_model(option: str) -> None:
    context = generate.make_context("generate", ["a fox", option, "sd15", "--env", "test"])
    assert context.params["checkpoint"] == "sd15"


def test_the_doctor_says_what_it_checks(tmp_path: Path) -> None:
    variables = {"GENONAUT_EMBEDDED__DATA_DIR": str(tmp_path), "REDIS_URL_TEST": ""}
    result = CliRunner().invoke(cli, ["doctor", "--env", "test"], env=variables)
    assert result.stderr.splitlines()[:3] == [
        "checking PostgreSQL ...",
        "checking Redis ...",
        "checking ComfyUI servers ...",
    ]
