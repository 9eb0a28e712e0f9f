"""The hashes of a job's model files, which other programs expect in its image."""

from genonaut.catalog.autov2 import autov2_of
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.params import GenerationSpec
from genonaut.runtime import Runtime

_KEPT_SECONDS = 5.0


async def hashes_of(runtime: Runtime, spec: GenerationSpec) -> dict[str, str]:
    """Return the AutoV2 hashes of the model files; call it late, as new files are still hashed.

    Hashes that are known are kept for some seconds, so that the jobs of a batch share one read.
    """
    files = [spec.model_file, *spec.lora_files]
    kept = {file: value for file in files if (value := runtime.cache.find(f"autov2 {file}"))}
    if len(kept) == len(files):
        return kept

    async def read() -> dict[str, str]:
        return await autov2_of(runtime.reader, files)

    found = await retry_on_disconnect(read, should_go_on=lambda: True, name="reading hashes")
    for file, value in found.items():
        runtime.cache.store(f"autov2 {file}", value, seconds=_KEPT_SECONDS)
    return found
