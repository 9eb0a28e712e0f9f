"""Decoding of websocket frames into Structs.

An unreadable frame raises MalformedError; a frame of unknown type is None. Losing a frame is harmless:
ComfyUI's history decides the outcome.
"""

import struct

import msgspec

from genonaut.comfyui.wire import ExecInfo, ImageRef, MalformedError, images_of

NodeId = str | int | None

_PREVIEW, _TEXT, _PREVIEW_WITH_METADATA = 1, 3, 4
_MIME_OF_IMAGE_TYPE = {1: "image/jpeg", 2: "image/png"}
_MIMES = frozenset({"image/jpeg", "image/png", "image/webp"})
# KSampler's previews have up to 100 KB; SaveImageWebsocket sends whole images, which are not previews.
_MAX_PREVIEW_BYTES = 2 * 1024 * 1024
_MAX_METADATA_BYTES = 64 * 1024
# A progress_state of 500 nodes has 100 KB.
_MAX_TEXT_LENGTH = 8 * 1024 * 1024


class _Status(msgspec.Struct, frozen=True):
    exec_info: ExecInfo = ExecInfo()


class StatusFrame(msgspec.Struct, frozen=True):
    """The length of the queue; the only frame that is sent to every socket."""

    status: _Status = _Status()
    sid: str | None = None


class StartFrame(msgspec.Struct, frozen=True):
    """A prompt left the queue."""

    prompt_id: str


class CachedFrame(msgspec.Struct, frozen=True):
    """Nodes whose cached results are reused."""

    prompt_id: str
    nodes: list[str | int] = []


class ExecutingFrame(msgspec.Struct, frozen=True):
    """A node starts; with ``node`` null the prompt has ended and is in the history.

    Without ``prompt_id`` after a reconnect under the same client id.
    """

    prompt_id: str | None = None
    node: NodeId = None
    display_node: NodeId = None


class ExecutedFrame(msgspec.Struct, frozen=True):
    """An output node has finished; ``output`` is decoded on demand."""

    prompt_id: str
    node: NodeId = None
    display_node: NodeId = None
    output: msgspec.Raw = msgspec.Raw(b"null")

    def result(self) -> object:
        """Decode what the node returned; None if that is unreadable."""
        try:
            return msgspec.json.decode(self.output)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return None


def saved_image_of(result: object) -> ImageRef | None:
    """Return the first image that a node saved in the output folder."""
    return next((image for image in images_of(result) if image.type == "output"), None)


class ProgressFrame(msgspec.Struct, frozen=True):
    """Steps of one node; both numbers may be fractions."""

    value: float
    max: float
    prompt_id: str | None = None
    node: NodeId = None


class ProgressStateFrame(msgspec.Struct, frozen=True):
    """All nodes that have started; ``nodes`` is decoded on demand (100 KB for 500 nodes)."""

    prompt_id: str
    nodes: msgspec.Raw = msgspec.Raw(b"{}")


class SuccessFrame(msgspec.Struct, frozen=True):
    """All outputs have finished; the prompt may not be in the history yet."""

    prompt_id: str


class ErrorFrame(msgspec.Struct, frozen=True):
    """A node raised, or was blocked (a success frame follows then)."""

    prompt_id: str
    node_id: NodeId = None
    node_type: str = ""
    exception_message: str = ""
    exception_type: str = ""


class InterruptedFrame(msgspec.Struct, frozen=True):
    """The prompt was interrupted."""

    prompt_id: str
    node_id: NodeId = None


class PreviewFrame(msgspec.Struct, frozen=True):
    """A preview image; without metadata it names neither prompt nor node."""

    mime: str
    image: bytes
    prompt_id: str | None = None
    node: NodeId = None


class ConnectionFrame(msgspec.Struct, frozen=True):
    """Made by the listener, not by ComfyUI: the websocket was opened or lost."""

    connected: bool


Frame = (
    StatusFrame
    | StartFrame
    | CachedFrame
    | ExecutingFrame
    | ExecutedFrame
    | ProgressFrame
    | ProgressStateFrame
    | SuccessFrame
    | ErrorFrame
    | InterruptedFrame
    | PreviewFrame
    | ConnectionFrame
)


class _Envelope(msgspec.Struct, frozen=True):
    type: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


class _PreviewMetadata(msgspec.Struct, frozen=True):
    prompt_id: str | None = None
    node_id: NodeId = None
    display_node_id: NodeId = None
    image_type: str = "image/jpeg"


_envelope: msgspec.json.Decoder[_Envelope] = msgspec.json.Decoder(_Envelope)
_metadata: msgspec.json.Decoder[_PreviewMetadata] = msgspec.json.Decoder(_PreviewMetadata)
_decoders: dict[str, msgspec.json.Decoder[Frame]] = {
    kind: msgspec.json.Decoder(shape)
    for kind, shape in {
        "status": StatusFrame,
        "execution_start": StartFrame,
        "execution_cached": CachedFrame,
        "executing": ExecutingFrame,
        "executed": ExecutedFrame,
        "progress": ProgressFrame,
        "progress_state": ProgressStateFrame,
        "execution_success": SuccessFrame,
        "execution_error": ErrorFrame,
        "execution_interrupted": InterruptedFrame,
    }.items()
}


def decode_text(text: str | bytes) -> Frame | None:
    """Decode a JSON frame; return None for a type that is not used.

    Raises:
        MalformedError: if the frame is not JSON, lacks a required field or is too long.
    """
    if len(text) > _MAX_TEXT_LENGTH:
        raise MalformedError(f"a text frame of {len(text)} characters")
    try:
        envelope = _envelope.decode(text)
        decoder = _decoders.get(envelope.type)
        return None if decoder is None else decoder.decode(envelope.data)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedError(str(error)) from error


def decode_binary(payload: bytes) -> PreviewFrame | None:
    """Decode a binary frame; return None for anything that is not a preview of usual size.

    Source: ComfyUI protocol.py BinaryEventTypes and server.py send_image, big-endian.

    Raises:
        MalformedError: if the frame is shorter than its header states.
    """
    try:
        (kind,) = struct.unpack_from(">I", payload)
        if kind == _PREVIEW:
            (image_type,) = struct.unpack_from(">I", payload, 4)
            return _usable(PreviewFrame(_MIME_OF_IMAGE_TYPE.get(image_type, ""), payload[8:]))
        if kind == _PREVIEW_WITH_METADATA:
            return _usable(_decode_preview_with_metadata(payload))
    except (struct.error, msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedError(str(error)) from error
    return None


def _usable(frame: PreviewFrame) -> PreviewFrame | None:
    """Return the frame, None if browsers could not show it or it is too large."""
    return frame if frame.mime in _MIMES and len(frame.image) <= _MAX_PREVIEW_BYTES else None


def _decode_preview_with_metadata(payload: bytes) -> PreviewFrame:
    (length,) = struct.unpack_from(">I", payload, 4)
    if length > _MAX_METADATA_BYTES:
        raise MalformedError(f"metadata of {length} bytes")
    if len(payload) < 8 + length:
        raise MalformedError(f"metadata of {length} bytes in a frame of {len(payload)}")
    metadata = _metadata.decode(payload[8 : 8 + length])
    return PreviewFrame(
        metadata.image_type,
        payload[8 + length :],
        metadata.prompt_id,
        metadata.display_node_id or metadata.node_id,
    )
