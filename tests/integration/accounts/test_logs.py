"""No secret is logged, even at level debug."""

import asyncio
import logging
import socket
from collections.abc import Iterator

import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from tests.support.accounts import PASSWORD, Browser, with_login
from tests.support.log_recording import recording_logs, secrets_in
from tests.support.server import serving, watching
from tests.support.service import running_api

from genonaut.accounts.authentication import CSRF_COOKIE, SESSION_COOKIE
from genonaut.accounts.tables import Role, User
from genonaut.cli.main import cli
from genonaut.config import Settings


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """Every line that the libraries write, down to debug."""
    root = logging.getLogger()
    before, client = root.level, logging.getLogger("httpx")
    root.setLevel(logging.DEBUG)
    client.setLevel(logging.WARNING)  # the HTTP client of the test logs URLs
    with recording_logs() as recorded:
        yield recorded
    client.setLevel(logging.NOTSET)
    root.setLevel(before)


async def test_logins_keys_and_errors_log_no_secret(settings: Settings, lines: list[str]) -> None:
    settings = with_login(settings, auth__registration="open")
    async with running_api(settings) as api, serving(settings) as url:
        browser = Browser(api.http)
        body = {"username": "ada", "password": PASSWORD}
        await browser.send("POST", "/api/v1/auth/register", json=body)
        await browser.log_in("ada")
        await browser.log_in("ada", "a wrong but close password")
        await browser.log_in(PASSWORD, PASSWORD)
        key = {"name": "k", "scopes": ["read"], "expires_at": None}
        made = (await browser.send("POST", "/api/v1/api-keys", json=key)).json()["key"]
        secrets = [PASSWORD, made, *(browser.cookies[n] for n in (SESSION_COOKIE, CSRF_COOKIE))]
        bearer = {"Authorization": f"Bearer {made}"}
        for headers in (bearer, {"Authorization": f"Bearer {made}0"}, {"Cookie": made}):
            await api.http.get("/api/v1/auth/me", headers=headers)
            await api.http.get(f"/api/v1/auth/me?token={made}", headers=headers)
            await api.http.post("/api/v1/auth/login", content=made, headers=headers)
        async with watching(url, "/ws/jobs", headers=bearer) as watcher:
            await watcher.frame()
        await browser.send("POST", "/api/v1/auth/login", json={**body, "x": PASSWORD})
        wrong = {"current_password": "not that", "new_password": PASSWORD + "!"}
        await browser.send("PUT", "/api/v1/users/me/password", json=wrong)
        # An error occurs while the secret is in use.
        api.app.state.passwords = None
        assert (await browser.log_in("ada")).status_code == 500
        await asyncio.sleep(0)
    assert any("request.crashed" in line for line in lines)
    assert any("login.failed" in line for line in lines)
    assert secrets_in(lines) == []
    text = "\n".join(lines)
    assert [secret for secret in secrets if secret in text] == []


async def test_database_errors_contain_no_values(settings: Settings) -> None:
    async with running_api(with_login(settings)) as api:
        values = {"username": "same", "role": Role.USER, "password_hash": "$argon2id$secret"}
        with pytest.raises(IntegrityError) as error:  # noqa: PT012  # the second one collides
            async with api.runtime.begin() as uow:
                for number in range(2):
                    row = {**values, "id": f"00000000-0000-0000-0000-00000000000{number}"}
                    await uow.session.execute(insert(User).values(**row))
    assert "argon2id" not in str(error.value)


def test_the_search_for_secrets_finds_them() -> None:
    key = "gn_7_" + "0123456789abcdef" * 4
    leaks = [
        f"something.happened value={key}",
        "headers={'Authorization': 'x'}",
        "postgresql://user:secret@host/db",
        "$argon2id$v=19$m=64",
        "Set-Cookie: genonaut_session=x",
    ]
    assert len({line for line in leaks if secrets_in([line])}) == len(leaks)
    assert secrets_in(["all is well", "postgresql://user@host/db", "redis://host:6379/1"]) == []


def test_lines_of_structlog_and_the_standard_library_are_recorded() -> None:
    with recording_logs() as lines:
        structlog.get_logger().warning("harmless.event", number=1)
        logging.getLogger("x").warning("harmless line")
    assert any("harmless.event" in line for line in lines)
    assert "harmless line" in lines


def test_a_command_in_a_test_does_not_redirect_the_log() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert (
            CliRunner().invoke(cli, ["simulator", "--port", port, "--env", "test"]).exit_code == 1
        )
    with recording_logs() as lines:
        structlog.get_logger().warning("harmless.event", number=2)
    assert any("harmless.event" in line for line in lines)
    structlog.get_logger().warning("harmless.event", number=3)  # its output is still open
