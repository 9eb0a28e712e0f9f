"""Progress of a run: turns node events and steps into one percentage that never decreases."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genonaut.comfyui.frames import (
    CachedFrame,
    ExecutedFrame,
    ExecutingFrame,
    Frame,
    NodeId,
    ProgressFrame,
    ProgressStateFrame,
)

# Estimated relative durations: with 20 steps the sampler takes most of the time, then loading a
# checkpoint. The first key that the class name contains applies.
_SAMPLER_WEIGHT = 80.0
_WEIGHTS = {"LoraLoader": 0.5, "Loader": 6.0, "VAE": 4.0, "Upscale": 10.0}
_OTHER_WEIGHT = 1.0
# 100 is reported only once the history entry has been read.
_LIMIT_WHILE_RUNNING = 99
MAX_NODE_ID_LENGTH = 100
_MAX_STEPS = 1_000_000


class PromptProgress(msgspec.Struct, frozen=True):
    """Progress of a run: percent (0..100), the current node, and its steps if it counts them."""

    percent: int
    node: str | None = None
    node_type: str | None = None
    step: int | None = None
    total: int | None = None


class _NodeState(msgspec.Struct, frozen=True):
    value: float = 0.0
    max: float = 1.0
    state: str = ""
    display_node_id: NodeId = None


_states: msgspec.json.Decoder[dict[str, _NodeState]] = msgspec.json.Decoder(dict[str, _NodeState])


def _weight_of(node: object) -> float:
    class_type = str(node.get("class_type", "")) if isinstance(node, Mapping) else ""
    if "Sampler" in class_type and not class_type.startswith("KSamplerSelect"):
        return _SAMPLER_WEIGHT
    return next((weight for part, weight in _WEIGHTS.items() if part in class_type), _OTHER_WEIGHT)


class ProgressTracker:
    """Tracks one prompt; expanded nodes, which the graph does not have, count for their origin."""

    def __init__(self, graph: Mapping[str, Any]) -> None:
        self._types = {
            node_id: str(node.get("class_type", "")) if isinstance(node, Mapping) else ""
            for node_id, node in graph.items()
        }
        self._weights = {node_id: _weight_of(node) for node_id, node in graph.items()}
        self._total = sum(self._weights.values()) or 1.0
        self._fractions: dict[str, float] = {}
        self._finished: set[str] = set()
        self._done_weight = 0.0
        self._latest = PromptProgress(0)

    @property
    def latest(self) -> PromptProgress:
        """Return the last reported progress."""
        return self._latest

    def update(self, frame: Frame) -> PromptProgress | None:
        """Return the new progress if the frame changes it, else None."""
        match frame:
            case CachedFrame():
                for node in frame.nodes:
                    self._set(str(node), 1.0)
                return self._report(self._latest.node, None, None)
            case ExecutingFrame() if frame.node is not None:
                return self._report(self._origin(frame.node, frame.display_node), None, None)
            case ExecutedFrame() if frame.node is not None:
                self._set(self._origin(frame.node, frame.display_node), 1.0)
                return self._report(self._latest.node, self._latest.step, self._latest.total)
            case ProgressFrame() if frame.node is not None:
                return self._update_steps(frame)
            case ProgressStateFrame():
                return self._update_states(frame)
        return None

    def _update_steps(self, frame: ProgressFrame) -> PromptProgress | None:
        origin = self._origin(frame.node, None)
        if str(frame.node) == origin:
            self._set(origin, _ratio(frame.value, frame.max))
        return self._report(origin, *_steps(frame.value, frame.max))

    def _update_states(self, frame: ProgressStateFrame) -> PromptProgress | None:
        try:
            states = _states.decode(frame.nodes)
        except msgspec.DecodeError:
            return None
        shown, step, total = self._latest.node, self._latest.step, self._latest.total
        for node_id, state in states.items():
            if node_id in self._finished:  # frames repeat every node that has started
                continue
            origin = self._origin(node_id, state.display_node_id)
            if state.state == "finished":
                self._finished.add(node_id)
            if origin == node_id:
                is_over = state.state == "finished"
                self._set(origin, 1.0 if is_over else _ratio(state.value, state.max))
            if state.state == "running":
                shown, (step, total) = origin, _steps(state.value, state.max)
        return self._report(shown, step, total)

    def _origin(self, node: NodeId, display_node: NodeId) -> str:
        """Return the node of the graph to which an expanded node (``2.0.0.3``) belongs."""
        name = str(node)[:MAX_NODE_ID_LENGTH]
        if name in self._weights or not self._weights:
            return name
        shown = str(display_node)[:MAX_NODE_ID_LENGTH] if display_node is not None else name
        return shown if shown in self._weights else name.partition(".")[0]

    def _set(self, node_id: str, fraction: float) -> None:
        before = self._fractions.get(node_id, 0.0)
        if node_id in self._weights and fraction > before:
            self._fractions[node_id] = fraction
            self._done_weight += (fraction - before) * self._weights[node_id]

    def _report(
        self, node: str | None, step: int | None, total: int | None
    ) -> PromptProgress | None:
        percent = min(int(100 * self._done_weight / self._total), _LIMIT_WHILE_RUNNING)
        report = PromptProgress(percent, node, self._types.get(node or ""), step, total)
        if report == self._latest:
            return None
        self._latest = report
        return report


def _ratio(value: float, maximum: float) -> float:
    return min(max(value / maximum, 0.0), 1.0) if maximum > 0 else 0.0


def _steps(value: float, maximum: float) -> tuple[int | None, int | None]:
    """Return whole steps; None for nodes that count in fractions or have one step."""
    is_countable = (
        1 < maximum <= _MAX_STEPS and float(maximum).is_integer() and 0 <= value <= maximum
    )
    return (int(value), int(maximum)) if is_countable else (None, None)
