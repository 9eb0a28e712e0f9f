"""Every specimen of the zoo is identified from its header alone."""

from collections import Counter
from pathlib import Path

import pytest
from tests.zoo.catalogue import all_specimens
from tests.zoo.writer import Specimen

from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.identification.header import Header
from genonaut.catalog.identification.header_reader import read_header
from genonaut.catalog.identification.identify import identify
from genonaut.catalog.vocabulary import Architecture, ModelKind

SPECIMENS = all_specimens()


def _identify(specimen: Specimen) -> Identification:
    return identify(specimen.header(), name=Path(specimen.name).name)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_specimens_are_identified(specimen: Specimen) -> None:
    found = _identify(specimen)
    seen = {field: getattr(found, field) for field in specimen.expect}
    assert seen == specimen.expect, found.evidence
    assert found.evidence or found.kind is ModelKind.UNKNOWN
    assert not found.conflicts


@pytest.mark.parametrize("specimen", SPECIMENS[::7], ids=lambda specimen: specimen.name)
def test_a_written_specimen_reads_back_the_same(specimen: Specimen, tmp_path: Path) -> None:
    header = read_header(specimen.write(tmp_path))
    assert isinstance(header, Header)
    assert header.missing_bytes == 0
    assert header.warnings == ()
    assert header.tensors == specimen.header().tensors
    assert dict(header.metadata) == specimen.metadata


def test_every_architecture_has_two_specimens() -> None:
    seen = Counter(_identify(specimen).architecture for specimen in SPECIMENS)
    rare = {Architecture.SD_X4_UPSCALER, Architecture.SVD, Architecture.HUNYUAN_DIT}
    lacking = [a for a in Architecture if seen[a] < (1 if a in rare else 2)]
    assert not lacking


@pytest.mark.parametrize(
    "prefix", ["", "model.diffusion_model.", "diffusion_model.", "net.", "transformer.", "model."]
)
def test_diffusion_models_are_identified_with_any_prefix(prefix: str) -> None:
    for specimen in SPECIMENS:
        if not specimen.name.startswith(
            ("transformers/flux1-d.", "videos/wan2.1_t2v_1.3B", "transformers/qwen_image.")
        ):
            continue
        moved = Specimen(
            name=specimen.name,
            shapes={prefix + name: shape for name, shape in specimen.shapes.items()},
            expect={},
        )
        assert _identify(moved).architecture is specimen.expect["architecture"]
