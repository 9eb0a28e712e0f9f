"""Outcome of a prompt, derived from its history entry alone."""

import re
from typing import Any

import msgspec

from genonaut.comfyui.outputs import OutputFile, results_of
from genonaut.comfyui.server_text import plain_text
from genonaut.comfyui.wire import HistoryEntry, HistoryMessage, ImageRef

_MESSAGE_LIMIT = 2000
_NAME_LIMIT = 200
# torch.OutOfMemoryError, torch.cuda.OutOfMemoryError; MemoryError means host memory. Older torch
# versions and other devices raise RuntimeError with one of these phrases.
_OUT_OF_MEMORY_TYPES = ("OutOfMemoryError", "MemoryError")
_OUT_OF_MEMORY_PHRASES = re.compile(
    r"out of memory|not enough memory|can't allocate memory|allocation on device", re.IGNORECASE
)


class Succeeded(msgspec.Struct, frozen=True):
    """The prompt produced at least one file or text; saved images come before previews."""

    images: tuple[ImageRef, ...]
    entry: HistoryEntry

    @property
    def files(self) -> list[ImageRef]:
        """Return all files that were saved."""
        found = results_of(self.entry)
        return [one.reference for one in found if isinstance(one, OutputFile) and one.is_saved]


class NodeFailed(msgspec.Struct, frozen=True):
    """A node raised; the id is from the graph or of an expanded node (``2.0.0.3``)."""

    node_id: str
    node_type: str
    message: str
    exception_type: str


class OutOfMemory(msgspec.Struct, frozen=True):
    """A node ran out of device or host memory."""

    node_id: str
    node_type: str
    message: str
    exception_type: str


class Interrupted(msgspec.Struct, frozen=True):
    """The prompt was interrupted; the history does not say by which client."""

    node_id: str | None = None


class NoOutput(msgspec.Struct, frozen=True):
    """The run succeeded without a result: a blocked branch, or images sent by websocket only."""

    reason: str | None = None


class Lost(msgspec.Struct, frozen=True):
    """ComfyUI does not know the prompt: it restarted, never queued it, or deleted it."""


Outcome = Succeeded | NodeFailed | OutOfMemory | Interrupted | NoOutput | Lost


def outcome_of(entry: HistoryEntry) -> Outcome:
    """Return the outcome of a finished prompt.

    ``status_str`` is "error" for interruptions too, and "success" for a blocked run without outputs,
    so messages and outputs decide.
    """
    status = entry.status
    messages = status.messages if status is not None else []
    interruption = _last(messages, "execution_interrupted")
    if interruption is not None:
        node = interruption.get("node_id")
        return Interrupted(None if node is None else plain_text(str(node), _NAME_LIMIT))
    if status is not None and status.status_str == "error":
        return failure_of(_last(messages, "execution_error") or {})
    return Succeeded(entry.images, entry) if results_of(entry) else NoOutput()


def failure_of(error: dict[str, Any]) -> NodeFailed | OutOfMemory:
    """Return the outcome for the data of an ``execution_error`` message."""
    message = str(error.get("exception_message") or "ComfyUI reported an error without a message")
    exception_type = str(error.get("exception_type") or "")
    is_memory = exception_type.endswith(_OUT_OF_MEMORY_TYPES) or _OUT_OF_MEMORY_PHRASES.search(
        message
    )
    shape = OutOfMemory if is_memory else NodeFailed
    return shape(
        node_id=_name(error, "node_id"),
        node_type=_name(error, "node_type"),
        message=plain_text(message.strip(), _MESSAGE_LIMIT),
        exception_type=_name(error, "exception_type"),
    )


def _name(error: dict[str, Any], key: str) -> str:
    return plain_text(str(error.get(key) or ""), _NAME_LIMIT)


def _last(messages: list[HistoryMessage], kind: str) -> dict[str, Any] | None:
    for message in reversed(messages):
        if message.kind == kind:
            return message.data if isinstance(message.data, dict) else {}
    return None
