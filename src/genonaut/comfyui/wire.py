"""ComfyUI's HTTP responses as Structs; unknown fields are ignored, numbers may be floats.

Source: observed on ComfyUI 0.3.64.
"""

import json
from functools import cached_property
from typing import Any, TypeVar

import msgspec

from genonaut.comfyui.node_inputs import DeclaredInput, declared_inputs
from genonaut.comfyui.server_text import plain_text, valid_version
from genonaut.comfyui.versions import supports_preview_method

Shape = TypeVar("Shape")

# Python objects take about 64 bytes per JSON value, so this bounds the memory of a decoded response.
_MAX_VALUES = 2_000_000
_MAX_DEVICES = 16
_TEXT_LENGTH = 200
# Larger numbers do not fit into a database column. 2**53: exact as a JSON number.
_MAX_SIZE_BYTES = 2**53
_MAX_UNIX_SECONDS = 2**40
_MAX_PATH_INDEX = 32_767
_MAX_RUN_SECONDS = 30 * 86_400


class MalformedError(Exception):
    """The bytes are not JSON or do not have the expected structure."""


def decode(body: bytes, shape: type[Shape]) -> Shape:
    """Decode a response; also accepts the non-standard JSON of Python's json module.

    Raises:
        MalformedError: if the body is not JSON, has another structure or millions of values.
    """
    if sum(map(body.count, (b",", b"[", b"{"))) > _MAX_VALUES:
        raise MalformedError(f"more than {_MAX_VALUES} values")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise MalformedError(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    # ComfyUI serializes with Python's json: if any client queues NaN, Infinity or lone surrogates, the
    # rest of the queue must still be readable.
    try:
        return msgspec.convert(json.loads(body), shape)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise MalformedError(str(error)) from error


class ImageRef(msgspec.Struct, frozen=True):
    """Location of an image at ComfyUI; ``type`` is the root folder: output, temp or input."""

    filename: str
    subfolder: str = ""
    type: str = "output"
    id: str = ""
    """Id of its asset; only servers with ``--enable-assets`` send it."""


class SubmitAnswer(msgspec.Struct, frozen=True):
    """200 of POST /prompt; ``node_errors`` name outputs that will not run."""

    prompt_id: str
    node_errors: dict[str, Any] | list[Any] = {}


class RefusalDetail(msgspec.Struct, frozen=True):
    """One validation error."""

    type: str = ""
    message: str = ""
    details: str = ""
    extra_info: Any = None


class NodeErrors(msgspec.Struct, frozen=True):
    """The validation errors of one node."""

    errors: list[RefusalDetail] = []
    class_type: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """400 of POST /prompt."""

    error: RefusalDetail | str = ""
    node_errors: dict[str, Any] | list[Any] = {}


class JobAnswer(msgspec.Struct, frozen=True):
    """200 of GET /api/jobs/{id}: pending, in_progress, completed, failed or cancelled."""

    status: str


class JobError(msgspec.Struct, frozen=True):
    """404 of GET /api/jobs/{id}."""

    error: str = ""


class ExecInfo(msgspec.Struct, frozen=True):
    """Number of running and waiting prompts."""

    queue_remaining: float = 0


class PromptCount(msgspec.Struct, frozen=True):
    """Response of GET /prompt."""

    exec_info: ExecInfo = ExecInfo()


class Skipped(msgspec.Struct, frozen=True):
    """An object whose fields are not decoded."""


class ExtraData(msgspec.Struct, frozen=True):
    """``extra_data`` of a prompt; only the client id is decoded."""

    client_id: Any = None


class QueueItem(msgspec.Struct, frozen=True, array_like=True):
    """The first members of a queue entry; entries of other clients may contain anything."""

    number: float
    prompt_id: str
    graph: Skipped | list[Any] | str | float | bool | None = None
    extra_data: ExtraData | list[Any] | str | float | bool | None = None

    @property
    def client_id(self) -> str | None:
        """Return the client id that receives the frames, None if every client does."""
        found = self.extra_data.client_id if isinstance(self.extra_data, ExtraData) else None
        return found if isinstance(found, str) and found else None


class QueueAnswer(msgspec.Struct, frozen=True):
    """Response of GET /queue; ``queue_pending`` is a raw heap, not in execution order."""

    queue_running: list[QueueItem] = []
    queue_pending: list[QueueItem] = []


class HistoryMessage(msgspec.Struct, frozen=True, array_like=True):
    """A websocket message stored in the history."""

    kind: str
    data: Any = None

    @property
    def timestamp(self) -> float | None:
        """Return when it was sent, in milliseconds of the server's clock."""
        found = self.data.get("timestamp") if isinstance(self.data, dict) else None
        return found if isinstance(found, int | float) else None


class HistoryStatus(msgspec.Struct, frozen=True):
    """Final status of a prompt; ``status_str`` is ``error`` for interrupted prompts too."""

    status_str: str = ""
    completed: bool = False
    messages: list[HistoryMessage] = []


class HistoryEntry(msgspec.Struct, frozen=True):
    """History entry of a finished prompt, without its graph."""

    outputs: dict[str, Any] = {}
    status: HistoryStatus | None = None

    @property
    def ran_seconds(self) -> float | None:
        """Return the execution time by the server's clock; None if it never started.

        Source: ComfyUI execution.py, add_message: ``timestamp`` is in milliseconds.
        """
        messages = self.status.messages if self.status is not None else []
        started_at = next(
            (one.timestamp for one in messages if one.kind == "execution_start"), None
        )
        if started_at is None:
            return None
        seconds = (max(one.timestamp or started_at for one in messages) - started_at) / 1000
        return seconds if 0 <= seconds <= _MAX_RUN_SECONDS else None

    @property
    def images(self) -> tuple[ImageRef, ...]:
        """Return the images of all output nodes in order, saved images before previews."""
        found = [image for output in self.outputs.values() for image in images_of(output)]
        return tuple(sorted(found, key=lambda image: image.type != "output"))


def images_of(output: object) -> list[ImageRef]:
    """Return the images of an output node's result."""
    images = output.get("images") if isinstance(output, dict) else None
    found = []
    for image in images if isinstance(images, list) else []:
        try:
            found.append(msgspec.convert(image, ImageRef))
        except msgspec.ValidationError:
            continue  # custom nodes store other values under this key
    return found


class SystemInfo(msgspec.Struct, frozen=True):
    """Version and host of the server; memory in bytes."""

    comfyui_version: str | None = None
    python_version: str | None = None
    pytorch_version: str | None = None
    os: str | None = None
    argv: list[Any] = []
    ram_total: float | None = None
    ram_free: float | None = None


class Device(msgspec.Struct, frozen=True):
    """A compute device; memory in bytes."""

    name: str = ""
    type: str = ""
    vram_total: float | None = None
    vram_free: float | None = None


class SystemStats(msgspec.Struct, frozen=True):
    """Response of GET /system_stats."""

    system: SystemInfo = SystemInfo()
    devices: list[Device] = []

    @property
    def has_previews(self) -> bool:
        """Return whether our prompts get previews: on request, or by ``--preview-method``."""
        if supports_preview_method(self.system.comfyui_version):
            return True
        options = " ".join(map(str, self.system.argv)).replace("=", " ").split()
        if "--preview-method" not in options[:-1]:
            return False
        return options[options.index("--preview-method") + 1] != "none"

    def validated(self) -> "SystemStats":
        """Return a copy whose texts can be shown and stored; an invalid version becomes None."""
        system = msgspec.structs.replace(
            self.system, comfyui_version=valid_version(self.system.comfyui_version)
        )
        devices = [
            msgspec.structs.replace(device, name=plain_text(device.name, _TEXT_LENGTH))
            for device in self.devices[:_MAX_DEVICES]
        ]
        return SystemStats(system, devices)


class ModelFile(msgspec.Struct, frozen=True, rename={"path_index": "pathIndex"}):
    """A model file of GET /experiment/models/{folder}; size in bytes, time in Unix seconds."""

    name: str
    path_index: float = 0
    size: float | None = None
    modified: float | None = None

    def validated(self) -> "ModelFile":
        """Return a copy without numbers that no file can have."""
        return ModelFile(
            self.name,
            self.path_index if 0 <= self.path_index <= _MAX_PATH_INDEX else 0,
            _within(self.size, _MAX_SIZE_BYTES),
            _within(self.modified, _MAX_UNIX_SECONDS),
        )


def _within(number: float | None, limit: int) -> float | None:
    return number if number is not None and 0 <= number <= limit else None


class NodeInputs(msgspec.Struct, frozen=True):
    """The inputs of a node class: ``[type, options]`` by name."""

    required: dict[str, Any] = {}
    optional: dict[str, Any] = {}


class NodeInfo(msgspec.Struct, frozen=True, dict=True):
    """A node class of GET /object_info."""

    input: NodeInputs = NodeInputs()
    output: list[Any] = []
    display_name: str | None = None
    category: str | None = None
    python_module: str | None = None
    output_node: bool = False
    api_node: bool = False
    """Whether it calls a paid service."""

    @cached_property
    def declared(self) -> tuple[DeclaredInput, ...]:
        """Its inputs, the required ones first; a list of models may have thousands of choices."""
        return (
            *declared_inputs(self.input.required, is_required=True),
            *declared_inputs(self.input.optional, is_required=False),
        )

    def options(self, input_name: str) -> tuple[str, ...] | None:
        """Return the options of a combo input, None if there is no such input.

        Source: object_info of 0.3.64, which uses both ``[[names], {}]`` and ``["COMBO", {"options"}]``.
        """
        spec = self.input.required.get(input_name) or self.input.optional.get(input_name)
        if not isinstance(spec, list) or not spec:
            return None
        choices = spec[0]
        if choices == "COMBO" and len(spec) > 1 and isinstance(spec[1], dict):
            choices = spec[1].get("options")
        return tuple(map(str, choices)) if isinstance(choices, list) else None
