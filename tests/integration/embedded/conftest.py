"""A directory that every account can enter, and clusters that are initialised once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from tests.support.directories import open_directory

from genonaut.embedded import EmbeddedServerError, Source, postgres
from genonaut.embedded.account import server_account
from genonaut.embedded.programs import Program, find_postgres, find_valkey


@pytest.fixture
def base_directory() -> Iterator[Path]:
    with open_directory("genonaut embedded ") as path:
        yield path


def _install(
    find: Callable[[Source], list[Program]], name: str, patch: pytest.MonkeyPatch, directory: Path
) -> None:
    """Put the wheel's program on PATH unless the machine has one."""
    try:
        find(Source.SYSTEM)
    except EmbeddedServerError:
        program = find(Source.WHEEL)[0].usable_by(server_account())
        directory.mkdir(exist_ok=True)
        (directory / name).symlink_to(program.executable.with_name(name))
        patch.setenv("PATH", str(directory), prepend=":")


@pytest.fixture(autouse=True)
def _machine_with_servers(monkeypatch: pytest.MonkeyPatch, base_directory: Path) -> None:
    _install(find_postgres, "pg_ctl", monkeypatch, base_directory / "bin")
    _install(find_valkey, "valkey-server", monkeypatch, base_directory / "bin")


@pytest.fixture(params=["system", "wheel"])
def source(request: pytest.FixtureRequest) -> Source:
    return Source(request.param)


@pytest.fixture(scope="session")
def template_root() -> Iterator[Path]:
    with open_directory("genonaut embedded ") as path:
        yield path


@pytest.fixture
def cluster_of(template_root: Path, base_directory: Path) -> Callable[[Source], Awaitable[Path]]:
    """Copy an initialised, empty cluster of one source: initdb is the slowest step."""

    async def copy(source: Source) -> Path:
        template = template_root / source
        if not template.exists():
            async with postgres(source=source, data_dir=template, port=None, durable=False):
                pass
        target = base_directory / f"postgres of {source}"
        # cp keeps the owner, shutil does not.
        process = await asyncio.create_subprocess_exec("cp", "-a", template, target)
        assert await process.wait() == 0
        return target

    return copy


@pytest.fixture
async def cluster(cluster_of: Callable[[Source], Awaitable[Path]], source: Source) -> Path:
    return await cluster_of(source)
