"""Commands of the library against an API: images, searches, prompts, models, presets, wildcards."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.builders import make_content, make_finished_job
from tests.support.accounts import held
from tests.support.commands import genonaut
from tests.support.people import Person, Town, running_town
from tests.support.server import serving

from genonaut.accounts.tables import Role
from genonaut.cli.presets.values import InvalidSettingError, settings_patch
from genonaut.config import Settings


class Terminal:
    """Runs commands as one user."""

    def __init__(self, town: Town, url: str, ann: Person) -> None:
        self.town = town
        self.ann = ann
        self._url = url

    async def run(self, *arguments: str, status: int = 0) -> Result:
        key = self.ann.http.headers["authorization"].removeprefix("Bearer ")
        result = await genonaut(
            self.town.runtime.settings, *arguments, GENONAUT_SERVER=self._url, GENONAUT_API_KEY=key
        )
        assert result.exit_code == status, result.output
        return result

    async def make(self, prompt: str) -> str:
        return str(await make_content(self.town.runtime, self.ann.identity, prompt=prompt))


@contextlib.asynccontextmanager
async def running_terminal(settings: Settings) -> AsyncIterator[Terminal]:
    async with running_town(settings) as town, serving(town.runtime.settings) as url:
        yield Terminal(town, url, await town.person("ann"))


@pytest.fixture
async def terminal(settings: Settings) -> AsyncIterator[Terminal]:
    async with held(running_terminal(settings)) as terminal:
        yield terminal


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


async def test_images_are_searched_marked_and_downloaded(
    terminal: Terminal, tmp_path: Path
) -> None:
    run = terminal.run
    fox, hen = await terminal.make("a fox"), await terminal.make("a hen")
    await run("images", "tag", fox, hen, "--add", "animal", "--add", "red")
    await run("images", "tag", hen, "--remove", "red")
    await run("images", "favourite", fox)
    await run("images", "rate", fox, "4")

    async def found(*options: str) -> list[str]:
        result = await run("images", "list", "--json", *options)
        return sorted(str(one["id"]) for one in lines(result))

    assert await found() == sorted([fox, hen])
    for options in (
        ["--search", "fox"],
        ["--tag", "animal", "--tag", "red"],
        ["--favourites"],
        ["--min-rating", "3", "--type", "image", "--scope", "all", "--sort", "top-rated"],
    ):
        assert await found(*options) == [fox], options
    assert await found("--from", "2100-01-01") == []
    assert await found("--to", "2100-01-01T12:00:00", "--size", "small") == sorted([fox, hen])
    assert "1 of 2 images" in (await run("images", "list", "--limit", "1")).output
    shown = (await run("images", "show", fox)).output
    assert "animal, red" in shown
    assert "★★★★" in shown
    assert json.loads((await run("images", "show", fox, "--json")).stdout)["my_rating"] == 4
    await run("collections", "create", "Birds")
    await run("collections", "add", "Birds", hen)
    assert await found("--collection", "birds") == [hen]
    missing = await run("images", "favourite", fox, "99999", "--off", status=1)
    assert "image 99999: not found" in missing.output
    assert await found("--favourites") == []
    await run("images", "rate", fox, "0")
    assert await found("--min-rating", "1") == []
    await run("images", "delete", fox)
    assert await found("--trash") == [fox]
    assert await found() == [hen]
    await run("images", "restore", fox)

    out = tmp_path / "images"
    written = await run("images", "download", fox, hen, "--out", str(out))
    paths = [Path(line) for line in written.stdout.splitlines()]
    assert [path.stem for path in paths] == [f"{int(fox):06d}-a-fox", f"{int(hen):06d}-a-hen"]
    stored = await terminal.ann.http.get(f"/content/{fox}/file")
    assert paths[0].read_bytes() == stored.content
    refused = await run("images", "download", fox, "99999", "--out", str(out), status=1)
    assert "exists already" in refused.output
    assert "image 99999" in refused.output
    assert len(list(out.iterdir())) == 2
    await counts_and_relatives_are_listed(terminal, fox, hen)


async def counts_and_relatives_are_listed(terminal: Terminal, fox: str, hen: str) -> None:
    """Check facets, lineage and similar items of two items; the fox alone is tagged red."""
    run = terminal.run
    assert "no images" in (await run("images", "similar", fox, "--limit", "3")).output
    counted = (await run("images", "facets", "--search", "fox")).stdout.splitlines()
    assert ["tags", "1", "red"] in [line.split() for line in counted]
    facets = json.loads((await run("images", "facets", "--tag", "animal", "--json")).stdout)
    assert {"value": "animal", "count": 2} in facets["tags"]["values"]
    assert "no images" in (await run("images", "facets", "--trash")).output
    child = await make_content(
        terminal.town.runtime,
        terminal.ann.identity,
        prompt="an owl",
        source_content_ids=[int(fox)],
    )
    of_fox = (await run("images", "lineage", fox)).stdout.splitlines()[-1].split()
    assert (of_fox[:2], of_fox[3]) == (["made", "into"], "you")
    of_child = json.loads((await run("images", "lineage", str(child), "--json")).stdout)
    assert [str(one["id"]) for one in of_child["parents"]] == [fox]
    assert "from no other image" in (await run("images", "lineage", hen)).output


async def test_searches_are_saved_run_and_changed(terminal: Terminal) -> None:
    run = terminal.run
    fox = await terminal.make("a fox")
    await terminal.make("a hen")
    assert "no saved searches" in (await run("searches", "list")).output
    await run("searches", "create", "Foxes", "--search", "fox", "--scope", "all", "--alert")
    (listed,) = lines(await run("searches", "list", "--json"))
    assert (listed["name"], listed["has_alert"]) == ("Foxes", True)
    muted = await run("searches", "list")
    assert "muted" in muted.output
    assert "your preferences disable" in muted.output
    (found,) = lines(await run("searches", "run", "foxes", "--json"))
    assert str(found["id"]) == fox
    await run("searches", "edit", "Foxes", "--min-rating", "3", "--sort", "oldest", "--no-alert")
    shown = json.loads((await run("searches", "show", "Foxes")).stdout)
    assert (shown["filter"]["search"], shown["filter"]["min_rating"]) == ("fox", 3)
    assert (shown["sort"], shown["has_alert"]) == ("oldest", False)
    await run("searches", "edit", "Foxes", "--name", "Animals", "--clear", "--search", "a")
    shown = json.loads((await run("searches", "show", str(shown["id"]))).stdout)
    assert (shown["filter"]["min_rating"], shown["filter"]["search"]) == (None, "a")
    assert len(lines(await run("searches", "run", "Animals", "--json"))) == 2
    assert "scope" in (await run("searches", "edit", "Animals", "--alert", status=1)).output
    assert "nothing to change" in (await run("searches", "edit", "Animals", status=2)).output
    assert "named Foxes" in (await run("searches", "delete", "Foxes", status=1)).output
    await run("searches", "delete", "Animals")
    assert (await run("searches", "list")).stdout == ""


async def test_prompts_are_found_and_kept(terminal: Terminal) -> None:
    run = terminal.run
    for prompt in ("a castle by the river", "a hen"):
        await make_finished_job(terminal.town.runtime, terminal.ann.identity, prompt=prompt)
    (found,) = lines(await run("prompts", "list", "--search", "cast riv", "--json"))
    assert found["prompt"] == "a castle by the river"
    assert "a hen" in (await run("prompts", "list")).output
    number = (await run("prompts", "keep", "a hen", "--negative", "blurry")).stdout.strip()
    (kept,) = lines(await run("prompts", "favourites", "--search", "hen", "--json"))
    assert (str(kept["id"]), kept["negative_prompt"]) == (number, "blurry")
    await run("prompts", "forget", number)
    assert "no prompts" in (await run("prompts", "favourites")).output
    assert "404" in (await run("prompts", "forget", number, status=1)).output


async def test_models_have_notes_and_marks(terminal: Terminal) -> None:
    run = terminal.run
    boss = await terminal.town.person("boss", role=Role.ADMIN)
    for name in ("one.safetensors", "two.safetensors"):
        body = {"folder": "checkpoints", "name": name}
        assert (await boss.http.post("/models", json=body)).status_code == 201
    assert "no note" in (await run("models", "note", "one.safetensors")).output
    await run("models", "note", "one.safetensors", "--set", "30 steps")
    assert (await run("models", "note", "one.safetensors")).stdout == "30 steps\n"
    marked = await run("models", "favourite", "one.safetensors", "whale", status=1)
    assert "one.safetensors is a favourite" in marked.output
    assert "no model 'whale'" in marked.output
    listed = (await run("models", "list", "--favourites")).stdout
    assert "one.safetensors" in listed
    assert "two.safetensors" not in listed
    assert "30 steps" in (await run("models", "show", "one.safetensors")).stdout
    await run("models", "favourite", "one.safetensors", "--off")
    await run("models", "note", "one.safetensors", "--delete")
    assert "no models" in (await run("models", "list", "--favourites")).output


async def test_presets_are_created_changed_and_restored(terminal: Terminal) -> None:
    run = terminal.run
    options = ("--set", "steps=28", "--set", "size=832x1216", "--set", "sampler=euler")
    await run("presets", "create", "Tall", *options, "--description", "portraits")
    edited = await run(
        "presets", "edit", "Tall", "--set", "steps=30", "--unset", "sampler", "--set", "cfg=6.5"
    )
    settings = {"width": 832, "height": 1216, "params": {"steps": 30, "cfg": 6.5}}
    assert json.loads(edited.stdout.removeprefix("Tall: ")) == settings
    refused = await run("presets", "edit", "Tall", "--set", "steps=999", status=1)
    assert "settings_patch.params.steps: must be at most 150" in refused.output
    assert "nothing to change" in (await run("presets", "edit", "Tall", status=2)).output
    assert "steps" in (await run("presets", "edit", "Tall", "--set", "steps", status=1)).output
    number = (await run("presets", "delete", "Tall")).stdout.split("restore ")[1].split("`")[0]
    assert "Tall restored" in (await run("presets", "restore", number)).stdout
    shown = json.loads((await run("presets", "show", "Tall")).stdout)
    assert (str(shown["id"]), shown["settings"]) == (number, settings)
    await run("presets", "create", "Oil", "--style", "--prompt", "{prompt}, oil painting")
    assert "Oil" in (await run("presets", "list", "--kind", "style")).stdout


async def test_wildcards_are_written(terminal: Terminal) -> None:
    for entries in (["fox"], ["fox", "2::owl"]):
        await terminal.run("wildcards", "set", "animals", *entries)
    assert (await terminal.run("wildcards", "export", "animals")).stdout == "fox\n2::owl\n"


def test_single_settings_are_read_from_options() -> None:
    given = ("steps=30", "model=123", "hires.scale=1.5", "size=64x128", 'references=[{"image":{}}]')
    assert settings_patch(given, ("cfg", "source.mask")) == {
        "params": {"steps": 30, "cfg": None},
        "checkpoint_model": "123",
        "hires": {"scale": 1.5},
        "width": 64,
        "height": 128,
        "references": [{"image": {}}],
        "source": {"mask": None},
    }
    for wrong in ("steps", "=3", "steps=", "size=big"):
        with pytest.raises(InvalidSettingError):
            settings_patch((wrong,), ())
    with pytest.raises(InvalidSettingError, match="hires"):
        settings_patch(("hires=1", "hires.scale=2"), ())
