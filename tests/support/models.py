"""Model files for tests, and their catalogue entries."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from tests.support.service import eventually
from tests.zoo import loras, others, transformers, unets
from tests.zoo.writer import Specimen

from genonaut.catalog.messages import HashModels, RefreshModels
from genonaut.catalog.recording.server_listing import ListedModel, ListingService
from genonaut.catalog.refresh.hashing_task import hash_models
from genonaut.catalog.refresh.refresher import refresh_models
from genonaut.catalog.refresh.requests import RefreshRequests
from genonaut.catalog.tables import AvailableModel, ModelRefresh
from genonaut.runtime import Runtime

_OLD_SECONDS = 1_700_000_000
_FOLDERS = (
    "checkpoints", "loras", "diffusion_models", "text_encoders", "vae",
    "controlnet", "model_patches", "upscale_models", "style_models", "clip_vision", "embeddings",
)  # fmt: skip


def specimen(architecture: str, variant: str = "", *, of: str = "base") -> Specimen:
    """Return a specimen of the zoo."""
    groups = {
        "base": [*unets.specimens(), *transformers.specimens()],
        "lora": loras.unets(),
        "vae": others.vaes(),
        "encoder": others.encoders(),
        "embedding": others.small(),
    }
    return next(
        one
        for one in groups[of]
        if str(one.expect.get("architecture")) == architecture
        and (not variant or one.expect.get("variant") == variant)
    )


def put(specimen: Specimen, path: Path, *, metadata: Mapping[str, str] | None = None) -> Path:
    """Write a specimen to ``path`` with an old modification time."""
    specimen.name = path.name
    specimen.metadata = dict(metadata or {})
    path.parent.mkdir(parents=True, exist_ok=True)
    specimen.write(path.parent)
    os.utime(path, (_OLD_SECONDS, _OLD_SECONDS))
    return path


async def refresh(runtime: Runtime) -> dict[str, Any]:
    """Request a refresh, run it unless a worker does, and return its report."""
    async with runtime.begin() as uow:
        await RefreshRequests(uow).request()

    async def finished_state() -> ModelRefresh | None:
        await refresh_models(runtime, RefreshModels())
        async with runtime.begin() as uow:
            state = await RefreshRequests(uow).state()
        assert state is not None
        assert state.started_at is not None
        assert state.requested_at is not None
        is_done = state.finished_at is not None and state.started_at > state.requested_at
        return state if is_done else None

    done: ModelRefresh = await eventually(finished_state)
    return done.report


async def hash_all(runtime: Runtime) -> None:
    await hash_models(runtime, HashModels())


async def rows(runtime: Runtime) -> dict[str, AvailableModel]:
    """Return all models by ``folder/name``."""
    async with runtime.begin() as uow:
        found = await uow.session.scalars(select(AvailableModel).order_by(AvailableModel.id))
        return {f"{one.folder}/{one.name}": one for one in found}


def move(path: Path, to: Path) -> Path:
    """Move a file as to another file system: the inode changes, the bytes do not."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)
    os.utime(to, (_OLD_SECONDS + 5, _OLD_SECONDS + 5))
    path.unlink()
    return to


async def report_models(
    runtime: Runtime, backend: str, *names: str, version: str = "0.3.64", size: int | None = None
) -> int:
    """Record ``folder/name`` as the models of a backend; returns how many are new."""
    parts = [name.partition("/") for name in names]
    listed = [ListedModel(folder=one[0], name=one[2], size_bytes=size) for one in parts]
    async with runtime.begin() as uow:
        return await ListingService(uow).record_backend(
            backend, listed, folders=_FOLDERS, version=version
        )
