"""The plan of one ``genonaut up``: what it starts, and the variables of its child processes."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from genonaut.cli.running_services import data_directory, local_url, reachable_host
from genonaut.cli.up.child import ChildSpec
from genonaut.cli.up.options import UpOptions
from genonaut.cli.up.preflight import require_free_port
from genonaut.config import Environment, Settings
from genonaut.core.errors import SettingsError

MIGRATED_BY_DEFAULT = frozenset({Environment.DEV, Environment.DEMO})


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings with the chosen ports, and the services to start."""

    settings: Settings
    simulator_url: str
    migrate: bool
    seed: bool
    verbose: bool

    @property
    def api_url(self) -> str:
        """The URL of the API for clients on this machine."""
        return local_url(self.settings)


def make_plan(settings: Settings, options: UpOptions) -> Plan:
    """Decide what to start.

    Raises:
        PortTakenError: the port of the API or the simulator is in use.
        SettingsError: ``--simulator`` was given in prod, or with configured ComfyUI servers.
    """
    web, simulator = settings.web, settings.simulator
    port = require_free_port(web.host, web.port, purpose="the API", variable="GENONAUT_WEB__PORT")
    settings = replace(settings, web=replace(web, port=port))
    simulator_url = ""
    if _wants_simulator(settings, options):
        port = require_free_port(
            simulator.host,
            simulator.port,
            purpose="the ComfyUI simulator",
            variable="GENONAUT_SIMULATOR__PORT",
        )
        settings = replace(settings, simulator=replace(simulator, port=port))
        simulator_url = f"http://{reachable_host(simulator.host)}:{port}"
    migrate = options.migrate
    if migrate is None:
        migrate = settings.environment in MIGRATED_BY_DEFAULT
    seed = bool(simulator_url) if options.seed is None else options.seed
    return Plan(settings, simulator_url, migrate, seed, options.verbose)


def _wants_simulator(settings: Settings, options: UpOptions) -> bool:
    if options.simulator and settings.backends:
        raise SettingsError(
            "--simulator cannot be used with a configured ComfyUI server; unset COMFYUI_URL or omit "
            "--simulator"
        )
    if options.simulator and settings.environment is Environment.PROD:
        raise SettingsError("--simulator cannot be used in prod; set COMFYUI_URL instead")
    if options.simulator is None:
        return settings.environment is Environment.DEMO and not settings.backends
    return options.simulator


def child_specs(plan: Plan) -> dict[str, ChildSpec]:
    """Return the child processes by name, in the order of their start."""
    names = ["simulator"] if plan.simulator_url else []
    environment = str(plan.settings.environment)
    return {
        name: ChildSpec(name, (name, "--env", environment)) for name in (*names, "api", "worker")
    }


def child_variables(
    plan: Plan,
    *,
    database_url: str,
    redis_url: str,
    inherited: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the environment variables of the child processes, with the decisions of the plan."""
    settings = plan.settings
    suffix = settings.environment.upper()
    variables = dict(os.environ if inherited is None else inherited)
    # These would override the short names below.
    for name in ("GENONAUT_DATABASE__URL", "GENONAUT_REDIS__URL"):
        variables.pop(name, None)
    variables |= {
        "APP_ENV": str(settings.environment),
        f"DATABASE_URL_{suffix}": database_url,
        f"REDIS_URL_{suffix}": redis_url,
        "GENONAUT_EMBEDDED__DATA_DIR": str(data_directory(settings).parent),
        "GENONAUT_WEB__PORT": str(settings.web.port),
        "GENONAUT_SIMULATOR__PORT": str(settings.simulator.port),
        # So that log lines are written at once.
        "PYTHONUNBUFFERED": "1",
    }
    if plan.simulator_url:
        variables["COMFYUI_URL"] = plan.simulator_url
        variables.pop("GENONAUT_COMFYUI__URL", None)
        variables.pop("GENONAUT_COMFYUI__BACKENDS", None)
    return variables
