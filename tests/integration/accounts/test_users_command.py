"""``genonaut users`` on a real database."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from tests.support.accounts import Browser, make_key, make_session, with_login
from tests.support.asgi_socket import open_socket
from tests.support.service import running_api

from genonaut.cli.main import cli
from genonaut.config import Settings
from genonaut.realtime import Hub
from genonaut.web.middleware.request_guard import RequestGuard

Run = Callable[..., Result]
GOOD = "a good password\n"


@pytest.fixture
def run(settings: Settings) -> Run:
    variables = {
        "DATABASE_URL_TEST": settings.database.url,
        "REDIS_URL_TEST": settings.redis.url,
        "REDIS_NS_TEST": settings.redis.namespace,
        "GENONAUT_AUTH__MODE": "password",
        "GENONAUT_AUTH__ARGON2_MEMORY_KIB": "64",
    }

    def invoke(*arguments: str, say: str | None = None) -> Result:
        command = ["users", *arguments, "--env", "test"]
        return CliRunner().invoke(cli, command, env=variables, input=say)

    return invoke


def test_accounts_are_created_listed_promoted_and_deactivated(run: Run) -> None:
    first = run("create", "ada", "--admin", "--password-stdin", say=GOOD)
    assert first.exit_code == 0, first.output
    assert first.stdout == "created administrator ada\n"
    asked = run("create", "grace", "--email", "g@example.org", say=GOOD + GOOD)
    assert asked.exit_code == 0, asked.output
    assert "created user grace" in asked.stdout
    assert run("create", "hollow", "--no-password").exit_code == 0
    rows = {line.split()[0]: line.split() for line in run("list").stdout.splitlines()}
    assert rows["ada"][1:4] == ["admin", "yes", "yes"]
    assert rows["grace"][1:4] == ["user", "yes", "yes"]
    assert rows["hollow"][1:4] == ["user", "yes", "no"]
    assert run("promote", "GRACE").exit_code == 0
    assert run("deactivate", "ada").exit_code == 0
    rows = {line.split()[0]: line.split() for line in run("list").stdout.splitlines()}
    assert rows["grace"][1] == "admin"
    assert rows["ada"][2] == "no"


@pytest.mark.parametrize(
    ("arguments", "say", "words"),
    [
        (("create", "-x-", "--no-password"), None, "No such option"),
        (("create", "a b", "--no-password"), None, "username"),
        (("create", "bob", "--password-stdin"), "short\n", "password"),
        (("create", "bob", "--email", "x", "--no-password"), None, "email"),
        (("create", "ADA", "--no-password"), None, "is taken"),
        (("passwd", "unknown", "--password-stdin"), GOOD, "there is no user unknown"),
        (("deactivate", "unknown"), None, "there is no user unknown"),
        (("promote", "unknown"), None, "there is no user unknown"),
        (("deactivate", "ada"), None, "last active administrator"),
    ],
)
def test_errors_are_one_sentence(
    run: Run, arguments: tuple[str, ...], say: str | None, words: str
) -> None:
    assert run("create", "ada", "--admin", "--password-stdin", say=GOOD).exit_code == 0
    result = run(*arguments, say=say)
    assert result.exit_code in {1, 2}
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert "short" not in result.output


async def test_the_first_administrator_takes_over_the_local_user(
    settings: Settings, run: Run
) -> None:
    async with running_api(settings) as api:
        local = (await api.http.get("/api/v1/auth/me")).json()["id"]
    made = await asyncio.to_thread(run, "create", "ada", "--admin", "--password-stdin", say=GOOD)
    assert made.exit_code == 0, made.output
    async with running_api(with_login(settings)) as api:
        browser = Browser(api.http)
        answer = await browser.log_in("ada", GOOD.strip())
        assert answer.json()["id"] == local
        key = await make_key(api.runtime, UUID(local))
        for keep, status in (("--keep-api-keys",), 200), ((), 401):
            changed = await asyncio.to_thread(
                run, "passwd", "ada", "--password-stdin", *keep, say="another good one\n"
            )
            assert changed.exit_code == 0, changed.output
            assert (await api.http.get("/api/v1/auth/me", headers=key)).status_code == status
        assert (await browser.send("GET", "/api/v1/auth/me")).status_code == 401
        assert (await browser.log_in("ada", "another good one")).status_code == 200


async def test_deactivation_closes_open_websockets(settings: Settings, run: Run) -> None:
    for name, admin in (("ada", "--admin"), ("grace", "--no-password")):
        say = GOOD if admin == "--admin" else None
        extra = ["--password-stdin"] if say else []
        await asyncio.to_thread(run, "create", name, admin, *extra, say=say)
    settings = with_login(settings)
    async with running_api(settings) as api:
        hub: Hub = api.app.state.hub
        await hub.wait_connected()
        browser = Browser(api.http)
        await browser.log_in("ada", GOOD.strip())
        found = await browser.send("GET", "/api/v1/users?search=grace")
        headers = await make_session(api.runtime, found.json()["items"][0]["id"])
        guard = RequestGuard(api.app, settings.web, settings.auth)
        async with open_socket(guard, "/ws/jobs", headers) as socket:
            await socket.frame()
            await asyncio.to_thread(run, "deactivate", "grace")
            assert await socket.close_code() == 4401


def test_all_errors_of_a_new_account_are_reported_together(run: Run) -> None:
    wrong = run("create", "a b", "--email", "x", "--password-stdin", say="short\n")
    assert wrong.exit_code == 1
    assert all(f"{field}: " in wrong.output for field in ("username", "email", "password"))
    assert "short" not in wrong.output
    assert "a b" not in run("list").stdout
