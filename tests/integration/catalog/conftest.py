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
def scanning(settings: Settings, models: Path) -> Settings:
    """Settings with that folder."""
    catalog = msgspec.structs.replace(settings.catalog, roots=(str(models),))
    return msgspec.structs.replace(settings, catalog=catalog)


@pytest.fixture
def alone(scanning: Settings) -> Settings:
    """The same without any ComfyUI server."""
    comfyui = msgspec.structs.replace(scanning.comfyui, backends=(), url="")
    return msgspec.structs.replace(scanning, comfyui=comfyui)


@contextlib.asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Runtime]:
    async with held(open_runtime(settings, application="test")) as runtime:
        yield runtime


@pytest.fixture
async def runtime(alone: Settings) -> AsyncIterator[Runtime]:
    """Connections of an installation that scans a folder and has no server."""
    async with _opened(alone) as runtime:
        yield runtime


@pytest.fixture
async def beside_comfyui(scanning: Settings) -> AsyncIterator[Runtime]:
    """Connections of an installation that scans a folder and has a simulated server."""
    async with _opened(scanning) as runtime:
        yield runtime
