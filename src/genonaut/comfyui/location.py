"""Where a prompt is on a ComfyUI server."""

from collections.abc import Mapping

import msgspec

from genonaut.comfyui.wire import HistoryEntry, QueueAnswer


class QueueSnapshot(msgspec.Struct, frozen=True):
    """The prompt ids of a server's queue; ``pending`` in the order in which they will run.

    ``client_ids`` are the client ids that get the frames of what runs, by prompt id.
    """

    running: tuple[str, ...]
    pending: tuple[str, ...]
    client_ids: Mapping[str, str] = {}

    @classmethod
    def of(cls, answer: QueueAnswer) -> "QueueSnapshot":
        """Sort the raw heap by number: ComfyUI runs the lowest first."""
        pending = sorted(answer.queue_pending, key=lambda item: item.number)
        return cls(
            tuple(item.prompt_id for item in answer.queue_running),
            tuple(item.prompt_id for item in pending),
            {item.prompt_id: item.client_id for item in answer.queue_running if item.client_id},
        )


class Running(msgspec.Struct, frozen=True):
    """ComfyUI executes the prompt, and sends its frames to the socket of ``client_id``."""

    client_id: str | None = None


class Waiting(msgspec.Struct, frozen=True):
    """The prompt is queued; ``position`` counts the prompts before it, running ones included."""

    position: int


class InHistory(msgspec.Struct, frozen=True):
    """The prompt is over."""

    entry: HistoryEntry


class Absent(msgspec.Struct, frozen=True):
    """ComfyUI knows nothing of the prompt: never arrived, deleted, or forgotten in a restart."""


Located = Running | Waiting | InHistory | Absent


def locate_in_queue(prompt_id: str, queue: QueueSnapshot) -> Running | Waiting | None:
    """Return where the prompt is in the queue, None if it is not there."""
    if prompt_id in queue.running:
        return Running(queue.client_ids.get(prompt_id))
    if prompt_id in queue.pending:
        return Waiting(len(queue.running) + queue.pending.index(prompt_id))
    return None
