"""Execution of one prompt: its nodes in order, its frames, its history entry."""

import asyncio
import time
from functools import partial
from typing import Any

import msgspec

from genonaut.simulator.errors import InterruptedRunError, NodeFailedError
from genonaut.simulator.execution_order import ExecutionOrder, is_link
from genonaut.simulator.faults import FaultKind
from genonaut.simulator.node_catalogue import FILE_INPUTS
from genonaut.simulator.node_run import NodeRun
from genonaut.simulator.nodes import NODES
from genonaut.simulator.progress_report import ProgressReport
from genonaut.simulator.prompt_queue import QueuedPrompt
from genonaut.simulator.releases import THROTTLED_PROGRESS
from genonaut.simulator.result_cache import NodeResult, signatures
from genonaut.simulator.simulated_server import SimulatorServer

OOM_TIPS = (
    "\nThis error means you ran out of memory on your GPU.\n\nTIPS: If the workflow worked before"
    " you might have accidentally set the batch_size to a large number."
)
_TRACEBACK = ['  File "genonaut/simulator/prompt_run.py", in the simulator: no real traceback\n']


async def run_worker(server: SimulatorServer) -> None:
    """Run prompts one at a time until cancelled; a real server uses a worker thread."""
    state = server.state
    while True:
        item = await state.queue.filled()
        stuck = server.faults.trigger(FaultKind.STUCK, input_texts(item[2]))
        if stuck is not None:
            # Ends early if the prompt is deleted, so that the next one can run.
            await server.wait_for_fault(stuck, partial(state.queue.is_pending, item))
            if not state.queue.is_pending(item):
                continue
        await PromptRun(server, state.queue.take()).execute()
        if state.clear_cache_when_idle:
            state.clear_cache_when_idle = False
            state.cache.clear()


def input_texts(graph: dict[str, Any]) -> str:
    """Return all text inputs, one per line; faults are matched against them."""
    inputs = (value for node in graph.values() for value in node.get("inputs", {}).values())
    return "\n".join(value for value in inputs if isinstance(value, str))


