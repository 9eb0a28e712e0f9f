"""Location of a prompt on a ComfyUI server."""

from collections.abc import Mapping

import msgspec

from genonaut.comfyui.wire import HistoryEntry, QueueAnswer


class QueueSnapshot(msgspec.Struct, frozen=True):
    """The prompt ids in a server's queue; ``pending`` is in execution order.

    ``client_ids`` holds, by running prompt, the client id that receives its frames.
    """

    running: tuple[str, ...]
    pending: tuple[str, ...]
    client_ids: Mapping[str, str] = {}

    @classmethod
    def of(cls, answer: QueueAnswer) -> "QueueSnapshot":
        """Build a snapshot; sorts the raw heap by number, as ComfyUI runs the lowest first."""
        pending = sorted(answer.queue_pending, key=lambda item: item.number)
        return cls(
            tuple(item.prompt_id for item in answer.queue_running),
            tuple(item.prompt_id for item in pending),
            {item.prompt_id: item.client_id for item in answer.queue_running if item.client_id},
        )


class Running(msgspec.Struct, frozen=True):
    """ComfyUI executes the prompt and sends its frames to the socket of ``client_id``."""

    client_id: str | None = None


class Waiting(msgspec.Struct, frozen=True):
    """The prompt is queued; ``position`` is the number of prompts before it, including running ones."""

    position: int


class InHistory(msgspec.Struct, frozen=True):
    """The prompt has ended."""

    entry: HistoryEntry


class Absent(msgspec.Struct, frozen=True):
    """ComfyUI does not know the prompt: never received, deleted, or lost in a restart."""


Located = Running | Waiting | InHistory | Absent


def locate_in_queue(prompt_id: str, queue: QueueSnapshot) -> Running | Waiting | None:
    """Return the location of the prompt in the queue, None if it is not queued."""
    if prompt_id in queue.running:
        return Running(queue.client_ids.get(prompt_id))
    if prompt_id in queue.pending:
        return Waiting(len(queue.running) + queue.pending.index(prompt_id))
    return None
