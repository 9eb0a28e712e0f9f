"""``genonaut doctor`` and real answers of ComfyUI servers, for each finding about them."""

import msgspec
import pytest
from tests.support.commands import genonaut

from genonaut.cli.doctor.checks import check_comfyui
from genonaut.cli.doctor.result import CheckResult, CheckStatus
from genonaut.config import BackendSettings, Settings
from genonaut.simulator import Simulator, SimulatorOptions, running_simulator


async def finding(settings: Settings, **backend: object) -> CheckResult:
    """Return the finding about the only server."""
    one = BackendSettings(name="gpu", **backend)  # type: ignore[arg-type]
    comfyui = msgspec.structs.replace(settings.comfyui, backends=(one,))
    (result,) = await check_comfyui(msgspec.structs.replace(settings, comfyui=comfyui))
    assert result.subject == "ComfyUI gpu"
    return result


async def test_a_current_server_with_models_is_fine(
    settings: Settings, simulator: Simulator
) -> None:
    result = await finding(settings, url=simulator.url)
    assert result.status is CheckStatus.OK
    assert "checkpoints" in result.detail
    assert simulator.url in result.detail
    assert result.remedy == ""


async def test_a_server_without_checkpoints_says_where_they_belong(settings: Settings) -> None:
    async with running_simulator(SimulatorOptions(models={"loras": ["ink.safetensors"]})) as bare:
        result = await finding(settings, url=bare.url)
    assert result.status is CheckStatus.WARNING
    assert "0 checkpoints" in result.detail
    assert "models/checkpoints" in result.remedy


async def test_a_server_without_previews_says_how_to_get_them(settings: Settings) -> None:
    async with running_simulator(SimulatorOptions(version="0.3.64", previews=False)) as old:
        result = await finding(settings, url=old.url)
    assert result.status is CheckStatus.OPTIONAL
    assert "no previews" in result.detail
    assert "--preview-method auto" in result.remedy


@pytest.mark.parametrize(
    ("is_enabled", "status"), [(True, CheckStatus.MISSING), (False, CheckStatus.OPTIONAL)]
)
async def test_a_server_that_does_not_answer(
    settings: Settings, is_enabled: bool, status: CheckStatus
) -> None:
    result = await finding(settings, url="http://ada:secret@127.0.0.1:1", enabled=is_enabled)
    assert result.status is status
    assert "does not answer" in result.detail
    assert "secret" not in result.detail
    assert "COMFYUI_URL" in result.remedy


async def test_another_program_on_the_port_is_no_comfyui(settings: Settings) -> None:
    redis = settings.redis.url.rsplit("@", maxsplit=1)[-1].split("//")[-1].split("/")[0]
    result = await finding(settings, url=f"http://{redis}")
    assert result.status is CheckStatus.MISSING


async def test_the_command_shows_the_findings_and_its_exit_status(
    settings: Settings, simulator: Simulator
) -> None:
    found = await genonaut(settings, "doctor")
    assert "ComfyUI sim1" in found.stdout
    assert "PostgreSQL" in found.stdout
    down = '[{"name": "gone", "url": "http://127.0.0.1:1"}]'
    found = await genonaut(settings, "doctor", GENONAUT_COMFYUI__BACKENDS=down)
    assert found.exit_code == 1
    assert "ComfyUI gone: start it, or correct COMFYUI_URL" in found.stdout
