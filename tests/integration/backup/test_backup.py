"""Backups are consistent, incremental and restorable, also when they are interrupted."""

import asyncio
import contextlib
import errno
import itertools
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import Result
from tests.builders import keys_of, make_content, png
from tests.support.commands import genonaut
from tests.support.databases import connect
from tests.support.installations import all_files, all_rows, counters
from tests.support.people import Person, Town
from tests.support.programs import program
from tests.support.service import eventually, running_api, running_worker

from genonaut.backup import creation
from genonaut.backup.repository import Repository
from genonaut.backup.restoration import Restoration
from genonaut.cli.db import schema
from genonaut.config import Settings
from genonaut.core.clock import utcnow
from genonaut.db.advisory_locks import AdvisoryLock, SessionLock, try_lock_session
from genonaut.db.table_copy import Snapshot, open_snapshot
from genonaut.storage.store import open_local_store


async def backup(
    settings: Settings, *arguments: str, target: Path, key: Path | None = None
) -> Result:
    options = ["--target", str(target)] + (["--key-file", str(key)] if key else [])
    return await genonaut(settings, "backup", *arguments, *options)


async def created(
    settings: Settings, *arguments: str, target: Path, key: Path | None = None
) -> dict[str, Any]:
    result = await backup(settings, "create", "--json", *arguments, target=target, key=key)
    assert result.exit_code == 0, result.output
    made: dict[str, Any] = msgspec.json.decode(result.stdout)
    return made


async def listed(settings: Settings, target: Path) -> list[tuple[str, bool]]:
    result = await backup(settings, "list", "--json", target=target)
    return [
        (one["id"], one["is_complete"]) for one in msgspec.json.decode(result.stdout)["backups"]
    ]


async def restored(
    settings: Settings, *arguments: str, target: Path, key: Path | None = None
) -> str:
    result = await backup(settings, "restore", "--yes", *arguments, target=target, key=key)
    assert result.exit_code == 0, result.output
    return result.stdout


def first_of(folder: Path, pattern: str) -> Path:
    return next(folder.glob(pattern))


def staged_in(folder: Path) -> list[Path]:
    """Return the staged files, and make them two days old."""
    found = list((folder / ".staging").iterdir())
    for path in found:
        long_ago = path.stat().st_mtime - 2 * 86400
        os.utime(path, (long_ago, long_ago))
    return found


def stored_in(folder: Path) -> tuple[set[str], bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files}, b"".join(path.read_bytes() for path in files)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
async def key(settings: Settings, tmp_path: Path) -> Path:
    path = tmp_path / "backup.key"
    result = await genonaut(settings, "backup", "key", str(path))
    assert result.exit_code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    return path


async def fill(town: Town, person: Person, count: int = 3) -> None:
    for number in range(count):
        data = png(90 + number, 60)
        tags = frozenset({"sea", f"n{number}"})
        await make_content(town.runtime, person.identity, data=data, tags=tags)
    await person.http.put(f"/content/{await an_item(town)}/rating", json={"rating": 4})


async def an_item(town: Town) -> int:
    connection = await connect(town.runtime.settings.database.url)
    try:
        content_id: int = await connection.fetchval("SELECT min(id) FROM content_items")
    finally:
        await connection.close()
    return content_id


