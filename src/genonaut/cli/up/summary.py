"""The table at the end of a start: the services, their addresses, and what to try next."""

import sys
from pathlib import Path

from genonaut.cli.db.schema import database_location
from genonaut.cli.running_services import redis_location
from genonaut.cli.up.plan import Plan
from genonaut.cli.up.stores import Stores
from genonaut.cli.up.supervisor import Supervisor
from genonaut.comfyui import redact_url
from genonaut.config.settings import BackendSettings


def rows_of(plan: Plan, supervisor: Supervisor, stores: Stores) -> list[tuple[str, str, str]]:
    """Return (service, address, details) of every service of the environment."""
    pids = supervisor.record.pids
    rows = [
        ("API", plan.api_url, f"process {pids.get('api', '?')}, {plan.api_url}/api/schema"),
        ("worker", "", f"process {pids.get('worker', '?')}"),
        *(
            ("ComfyUI", redact_url(backend.url), _backend_details(backend))
            for backend in plan.settings.backends
        ),
        ("PostgreSQL", database_location(stores.database_url), stores.database_origin),
        ("Redis", redis_location(stores.redis_url), stores.redis_origin),
    ]
    if plan.simulator_url:
        rows.insert(
            2, ("ComfyUI", plan.simulator_url, f"simulated, process {pids.get('simulator', '?')}")
        )
    elif not plan.settings.backends:
        rows.insert(2, ("ComfyUI", "none", "jobs wait until COMFYUI_URL is set"))
    return rows


def _backend_details(backend: BackendSettings) -> str:
    return backend.name if backend.enabled else f"{backend.name}, disabled"


def program_name() -> str:
    """Return the command that runs this program: ``./justw`` installs it in ``.venv/bin``."""
    program = Path(sys.executable).with_name("genonaut")
    if program.is_relative_to(Path.cwd()):
        return str(program.relative_to(Path.cwd()))
    return "genonaut"


def hints_of(plan: Plan, logs: str, *, is_set_up: bool) -> list[str]:
    """Return the lines below the table.

    Args:
        plan: The plan of the start.
        logs: The directory of the logs.
        is_set_up: Whether there is a user who can log in, or no login is needed.
    """
    environment = plan.settings.environment
    program = program_name()
    if not is_set_up:
        user = f"     {program} users create NAME --admin --env {environment}"
        next_steps = [f"Open {plan.api_url}/ to create the first administrator, or run", user]
    else:
        next_steps = [f"Open {plan.api_url}/"]
        if plan.settings.auth.mode == "single-user":
            generate = f'{program} generate "a lighthouse at dusk" --env {environment}'
            is_first = plan.settings.backends and not plan.seed
            next_steps.append(f"{'To generate an image:' if is_first else 'Try '} {generate}")
    return [*next_steps, f"Logs are in {logs}; Ctrl-C stops everything."]
