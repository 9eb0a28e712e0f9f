"""Applications that are built once and run many times: building one takes 0.2 s."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator

from litestar import Litestar
from litestar.datastructures import State

from genonaut.config import Settings
from genonaut.tracing.spans import is_active
from genonaut.web.app import create_app
from genonaut.web.spa import find_build

_idle: defaultdict[object, list[Litestar]] = defaultdict(list)


@contextlib.contextmanager
def borrowed_app(settings: Settings) -> Iterator[Litestar]:
    """Yield an application that no other test runs, with its own state.

    Only what the application is assembled from keeps two apart; every other setting is read in its
    lifespan.
    """
    web = settings.web
    is_traced = bool(settings.tracing.endpoint) or is_active()
    alike = _idle[web.allowed_origins, web.max_body_bytes, find_build(), is_traced]
    app = alike.pop() if alike else create_app(settings)
    app.state = State({"settings": settings})
    yield app
    alike.append(app)
