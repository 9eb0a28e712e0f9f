"""The simulated server: its state between requests, restarts and downtime."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import structlog

from genonaut.simulator.faults import Fault, FaultPlan
from genonaut.simulator.files import Folders
from genonaut.simulator.graph_validation import GraphChecks
from genonaut.simulator.model_folders import ModelFolders
from genonaut.simulator.node_catalogue import NodeCatalogue
from genonaut.simulator.options import SimulatorOptions
from genonaut.simulator.prompt_queue import PromptQueue
from genonaut.simulator.releases import (
    COMBOS_CHECKED,
    DEPENDENCY_CYCLE,
    MISSING_NODE_TYPE,
    NODES,
    PYAV_IMAGES,
    Release,
    release_of,
)
from genonaut.simulator.result_cache import ResultCache
from genonaut.simulator.socket_hub import SocketHub

log = structlog.get_logger(__name__)


class ServerState:
    """State that a real server loses with its process: queue, history, sockets, counters."""

    def __init__(self) -> None:
        self.hub = SocketHub()
        self.queue = PromptQueue(self.announce)
        self.cache = ResultCache()
        self.number = 0
        self.interrupt = False
        self.clear_cache_when_idle = (
            False  # POST /free: done by the worker after the running prompt
        )
        self.client_id: str | None = None  # of the running prompt
        self.last_node_id: str | None = None  # sent to a reconnecting client
        self.worker_dead = False

    def announce(self) -> None:
        """Send the number of remaining prompts to every socket."""
        self.hub.send("status", {"status": self.status()}, None)

    def status(self) -> dict[str, Any]:
        """Return the content of ``status`` frames and GET /prompt."""
        return {"exec_info": {"queue_remaining": self.queue.remaining}}


class SimulatorServer:
    """One simulated ComfyUI; a restart replaces ``state`` and nothing else."""

    def __init__(
        self, options: SimulatorOptions, run_worker: Callable[["SimulatorServer"], Awaitable[None]]
    ) -> None:
        self.options = options
        self._release = release_of(options.version)
        self.faults = FaultPlan(markers=options.faults_in_prompts)
        self.model_folders = ModelFolders(options.models, windows=options.windows)
        self.folders = Folders(options.output_directory)
        self._removed_nodes: set[str] = set()
        self.nodes = self._load_nodes()
        self.state = ServerState()
        self.restarts = 0
        self.is_down = False
        self.downtime: asyncio.Task[None] | None = None
        self.input_texts_by_file: dict[Path, str] = {}  # for matching faults of /view
        self.image_executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="simulator-draw")
        self._run_worker = run_worker
        self._tasks: list[asyncio.Task[None]] = []
        # Closes and reopens the listening socket, if this process opened it.
        self.set_listening: Callable[[bool], Awaitable[None]] | None = None

    def has(self, first: Release) -> bool:
        """Return whether the simulated release has a change that came with ``first``."""
        return self._release >= first

    @property
    def release(self) -> Release:
        """Return the simulated release."""
        return self._release

    @property
    def checks(self) -> GraphChecks:
        """Return the validation rules of the simulated release."""
        return GraphChecks(
            combo_options=self.has(COMBOS_CHECKED),
            missing_node_type=self.has(MISSING_NODE_TYPE),
            dependency_cycle=self.has(DEPENDENCY_CYCLE),
        )

    def input_path(self, name: str) -> Path | None:
        """Return the path of an input file, None if the simulated release refuses it."""
        return self.folders.annotated(name, anywhere=not self.has(PYAV_IMAGES))

    def input_exists(self, name: str) -> bool:
        """Return whether a loader may open a file of this name; a folder exists, too."""
        path = self.input_path(name)
        return path is not None and path.exists()

    def _load_nodes(self) -> NodeCatalogue:
        nodes = NodeCatalogue(self.model_folders, self.folders.input, is_current=self.has(NODES))
        for class_type in self._removed_nodes:
            nodes.remove(class_type)
        return nodes

    def remove_model(self, folder: str, name: str) -> None:
        """Delete a model file; ComfyUI reads its folders on every request."""
        self.model_folders.remove(folder, name)
        self.nodes = self._load_nodes()

    def remove_node(self, class_type: str) -> None:
        """Forget a node class."""
        self._removed_nodes.add(class_type)
        self.nodes = self._load_nodes()

    def start(self) -> None:
        """Start the worker and the publisher of the current state."""
        self._tasks = [
            asyncio.create_task(self._work_on(self.state)),
            asyncio.create_task(self.state.hub.publish()),
        ]

    async def _work_on(self, state: ServerState) -> None:
        try:
            await self._run_worker(self)
        except (TypeError, AttributeError) as error:
            # Two entries that cannot be ordered, or a null extra_data, also end the real worker; its
            # server then accepts prompts that never run (observed).
            state.worker_dead = True
            log.warning("simulator.worker_ended", reason=str(error))

    async def stop(self) -> None:
        """Stop both tasks; a running prompt is lost."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    async def close(self) -> None:
        """Stop and remove the temporary folders."""
        if self.downtime is not None:
            self.downtime.cancel()
        await self.stop()
        await self.state.hub.close_all()
        self.image_executor.shutdown(wait=True, cancel_futures=True)
        self.folders.close()

    async def restart(self, down_seconds: float = 0.0) -> None:
        """Lose queue, history and sockets like a killed process; output files remain.

        Returns when the server answers again, ``down_seconds`` later.
        """
        self.state.hub.drop()
        await self.stop()
        self.state = ServerState()
        self.folders.clear_temp()
        self.restarts += 1
        await self._stay_down(down_seconds)
        self.start()
        log.info("simulator.restarted", down_seconds=down_seconds)

    async def go_down(self, seconds: float) -> None:
        """Abort all connections and stop answering for a while; the state is kept."""
        self.state.hub.drop()
        await self._stay_down(seconds)

    async def _stay_down(self, seconds: float) -> None:
        self.is_down = True
        if self.set_listening is not None and seconds > 0:
            await self.set_listening(False)
        await asyncio.sleep(seconds)
        self.is_down = False
        if self.set_listening is not None:
            await self.set_listening(True)

    def schedule_restart(self, down_seconds: float) -> None:
        """Restart in the background: a run cannot wait for its own end."""
        self.downtime = asyncio.create_task(self.restart(down_seconds))

    def schedule_downtime(self, seconds: float) -> None:
        """Go down in the background: a request cannot abort its own response."""
        self.downtime = asyncio.create_task(self.go_down(seconds))

    async def run_in_thread(self, function: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Run slow Pillow work off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.image_executor, function)

    async def wait_for_fault(
        self, fault: Fault, still_applies: Callable[[], bool] = lambda: True
    ) -> None:
        """Wait for the duration of a fault, or until the faults are cleared.

        Also ends when ``still_applies`` returns False.
        """
        loop = asyncio.get_running_loop()
        end = None if fault.seconds is None else loop.time() + fault.seconds
        generation = self.faults.generation
        log.info("simulator.fault_waiting", kind=fault.kind.value, seconds=fault.seconds)
        while generation == self.faults.generation and still_applies():
            if end is not None and loop.time() >= end:
                return
            await asyncio.sleep(0.01)
