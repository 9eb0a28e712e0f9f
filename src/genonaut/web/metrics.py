"""``GET /metrics`` of the API, for Prometheus."""

from litestar import Controller, Response, get
from litestar.datastructures import State

from genonaut.accounts.guards import ADMINS
from genonaut.core.metrics_text import CONTENT_TYPE, metrics_text
from genonaut.monitoring.installation_metrics import InstallationMetrics
from genonaut.monitoring.process_metrics import record_database_pool


class MetricsController(Controller):
    """Serves ``/metrics`` to Prometheus; in password mode it needs an administrator's API key."""

    path = "/metrics"
    opt = ADMINS
    include_in_schema = False

    @get()
    async def metrics(self, state: State) -> Response[bytes]:
        """Return the metrics of this process and of the installation, in the text format."""
        installation: InstallationMetrics = state.installation_metrics
        await installation.refresh()
        record_database_pool(state.runtime.engine)
        return Response(metrics_text(installation.registry), headers={"Content-Type": CONTENT_TYPE})
