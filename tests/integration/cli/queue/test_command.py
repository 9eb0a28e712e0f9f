"""``genonaut queue`` against a running API."""

import asyncio
from collections.abc import Sequence

import pytest
from click.testing import CliRunner, Result
from tests.contract.access.world import make_backend
from tests.support.accounts import make_key, make_user, with_login
from tests.support.server import serving
from tests.support.service import running_api

from genonaut.accounts.tables import Role
from genonaut.cli.main import cli
from genonaut.config import Settings


async def genonaut(url: str, *arguments: str, key: str = "") -> Result:
    """Run a command in a thread, because it starts its own event loop."""
    runner = CliRunner(env={"GENONAUT_API_KEY": key, "GENONAUT_SERVER": url, "COLUMNS": "200"})
    line = ["queue", *arguments, "--env", "test"]
    return await asyncio.to_thread(runner.invoke, cli, line)


def states(result: Result) -> dict[str, Sequence[str]]:
    """Return the state and the reason of each line."""
    assert result.exit_code == 0, result.output
    lines = [[cell for cell in line.split("  ") if cell] for line in result.output.splitlines()[1:]]
    return {cells[0].strip(): [cells[1].strip(), *cells[3:]] for cells in lines}


async def test_show_pause_and_resume(settings: Settings) -> None:
    async with running_api(settings) as api, serving(settings) as url:
        await make_backend(api.runtime)
        assert states(await genonaut(url, "show")) == {"queue": ["open"]}
        paused = states(await genonaut(url, "pause", "--reason", "the attic is hot"))
        assert paused == {"queue": ["paused", "the attic is hot"]}
        assert (await api.http.get("/api/v1/queue")).json()["is_paused"] is True
        both = states(await genonaut(url, "pause", "--backend", "b"))
        assert both == {**paused, "ComfyUI server b": ["paused"]}
        assert states(await genonaut(url, "show")) == both
        one = {"queue": ["open"], "ComfyUI server b": ["paused"]}
        assert states(await genonaut(url, "resume")) == one
        assert states(await genonaut(url, "resume", "--backend", "b")) == {"queue": ["open"]}
        assert (await api.http.get("/api/v1/queue")).json()["backends"] == {}


@pytest.mark.parametrize("command", ["pause", "resume"])
async def test_an_unknown_comfyui_server_is_refused(settings: Settings, command: str) -> None:
    async with running_api(settings), serving(settings) as url:
        refused = await genonaut(url, command, "--backend", "nowhere")
        assert refused.exit_code == 1
        assert "backend: there is no ComfyUI server 'nowhere'" in refused.output


async def test_every_user_may_show_the_queue_and_only_administrators_may_pause_it(
    settings: Settings,
) -> None:
    guarded = with_login(settings)
    async with running_api(guarded) as api, serving(guarded) as url:
        user = await make_user(api.runtime, "grace")
        admin = await make_user(api.runtime, "ada", role=Role.ADMIN)
        keys = [(await make_key(api.runtime, one.id))["Authorization"][7:] for one in (user, admin)]
        assert (await genonaut(url, "show")).exit_code == 1
        assert states(await genonaut(url, "show", key=keys[0])) == {"queue": ["open"]}
        refused = await genonaut(url, "pause", key=keys[0])
        assert (refused.exit_code, "403" in refused.output) == (1, True)
        assert states(await genonaut(url, "pause", key=keys[1])) == {"queue": ["paused"]}