async def test_a_backup_under_load_restores_every_row_and_file(
    settings: Settings, empty: Settings, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Jobs are submitted, completed and deleted during the backup; the snapshot is what counts."""
    expected: dict[str, list[str]] = {}

    @contextlib.asynccontextmanager
    async def observed(url: str) -> AsyncIterator[Snapshot]:
        async with open_snapshot(url) as snapshot:
            name = await snapshot._connection.fetchval("SELECT pg_export_snapshot()")
            expected.update(await all_rows(url, snapshot=name))
            yield snapshot

    monkeypatch.setattr(creation, "open_snapshot", observed)
    replace = msgspec.structs.replace
    busy = replace(settings, storage=replace(settings.storage, trash_days=1e-9))
    async with running_api(busy) as api, running_worker(busy):
        first = await api.submit("a lighthouse", batch_size=4)
        await api.ended(first["id"])
        is_done = asyncio.Event()
        ended: list[int] = []

        async def load() -> None:
            while not is_done.is_set():
                job = await api.submit("under load")
                job = await api.ended(job["id"])
                ended.append(job["id"])
                if len(ended) % 2:
                    path = f"/api/v1/content/{job['content_id']}"
                    assert (await api.http.delete(path)).status_code == 204
                    await api.http.delete("/api/v1/content/trash")

        loading = asyncio.create_task(load())
        await eventually(lambda: _true(len(ended) >= 3))
        made = await creation.create_backup(
            api.runtime,
            Repository(open_local_store(target), location=str(target), key=None),
            on_progress=lambda *_: None,
        )
        count = len(ended)
        await eventually(lambda: _true(len(ended) > count))
        is_done.set()
        await loading
    assert made.manifest.files.missing == 0
    await restored(empty, target=target)
    assert await all_rows(empty.database.url) == expected
    files = all_files(Path(empty.storage.root))
    connection = await connect(empty.database.url)
    rows = await connection.fetch(
        "SELECT storage_key, sha256 FROM content_items "
        "UNION SELECT storage_key, sha256 FROM content_thumbnails"
    )
    await connection.close()
    assert len(expected["content_items"]) >= 4
    assert files == {row["storage_key"]: row["sha256"] for row in rows}
    async with running_api(empty) as api, running_worker(empty):
        job = await api.submit("after the restore")
        assert (await api.ended(job["id"]))["status"] == "completed"


async def _true(value: object) -> object:
    return value


async def test_an_encrypted_backup_is_restored_and_shows_nothing(
    town: Town, ann: Person, empty: Settings, target: Path, key: Path
) -> None:
    settings = town.runtime.settings
    await make_content(town.runtime, ann.identity, prompt="a very secret lighthouse")
    await fill(town, ann)
    rows, numbers = await all_rows(settings.database.url), await counters(settings.database.url)
    made = await created(settings, target=target, key=key)
    names, stored = stored_in(target)
    assert b"secret lighthouse" not in stored
    assert b"PNG" not in stored
    for sha256 in all_files(Path(settings.storage.root)).values():
        assert sha256 not in names
        assert sha256.encode() not in stored
    listing = await backup(settings, "list", target=target)
    assert made["id"] in listing.stdout
    assert made["key_id"] in listing.stdout
    intact = await backup(settings, "verify", made["id"], target=target, key=key)
    assert (intact.exit_code, "intact" in intact.stdout) == (0, True)
    said = await restored(empty, made["id"], target=target, key=key)
    assert said.startswith(f"restored {made['rows']} rows and {made['files']} files")
    assert await all_rows(empty.database.url) == rows
    assert await counters(empty.database.url) == numbers
    assert all_files(Path(empty.storage.root)) == all_files(Path(settings.storage.root))


async def test_a_wrong_or_missing_key_is_named(
    town: Town, ann: Person, empty: Settings, target: Path, key: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann)
    made = await created(settings, target=target, key=key)
    other = key.with_name("other.key")
    await genonaut(settings, "backup", "key", str(other))
    wrong = await backup(empty, "restore", "--yes", target=target, key=other)
    assert wrong.exit_code == 1
    assert f"is encrypted with key {made['key_id']}, not with the given key" in wrong.stderr
    none = await backup(settings, "verify", target=target)
    assert "name the file of the key" in none.stderr
    again = await genonaut(settings, "backup", "key", str(key))
    assert (again.exit_code, "File exists" in again.stderr) == (1, True)
    bad = key.with_name("bad.key")
    bad.write_text("password")
    assert "is not a backup key" in (await backup(settings, "list", target=target, key=bad)).stderr
    assert all_files(Path(empty.storage.root)) == {}


async def test_unchanged_files_are_not_copied_again(
    town: Town, ann: Person, target: Path, key: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 3)
    first = await created(settings, target=target, key=key)
    assert first["copied_files"] == first["files"]
    await make_content(town.runtime, ann.identity, data=png(40, 40))
    second = await created(settings, target=target, key=key)
    assert (second["files"] - first["files"], second["copied_files"]) == (2, 2)
    objects = sum(1 for path in (target / "objects").rglob("*") if path.is_file())
    assert objects == second["files"]


async def test_old_backups_are_deleted_with_the_files_that_only_they_have(
    town: Town, ann: Person, target: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 2)
    first = await created(settings, target=target)
    content_id = await an_item(town)
    await ann.http.delete(f"/content/{content_id}")
    await ann.http.delete("/content/trash")
    second = await created(settings, target=target)
    third = await created(settings, "--keep", "2", target=target)
    assert third["deleted_backups"] == 1
    assert await listed(settings, target) == [(second["id"], True), (third["id"], True)]
    objects = sum(1 for path in (target / "objects").rglob("*") if path.is_file())
    assert objects == third["files"] < first["files"]
    assert (await backup(settings, "verify", second["id"], target=target)).exit_code == 0


async def test_backups_of_one_second_are_in_the_order_in_which_they_were_made(
    town: Town, ann: Person, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 1)
    second, steps = utcnow().replace(microsecond=0), itertools.count()
    monkeypatch.setattr(creation, "utcnow", lambda: second + timedelta(microseconds=next(steps)))
    made = [(await created(settings, target=target))["id"] for _ in range(4)]
    assert await listed(settings, target) == [(one, True) for one in made]
    made.append((await created(settings, "--keep", "2", target=target))["id"])
    assert await listed(settings, target) == [(one, True) for one in made[-2:]]


@pytest.mark.parametrize(
    "kind",
    [
        f"{one} {part}"
        for one in ("truncated", "changed", "missing")
        for part in ("objects", "backups")
    ],
)
async def test_damage_is_found_and_the_database_stays_empty(
    town: Town, ann: Person, empty: Settings, key: Path, kind: str
) -> None:
    damage, part = kind.split()
    target = key.with_name("backups")
    settings = town.runtime.settings
    await fill(town, ann)
    await created(settings, target=target, key=key)
    pattern = "*/tables/content_items.*" if part == "backups" else "*/*"
    victim = first_of(target / part, pattern)
    data = victim.read_bytes()
    if damage == "missing":
        victim.unlink()
    else:
        changed = data[:-1] + bytes([data[-1] ^ 1])
        victim.write_bytes(data[:-20] if damage == "truncated" else changed)
    checked = await backup(settings, "verify", "--json", target=target, key=key)
    report = msgspec.json.decode(checked.stdout)
    assert (checked.exit_code, report["is_intact"], report["damaged"]) == (3, False, 1)
    refused = await backup(empty, "restore", "--yes", target=target, key=key)
    assert refused.exit_code == 1
    assert victim.name in refused.stderr
    assert await schema.revision_of(empty.database.url) is None
    victim.write_bytes(data)
    await restored(empty, target=target, key=key)


async def test_a_changed_manifest_is_refused(
    town: Town, ann: Person, target: Path, key: Path
) -> None:
    await fill(town, ann, 1)
    await created(town.runtime.settings, target=target, key=key)
    manifest = first_of(target, "backups/*/manifest.json")
    manifest.write_text(manifest.read_text().replace('"rows": 1,', '"rows": 2,', 1))
    result = await backup(town.runtime.settings, "verify", target=target, key=key)
    assert (result.exit_code, "was changed" in result.stderr) == (1, True)


async def test_a_killed_backup_is_incomplete_and_the_next_one_uses_its_files(
    town: Town, ann: Person, target: Path, tmp_path: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 4)
    files = all_files(Path(settings.storage.root))
    last = Path(settings.storage.root) / max(files)
    data = last.read_bytes()
    last.unlink()
    os.mkfifo(last)  # reading it blocks, so that the command is still at work when it is killed
    arguments = ("backup", "create", "--target", str(target))
    async with program(settings, *arguments, log=tmp_path / "log"):
        await eventually(
            lambda: _true(len(list((target / "objects").glob("*/*"))) == len(files) - 1)
        )
    copied = len(list((target / "objects").glob("*/*")))
    last.unlink()
    last.write_bytes(data)
    assert [is_complete for _, is_complete in await listed(settings, target)] == [False]
    latest = await backup(settings, "verify", target=target)
    assert "there is no complete backup" in latest.stderr
    staged = staged_in(target)
    assert staged, "the killed command was writing"
    made = await created(settings, target=target)
    assert staged_in(target) == []
    assert made["copied_files"] == len(files) - copied
    assert await listed(settings, target) == [(made["id"], True)]
    assert (await backup(settings, "verify", target=target)).exit_code == 0


async def test_a_killed_restore_is_repeated(
    town: Town, ann: Person, empty: Settings, target: Path, tmp_path: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 4)
    await created(settings, target=target)
    blocked = max((target / "objects").glob("*/*"))
    data = blocked.read_bytes()
    blocked.unlink()
    os.mkfifo(blocked)
    arguments = ("backup", "restore", "--yes", "--target", str(target))
    root = Path(empty.storage.root)
    async with program(empty, *arguments, log=tmp_path / "log"):
        await eventually(lambda: _true(root.exists() and all_files(root)))
    assert await schema.revision_of(empty.database.url) is None, "the files come first"
    blocked.unlink()
    blocked.write_bytes(data)
    await restored(empty, target=target)
    assert await all_rows(empty.database.url) == await all_rows(settings.database.url)
    assert all_files(root) == all_files(Path(settings.storage.root))


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("step", ["rows", "migrations"])
async def test_a_restore_that_ends_within_the_database_is_repeated(
    town: Town, ann: Person, empty: Settings, target: Path, step: str
) -> None:
    settings = town.runtime.settings
    await fill(town, ann)
    made = await created(settings, target=target)
    repository = Repository(open_local_store(target), location=str(target), key=None)

    def interrupt(phase: str, done: int, _total: int | None) -> None:
        if step == "rows" and phase == "tables" and done > 3:
            raise StoppedError

    async def migrate(url: str, revision: str) -> None:
        if step == "migrations" and (await all_rows(url)).get("users"):
            raise StoppedError
        await schema.upgrade(url, revision)

    restoration = Restoration(
        repository,
        await repository.manifest(made["id"]),
        store=open_local_store(Path(empty.storage.root)),
        on_progress=interrupt,
    )
    with pytest.raises(StoppedError):
        await restoration.restore(empty.database.url, migrate=migrate, is_forced=False)
    if step == "rows":
        assert not any((await all_rows(empty.database.url))["users"])
    await restored(empty, target=target)
    assert await all_rows(empty.database.url) == await all_rows(settings.database.url)
    again = await backup(empty, "restore", "--yes", target=target)
    assert (again.exit_code, "is not empty" in again.stderr) == (1, True)


async def test_force_keeps_the_present_tables(
    town: Town, ann: Person, empty: Settings, target: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann)
    await created(settings, target=target)
    await restored(empty, target=target)
    await make_content(town.runtime, ann.identity)
    await created(settings, target=target)
    said = await restored(empty, "--force", target=target)
    assert await all_rows(empty.database.url) == await all_rows(settings.database.url)
    name = next(word for word in said.split() if word.startswith("replaced_")).rstrip(";")
    connection = await connect(empty.database.url)
    try:
        await connection.execute("SELECT set_config('search_path', $1, false)", name)
        assert await connection.fetchval("SELECT count(*) FROM content_items") == 3
    finally:
        await connection.close()


async def test_a_database_in_use_is_not_replaced(
    town: Town, ann: Person, target: Path, empty: Settings
) -> None:
    await fill(town, ann, 1)
    await created(town.runtime.settings, target=target)
    connection = await connect(empty.database.url)
    try:
        result = await backup(empty, "restore", "--yes", target=target)
    finally:
        await connection.close()
    assert result.exit_code == 1
    assert "stop the API and the workers first" in result.stderr
    asked = await backup(empty, "restore", target=target)
    assert asked.exit_code == 1
    assert "Restore backup" in asked.stdout


async def test_a_backup_of_a_later_version_is_refused(
    town: Town, ann: Person, empty: Settings, target: Path
) -> None:
    settings = town.runtime.settings
    change = "UPDATE alembic_version SET version_num = $1 RETURNING (SELECT version_num FROM alembic_version)"
    connection = await connect(settings.database.url)
    try:
        known = await connection.fetchval(change, "20991231_future")
        repository = Repository(open_local_store(target), location=str(target), key=None)
        await creation.create_backup(town.runtime, repository, on_progress=lambda *_: None)
        await connection.execute(change, known)
    finally:
        await connection.close()
    result = await backup(empty, "restore", "--yes", target=target)
    assert result.exit_code == 1
    assert "20991231_future, which this version does not know" in result.stderr


async def test_missing_and_damaged_files_are_restored_while_the_service_runs(
    town: Town, ann: Person, target: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann)
    await created(settings, target=target)
    before = all_files(Path(settings.storage.root))
    missing, damaged = sorted(before)[:2]
    (Path(settings.storage.root) / missing).unlink()
    (Path(settings.storage.root) / damaged).write_bytes(b"something else")
    result = await backup(settings, "restore", "--files-only", target=target)
    assert f"restored 2 of {len(before)} files" in result.stdout
    assert all_files(Path(settings.storage.root)) == before


async def test_a_file_that_was_missing_is_counted(town: Town, ann: Person, target: Path) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 2)
    key = next(one for one in await keys_of(town.runtime, await an_item(town)) if "png" in one)
    (Path(settings.storage.root) / key).unlink()
    result = await backup(settings, "create", target=target)
    assert (result.exit_code, "1 files are missing" in result.stdout) == (0, True)


async def test_a_full_disk_is_one_line(
    town: Town, ann: Person, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 1)
    flush = os.fsync

    def full(descriptor: int) -> None:
        if str(target) in str(Path(f"/proc/self/fd/{descriptor}").readlink()):
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    result = await backup(settings, "create", target=target)
    assert result.exit_code == 1
    assert f"the backups in {target}: the storage is full" in result.stderr
    monkeypatch.undo()
    assert await listed(settings, target) == []
    assert all_files(target) == {}


async def test_two_backups_do_not_run_at_once(town: Town, ann: Person, target: Path) -> None:
    settings = town.runtime.settings
    async with try_lock_session(town.runtime.engine, AdvisoryLock.BACKUP):
        result = await backup(settings, "create", target=target)
    assert (result.exit_code, "another backup" in result.stderr) == (1, True)


async def test_a_lost_connection_makes_the_backup_incomplete(
    town: Town, ann: Person, target: Path
) -> None:
    settings = town.runtime.settings
    await fill(town, ann, 2)
    connection = await connect(settings.database.url)
    locks = (
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    waiting: list[asyncio.Task[Any]] = []

    def cut(phase: str, _done: int, _total: int | None) -> None:
        if phase == "files" and not waiting:
            waiting.append(asyncio.create_task(connection.fetch(locks)))

    repository = Repository(open_local_store(target), location=str(target), key=None)

    async def held(self: Any) -> bool:
        await asyncio.gather(*waiting)
        return await original(self)

    original = SessionLock.is_held
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SessionLock, "is_held", held)
        with pytest.raises(Exception, match="connection to the database was lost"):
            await creation.create_backup(town.runtime, repository, on_progress=cut)
    await connection.close()
    assert [is_complete for _, is_complete in await listed(settings, target)] == [False]
