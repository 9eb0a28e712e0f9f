"""``genonaut collections`` against an API."""

import contextlib
import json
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import Result
from tests.builders import make_content, make_person
from tests.support.accounts import held
from tests.support.commands import genonaut
from tests.support.people import Town, running_town
from tests.support.server import serving

from genonaut.accounts.identity import ALL_SCOPES, Identity
from genonaut.accounts.keys import ApiKeyService
from genonaut.config import Settings


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def key_of(town: Town, identity: Identity) -> str:
    """Return a new API key of a user."""
    async with town.runtime.begin() as uow:
        _, key = await ApiKeyService(uow).create(
            identity.user_id, name="cli", scopes=list(ALL_SCOPES), expires_at=None, most=1
        )
    return key


class Terminal:
    """Runs commands as one user."""

    def __init__(self, town: Town, url: str, identity: Identity, key: str) -> None:
        self.town = town
        self.identity = identity
        self._url = url
        self._key = key

    async def other(self, name: str) -> "Terminal":
        """Return the terminal of another user."""
        identity = await make_person(self.town.runtime, name)
        key = await key_of(self.town, identity)
        return Terminal(self.town, self._url, identity, key)

    async def run(self, *arguments: str, status: int = 0, typed: str = "") -> Result:
        settings = self.town.runtime.settings
        result = await genonaut(
            settings,
            "collections",
            *arguments,
            typed=typed,
            GENONAUT_SERVER=self._url,
            GENONAUT_API_KEY=self._key,
        )
        assert result.exit_code == status, result.output
        return result


@contextlib.asynccontextmanager
async def running_terminal(settings: Settings) -> AsyncIterator[Terminal]:
    async with running_town(settings) as town, serving(town.runtime.settings) as url:
        identity = await make_person(town.runtime, "ann")
        yield Terminal(town, url, identity, await key_of(town, identity))


@pytest.fixture
async def terminal(settings: Settings) -> AsyncIterator[Terminal]:
    async with held(running_terminal(settings)) as terminal:
        yield terminal


async def test_a_collection_is_filled_shared_and_downloaded(
    terminal: Terminal, tmp_path: Path
) -> None:
    runtime = terminal.town.runtime
    await make_person(runtime, "bob")
    first, second = [await make_content(runtime, terminal.identity) for _ in range(2)]
    created = await terminal.run("create", "Red foxes", "--description", "of the forest")
    number = created.output.split()[0]
    assert "2 added" in (await terminal.run("add", "red FOXES", str(first), str(second))).output
    shared = await terminal.run("share", number, "--with", "bob", "--editor", "--link")
    assert "shared with bob (editor)" in shared.output
    token = shared.output.split("/s/")[1].strip()  # the page of the web app
    page = await terminal.town.api.http.get(f"/api/v1/shared/{token}")
    assert page.json()["name"] == "Red foxes"
    shown = (await terminal.run("show", "Red foxes")).output
    assert "shared with bob (editor)" in shown
    assert "shared by a link" in shown
    assert str(second) in shown
    listed = (await terminal.run("list")).output
    assert "Red foxes" in listed
    out = tmp_path / "archives" / "foxes.zip"
    out.parent.mkdir()
    await terminal.run("download", number, "--out", str(out))
    with zipfile.ZipFile(out) as archive:
        assert [int(name[:6]) for name in archive.namelist()] == [first, second]
    assert names_in(out.parent) == ["foxes.zip"]
    refused = await terminal.run("download", number, "--out", str(out), status=1)
    assert "exists already" in refused.output
    removed = await terminal.run("remove", number, str(first), "99999", status=1)
    assert "1 removed" in removed.output
    assert "content 99999" in removed.output
    unshared = await terminal.run("share", number, "--remove", "bob")
    assert "no longer shared with bob" in unshared.output
    missing = await terminal.run("share", number, "--remove", "bob", status=1)
    assert "not shared with bob" in missing.output
    await terminal.run("share", number, "--revoke-link")
    assert (await terminal.town.api.http.get(f"/api/v1/shared/{token}")).status_code == 404


async def test_smart_and_nested_collections(terminal: Terminal) -> None:
    fox = await make_content(terminal.town.runtime, terminal.identity, prompt="a fox")
    await terminal.run("create", "Animals")
    await terminal.run("create", "Foxes", "--inside", "Animals", "--search", "fox")
    assert f"{fox} " in (await terminal.run("show", "Foxes")).output
    listed = (await terminal.run("list", "--search", "fox")).output
    assert "smart" in listed
    inside = (await terminal.run("list", "--inside", "Animals", "--mine", "--json")).output
    assert [json.loads(line)["name"] for line in inside.splitlines()] == ["Foxes"]
    # Fields of its filter that are not given are kept.
    await terminal.run("edit", "Foxes", "--tag", "snow")
    assert f"{fox} " not in (await terminal.run("show", "Foxes")).output
    await terminal.run("edit", "Foxes", "--clear", "--search", "fox")
    assert f"{fox} " in (await terminal.run("show", "Foxes")).output


