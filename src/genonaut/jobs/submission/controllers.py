"""The route that runs workflows."""

from typing import Annotated

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody

from genonaut.accounts.guards import GENERATE
from genonaut.accounts.identity import Identity
from genonaut.jobs.schemas import JobView
from genonaut.jobs.submission.acceptance import accept
from genonaut.jobs.submission.schemas import WorkflowJobSubmit
from genonaut.jobs.submission.workflow_service import WorkflowSubmission
from genonaut.runtime import Runtime

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(name="Idempotency-Key", required=False, min_length=1, max_length=255),
]


class WorkflowJobController(Controller):
    """Run workflows."""

    path = "/workflows"
    tags = ("workflows",)

    @post("/{workflow_id:int}/jobs", summary="Run a workflow", opt=GENERATE)
    async def run_workflow(
        self,
        workflow_id: FromPath[int],
        data: JSONBody[WorkflowJobSubmit],
        identity: NamedDependency[Identity],
        runtime: NamedDependency[Runtime],
        workflow_submission: NamedDependency[WorkflowSubmission],
        idempotency_key: IdempotencyKey = None,
    ) -> JobView:
        """Store a job, or a batch of up to 16, and wake a worker; returns the first job.

        Files are named by ``{"upload_id": 3}`` or ``{"content_id": 12}``. A seed that is not given is
        drawn and recorded.
        """
        request = data.to_request(workflow_id, idempotency_key)
        jobs = await workflow_submission.submit(request, identity)
        return JobView.of(await accept(runtime, jobs))
