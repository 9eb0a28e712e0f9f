import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from tests.support.accounts import held

from genonaut.config import Settings
from genonaut.runtime import Runtime, open_runtime


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """An empty ComfyUI ``models`` folder that the installation scans."""
    folder = tmp_path / "models"
    for name in ("checkpoints", "loras", "vae", "text_encoders", "diffusion_models"):
        (folder / name).mkdir(parents=True)
    return folder


@pytest.fixture
def with_folder(settings: Settings, models: Path) -> Settings:
    """Settings that scan this folder."""
    catalog = msgspec.structs.replace(settings.catalog, roots=(str(models),))
    return msgspec.structs.replace(settings, catalog=catalog)


@pytest.fixture
def without_comfyui(with_folder: Settings) -> Settings:
    """Settings that scan this folder and have no backend."""
    comfyui = msgspec.structs.replace(with_folder.comfyui, backends=(), url="")
    return msgspec.structs.replace(with_folder, comfyui=comfyui)


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Runtime]:
    async with held(open_runtime(settings, application="test")) as runtime:
        yield runtime


@pytest.fixture
async def runtime(without_comfyui: Settings) -> AsyncIterator[Runtime]:
    """The runtime of an installation that scans a folder and has no backend."""
    async with _opened(without_comfyui) as runtime:
        yield runtime


@pytest.fixture
async def runtime_with_comfyui(with_folder: Settings) -> AsyncIterator[Runtime]:
    """The runtime of an installation that scans a folder and has a simulated backend."""
    async with _opened(with_folder) as runtime:
        yield runtime
