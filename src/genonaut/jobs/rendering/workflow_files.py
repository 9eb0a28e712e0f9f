"""Send the files that the inputs of a workflow name to the server that runs it."""

from genonaut.comfyui import ComfyBackend
from genonaut.jobs.image_work import ImageReference
from genonaut.jobs.params import GenerationSpec
from genonaut.jobs.rendering.inputs.sender import InputSender
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.jobs.workflow_run import WorkflowRun
from genonaut.workflows.forms import FieldType

_EXTENSIONS = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/ogg": "ogv",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
    "audio/x-matroska": "mka",
}
_IMAGES = frozenset({FieldType.IMAGE, FieldType.MASK})


async def send_files(
    sender: InputSender, backend: ComfyBackend, spec: GenerationSpec, run: WorkflowRun
) -> dict[str, str]:
    """Send every file that the server does not have; return its name of each by the key of its field.

    Images are sent as PNG with 8 bits per channel, other files as they are.

    Raises:
        Failure: the server or the storage does not answer, or a file is missing or damaged.
    """
    sent: dict[str, str] = {}
    for file in run.files:
        reference = ImageReference(upload_id=file.upload_id, content_id=file.content_id)
        if spec.inputs is None:
            raise Failure(Fault.INTERNAL, f"no facts about the file of {file.key}")
        facts = spec.inputs.image(reference)
        if file.type in _IMAGES:
            name = await sender.send_image(
                backend, storage_key=facts.storage_key, digest=facts.sha256
            )
        else:
            name = await sender.send_file(
                backend,
                storage_key=facts.storage_key,
                digest=facts.sha256,
                mime=facts.mime,
                extension=_EXTENSIONS.get(facts.mime, "bin"),
            )
        sent[file.key] = name
    return sent
