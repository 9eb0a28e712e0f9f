"""The hashes of a job's model files, which other programs expect in its image."""

from genonaut.catalog.autov2 import autov2_of
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.params import GenerationSpec
from genonaut.runtime import Runtime


async def hashes_of(runtime: Runtime, spec: GenerationSpec) -> dict[str, str]:
    """Return the AutoV2 hashes of the model files; call it late, as new files are still hashed."""

    async def read() -> dict[str, str]:
        return await autov2_of(runtime.reader, [spec.model_file, *spec.lora_files])

    return await retry_on_disconnect(read, should_go_on=lambda: True, name="reading hashes")
