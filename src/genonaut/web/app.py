"""Assembly of the HTTP application."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from litestar import Litestar, Router
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.serialization import decode_json, encode_json

from genonaut.accounts.controllers import CONTROLLERS as ACCOUNT_CONTROLLERS
from genonaut.accounts.external.provider import Provider
from genonaut.accounts.identity_cache import IdentityCache
from genonaut.accounts.passwords import open_passwords
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.accounts.registration import announce_setup
from genonaut.catalog.controllers import ModelController
from genonaut.catalog.page_cache import PageCache
from genonaut.catalog.schemas import ModelView
from genonaut.collections.controllers import CONTROLLERS as COLLECTION_CONTROLLERS
from genonaut.config.settings import Environment, Settings
from genonaut.content.controllers import CONTROLLERS as CONTENT_CONTROLLERS
from genonaut.content.file_access import FileItemCache
from genonaut.core.background_loops import BackgroundLoops
from genonaut.core.metrics import record_loop_state
from genonaut.core.metrics_text import is_shared
from genonaut.core.pagination import Page
from genonaut.grids.controllers import GridController
from genonaut.imports.controllers import ImportController
from genonaut.jobs.backends.controllers import SamplingOptionsController
from genonaut.jobs.batches.controllers import GenerationBatchController
from genonaut.jobs.controllers import GenerationJobController
from genonaut.jobs.queue.controllers import QueueController, WorkerController
from genonaut.jobs.reproduction.controllers import ReproductionController
from genonaut.jobs.submission.controllers import WorkflowJobController
from genonaut.jobs.submission.prompt_policy import load_policy
from genonaut.jobs.submission.service import SubmissionService
from genonaut.jobs.submission.workflow_service import WorkflowSubmission
from genonaut.jobs.usage.controllers import UsageController
from genonaut.monitoring.controllers import CONTROLLERS as MONITORING_CONTROLLERS
from genonaut.monitoring.installation_metrics import InstallationMetrics
from genonaut.monitoring.process_metrics import follow_database_pool
from genonaut.monitoring.watch import Watch
from genonaut.notifications.controllers import NotificationController
from genonaut.notifications.push.controllers import PushController
from genonaut.notifications.webhooks.controllers import WebhookController
from genonaut.presets.controllers import PresetController, PromptController
from genonaut.realtime import Hub
from genonaut.runtime import image_origin, open_runtime, tracing_options
from genonaut.searches.controllers import SavedSearchController
from genonaut.tracing.spans import is_active, tracing
from genonaut.uploads.controllers import UploadController
from genonaut.web.dependencies import DEPENDENCIES
from genonaut.web.errors.problem_details import EXCEPTION_HANDLERS
from genonaut.web.errors.strict_request import StrictRequest
from genonaut.web.health import HealthController
from genonaut.web.json_response import JsonResponse
from genonaut.web.metrics import MetricsController
from genonaut.web.middleware.authentication import authentication
from genonaut.web.middleware.canonical_ids import require_canonical_ids
from genonaut.web.middleware.http_options import answer_options
from genonaut.web.middleware.request_guard import RequestGuard
from genonaut.web.middleware.request_metrics import request_metrics
from genonaut.web.middleware.request_tracing import request_tracing
from genonaut.web.openapi.documentation import Documentation
from genonaut.web.openapi.routes import ApiDocumentsController, DocumentSource
from genonaut.web.shared_page import shared_page_routes
from genonaut.web.spa import find_build, read_assets, spa_routes
from genonaut.web.websockets.catch_up import catch_up
from genonaut.web.websockets.jobs import SOCKETS as JOB_SOCKETS
from genonaut.web.websockets.models import models_socket
from genonaut.web.websockets.notifications import SOCKETS as NOTIFICATION_SOCKETS
from genonaut.web.websockets.notifications import remind
from genonaut.web.websockets.open_websockets import OpenWebsockets
from genonaut.web.websockets.session_guard import Revocations
from genonaut.wildcards.controllers import WildcardController
from genonaut.workflows.analysis import WorkflowAnalyst
from genonaut.workflows.backend_classes import BackendClassesReader
from genonaut.workflows.controllers import WorkflowController

HUB_PATTERNS = ("jobs:*", "users:*", "models")


@contextlib.asynccontextmanager
async def _lifespan(app: Litestar) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    async with (
        tracing(tracing_options(settings, service="genonaut-api")),
        open_runtime(settings, application="genonaut-api") as runtime,
        open_passwords(settings.auth) as app.state.passwords,
        contextlib.AsyncExitStack() as stack,
    ):
        hub = Hub(settings.redis.url, settings.redis.namespace, patterns=HUB_PATTERNS)
        app.state.runtime, app.state.hub = runtime, hub
        app.state.installation_metrics = InstallationMetrics(runtime)
        app.state.submission = SubmissionService(runtime)
        analyst = WorkflowAnalyst(settings.workflows, BackendClassesReader(runtime))
        app.state.workflow_analyst = analyst
        app.state.workflow_submission = WorkflowSubmission(runtime, app.state.submission, analyst)
        app.state.revocations = Revocations(app.state)
        app.state.documents = DocumentSource()
        identities = app.state.identities = IdentityCache()
        runtime.on_commit.append(identities.on_commit)
        stack.push_async_callback(identities.close)
        file_items = app.state.file_items = FileItemCache()
        runtime.on_commit.append(file_items.on_commit)
        model_pages: PageCache[Page[ModelView]] = PageCache()
        app.state.model_pages = model_pages
        runtime.on_commit.append(model_pages.on_commit)
        app.state.open_websockets = OpenWebsockets(
            settings.limits, is_enabled=settings.auth.mode != "single-user"
        )
        app.state.identity_provider = Provider(settings.oidc, lambda: runtime.http)
        load_policy(settings.policy.deny_list)
        if app.state.get("announces_setup", True):
            await announce_setup(runtime)
        limiter = RateLimiter(runtime.redis, settings.redis.namespace, settings.limits)
        app.state.limiter = limiter
        stack.push_async_callback(limiter.close)
        pool_metrics = {"pool-metrics": lambda: follow_database_pool(runtime.engine)}
        loops = app.state.loops = BackgroundLoops(
            {
                **(pool_metrics if is_shared() else {}),
                "hub": hub.run,
                "identity-cache": lambda: identities.follow(hub),
                "file-cache": lambda: file_items.follow(hub),
                "catch-up": lambda: catch_up(runtime, hub),
                "reminder": lambda: remind(hub),
                "watch": Watch(runtime, is_worker=False, failing_loops=lambda: loops.failing).run,
            },
            on_change=record_loop_state,
        )
        async with loops.running():
            yield


class _Application(Litestar):
    """An application with the plugins that it needs, whatever else is installed.

    Litestar adds a plugin for pydantic where it finds it, as in the environment of the tests, which loads
    pydantic: 10 MiB, and another behaviour than in production.
    """

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def create_app(
    settings: Settings, *, announces_setup: bool = True, documentation: Documentation | None = None
) -> Litestar:
    """Return the Litestar application; its lifespan opens all connections.

    With ``announces_setup`` it logs the token of the first registration. ``documentation`` is for an
    application that only describes itself: it costs 4 MiB, and making the document 30 more.
    """
    api = Router(
        "/api/v1",
        route_handlers=[
            *ACCOUNT_CONTROLLERS,
            GenerationJobController,
            GenerationBatchController,
            GridController,
            QueueController,
            WorkerController,
            UsageController,
            ReproductionController,
            *CONTENT_CONTROLLERS,
            *COLLECTION_CONTROLLERS,
            SavedSearchController,
            UploadController,
            ImportController,
            ModelController,
            SamplingOptionsController,
            NotificationController,
            PushController,
            WebhookController,
            WildcardController,
            PresetController,
            PromptController,
            WorkflowController,
            WorkflowJobController,
            *MONITORING_CONTROLLERS,
        ],
    )
    assets = read_assets(find_build())
    return _Application(
        [
            api,
            HealthController,
            MetricsController,
            *([] if documentation else [ApiDocumentsController]),
            *JOB_SOCKETS,
            models_socket,
            *NOTIFICATION_SOCKETS,
            *shared_page_routes(assets),
            *spa_routes(assets),
        ],
        dependencies=DEPENDENCIES,
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=[_lifespan],
        state=State({"settings": settings, "announces_setup": announces_setup}),
        middleware=[
            request_metrics,
            *([request_tracing] if settings.tracing.endpoint or is_active() else []),
            answer_options,
            authentication,
            require_canonical_ids,
        ],
        cors_config=_cors(settings),
        openapi_config=documentation.config if documentation else None,
        plugins=documentation.plugins if documentation else [],
        request_class=StrictRequest,
        response_class=JsonResponse,
        request_max_body_size=settings.web.max_body_bytes,
        logging_config=None,
        debug=False,
    )


def create_asgi(settings: Settings, *, announces_setup: bool = True) -> RequestGuard:
    """Return the application wrapped in the request guard."""
    return RequestGuard(
        create_app(settings, announces_setup=announces_setup),
        settings.web,
        settings.auth,
        image_origin=image_origin(settings),
    )


def openapi_document() -> dict[str, Any]:
    """Return the OpenAPI document without opening any connection."""
    from genonaut.web.openapi.document import documentation  # noqa: PLC0415 - only for this

    app = create_app(Settings(environment=Environment.TEST), documentation=documentation())
    document: dict[str, Any] = decode_json(encode_json(app.openapi_schema.to_schema()))
    return document


def _cors(settings: Settings) -> CORSConfig | None:
    if not settings.web.allowed_origins:
        return None
    return CORSConfig(
        allow_origins=list(settings.web.allowed_origins),
        allow_credentials=True,
        allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "X-CSRF-Token"],
        expose_headers=["ETag", "Retry-After", "X-Request-ID"],
        max_age=3600,
    )
