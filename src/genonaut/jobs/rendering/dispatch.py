"""Make what is posted for a claimed job: the graph, and the workflow file that travels with it."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import msgspec

from genonaut.comfyui import ComfyBackend, ComfyUnreachableError, Graph, complete_graph
from genonaut.db.persistence import retry_on_disconnect
from genonaut.jobs.queue.claim import Claim
from genonaut.jobs.rendering.backend_graph import graph_for
from genonaut.jobs.rendering.inputs.sender import InputSender
from genonaut.jobs.rendering.retry_policy import Failure, Fault
from genonaut.jobs.rendering.workflow_files import send_files
from genonaut.jobs.rendering.workflow_graph import DeniedGraphError, workflow_graph
from genonaut.jobs.workflow_run import WorkflowRun
from genonaut.runtime import Runtime
from genonaut.workflows.outputs import WorkflowOutput
from genonaut.workflows.policy import NodePolicy
from genonaut.workflows.service import WorkflowService

_REMEMBERED = 32
"""Versions in memory; they never change."""


class StoredVersion(msgspec.Struct, frozen=True):
    """What a run needs of a version."""

    graph: Graph
    ui: dict[str, Any] | None
    outputs: tuple[WorkflowOutput, ...]


class Dispatch(msgspec.Struct, frozen=True):
    """What is posted to ComfyUI."""

    graph: Graph
    extra_pnginfo: Mapping[str, Any] | None = None
    """Written into the files that the nodes save; None: only the graph is."""
    outputs: tuple[WorkflowOutput, ...] = ()
    """The nodes whose files are results; empty for built-in operations."""


class Dispatcher:
    """Makes graphs for the jobs of one worker."""

    def __init__(self, runtime: Runtime, inputs: InputSender) -> None:
        self._runtime = runtime
        self._inputs = inputs
        self._policy = NodePolicy(runtime.settings.workflows)
        self._versions: OrderedDict[int, StoredVersion] = OrderedDict()

    async def make(self, claim: Claim, backend: ComfyBackend) -> Dispatch:
        """Return what to post; for a resumed prompt, what its progress is told by.

        Raises:
            Failure: the server does not answer, or may not run the workflow.
        """
        run = claim.spec.workflow
        if run is not None:
            return await self._of_workflow(claim, run, backend)
        sent = await self._inputs.send(backend, claim.spec, is_resumed=claim.is_resumed)
        return Dispatch(await graph_for(claim, backend, sent))

    async def _of_workflow(self, claim: Claim, run: WorkflowRun, backend: ComfyBackend) -> Dispatch:
        version = await self._version(run.version_id)
        if claim.is_resumed:
            return Dispatch(run.resolved.apply(version.graph), None, version.outputs)
        try:
            classes = await backend.object_info()
        except ComfyUnreachableError as error:
            raise Failure(Fault.UNREACHABLE, str(error)) from error
        sent = await send_files(self._inputs, backend, claim.spec, run)
        try:
            graph = workflow_graph(
                version.graph,
                run,
                claim.prompt_id,
                sent=sent,
                classes=classes,
                policy=self._policy,
            )
        except DeniedGraphError as error:
            raise Failure(Fault.GRAPH_REFUSED, str(error)) from error
        # What it finds wrong is not final: inputs of custom nodes may be filled in other ways. The server
        # checks the graph, and names node and value.
        graph = complete_graph(graph, classes).graph
        pnginfo = None if version.ui is None else {"workflow": version.ui}
        return Dispatch(graph, pnginfo, version.outputs)

    async def _version(self, version_id: int) -> StoredVersion:
        found = self._versions.get(version_id)
        if found is not None:
            self._versions.move_to_end(version_id)
            return found

        async def read() -> StoredVersion:
            async with self._runtime.begin() as uow:
                row = await WorkflowService.version_of_job(uow, version_id)
                outputs = msgspec.convert(row.outputs, tuple[WorkflowOutput, ...])
                return StoredVersion(row.graph, row.ui, outputs)

        found = await retry_on_disconnect(read, should_go_on=lambda: True, name="version")
        self._versions[version_id] = found
        if len(self._versions) > _REMEMBERED:
            self._versions.popitem(last=False)
        return found
