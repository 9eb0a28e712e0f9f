"""What one ``genonaut up`` starts, and what it tells its children."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from genonaut.cli.running_services import data_directory, local_url, reachable_host
from genonaut.cli.up.child import ChildSpec
from genonaut.cli.up.options import Wishes
from genonaut.cli.up.preflight import claim_port
from genonaut.config import Environment, Settings
from genonaut.core.errors import SettingsError

SELF_MIGRATING = frozenset({Environment.DEV, Environment.DEMO})


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings with every port decided, and which parts are ours to start."""

    settings: Settings
    simulator_url: str
    migrate: bool
    seed: bool
    verbose: bool

    @property
    def api_url(self) -> str:
        """The address under which this machine reaches the API."""
        return local_url(self.settings)


def make_plan(settings: Settings, wishes: Wishes) -> Plan:
    """Decide what to start; nothing is started here.

    Raises:
        PortTakenError: somebody else listens where the API or the simulator should.
        SettingsError: a simulator was asked for beside configured ComfyUI servers, or in prod.
    """
    web, simulator = settings.web, settings.simulator
    port = claim_port(web.host, web.port, purpose="the API", variable="GENONAUT_WEB__PORT")
    settings = replace(settings, web=replace(web, port=port))
    simulator_url = ""
    if _wants_simulator(settings, wishes):
        port = claim_port(
            simulator.host,
            simulator.port,
            purpose="the ComfyUI simulator",
            variable="GENONAUT_SIMULATOR__PORT",
        )
        settings = replace(settings, simulator=replace(simulator, port=port))
        simulator_url = f"http://{reachable_host(simulator.host)}:{port}"
    migrate = wishes.migrate
    if migrate is None:
        migrate = settings.environment in SELF_MIGRATING
    return Plan(settings, simulator_url, migrate, wishes.seed, wishes.verbose)


def _wants_simulator(settings: Settings, wishes: Wishes) -> bool:
    if wishes.simulator and settings.backends:
        raise SettingsError(
            "a ComfyUI server is configured, so there is no use for a simulator; unset COMFYUI_URL "
            "or leave out --simulator"
        )
    if wishes.simulator and settings.environment is Environment.PROD:
        raise SettingsError("prod renders real images: set COMFYUI_URL instead of --simulator")
    if wishes.simulator is None:
        return settings.environment is Environment.DEMO and not settings.backends
    return wishes.simulator


def child_specs(plan: Plan) -> dict[str, ChildSpec]:
    """Return the children by name, in the order of their start."""
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
    """Return the environment variables of every child: our own, and what was decided here."""
    settings = plan.settings
    suffix = settings.environment.upper()
    variables = dict(os.environ if inherited is None else inherited)
    # These would win over the familiar names below.
    for name in ("GENONAUT_DATABASE__URL", "GENONAUT_REDIS__URL"):
        variables.pop(name, None)
    variables |= {
        "APP_ENV": str(settings.environment),
        f"DATABASE_URL_{suffix}": database_url,
        f"REDIS_URL_{suffix}": redis_url,
        "GENONAUT_EMBEDDED__DATA_DIR": str(data_directory(settings).parent),
        "GENONAUT_WEB__PORT": str(settings.web.port),
        "GENONAUT_SIMULATOR__PORT": str(settings.simulator.port),
        # A log file that is read while things happen.
        "PYTHONUNBUFFERED": "1",
    }
    if plan.simulator_url:
        variables["COMFYUI_URL"] = plan.simulator_url
        variables.pop("GENONAUT_COMFYUI__URL", None)
        variables.pop("GENONAUT_COMFYUI__BACKENDS", None)
    return variables
