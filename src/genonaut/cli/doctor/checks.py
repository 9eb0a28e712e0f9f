"""The whole examination, in the order in which things depend on each other."""

import asyncio

from genonaut.cli.comfyui.status import BackendReport, look_at_all
from genonaut.cli.doctor.machine import check_ports, check_python, check_storage, check_tools
from genonaut.cli.doctor.result import CheckResult, CheckStatus
from genonaut.cli.doctor.stores import check_database, check_redis
from genonaut.cli.running_services import resolved_settings
from genonaut.config import Environment, Settings
from genonaut.core.errors import SettingsError
from genonaut.runtime import files_root


async def examine(environment: str) -> list[CheckResult]:
    """Look at everything; changes nothing and never raises for what it finds."""
    results = [check_python()]
    try:
        settings = resolved_settings(environment)
    except SettingsError as error:
        remedy = "correct it; nothing else can be looked at before"
        return [*results, CheckResult("settings", CheckStatus.MISSING, str(error), remedy)]
    results.append(
        CheckResult("settings", CheckStatus.OK, f"{environment}, {settings.auth.mode} mode")
    )
    results += await check_database(settings)
    results += await check_redis(settings)
    results += await check_comfyui(settings)
    results.append(check_storage(files_root(settings)))
    results += await asyncio.to_thread(check_ports, settings)
    results += check_tools()
    return results


async def check_comfyui(settings: Settings) -> list[CheckResult]:
    """Look at every ComfyUI server; none at all is a warning, as jobs only wait."""
    if not settings.backends:
        if settings.environment is Environment.DEMO:
            return [CheckResult("ComfyUI", CheckStatus.OK, "none set: the demo starts a simulator")]
        remedy = "set COMFYUI_URL=http://host:8188, or start `genonaut up --simulator`"
        return [CheckResult("ComfyUI", CheckStatus.WARNING, "none set: jobs wait", remedy)]
    return [_judge(report) for report in await look_at_all(settings.backends)]


def _judge(report: BackendReport) -> CheckResult:
    subject = f"ComfyUI {report.name}"
    if report.error:
        health = CheckStatus.MISSING if report.enabled else CheckStatus.OPTIONAL
        return CheckResult(subject, health, report.error, "start it, or correct COMFYUI_URL")
    detail = (
        f"{report.version} at {report.url}, {report.checkpoints} checkpoints, {report.loras} LoRAs"
    )
    if not report.checkpoints:
        remedy = "put a checkpoint into its models/checkpoints"
        return CheckResult(subject, CheckStatus.WARNING, detail, remedy)
    return CheckResult(subject, CheckStatus.OK, detail)
