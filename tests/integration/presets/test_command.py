"""``genonaut presets``, and presets of ``genonaut generate``, against an API."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from tests.support.commands import genonaut
from tests.support.people import Person, Town
from tests.support.server import serving

from genonaut.cli.api_client import open_api
from genonaut.cli.presets.applying import PresetOptions, merged, styled, with_presets


def test_fields_of_a_submission_win_over_those_of_a_preset() -> None:
    settings = {"width": 832, "height": 1216, "params": {"steps": 28, "cfg": 6}}
    assert merged(settings, {"prompt": "a fox", "width": 512, "params": {"cfg": 3}}) == {
        "prompt": "a fox",
        "width": 512,
        "height": 1216,
        "params": {"steps": 28, "cfg": 3},
    }
    assert merged({}, {"prompt": "a fox"}) == {"prompt": "a fox"}


def test_styles_are_layered_in_their_order() -> None:
    assert styled("a fox", ["{prompt} in oil", " ", "film grain"]) == "a fox in oil, film grain"
    assert styled("", ["film grain"]) == "film grain"


async def test_presets_are_listed_shared_moved_to_another_user_and_applied(
    town: Town, ann: Person, bob: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = town.runtime.settings
    for body in (
        {"kind": "style", "name": "Oil", "prompt": "{prompt} in oil", "negative_prompt": "photo"},
        {
            "kind": "preset",
            "name": "Tall",
            "description": "a portrait",
            "settings": {"width": 832, "source": {"image": {"content_id": 999_999}}},
        },
    ):
        assert (await ann.http.post("/presets/", json=body)).status_code == 201
    document, styles = tmp_path / "all.json", tmp_path / "styles.csv"
    styles.write_text('name,prompt,negative_prompt\nInk,"{prompt}, ink",\nOil,in oil,\n')
    fooocus = tmp_path / "sdxl_styles_sai.json"
    fooocus.write_text('[{"name": "Clay", "prompt": "clay {prompt}", "negative_prompt": ""}]')
    broken = tmp_path / "broken.json"
    broken.write_text("{")

    async with serving(settings) as url:

        async def run(person: Person, *arguments: str, status: int = 0) -> Result:
            key = person.http.headers["authorization"].removeprefix("Bearer ")
            result = await genonaut(settings, *arguments, GENONAUT_SERVER=url, GENONAUT_API_KEY=key)
            assert result.exit_code == status, result.output
            return result

        listed = await run(ann, "presets", "list")
        assert listed.stdout == "style\tOil\tann\t\npreset\tTall\tann\ta portrait\n"
        assert (await run(bob, "presets", "list")).stdout == ""
        await run(ann, "presets", "share", "Tall")
        assert "Tall" in (await run(bob, "presets", "list", "--kind", "preset")).stdout
        shown = json.loads((await run(bob, "presets", "show", "Tall")).stdout)
        assert (shown["owner"], shown["settings"]["width"]) == ("ann", 832)
        missing = await run(bob, "presets", "delete", "Tall", status=1)
        assert "no preset or style of yours is named Tall" in missing.output

        # Fields of the preset reach the API, which refuses its source.
        tagged = ("generate", "a fox <lora:ink:1>", "--preset", "Tall")
        refused = await run(bob, *tagged, status=1)
        assert "source.image" in refused.output
        assert "--lora-tags adds the LoRAs" in refused.output
        refused = await run(bob, *tagged, "--lora-tags", status=1)
        assert "--lora-tags" not in refused.output
        missing = await run(bob, "grid", "a fox", "--x", "cfg=3,4", "--style", "Gouache", status=1)
        assert "no style is named Gouache" in missing.output

        await run(ann, "presets", "export", "--out", str(document))
        imported = await run(bob, "presets", "import", str(document), str(styles), str(fooocus))
        assert f"{fooocus}: 1 created" in imported.output
        assert f"{document}: 2 created, 0 replaced\n" in imported.output
        assert f"{styles}: 1 created, 0 replaced, 1 skipped" in imported.output
        assert "you already have Oil" in imported.output
        refused = await run(bob, "presets", "import", str(broken), status=1)
        assert "neither an exported document" in refused.output
        await run(ann, "presets", "share", "Tall", "--off")
        await run(bob, "presets", "delete", "Ink")
        assert "Ink" not in (await run(bob, "presets", "list")).stdout
        assert json.loads((await run(ann, "presets", "export")).stdout)["presets"]

        key = bob.http.headers["authorization"].removeprefix("Bearer ")
        monkeypatch.setenv("GENONAUT_API_KEY", key)
        async with open_api(settings, url) as api:
            body = await with_presets(api, {"prompt": "a fox"}, PresetOptions("Tall", ("Oil",)))
        assert body == {
            "prompt": "a fox in oil",
            "negative_prompt": "photo",
            "width": 832,
            "source": {"image": {"content_id": 999_999}},
        }
