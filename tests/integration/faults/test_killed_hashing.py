"""A worker that is killed while hashing repeats only the file in progress."""

import os
import struct
from pathlib import Path

import msgspec
from sqlalchemy import text
from tests.support.accounts import held
from tests.support.models import put, specimen
from tests.support.programs import program
from tests.support.service import eventually

from genonaut.config import Settings
from genonaut.runtime import Runtime, open_runtime

SMALL = 5
ENDLESS_BYTES = 1 << 40
_LONG_AGO = 1_700_000_000


def put_large(path: Path, size_bytes: int) -> None:
    """Write a sparse file of any size."""
    header = msgspec.json.encode(
        {"big": {"dtype": "U8", "shape": [size_bytes], "data_offsets": [0, size_bytes]}}
    )
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(file.tell() + size_bytes)
    os.utime(path, (_LONG_AGO, _LONG_AGO))


async def hashed(runtime: Runtime) -> dict[str, str]:
    """Return the hashed files with the transaction ids of their rows."""
    async with runtime.begin() as uow:
        rows = await uow.session.execute(
            text("SELECT path, xmin::text FROM model_files WHERE sha256 IS NOT NULL")
        )
        return {Path(os.fsdecode(row.path)).name: row.xmin for row in rows}


async def test_hashing_resumes_after_a_kill(settings: Settings, tmp_path: Path) -> None:
    models = tmp_path / "models"
    for number in range(SMALL):
        name = f"{number}.safetensors"
        put(specimen("sd1", of="lora"), models / "loras" / name, metadata={"n": "x" * number})
    large = models / "loras" / "large.safetensors"
    put_large(large, ENDLESS_BYTES)
    catalog = msgspec.structs.replace(settings.catalog, roots=(str(models),))
    settings = msgspec.structs.replace(settings, catalog=catalog)
    log = tmp_path / "log"
    async with held(open_runtime(settings, application="test")) as runtime:

        async def small_ones_are_done() -> dict[str, str] | None:
            found = await hashed(runtime)
            return found if len(found) >= SMALL else None

        async with program(settings, "worker", log=log) as worker:
            before = await eventually(small_ones_are_done)
            worker.kill()
            await worker.wait()
        assert "large.safetensors" not in before
        before = await hashed(runtime)
        assert len(before) == SMALL
        put_large(large, 1)

        async def all_are_done() -> dict[str, str] | None:
            found = await hashed(runtime)
            return found if len(found) > SMALL else None

        async with program(settings, "worker", log=log):
            after = await eventually(all_are_done)
    assert {name: after[name] for name in before} == before
