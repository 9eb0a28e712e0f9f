"""Scans of folders and files that an unprivileged user may not read."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.zoo import loras
from tests.zoo.writer import Specimen

from genonaut.catalog.scanning.health import HealthCode
from genonaut.catalog.scanning.roots import Root
from genonaut.catalog.scanning.scan import Batch, Fingerprint, scan

_UNPRIVILEGED_UID = 65_534


@contextlib.contextmanager
def without_root() -> Iterator[None]:
    """Run the block with an unprivileged user id; does nothing if the user is not root."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(_UNPRIVILEGED_UID)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


@pytest.fixture
def models() -> Iterator[Path]:
    """A folder that any user may enter; pytest's folders are private to its user."""
    with tempfile.TemporaryDirectory(prefix="genonaut-models-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for place in ("open", "locked", "closed"):
            (folder / place).mkdir(mode=0o755)
            Specimen(
                name=f"{place}.safetensors", shapes=loras.kohya(loras.unet(2048)), expect={}
            ).write(folder / place)
        yield folder
        for path in (folder, folder / "locked"):
            path.chmod(0o755)


def scan_as_ordinary_user(folder: Path, known: dict[tuple[str, str], Fingerprint]) -> list[Batch]:
    with without_root():
        return list(scan([Root(str(folder), "loras")], known, processes=0))


def test_locked_folders_and_files_are_reported_and_nothing_below_is_missing(
    models: Path,
) -> None:
    before = [one for batch in scan_as_ordinary_user(models, {}) for one in batch.examined]
    known = {(one.file.path, one.file.root.folder): Fingerprint.of(one.file) for one in before}
    assert len(known) == 3
    (models / "locked").chmod(0)
    (models / "closed" / "closed.safetensors").chmod(0)
    for remembered in (known, {}):
        batches = scan_as_ordinary_user(models, remembered)
        (reason,) = [one for batch in batches for one in batch.unreachable]
        assert str(reason).endswith("locked: Permission denied")
        assert [path for batch in batches for path in batch.missing] == []
    faults = {
        one.file.name: [fault.code for fault in one.health]
        for batch in batches
        for one in batch.examined
    }
    assert faults == {
        "open/open.safetensors": [],
        "closed/closed.safetensors": [HealthCode.UNREADABLE],
    }


def test_a_locked_root_is_reported(models: Path) -> None:
    models.chmod(0)
    batches = scan_as_ordinary_user(models, {})
    assert [one.reason for batch in batches for one in batch.unreachable] == ["Permission denied"]
    assert batches[-1].is_last


def test_a_read_only_folder_is_scanned(models: Path) -> None:
    for path in (models / "open", models):
        path.chmod(0o555)
    assert len([one for batch in scan_as_ordinary_user(models, {}) for one in batch.examined]) == 3
