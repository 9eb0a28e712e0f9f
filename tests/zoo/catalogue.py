"""All specimens of the zoo."""

from tests.zoo import (
    controls,
    loras,
    others,
    quantised,
    transformer_loras,
    transformers,
    unets,
    videos,
)
from tests.zoo.writer import Specimen


def all_specimens() -> list[Specimen]:
    """Return every specimen, each with a unique name."""
    groups = {
        "unets": unets.specimens(),
        "transformers": transformers.specimens(),
        "quantised": quantised.specimens(),
        "videos": videos.specimens(),
        "loras/unets": loras.unets(),
        "loras/transformers": transformer_loras.transformers(),
        "vaes": others.vaes(),
        "encoders": others.encoders(),
        "controls": controls.controls(),
        "small": others.small(),
    }
    for folder, specimens in groups.items():
        for specimen in specimens:
            specimen.name = f"{folder}/{specimen.name}"
    return [specimen for specimens in groups.values() for specimen in specimens]
