"""Time and memory of a backup of many files: ``python -m benchmarks.backups [--images 50000]``.

Each image has three thumbnails. Prints one line per command: seconds, peak memory in MiB, files. The
first line is of a tenth of the images, to see whether memory depends on their number.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from tests.support.programs import variables_of

from genonaut.accounts.tables import Role, User
from genonaut.config import Settings, load_settings
from genonaut.db import UnitOfWork, migrations
from genonaut.embedded import Source, ensure_database, postgres, valkey
from genonaut.simulator.temporary_directory import LockedTemporaryDirectory

_SIZES = {"small": 256, "medium": 512, "large": 1024}
_ITEMS = """
INSERT INTO content_items (user_id, content_type, title, prompt, negative_prompt, checkpoint_model,
    visibility, storage_key, width, height, size_bytes, mime, sha256, placeholder, metadata)
SELECT :owner, 'image', 'Image ' || n, 'a lighthouse', '', 'sd15.safetensors', 'private',
    'images/' || n / 1000 || '/' || n || '.png', 512, 512, length(n::text) + 6, 'image/png',
    encode(sha256(convert_to('image ' || n, 'UTF8')), 'hex'), '', '{}'
FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
"""
_THUMBNAILS = """
INSERT INTO content_thumbnails (content_id, size, storage_key, width, height, size_bytes, mime, sha256)
SELECT id, size.name, replace(storage_key, '.png', '.' || size.edge || '.webp'), 1, 1,
    length(storage_key) + length(size.edge::text),
    'image/webp', encode(sha256(convert_to(storage_key || size.edge, 'UTF8')), 'hex')
FROM content_items, (VALUES ('small', 256), ('medium', 512), ('large', 1024)) AS size (name, edge)
WHERE NOT EXISTS (SELECT FROM content_thumbnails WHERE content_id = content_items.id)
"""


def write_files(root: Path, first: int, last: int) -> None:
    """Write the files of the rows; all differ."""
    for number in range(first, last + 1):
        key = f"images/{number // 1000}/{number}.png"
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"image {number}")
        for edge in _SIZES.values():
            (root / key.replace(".png", f".{edge}.webp")).write_text(f"{key}{edge}")


async def add_images(settings: Settings, owner: UUID, first: int, last: int) -> None:
    """Add images with these numbers."""
    write_files(Path(settings.storage.root), first, last)
    engine = create_async_engine(settings.database.url)
    async with engine.begin() as connection:
        await connection.execute(text(_ITEMS), {"owner": owner, "first": first, "last": last})
        await connection.execute(text(_THUMBNAILS))
    await engine.dispose()


def run(settings: Settings, target: Path, *arguments: str) -> None:
    """Run a command and print its duration and peak memory."""
    began = time.monotonic()
    variables = {**variables_of(settings), "GENONAUT_BACKUP__TARGET": str(target)}
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", "genonaut.cli", *arguments],
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    figures = {
        "command": " ".join(arguments),
        "status": os.waitstatus_to_exitcode(status),
        "seconds": round(time.monotonic() - began, 1),
        "peak_mib": round(used.ru_maxrss / 1024),
        "files": sum(len(names) for *_, names in os.walk(settings.storage.root)),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


async def measure(images: int) -> None:
    """Measure everything."""
    temporary = LockedTemporaryDirectory("genonaut-bench-")
    folder = temporary.path
    folder.chmod(0o755)
    async with (
        postgres(source=Source.AUTO, data_dir=folder / "pg", port=None, durable=False) as database,
        valkey(source=Source.AUTO, data_dir=folder / "valkey", port=None, durable=False) as redis,
    ):
        await ensure_database(database.url_for("postgres"), "bench")
        await migrations.upgrade(database.url_for("bench"))
        variables = {
            "DATABASE_URL_TEST": database.url_for("bench"),
            "REDIS_URL_TEST": redis.url_for(0),
            "GENONAUT_STORAGE__ROOT": str(folder / "files"),
        }
        settings = load_settings("test", variables)
        owner = uuid4()
        engine = create_async_engine(settings.database.url)
        async with UnitOfWork(async_sessionmaker(engine)()) as uow:
            uow.session.add(User(id=owner, username="ann", role=Role.USER))
        await engine.dispose()
        few, target = images // 10, folder / "backup"
        await add_images(settings, owner, 1, few)
        run(settings, folder / "few", "backup", "create", "--env", "test")
        await add_images(settings, owner, few + 1, images)
        for arguments in (("create",), ("create",), ("verify",)):
            run(settings, target, "backup", *arguments, "--env", "test")
        run(settings, target, "storage", "verify", "--quick", "--env", "test")
    temporary.close()


def main() -> None:
    """Parse the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=50_000)
    asyncio.run(measure(parser.parse_args().images))


if __name__ == "__main__":
    main()
