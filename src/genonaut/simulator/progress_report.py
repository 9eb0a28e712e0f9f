"""The progress frames of a run."""

import time
from typing import Any

from genonaut.simulator.socket_hub import SocketHub

_THROTTLE_SECONDS = 0.1


class ProgressReport:
    """Sends the progress of one run to its client, or to all clients if it has none.

    Source: ComfyUI comfy_execution/progress.py and main.py, hijack_progress.
    """

    def __init__(
        self, hub: SocketHub, prompt_id: str, client_id: str | None, *, is_throttled: bool = False
    ) -> None:
        self._hub = hub
        self._prompt_id = prompt_id
        self._client_id = client_id
        self._is_throttled = is_throttled
        self._sent_at = float("-inf")
        self._nodes: dict[str, dict[str, Any]] = {}

    def start(self, node_id: str) -> None:
        """Report that a node starts."""
        self._update(node_id, 0.0, 1.0, "running")

    def finish(self, node_id: str) -> None:
        """Report that a node has finished or was cached."""
        known = self._nodes.get(node_id)
        # A cached node never started; its values are integers.
        value = 1 if known is None else known["max"]
        self._update(node_id, value, value, "finished")

    def step(self, node_id: str, value: int, maximum: int, preview: bytes | None) -> None:
        """Report a sampler step with its preview (JPEG).

        A preview with metadata precedes ``progress``, one without follows it (observed). Newer
        releases drop steps without preview that follow within 100 ms, except the first and last.
        """
        now = time.monotonic()
        is_between = 1 < value < maximum and preview is None
        if self._is_throttled and is_between and now - self._sent_at < _THROTTLE_SECONDS:
            return
        self._sent_at = now
        self._update(node_id, value, maximum, "running")
        about = {
            "node_id": node_id,
            "prompt_id": self._prompt_id,
            "display_node_id": node_id,
            "parent_node_id": None,
            "real_node_id": node_id,
        }
        client_id = self._client_id
        with_metadata = client_id is not None and self._hub.supports_metadata(client_id)
        if preview is not None and with_metadata and client_id is not None:
            self._hub.send_preview_with_metadata(preview, about, client_id)
        data = {"value": value, "max": maximum, "prompt_id": self._prompt_id, "node": node_id}
        self._hub.send("progress", data, client_id)
        if preview is not None and not with_metadata:
            self._hub.send_preview(preview, client_id)

    def _update(self, node_id: str, value: float, maximum: float, state: str) -> None:
        self._nodes[node_id] = {
            "value": value,
            "max": maximum,
            "state": state,
            "node_id": node_id,
            "prompt_id": self._prompt_id,
            "display_node_id": node_id,
            "parent_node_id": None,
            "real_node_id": node_id,
        }
        data = {"prompt_id": self._prompt_id, "nodes": self._nodes}
        self._hub.send("progress_state", data, self._client_id)
