"""What the operating system itself keeps from a user who is not root."""

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

_NOBODY = 65_534


@contextlib.contextmanager
def ordinary_user() -> Iterator[None]:
    """Be nobody for a while; whoever is not root is ordinary already."""
    was_root = os.geteuid() == 0
    if was_root:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        if was_root:
            os.seteuid(0)


@pytest.fixture
def models() -> Iterator[Path]:
    """A folder that everybody may enter; what pytest offers belongs to its user alone."""
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


def look(folder: Path, known: dict[tuple[str, str], Fingerprint]) -> list[Batch]:
    with ordinary_user():
        return list(scan([Root(str(folder), "loras")], known, processes=0))


def test_locked_folders_and_files_are_reasons_and_nothing_below_them_is_missing(
    models: Path,
) -> None:
    before = [one for batch in look(models, {}) for one in batch.examined]
    known = {(one.file.path, one.file.root.folder): Fingerprint.of(one.file) for one in before}
    assert len(known) == 3
    (models / "locked").chmod(0)
    (models / "closed" / "closed.safetensors").chmod(0)
    for remembered in (known, {}):
        batches = look(models, remembered)
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


def test_a_locked_root_is_a_reason(models: Path) -> None:
    models.chmod(0)
    batches = look(models, {})
    assert [one.reason for batch in batches for one in batch.unreachable] == ["Permission denied"]
    assert batches[-1].is_last


def test_a_folder_that_may_only_be_read_is_scanned(models: Path) -> None:
    for path in (models / "open", models):
        path.chmod(0o555)
    assert len([one for batch in look(models, {}) for one in batch.examined]) == 3
