"""The work of ``genonaut import``."""

from pathlib import Path

import click
import msgspec

from genonaut.cli.command_runtime import command_runtime
from genonaut.cli.output import printable
from genonaut.cli.work_progress import WorkProgress
from genonaut.config import Settings
from genonaut.core.errors import UnavailableError
from genonaut.legacy.context import ImportOptions
from genonaut.legacy.importer import import_legacy
from genonaut.legacy.report import ImportReport

_SHOWN_IDS = 20


async def run_legacy_import(
    settings: Settings,
    url: str,
    folder: Path,
    options: ImportOptions,
    *,
    report_path: Path | None,
    as_json: bool,
) -> None:
    """Import, and print and write the report."""
    async with command_runtime(settings, application="genonaut-import") as runtime:
        with WorkProgress() as progress:
            report = await import_legacy(runtime, url, folder, options, on_progress=progress.show)
    data = msgspec.json.encode(report)
    if report_path is not None:
        _write(report_path, msgspec.json.format(data))
    click.echo(data.decode() if as_json else _text_of(report))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UnavailableError(f"cannot write {path}: {error.strerror}") from error


def _text_of(report: ImportReport) -> str:
    verb = "would import" if report.is_dry_run else "imported"
    lines = [f"old database in state {report.state}, named {report.source}"]
    for kind in dict.fromkeys([*report.imported, *report.already_imported]):
        before = report.already_imported.get(kind, 0)
        earlier = f" ({before} were imported before)" if before else ""
        lines.append(f"{verb} {report.imported.get(kind, 0)} of kind {kind}{earlier}")
    for problem in report.problems:
        shown = ", ".join(problem.ids[:_SHOWN_IDS])
        more = len(problem.ids) - _SHOWN_IDS
        rest = f" and {more} more" if more > 0 else ""
        count = len(problem.ids)
        lines.append(printable(f"{problem.kind}: {problem.reason} ({count}): {shown}{rest}"))
    for table, rows in report.not_imported.items():
        lines.append(f"not imported: {rows} rows of {table}")
    return "\n".join(lines)
