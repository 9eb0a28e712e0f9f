"""Serve the metrics of a worker to Prometheus over HTTP."""

import asyncio

import structlog
from aiohttp import web

from genonaut.core.metrics_text import CONTENT_TYPE, metrics_text
from genonaut.monitoring.process_metrics import record_database_pool
from genonaut.runtime import Runtime

log = structlog.get_logger()
_SHUTDOWN_SECONDS = 1.0


class MetricsServer:
    """Answers ``GET /metrics`` at ``worker.metrics_host`` and ``worker.metrics_port``."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._settings = runtime.settings.worker

    @property
    def is_enabled(self) -> bool:
        """Return whether a port is set."""
        return self._settings.metrics_port > 0

    async def run(self) -> None:
        """Serve until cancelled.

        Raises:
            OSError: the port is in use. The loop is then restarted until it is free.
        """
        app = web.Application()
        app.router.add_get("/metrics", self._answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self._settings.metrics_host, self._settings.metrics_port)
            await site.start()
            log.info("metrics.serving", url=site.name)
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _answer(self, _request: web.Request) -> web.Response:
        record_database_pool(self._runtime.engine)
        return web.Response(body=metrics_text(), headers={"Content-Type": CONTENT_TYPE})
