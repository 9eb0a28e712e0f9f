"""Execution of one node with its planned faults, its progress and its delay."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import msgspec
from PIL import Image

from genonaut.simulator.errors import InterruptedRunError, NodeFailedError
from genonaut.simulator.faults import Fault, FaultKind
from genonaut.simulator.image.preview import preview_jpeg
from genonaut.simulator.nodes import (
    NODES,
    SAMPLERS,
    Node,
    NodeContext,
    Sampling,
    sampled,
    sampling_of,
)
from genonaut.simulator.nodes.values import Latent
from genonaut.simulator.progress_report import ProgressReport
from genonaut.simulator.releases import PREVIEW_METHOD
from genonaut.simulator.result_cache import NodeResult
from genonaut.simulator.simulated_server import SimulatorServer

# Limits on distinct previews; consecutive steps share one.
MAX_PREVIEWS_WITHOUT_DELAY = 1
MAX_PREVIEWS = 24

# What a node raises on inputs that passed the validation, such as a value of another type.
_NODE_FAILURES = (
    ArithmeticError, AttributeError, LookupError, MemoryError, OSError, TypeError, ValueError,
)  # fmt: skip


class Run(Protocol):
    """The attributes of a run that a node needs."""

    prompt_id: str
    graph: dict[str, Any]
    extra_data: Any
    text: str


class NodeRun:
    """One node of one run."""

    def __init__(
        self,
        server: SimulatorServer,
        run: Run,
        node_id: str,
        inputs: dict[str, Any],
        progress: ProgressReport,
    ) -> None:
        self._server = server
        self._run = run
        self._node_id = node_id
        self._class_type: str = run.graph[node_id]["class_type"]
        self._inputs = inputs
        self._progress = progress

    async def result(self) -> NodeResult:
        """Run the node.

        Raises:
            NodeFailedError: The node raised, or a planned fault applies.
            InterruptedRunError: The run was interrupted between two steps.
        """
        await self._planned_faults()
        try:
            if self._class_type in SAMPLERS:
                latent = await self._sample(sampling_of(self._class_type, self._inputs))
                count = len(self._server.nodes.outputs(self._class_type))
                return NodeResult((latent,) * count)
            return await self._operate(NODES[self._class_type])
        except _NODE_FAILURES as error:
            raise NodeFailedError(str(error), exception_type=type(error).__name__) from error

    async def _operate(self, node: Node) -> NodeResult:
        inputs = self._server.nodes.defaults(self._class_type, self._inputs) | self._inputs
        run = partial(node.run, inputs, self._context())
        if not node.is_slow:
            return self._named(run())
        result: NodeResult = await self._server.run_in_thread(run)
        if node.steps is not None:
            await self._report(node.steps(inputs))
        await asyncio.sleep(self._server.options.node_delay_ms / 1000)
        return self._named(result)

    async def _report(self, steps: int) -> None:
        """Send the progress of a node that works in steps, such as tiles."""
        for step in range(1, steps + 1):
            await asyncio.sleep(0)
            if self._server.state.interrupt:
                raise InterruptedRunError
            self._progress.step(self._node_id, step, steps, None)

    def _context(self) -> NodeContext:
        server = self._server
        return NodeContext(
            class_type=self._class_type,
            folders=server.folders,
            release=server.release,
            graph=self._run.graph,
            extra_data=self._run.extra_data,
            saved=self._saved,
            output_count=len(server.nodes.outputs(self._class_type)),
        )

    def _saved(self, path: Path) -> None:
        self._server.input_texts_by_file[path] = self._run.text

    def _named(self, result: NodeResult) -> NodeResult:
        """Add to a result with data for clients which node it came from."""
        if result.ui is None:
            return result
        meta = {
            "node_id": self._node_id,
            "display_node": self._node_id,
            "parent_node": None,
            "real_node_id": self._node_id,
        }
        return msgspec.structs.replace(result, meta=meta)

    def _trigger_fault(self, kind: FaultKind) -> Fault | None:
        """Return the fault that affects this node, if any."""
        graph = self._run.graph
        default = next((i for i in graph if graph[i]["class_type"] in SAMPLERS), next(iter(graph)))
        default_mark = ("",) if self._node_id == default else ()
        return self._server.faults.trigger(
            kind, self._run.text, node=(self._node_id, self._class_type, *default_mark)
        )

    async def _planned_faults(self) -> None:
        if self._trigger_fault(FaultKind.OUT_OF_MEMORY) is not None:
            raise NodeFailedError(
                "Allocation on device (simulated)", exception_type="torch.OutOfMemoryError"
            )
        failure = self._trigger_fault(FaultKind.NODE_ERROR)
        if failure is not None:
            raise NodeFailedError(failure.message, exception_type=failure.exception_type)
        await self._connection_faults()
        if self._class_type not in SAMPLERS:
            await asyncio.sleep(self._extra_seconds())
        silence = self._trigger_fault(FaultKind.SILENCE)
        if silence is not None:
            await self._server.wait_for_fault(silence)

    def _extra_seconds(self) -> float:
        """Return the seconds that a planned fault adds; a sampler spreads them over its steps."""
        slow = self._trigger_fault(FaultKind.SLOW)
        return 0.0 if slow is None else slow.duration(5)

    async def _connection_faults(self) -> None:
        state = self._server.state
        if self._trigger_fault(FaultKind.DROP_SOCKET) is not None:
            await state.hub.flushed()
            state.hub.drop(state.client_id)
        if self._trigger_fault(FaultKind.DEAF_SOCKET) is not None:
            await state.hub.flushed()
            state.hub.deafen(state.client_id)
        if self._trigger_fault(FaultKind.INTERRUPTED) is not None:
            raise InterruptedRunError
        restart = self._trigger_fault(FaultKind.RESTART)
        if restart is not None:
            self._server.schedule_restart(restart.duration(0.2))
            await asyncio.Event().wait()  # the restart cancels this run

    async def _sample(self, sampling: Sampling) -> Latent:
        steps = sampling.steps
        latent: Latent = await self._server.run_in_thread(partial(sampled, sampling))
        previews: list[bytes] = []
        if latent.images:
            previews = await self._server.run_in_thread(
                partial(self._previews, latent.images[0], sampling)
            )
        pause_seconds = (self._server.options.delay_ms / 1000 + self._extra_seconds()) / max(
            1, steps
        )
        for step in range(1, steps + 1):
            await asyncio.sleep(pause_seconds)
            if self._server.state.interrupt:
                raise InterruptedRunError
            preview = previews[(step - 1) * len(previews) // steps] if previews else None
            self._progress.step(self._node_id, step, steps, preview)
        return latent

    def _previews(self, image: Image.Image, sampling: Sampling) -> list[bytes]:
        if not self._sends_previews():
            return []
        is_fast = self._server.options.delay_ms == 0
        count = min(max(1, sampling.steps), MAX_PREVIEWS_WITHOUT_DELAY if is_fast else MAX_PREVIEWS)
        return [preview_jpeg(image, (n + 1) / count, sampling.seed + n) for n in range(count)]

    def _sends_previews(self) -> bool:
        """Return whether this run sends previews: the prompt's choice, else the server's."""
        extra_data = self._run.extra_data
        chosen = extra_data.get("preview_method") if isinstance(extra_data, dict) else None
        if self._server.has(PREVIEW_METHOD) and chosen in {"auto", "latent2rgb", "taesd"}:
            return True
        if self._server.has(PREVIEW_METHOD) and chosen == "none":
            return False
        return self._server.options.previews