async def test_items_that_match_are_added_and_put_in_order(terminal: Terminal) -> None:
    runtime = terminal.town.runtime
    made = [
        await make_content(runtime, terminal.identity, prompt=text)
        for text in ("fox", "fox", "owl")
    ]
    first, second, owl = [str(one) for one in made]
    await terminal.run("create", "Animals")

    async def shown(*options: str) -> list[str]:
        output = (await terminal.run("show", "Animals", *options)).output
        return re.findall(r"^(\d+) +image", output, re.MULTILINE)

    assert "2 added" in (await terminal.run("add", "Animals", "--search", "fox")).output
    await terminal.run("add", "Animals", owl)
    await terminal.run("order", "Animals", owl, first, "--first")
    assert await shown() == [owl, first, second]
    await terminal.run("order", "Animals", owl, "--after", first)
    assert await shown() == [first, owl, second]
    await terminal.run("order", "Animals", first, "--last")
    assert await shown("--limit", "2") == [owl, second]
    assert await shown("--sort", "oldest") == [first, second, owl]
    assert "2 removed" in (await terminal.run("remove", "Animals", "--search", "fox")).output
    assert "--before" in (await terminal.run("order", "Animals", owl, status=2)).output
    assert "give ids" in (await terminal.run("add", "Animals", status=2)).output


async def test_members_are_listed_change_roles_and_leave(terminal: Terminal) -> None:
    bob = await terminal.other("bob")
    await terminal.run("create", "Animals")
    await terminal.run("create", "Foxes", "--inside", "Animals")
    await terminal.run("share", "Animals", "--with", "bob")
    assert "bob" in (await terminal.run("members", "Animals")).output
    await terminal.run("share", "Animals", "--with", "bob", "--editor")
    (member,) = (await terminal.run("members", "Animals", "--json")).output.splitlines()
    assert json.loads(member)["role"] == "editor"
    inner = (await bob.run("leave", "Foxes", status=1)).output
    assert "by a collection around it" in inner
    assert "you left Animals" in (await bob.run("leave", "Animals")).output
    assert "no collections" in (await bob.run("list")).output
    assert "no members" in (await terminal.run("members", "Animals")).output
    assert "delete it instead" in (await terminal.run("leave", "Animals", status=1)).output


async def test_a_collection_is_changed_and_deleted(terminal: Terminal) -> None:
    cover = await make_content(terminal.town.runtime, terminal.identity)
    for name in ("Animals", "Foxes"):
        await terminal.run("create", name)
    await terminal.run("add", "Foxes", str(cover))
    await terminal.run(
        "edit", "Foxes", "--name", "Red foxes", "--inside", "Animals", "--cover", str(cover)
    )
    refused = await terminal.run("delete", "Animals", "--yes", status=1)
    assert "409" in refused.output
    await terminal.run("edit", "Red foxes", "--top", "--archive", "--cover", "0")
    assert "Red foxes" not in (await terminal.run("list")).output
    assert "Red foxes" in (await terminal.run("list", "--archived")).output
    assert "nothing to change" in (await terminal.run("edit", "Animals", status=2)).output
    await terminal.run("edit", "Red foxes", "--unarchive", "--inside", "Animals")
    await terminal.run("delete", "Animals", "--recursive", "--yes")
    assert "no collections" in (await terminal.run("list")).output


async def test_a_link_is_shown_with_its_end_and_password(terminal: Terminal) -> None:
    await terminal.run("create", "Foxes")
    shared = await terminal.run(
        "share",
        "Foxes",
        "--link",
        "--days",
        "2",
        "--password",
        "--prompts",
        typed="red foxes\nred foxes\n",
    )
    token = shared.output.split("/s/")[1].strip()
    shown = (await terminal.run("show", "Foxes")).output
    assert "shared by a link, until" in shown
    assert "with a password, with prompts" in shown
    http = terminal.town.api.http
    assert (await http.get(f"/api/v1/shared/{token}")).status_code == 403
    off = await terminal.run("link", "Foxes", "--off", "--no-password", "--no-end", "--no-prompts")
    assert "Foxes: shared by a link, switched off\n" in off.output
    assert (await http.get(f"/api/v1/shared/{token}")).status_code == 404
    assert " off " in (await terminal.run("links")).output
    await terminal.run("link", "Foxes", "--on")
    assert (await http.get(f"/api/v1/shared/{token}")).status_code == 200
    assert "Foxes: shared by a link\n" in (await terminal.run("link", "Foxes")).output
    (listed,) = (await terminal.run("links", "--json")).output.splitlines()
    assert json.loads(listed)["is_enabled"] is True
    await terminal.run("share", "Foxes", "--revoke-link")
    assert "no links" in (await terminal.run("links")).output


async def test_errors_name_the_collection(terminal: Terminal) -> None:
    missing = await terminal.run("show", "Whales", status=1)
    assert "no collection is named 'Whales'" in missing.output
    for name in ("Twins", "twins"):
        await terminal.run("create", name)
    assert "use an id" in (await terminal.run("show", "Twins", status=1)).output
    assert "--link" in (await terminal.run("share", "Twins", status=2)).output
    assert (
        "--days"
        in (await terminal.run("share", "Twins", "--with", "bob", "--days", "3", status=2)).output
    )
