"""All checks of ``genonaut doctor``, in the order of their dependencies."""

import asyncio
from collections.abc import Callable

from genonaut.cli.comfyui.status import BackendReport, check_servers
from genonaut.cli.doctor.machine import check_ports, check_python, check_storage, check_tools
from genonaut.cli.doctor.result import CheckResult, CheckStatus
from genonaut.cli.doctor.stores import check_bucket, check_database, check_redis
from genonaut.cli.running_services import resolved_settings
from genonaut.config import Environment, Settings
from genonaut.core.errors import SettingsError
from genonaut.runtime import files_root


async def run_checks(
    environment: str, on_start: Callable[[str], None] = lambda _: None
) -> list[CheckResult]:
    """Run all checks; changes nothing, and problems are results, not exceptions.

    Args:
        environment: The environment to check.
        on_start: Called with the subject of each check that may take seconds, before it starts.
    """
    results = [check_python()]
    try:
        settings = resolved_settings(environment)
    except SettingsError as error:
        remedy = "correct the setting; the other checks need valid settings"
        return [*results, CheckResult("settings", CheckStatus.MISSING, str(error), remedy)]
    results.append(
        CheckResult("settings", CheckStatus.OK, f"{environment}, {settings.auth.mode} mode")
    )
    on_start("PostgreSQL")
    results += await check_database(settings)
    on_start("Redis")
    results += await check_redis(settings)
    on_start("ComfyUI servers")
    results += await check_comfyui(settings)
    on_start("storage and ports")
    results.append(await check_files(settings))
    results += await asyncio.to_thread(check_ports, settings)
    results += check_tools()
    return results


async def check_files(settings: Settings) -> CheckResult:
    """Check that images can be stored: in a directory, or in a bucket by a small object."""
    root = files_root(settings)
    return await check_bucket(settings) if "://" in root else check_storage(root)


async def check_comfyui(settings: Settings) -> list[CheckResult]:
    """Check every ComfyUI server; none at all is a warning, because jobs only wait."""
    if not settings.backends:
        if settings.environment is Environment.DEMO:
            return [
                CheckResult(
                    "ComfyUI", CheckStatus.OK, "not configured: the demo starts a simulator"
                )
            ]
        remedy = "set COMFYUI_URL=http://host:8188, or start `genonaut up --simulator`"
        return [CheckResult("ComfyUI", CheckStatus.WARNING, "not configured: jobs wait", remedy)]
    return [_result_of(report) for report in await check_servers(settings.backends)]


def _result_of(report: BackendReport) -> CheckResult:
    subject = f"ComfyUI {report.name}"
    if report.error:
        status = CheckStatus.MISSING if report.enabled else CheckStatus.OPTIONAL
        return CheckResult(subject, status, report.error, "start it, or correct COMFYUI_URL")
    detail = (
        f"{report.version} at {report.url}, {report.checkpoints} checkpoints, {report.loras} LoRAs"
    )
    if not report.checkpoints:
        remedy = "put a checkpoint into its folder models/checkpoints"
        return CheckResult(subject, CheckStatus.WARNING, detail, remedy)
    if not report.is_verified:
        remedy = "name its certificate authority in ca_file, and remove verify = false"
        return CheckResult(
            subject, CheckStatus.WARNING, f"{detail}, its certificate is not verified", remedy
        )
    if not report.has_previews:
        remedy = "for live previews start it with --preview-method auto, or update it to 0.5"
        return CheckResult(subject, CheckStatus.OPTIONAL, f"{detail}, no previews", remedy)
    return CheckResult(subject, CheckStatus.OK, detail)