class PromptRun:
    """Runs the nodes of one prompt and sends the frames of a real server."""

    def __init__(self, server: SimulatorServer, item: QueuedPrompt) -> None:
        self._server = server
        self._state = server.state
        self._item = item
        _, self.prompt_id, self.graph, self.extra_data, self.targets = item
        client_id = self.extra_data.get(
            "client_id"
        )  # raises for a null extra_data, which ends the worker
        self._client_id: str | None = client_id
        self.text = input_texts(self.graph)
        self._progress = ProgressReport(
            self._state.hub,
            self.prompt_id,
            self._client_id,
            is_throttled=server.has(THROTTLED_PROGRESS),
        )
        self._messages: list[tuple[str, dict[str, Any]]] = []
        self._outputs: dict[str, Any] = {}
        self._meta: dict[str, Any] = {}
        self._executed: list[str] = []
        self._signatures: dict[str, str] = {}

    async def execute(self) -> None:
        """Run all nodes and move the prompt to the history."""
        state = self._state
        state.client_id = self._client_id
        state.interrupt = False
        self._message("execution_start", {"prompt_id": self.prompt_id})
        success = await self._run_nodes()
        is_lost = self._server.faults.trigger(FaultKind.LOSE_HISTORY, self.text)
        if success:
            if not is_lost:
                self._message("execution_success", {"prompt_id": self.prompt_id})
            # A real server has a delay here: the history is still empty.
            late = self._server.faults.trigger(FaultKind.LATE_HISTORY, self.text)
            if late is not None:
                limited = msgspec.structs.replace(late, seconds=late.duration(0.5))
                await self._server.wait_for_fault(limited)
            await asyncio.sleep(0)
        state.last_node_id = None
        state.queue.finish(self._item, None if is_lost else self._history_entry(success=success))
        self._to_client("executing", {"node": None, "prompt_id": self.prompt_id})

    async def _run_nodes(self) -> bool:
        cache = self._state.cache
        self._signatures = signatures(self.graph, self._changed)
        cache.keep_only(set(self._signatures.values()))
        cached = [node_id for node_id in self.graph if self._is_cached(node_id)]
        self._message("execution_cached", {"nodes": cached, "prompt_id": self.prompt_id})
        order = ExecutionOrder(
            self.graph,
            self.targets,
            is_cached=self._is_cached,
            is_output=self._is_output,
            lazy_inputs=self._lazy_inputs,
        )
        while (node_id := order.pick()) is not None:
            missing = self._missing_sources(node_id)
            if missing:
                for source in missing:
                    order.require(node_id, source)
                continue
            try:
                await self._run_node(node_id)
            except InterruptedRunError:
                self._interrupted(node_id)
                return False
            except NodeFailedError as error:
                self._failed(node_id, error)
                return False
            order.complete(node_id)
        return True

    async def _run_node(self, node_id: str) -> None:
        cache = self._state.cache
        result = cache.get(self._signatures[node_id])
        if result is not None:
            self._show(node_id, result)
            self._progress.finish(node_id)
            return
        self._state.last_node_id = node_id
        self._progress.start(node_id)
        self._to_client("executing", self._named(node_id))
        if self._state.interrupt:
            raise InterruptedRunError
        node = NodeRun(self._server, self, node_id, self._inputs(node_id), self._progress)
        result = await node.result()
        cache.put(self._signatures[node_id], result)
        self._show(node_id, result)
        self._executed.append(node_id)
        self._progress.finish(node_id)

    def _show(self, node_id: str, result: NodeResult) -> None:
        if result.ui is None:
            return
        empty = self._server.faults.trigger(FaultKind.NO_OUTPUT, self.text)
        if empty is not None:
            return
        self._outputs[node_id] = result.ui
        self._meta[node_id] = (
            result.meta
        )  # from the run that computed it, which may have another node id
        data = {"node": node_id, "display_node": node_id, "output": result.ui}
        self._to_client("executed", data | {"prompt_id": self.prompt_id})

    def _lazy_inputs(self, node_id: str) -> frozenset[str]:
        return self._server.nodes.lazy_inputs(self.graph[node_id]["class_type"])

    def _missing_sources(self, node_id: str) -> list[str]:
        """Return the nodes behind those lazy inputs that the node needs and that have not run."""
        if not self._lazy_inputs(node_id) or self._is_cached(node_id):
            return []
        wanted = NODES[self.graph[node_id]["class_type"]].needs(self._inputs(node_id))
        links = (self.graph[node_id]["inputs"].get(name) for name in wanted)
        sources = [link[0] for link in links if is_link(link, self.graph)]
        return [source for source in sources if not self._is_cached(source)]

    def _inputs(self, node_id: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self.graph[node_id]["inputs"].items():
            if is_link(value, self.graph):
                source = self._state.cache.get(self._signatures[value[0]])
                found[name] = None if source is None else source.outputs[value[1]]
            else:
                found[name] = value
        return found

    def _failed(self, node_id: str, error: NodeFailedError) -> None:
        message = str(error)
        is_oom = error.exception_type == "torch.OutOfMemoryError"
        self._message(
            "execution_error",
            {
                "prompt_id": self.prompt_id,
                "node_id": node_id,
                "node_type": self.graph[node_id]["class_type"],
                "executed": self._executed[::-1],
                "exception_message": message + OOM_TIPS if is_oom else f"{message}\n",
                "exception_type": error.exception_type,
                "traceback": _TRACEBACK,
                "current_inputs": {
                    name: [str(value)] for name, value in self._inputs(node_id).items()
                },
                "current_outputs": list(self.graph),
            },
        )

    def _interrupted(self, node_id: str) -> None:
        self._message(
            "execution_interrupted",
            {
                "prompt_id": self.prompt_id,
                "node_id": node_id,
                "node_type": self.graph[node_id]["class_type"],
                "executed": self._executed[::-1],
            },
            to_everybody=True,
        )

    def _message(self, event: str, data: dict[str, Any], *, to_everybody: bool = False) -> None:
        """Send a frame that is also stored in the history."""
        data = data | {"timestamp": int(time.time() * 1000)}
        self._messages.append((event, data))
        if to_everybody and self._client_id is None:
            self._state.hub.send(event, data, None)
        self._to_client(event, data)

    def _to_client(self, event: str, data: dict[str, Any]) -> None:
        if self._client_id is not None:
            self._state.hub.send(event, data, self._client_id)

    def _named(self, node_id: str) -> dict[str, Any]:
        return {"node": node_id, "display_node": node_id, "prompt_id": self.prompt_id}

    def _is_cached(self, node_id: str) -> bool:
        return self._state.cache.get(self._signatures[node_id]) is not None

    def _is_output(self, node_id: str) -> bool:
        return self._server.nodes.is_output(self.graph[node_id]["class_type"])

    def _changed(self, node: dict[str, Any]) -> str:
        """Return other dependencies of a node: for loaders, size and time of the file."""
        name, _ = FILE_INPUTS.get(node["class_type"], ("", ""))
        value = node.get("inputs", {}).get(name)
        path = self._server.input_path(value) if isinstance(value, str) else None
        if path is None or not path.is_file():
            return ""
        facts = path.stat()
        return f"{facts.st_size}:{facts.st_mtime_ns}"

    def _history_entry(self, *, success: bool) -> dict[str, Any]:
        # A copy, because validation changes graphs in place.
        entry = {
            "prompt": list(self._item),
            "outputs": self._outputs,
            "status": {
                "status_str": "success" if success else "error",
                "completed": success,
                "messages": self._messages,
            },
            "meta": self._meta,
        }
        copied: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(entry))
        return copied
