"""Refreshing the catalogue from folders and backends."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from tests.support.models import put, refresh, report_models, rows, specimen

from genonaut.catalog.scanning import health
from genonaut.catalog.tables import AvailableModel, ModelRefresh
from genonaut.runtime import Runtime


async def test_files_become_models(runtime: Runtime, models: Path) -> None:
    put(specimen("sd1"), models / "checkpoints" / "sub dir" / "one.safetensors")
    put(specimen("sdxl", of="lora"), models / "loras" / "grain.safetensors")
    report = await refresh(runtime)
    assert (report["added"], report["files"], report["problems"]) == (2, 2, [])
    found = await rows(runtime)
    assert set(found) == {"checkpoints/sub dir/one.safetensors", "loras/grain.safetensors"}
    assert found["checkpoints/sub dir/one.safetensors"].architecture == "sd1"
    assert found["loras/grain.safetensors"].kind == "lora"
    assert found["loras/grain.safetensors"].detected["evidence"]
    assert {one.source for one in found.values()} == {"filesystem"}


async def test_the_same_model_from_both_sources_is_one_row(
    runtime_with_comfyui: Runtime, models: Path
) -> None:
    put(specimen("sd1"), models / "checkpoints" / "sd15.safetensors")
    report = await refresh(runtime_with_comfyui)
    assert report["servers"] == 1
    found = await rows(runtime_with_comfyui)
    assert found["checkpoints/sd15.safetensors"].source == "filesystem"
    assert found["loras/detail.safetensors"].source == "comfyui"
    assert found["loras/detail.safetensors"].architecture == "sd1"
    assert found["loras/detail.safetensors"].size_bytes == 37861176
    assert found["checkpoints/sdxl/untitled-merge.safetensors"].architecture == "sdxl"


async def test_other_rules_identify_files_and_names_again(runtime: Runtime, models: Path) -> None:
    """An installation that is updated learns what the new rules find: vectors, models of sound."""
    put(specimen("sd1", of="embedding"), models / "embeddings" / "ink.safetensors")
    await refresh(runtime)
    await report_models(runtime, "a", "checkpoints/ace_step_v1.safetensors")
    async with runtime.begin() as uow:
        await uow.session.execute(
            update(AvailableModel).values(detected={}, architecture="sd1", kind="unknown")
        )
        await uow.session.execute(update(ModelRefresh).values(rules_version=1))
    await refresh(runtime)
    found = await rows(runtime)
    assert found["embeddings/ink.safetensors"].detected["vectors"] == 8
    assert found["checkpoints/ace_step_v1.safetensors"].architecture == "ace-step"


async def test_an_unreadable_file_is_examined_again(
    runtime: Runtime, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(specimen("sdxl"), models / "checkpoints" / "one.safetensors")
    openly = os.open

    def failing(name: Any, *arguments: Any, **options: Any) -> int:
        if name == str(path):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return openly(name, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", failing)
        await refresh(runtime)
    (found,) = (await rows(runtime)).values()
    assert [one["code"] for one in found.health] == ["unreadable"]
    await refresh(runtime)
    (found,) = (await rows(runtime)).values()
    assert (found.health, found.architecture) == ([], "sdxl")


async def test_a_stopped_download_becomes_a_truncated_file(
    runtime: Runtime, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(specimen("sdxl"), models / "checkpoints" / "one.safetensors")
    os.truncate(path, path.stat().st_size - 1)
    await refresh(runtime)
    (found,) = (await rows(runtime)).values()
    assert [one["code"] for one in found.health] == ["growing"]
    monkeypatch.setattr(health, "GROWING_SECONDS", 0)
    await refresh(runtime)
    (found,) = (await rows(runtime)).values()
    assert [one["code"] for one in found.health] == ["truncated"]
