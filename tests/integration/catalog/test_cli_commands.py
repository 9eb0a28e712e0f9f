"""``genonaut models`` against a running API and worker."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.models import put, refresh, rows, specimen
from tests.support.server import serving
from tests.support.service import eventually, running_worker

from genonaut.cli.api_client import ApiRefusedError
from genonaut.cli.models.actions import (
    delete_model,
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
    with_folder: Settings, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(specimen("sd1"), models / "checkpoints" / "mine.safetensors")
    put(specimen("sdxl", of="lora"), models / "loras" / "mine too.safetensors")
    async with serving(with_folder) as url, running_worker(with_folder):
        await scan_models("test", url)
        output = capsys.readouterr()
        assert output.out.startswith("2 files: ")
        assert "1 servers" in output.out
        await list_models("test", url, [("kind", "lora"), ("source", "filesystem")], limit=9)
        assert "mine too.safetensors" in capsys.readouterr().out
        await list_models("test", url, [("search", "nothing has this")], limit=9)
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
        with pytest.raises(NotFoundError, match="matches several models"):
            await show_model("test", url, "mine")
        with pytest.raises(NotFoundError, match="no model"):
            await show_model("test", url, "nothing has this")
        with pytest.raises(ApiRefusedError, match="still exists"):
            await delete_model("test", url, "mine too.safetensors", is_confirmed=True)
        (models / "loras" / "mine too.safetensors").unlink()
        await scan_models("test", url)
        capsys.readouterr()
        await delete_model("test", url, "mine too.safetensors", is_confirmed=True)
        assert capsys.readouterr().out == "deleted loras/mine too.safetensors\n"
        with pytest.raises(NotFoundError, match="no model"):
            await show_model("test", url, "mine too.safetensors")


async def test_a_worker_scans_and_hashes_without_a_request(
    runtime_with_comfyui: Runtime, with_folder: Settings, models: Path
) -> None:
    put(specimen("sd1"), models / "checkpoints" / "sd15.safetensors")
    async with running_worker(with_folder):

        async def is_hashed() -> bool:
            row = (await rows(runtime_with_comfyui)).get("checkpoints/sd15.safetensors")
            return row is not None and row.sha256 is not None

        await eventually(is_hashed)


async def test_list_follows_pages_up_to_the_limit(
    without_comfyui: Settings, runtime: Runtime, models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(105):
        (models / "loras" / f"{number:03}.safetensors").write_bytes(b"")
    await refresh(runtime)
    async with serving(without_comfyui) as url:
        for limit, shown, rest in ((102, 102, "102 of 105"), (500, 105, ""), (3, 3, "3 of 105")):
            await list_models("test", url, [], limit=limit)
            output = capsys.readouterr()
            assert output.out.count(".safetensors") == shown
            assert output.err.startswith(rest)
            assert bool(output.err) is bool(rest)


def completed(line: str, url: str) -> list[str]:
    """Return the shell completions for a line."""
    words = line.split(" ")
    environment = {
        **os.environ,
        "_GENONAUT_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "GENONAUT_SERVER": url,
        "APP_ENV": "test",
    }
    command = [sys.executable, "-c", "from genonaut.cli.main import main; main()"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert answer.stderr == ""
    return [offer.removeprefix("plain,") for offer in answer.stdout.split()]


async def test_the_shell_completes_model_names(
    without_comfyui: Settings, runtime: Runtime, models: Path
) -> None:
    put(specimen("sd1"), models / "checkpoints" / "mine.safetensors")
    put(specimen("sdxl"), models / "checkpoints" / "large.safetensors")
    put(specimen("sd1", of="lora"), models / "loras" / "ink.safetensors")
    put(specimen("sdxl", of="lora"), models / "loras" / "grain.safetensors")
    await refresh(runtime)
    generate = "genonaut generate fox"
    async with serving(without_comfyui) as url:
        for line, offers in (
            (f"{generate} --checkpoint ", ["large.safetensors", "mine.safetensors"]),
            (f"{generate} --checkpoint mi", ["mine.safetensors"]),
            (f"{generate} --checkpoint nothing", []),
            (f"{generate} --lora ", ["grain.safetensors", "ink.safetensors"]),
            (f"{generate} --checkpoint mine.safetensors --lora ", ["ink.safetensors"]),
            (f"{generate} --checkpoint unknown --lora ", []),
        ):
            assert await asyncio.to_thread(completed, line, url) == offers, line
    assert await asyncio.to_thread(completed, f"{generate} --checkpoint ", url) == []
