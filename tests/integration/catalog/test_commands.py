"""``genonaut models`` against a running API and worker."""

from pathlib import Path

import pytest
from tests.support.models import put, rows, specimen
from tests.support.server import serving
from tests.support.service import eventually, running_worker

from genonaut.cli.model_actions import (
    edit_model,
    hash_models,
    list_models,
    scan_models,
    show_model,
)
from genonaut.config import Settings
from genonaut.core.errors import NotFoundError
from genonaut.runtime import Runtime


async def test_scan_list_show_edit_and_hash(
    scanning: Settings, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(specimen("sd1"), models / "checkpoints" / "mine.safetensors")
    put(specimen("sdxl", of="lora"), models / "loras" / "mine too.safetensors")
    async with serving(scanning) as url, running_worker(scanning):
        await scan_models("test", url)
        said = capsys.readouterr()
        assert said.out.startswith("2 files: ")
        assert "1 servers" in said.out
        await list_models("test", url, [("kind", "lora"), ("source", "filesystem")])
        assert "mine too.safetensors" in capsys.readouterr().out
        await list_models("test", url, [("search", "nothing has this")])
        assert "no models" in capsys.readouterr().err
        await hash_models("test", url)
        assert "left" in capsys.readouterr().out
        await edit_model(
            "test", url, "checkpoints/mine.safetensors", {"display_name": "Best"}, reset=False
        )
        assert "Best" in capsys.readouterr().out
        await show_model("test", url, "Best")
        shown = capsys.readouterr().out
        assert "sd1" in shown
        assert "AutoV2" in shown
        assert "tensors" in shown
        await edit_model("test", url, "Best", {}, reset=True)
        assert "Best" not in capsys.readouterr().out
        with pytest.raises(NotFoundError, match="could be"):
            await show_model("test", url, "mine")
        with pytest.raises(NotFoundError, match="no model"):
            await show_model("test", url, "nothing has this")


async def test_a_worker_finds_and_hashes_by_itself(
    beside_comfyui: Runtime, scanning: Settings, models: Path
) -> None:
    put(specimen("sd1"), models / "checkpoints" / "sd15.safetensors")
    async with running_worker(scanning):

        async def look() -> bool:
            row = (await rows(beside_comfyui)).get("checkpoints/sd15.safetensors")
            return row is not None and row.sha256 is not None

        await eventually(look)
