"""The hashes of a job's model files, which other programs expect in its image."""

from genonaut.catalog.autov2 import autov2_of
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.params import GenerationSpec
from genonaut.runtime import Runtime

_KEPT_SECONDS = 5.0
_UNKNOWN_SECONDS = 1.0
"""Hashes that are still being made are looked for again soon."""
_UNKNOWN = ""


async def hashes_of(runtime: Runtime, spec: GenerationSpec) -> dict[str, str]:
    """Return the AutoV2 hashes of the model files; call it late, as new files are still hashed.

    The answer is kept for some seconds, that there is no hash for one second, so that the jobs of a batch
    share one read.
    """
    files = [spec.model_file, *spec.lora_files]
    kept: dict[str, str | None] = {file: runtime.cache.find(f"autov2 {file}") for file in files}
    if None not in kept.values():
        return {file: value for file, value in kept.items() if value}

    async def read() -> dict[str, str]:
        return await autov2_of(runtime.reader, files)

    found = await retry_on_disconnect(read, should_go_on=lambda: True, name="reading hashes")
    for file in files:
        seconds = _KEPT_SECONDS if file in found else _UNKNOWN_SECONDS
        runtime.cache.store(f"autov2 {file}", found.get(file, _UNKNOWN), seconds=seconds)
    return found
