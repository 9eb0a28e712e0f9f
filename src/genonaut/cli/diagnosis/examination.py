"""The whole examination, in the order in which things depend on each other."""

import asyncio

from genonaut.cli.backends import BackendReport, look_at_all
from genonaut.cli.diagnosis.finding import Finding, Health
from genonaut.cli.diagnosis.machine import check_ports, check_python, check_storage, check_tools
from genonaut.cli.diagnosis.stores import check_database, check_redis
from genonaut.cli.services import resolved_settings
from genonaut.config import Environment, Settings
from genonaut.core.errors import SettingsError
from genonaut.runtime import files_root


async def examine(environment: str) -> list[Finding]:
    """Look at everything; changes nothing and never raises for what it finds."""
    findings = [check_python()]
    try:
        settings = resolved_settings(environment)
    except SettingsError as error:
        remedy = "correct it; nothing else can be looked at before"
        return [*findings, Finding("settings", Health.MISSING, str(error), remedy)]
    findings.append(Finding("settings", Health.OK, f"{environment}, {settings.auth.mode} mode"))
    findings += await check_database(settings)
    findings += await check_redis(settings)
    findings += await check_comfyui(settings)
    findings.append(check_storage(files_root(settings)))
    findings += await asyncio.to_thread(check_ports, settings)
    findings += check_tools()
    return findings


async def check_comfyui(settings: Settings) -> list[Finding]:
    """Look at every ComfyUI server; none at all is a warning, as jobs only wait."""
    if not settings.backends:
        if settings.environment is Environment.DEMO:
            return [Finding("ComfyUI", Health.OK, "none set: the demo starts a simulator")]
        remedy = "set COMFYUI_URL=http://host:8188, or start `genonaut up --simulator`"
        return [Finding("ComfyUI", Health.WARNING, "none set: jobs wait", remedy)]
    return [_judge(report) for report in await look_at_all(settings.backends)]


def _judge(report: BackendReport) -> Finding:
    subject = f"ComfyUI {report.name}"
    if report.error:
        health = Health.MISSING if report.enabled else Health.OPTIONAL
        return Finding(subject, health, report.error, "start it, or correct COMFYUI_URL")
    detail = (
        f"{report.version} at {report.url}, {report.checkpoints} checkpoints, {report.loras} LoRAs"
    )
    if not report.checkpoints:
        remedy = "put a checkpoint into its models/checkpoints"
        return Finding(subject, Health.WARNING, detail, remedy)
    return Finding(subject, Health.OK, detail)
