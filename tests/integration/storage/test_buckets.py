"""Files in an S3-compatible bucket: a real server, and faults between it and Genonaut."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import msgspec
import pytest
from tests.builders import keys_of, make_content, png
from tests.support.buckets import (
    BUCKET,
    Fault,
    FaultyProxy,
    S3Server,
    faulty_proxy,
    running_s3,
    with_bucket,
)
from tests.support.commands import genonaut
from tests.support.installations import all_rows
from tests.support.people import running_town
from tests.support.service import eventually, running_api, running_worker

from genonaut.config import Settings
from genonaut.content.cleanup import clean_up
from genonaut.runtime import image_origin, open_store
from genonaut.storage.errors import (
    FileMissingError,
    RangeNotSatisfiableError,
    StorageError,
    StorageNotWritableError,
)
from genonaut.storage.file_ranges import FileRange

KEY = "images/1/2026/03/09/41-1-c0ffee.png"
LARGE = secrets.token_bytes(700_000)


@pytest.fixture(scope="session")
async def s3(data_dir: Path) -> AsyncIterator[S3Server]:
    async with running_s3(data_dir / "s3.log") as server:
        yield server


@pytest.fixture
def prefix() -> str:
    return f"test-{secrets.token_hex(4)}"


@pytest.fixture
def in_bucket(settings: Settings, s3: S3Server, prefix: str) -> Settings:
    return with_bucket(settings, s3, prefix)


@pytest.fixture
async def proxy(s3: S3Server) -> AsyncIterator[FaultyProxy]:
    async with faulty_proxy(s3) as running:
        yield running


@pytest.fixture
def behind_proxy(settings: Settings, s3: S3Server, prefix: str, proxy: FaultyProxy) -> Settings:
    url = f"http://127.0.0.1:{proxy.port}"
    return with_bucket(settings, s3, prefix, endpoint=url, timeout_seconds=1.0)


async def body(part: FileRange) -> bytes:
    return b"".join([chunk async for chunk in part.chunks])


async def test_files_are_written_read_listed_and_deleted(
    in_bucket: Settings, s3: S3Server, prefix: str
) -> None:
    store = open_store(in_bucket)
    await store.put({KEY: LARGE, "images/2/a.png": b"a"})
    assert s3.keys(prefix) == {f"{prefix}/{KEY}", f"{prefix}/images/2/a.png"}
    assert await store.read(KEY) == LARGE
    assert await body(await store.open(KEY, start=5, end=9)) == LARGE[5:9]
    with pytest.raises(RangeNotSatisfiableError):
        await store.open(KEY, start=len(LARGE))
    head = await store.head(KEY)
    assert (head.size_bytes, bool(head.etag)) == (len(LARGE), True)
    assert [one.key async for one in store.list_files(prefix="images/2")] == ["images/2/a.png"]
    async with store.staging() as path:
        path.write_bytes(LARGE * 10)  # more than one part
        await store.commit(path, "images/3/b.png")
    assert await store.read("images/3/b.png") == LARGE * 10
    await store.delete(KEY, KEY, "images/2/a.png", "images/3/b.png")
    assert s3.keys(prefix) == set()
    with pytest.raises(FileMissingError):
        await store.read(KEY)


async def test_a_wrong_key_is_refused_and_named(in_bucket: Settings) -> None:
    storage = msgspec.structs.replace(in_bucket.storage, secret_access_key="wrong")
    wrong = msgspec.structs.replace(in_bucket, storage=storage)
    with pytest.raises(StorageNotWritableError, match="the storage refuses the credentials"):
        await open_store(wrong).put({KEY: b"x"})
    result = await genonaut(wrong, "doctor")
    assert "the storage refuses the credentials" in result.stdout
    assert result.exit_code == 1
    missing = with_root(in_bucket, "s3://no-such-bucket/x")
    result = await genonaut(missing, "doctor")
    assert (result.exit_code, "s3://no-such-bucket/x: " in result.stdout) == (1, True)


def with_root(settings: Settings, root: str) -> Settings:
    storage = msgspec.structs.replace(settings.storage, root=root)
    return msgspec.structs.replace(settings, storage=storage)


async def test_the_secret_may_be_in_a_file(
    in_bucket: Settings, s3: S3Server, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{s3.secret_access_key}\n")
    storage = msgspec.structs.replace(
        in_bucket.storage, secret_access_key="", secret_access_key_file=str(secret)
    )
    await open_store(msgspec.structs.replace(in_bucket, storage=storage)).check_writable()
    assert s3.secret_access_key not in repr(in_bucket)


async def test_doctor_writes_and_reads_an_object(
    in_bucket: Settings, s3: S3Server, prefix: str
) -> None:
    result = await genonaut(in_bucket, "doctor")
    assert f"s3://{BUCKET}/{prefix}: an object was written and read" in result.stdout
    assert s3.keys(prefix) == set(), "the object is deleted"


FAULTS = [Fault.REFUSE, Fault.CUT_UPLOADS, Fault.SILENT]


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_leaves_nothing_half_stored(
    behind_proxy: Settings, s3: S3Server, prefix: str, proxy: FaultyProxy, fault: Fault
) -> None:
    store = open_store(behind_proxy)
    await store.put({"images/0.png": b"before"})
    proxy.fault = fault
    with pytest.raises(StorageError) as caught:
        await store.put({KEY: LARGE, "images/2.png": LARGE})
    assert proxy.faults
    assert KEY in str(caught.value) or "images/2.png" in str(caught.value)
    assert "\n" not in str(caught.value)
    proxy.fault = Fault.NONE
    assert s3.keys(prefix) == {f"{prefix}/images/0.png"}
    await store.put({KEY: LARGE})
    assert await store.read(KEY) == LARGE


async def test_a_slow_bucket_only_takes_longer(behind_proxy: Settings, proxy: FaultyProxy) -> None:
    store = open_store(behind_proxy)
    proxy.fault = Fault.SLOW
    await store.put({KEY: LARGE})
    assert await store.read(KEY) == LARGE
    assert proxy.faults > 2 * len(LARGE) // 65536


async def test_jobs_wait_while_the_bucket_fails_and_nothing_is_rendered_twice(
    behind_proxy: Settings, proxy: FaultyProxy
) -> None:
    async with running_api(behind_proxy) as api, running_worker(behind_proxy):
        first = await api.submit("before")
        assert (await api.ended(first["id"]))["status"] == "completed"
        proxy.fault = Fault.REFUSE

        async def is_noticed() -> bool:
            health = (await api.http.get("/api/v1/health")).json()
            return bool(health["storage"] != "ok")

        job = await api.submit("during")
        await eventually(is_noticed)
        later = await api.submit("later")

        async def reason() -> str:
            return (await api.job(later["id"]))["waiting_reason"] or ""

        assert "storage" in await eventually(reason)
        proxy.fault = Fault.NONE
        for one in (job, later):
            ended = await api.ended(one["id"])
            assert (ended["status"], ended["attempt"]) == ("completed", 1)
        image = await api.http.get(f"/api/v1/content/{ended['content_id']}/image")
        assert image.status_code == 200


async def test_images_are_served_with_ranges_and_conditions(in_bucket: Settings) -> None:
    async with running_town(in_bucket) as town:
        ann = await town.person("ann")
        content_id = await make_content(town.runtime, ann.identity, data=png(300, 200))
        path = f"/content/{content_id}/image"
        whole = await ann.http.get(path)
        assert (whole.status_code, whole.content) == (200, png(300, 200))
        part = await ann.http.get(path, headers={"Range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, png(300, 200)[10:20])
        again = await ann.http.get(path, headers={"If-None-Match": whole.headers["etag"]})
        assert again.status_code == 304
        thumbnail = await ann.http.get(f"/content/{content_id}/thumbnails/small")
        assert thumbnail.status_code == 200


async def test_images_are_redirected_to_signed_urls_if_set(
    settings: Settings, s3: S3Server, prefix: str
) -> None:
    redirecting = with_bucket(settings, s3, prefix, redirect_seconds=60.0)
    async with running_town(redirecting) as town:
        ann, bob = await town.person("ann"), await town.person("bob")
        content_id = await make_content(town.runtime, ann.identity, data=png(300, 200))
        path = f"/content/{content_id}/image"
        answer = await ann.http.get(path)
        assert answer.status_code == 302
        assert answer.headers["cache-control"] == "private, max-age=30"
        location = answer.headers["location"]
        assert location.startswith(f"{s3.url}/{BUCKET}/{prefix}/images/")
        await s3.accept_anyone(2)
        async with aiohttp.ClientSession() as http:
            async with http.get(location) as whole:
                assert await whole.read() == png(300, 200)
            async with http.get(location, headers={"Range": "bytes=0-3"}) as part:
                assert (part.status, await part.read()) == (206, png(300, 200)[:4])
        await s3.accept_anyone(0)
        assert (await bob.http.get(path)).status_code == 404
        named = await ann.http.get(f"{path}?download=1")
        stripped = await ann.http.get(f"{path}?metadata=strip")
        assert (named.status_code, stripped.status_code) == (200, 200)
        etag = {"If-None-Match": stripped.headers["etag"].replace("-plain", "")}
        assert (await ann.http.get(path, headers=etag)).status_code == 304
    assert image_origin(redirecting) == s3.url
    assert image_origin(with_bucket(settings, s3, prefix)) == ""


async def test_cleanup_and_verification_of_a_bucket(
    in_bucket: Settings, s3: S3Server, prefix: str
) -> None:
    settings = msgspec.structs.replace(
        in_bucket, storage=msgspec.structs.replace(in_bucket.storage, orphan_grace_hours=1e-9)
    )
    async with running_town(settings) as town:
        ann = await town.person("ann")
        content_id = await make_content(town.runtime, ann.identity)
        keys = await keys_of(town.runtime, content_id)
        s3.put(f"{prefix}/images/x/orphan.png", b"left")
        image = next(key for key in keys if key.endswith(".png"))
        s3.put(f"{prefix}/{image}", b"other bytes")
        await asyncio.sleep(0)
        result = await genonaut(
            settings,
            *("storage", "verify", "--json"),
            GENONAUT_STORAGE__ORPHAN_GRACE_HOURS="0.0000001",
        )
        report = msgspec.json.decode(result.stdout)
        assert result.exit_code == 3
        assert report["problems"] == {"damaged": 1, "orphaned": 1}
        assert (await clean_up(town.runtime)).orphaned_files == 1
        assert s3.keys(prefix) == {f"{prefix}/{key}" for key in keys}


async def test_a_bucket_is_backed_up_into_another_one(
    in_bucket: Settings, s3: S3Server, prefix: str
) -> None:
    credentials = {
        "GENONAUT_BACKUP__TARGET": f"s3://{BUCKET}/{prefix}-backup",
        "GENONAUT_BACKUP__ENDPOINT": s3.url,
        "GENONAUT_BACKUP__ACCESS_KEY_ID": s3.access_key_id,
        "GENONAUT_BACKUP__SECRET_ACCESS_KEY": s3.secret_access_key,
    }
    async with running_town(in_bucket) as town:
        ann = await town.person("ann")
        for _ in range(2):
            await make_content(town.runtime, ann.identity)
        made = await genonaut(in_bucket, "backup", "create", "--json", **credentials)
        assert made.exit_code == 0, made.output
        files = msgspec.json.decode(made.stdout)["files"]
        assert f"files: {files} of {files}" in made.stderr.splitlines(), "progress"
        before, rows = s3.keys(prefix + "/"), await all_rows(in_bucket.database.url)
        await open_store(in_bucket).delete(*(key.removeprefix(f"{prefix}/") for key in before))
        assert s3.keys(prefix + "/") == set()
        back = await genonaut(in_bucket, "backup", "restore", "--files-only", **credentials)
        assert back.exit_code == 0, back.output
        assert s3.keys(prefix + "/") == before
        assert (await genonaut(in_bucket, "backup", "verify", **credentials)).exit_code == 0
        assert await all_rows(in_bucket.database.url) == rows
        again = await genonaut(in_bucket, "backup", "create", "--json", **credentials)
        assert msgspec.json.decode(again.stdout)["copied_files"] == 0


async def test_a_backup_is_not_completed_when_uploads_are_cut_off(
    settings: Settings, s3: S3Server, prefix: str, proxy: FaultyProxy
) -> None:
    credentials = {
        "GENONAUT_BACKUP__TARGET": f"s3://{BUCKET}/{prefix}",
        "GENONAUT_BACKUP__ENDPOINT": f"http://127.0.0.1:{proxy.port}",
        "GENONAUT_BACKUP__ACCESS_KEY_ID": s3.access_key_id,
        "GENONAUT_BACKUP__SECRET_ACCESS_KEY": s3.secret_access_key,
    }
    async with running_town(settings) as town:
        await make_content(town.runtime, (await town.person("ann")).identity)
        proxy.fault = Fault.CUT_UPLOADS
        failed = await genonaut(
            settings, "backup", "create", **credentials, GENONAUT_BACKUP__TIMEOUT_SECONDS="1"
        )
        assert failed.exit_code == 1
        assert f"the backups in s3://{BUCKET}/{prefix}: the storage failed" in failed.stderr
        proxy.fault = Fault.NONE
        assert not [key for key in s3.keys(prefix) if key.endswith("manifest.json")]
        assert (await genonaut(settings, "backup", "create", **credentials)).exit_code == 0
