"""The commands of ``genonaut queue``, through the API; each prints the resulting state."""

from genonaut.cli.api_client import open_api
from genonaut.cli.installation_state import Pause, QueueState
from genonaut.cli.jobs.views import local_time
from genonaut.cli.output import print_table
from genonaut.cli.running_services import resolved_settings

_HEADERS = ("Part", "State", "Since", "Reason")


async def show_queue(environment: str, server: str | None) -> None:
    """Print which parts of the queue are paused."""
    async with open_api(resolved_settings(environment), server) as api:
        _print(await api.queue())


async def pause_queue(
    environment: str, server: str | None, backend: str | None, reason: str | None
) -> None:
    """Pause the queue (None) or one ComfyUI server."""
    async with open_api(resolved_settings(environment), server) as api:
        _print(await api.pause(backend, reason))


async def resume_queue(environment: str, server: str | None, backend: str | None) -> None:
    """Resume the queue (None) or one ComfyUI server."""
    async with open_api(resolved_settings(environment), server) as api:
        _print(await api.resume(backend))


def _print(state: QueueState) -> None:
    servers = [
        _row(f"ComfyUI server {name}", pause) for name, pause in sorted(state.backends.items())
    ]
    print_table(_HEADERS, [_row("queue", state.pause), *servers])


def _row(part: str, pause: Pause | None) -> tuple[str, ...]:
    if pause is None:
        return part, "open", "", ""
    return part, "paused", local_time(pause.paused_at), pause.reason or ""
