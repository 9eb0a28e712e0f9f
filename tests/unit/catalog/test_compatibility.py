"""LoRAs fit base models of their architecture and size; unknown architectures are doubtful."""

import pytest

from genonaut.catalog.compatibility import Fit, compare, is_supported_by
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.vocabulary import Architecture as Arch


def model(architecture: Arch = Arch.UNKNOWN, variant: str = "", *choices: str) -> Identification:
    return Identification(architecture=architecture, variant=variant, ambiguous_between=choices)


@pytest.mark.parametrize(
    ("lora", "base", "fit"),
    [
        (model(Arch.SD1), model(Arch.SD1, "inpaint"), Fit.FITS),
        (model(Arch.SDXL), model(Arch.SDXL, "pony"), Fit.FITS),
        (model(Arch.SDXL), model(Arch.SDXL, "ssd-1b"), Fit.DOUBTFUL),
        (model(Arch.SD1), model(Arch.SDXL), Fit.MISFIT),
        (model(Arch.FLUX1), model(Arch.FLUX2, "dev"), Fit.MISFIT),
        (model(Arch.FLUX1, "", "flux1", "chroma"), model(Arch.CHROMA), Fit.DOUBTFUL),
        (model(Arch.FLUX1), model(Arch.FLUX1, "schnell"), Fit.FITS),
        (model(Arch.FLUX1, "", "flux1", "chroma", "flux2"), model(Arch.FLUX2), Fit.DOUBTFUL),
        (model(Arch.SD3, "3.5-large"), model(Arch.SD3, "3.5-large-turbo"), Fit.FITS),
        (model(Arch.SD3, "3.5-large"), model(Arch.SD3, "3.5-medium"), Fit.MISFIT),
        (model(Arch.SD3), model(Arch.SD3, "3.5-medium"), Fit.DOUBTFUL),
        (model(Arch.WAN, "14b"), model(Arch.WAN, "2.2-t2v-14b-high-noise"), Fit.FITS),
        (model(Arch.WAN, "i2v-14b"), model(Arch.WAN, "2.1-t2v-1.3b"), Fit.MISFIT),
        (model(Arch.FLUX2, "klein-9b"), model(Arch.FLUX2, "klein-9b-base"), Fit.FITS),
        (model(Arch.FLUX2, "dev"), model(Arch.FLUX2, "klein-4b"), Fit.MISFIT),
        (model(), model(Arch.SD1), Fit.DOUBTFUL),
        (model(Arch.UNKNOWN, "", "sd1", "sd2"), model(Arch.SD1), Fit.DOUBTFUL),
        (model(Arch.UNKNOWN, "", "sd1", "sd2"), model(Arch.FLUX1), Fit.MISFIT),
        (model(Arch.SD1), model(), Fit.DOUBTFUL),
    ],
)
def test_lora_compatibility_has_a_reason(
    lora: Identification, base: Identification, fit: Fit
) -> None:
    verdict = compare(lora, base)
    assert verdict.fit is fit
    assert verdict.reason


def test_new_architectures_need_a_newer_comfyui() -> None:
    assert not is_supported_by(Arch.Z_IMAGE, (0, 3, 64))
    assert is_supported_by(Arch.Z_IMAGE, (0, 4, 0))
    assert is_supported_by(Arch.SD1, (0, 1, 0))
