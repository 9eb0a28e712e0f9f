"""The work of ``genonaut storage``."""

from typing import Protocol

import click
import msgspec

from genonaut.cli.command_runtime import command_runtime
from genonaut.cli.output import printable
from genonaut.cli.work_progress import WorkProgress
from genonaut.config import Settings
from genonaut.content.file_check import FileCheck
from genonaut.content.store_check import CheckReport, Finding, Problem
from genonaut.uploads.file_check import UploadCheck

_WORDS = {
    Problem.MISSING: "missing images",
    Problem.DAMAGED: "damaged images",
    Problem.THUMBNAIL_MISSING: "missing thumbnails",
    Problem.THUMBNAIL_DAMAGED: "damaged thumbnails",
    Problem.ORPHANED: "files without a row",
}


async def verify_storage(
    settings: Settings, *, is_repairing: bool, is_quick: bool, as_json: bool
) -> bool:
    """Check all files, print findings and summary; return whether no problem is left."""
    output: _Output = _JsonOutput() if as_json else _TextOutput()
    async with command_runtime(settings, application="genonaut-storage") as runtime:
        with WorkProgress() as progress:
            check = FileCheck(
                runtime,
                is_repairing=is_repairing,
                is_quick=is_quick,
                on_finding=output.add,
                on_progress=progress.show,
            )
            uploads = UploadCheck(
                runtime,
                is_repairing=is_repairing,
                is_quick=is_quick,
                on_finding=output.add,
                on_progress=progress.show,
            )
            report = (await check.run()).with_other(await uploads.run())
    output.end(report)
    return report.is_clean


class _Output(Protocol):
    def add(self, finding: Finding) -> None: ...

    def end(self, report: CheckReport) -> None: ...


class _TextOutput:
    """A line per finding, then a summary."""

    def add(self, finding: Finding) -> None:
        owner = "" if finding.content_id is None else f" (content {finding.content_id})"
        if finding.upload_id is not None:
            owner = f" (upload {finding.upload_id})"
        repaired = ", repaired" if finding.is_repaired else ""
        click.echo(printable(f"{finding.problem}: {finding.key}{owner}{repaired}"))

    def end(self, report: CheckReport) -> None:
        for problem, number in report.problems.items():
            repaired = report.repaired.get(problem, 0)
            click.echo(
                f"{number} {_WORDS[problem]}" + (f", {repaired} repaired" if repaired else "")
            )
        click.echo(
            f"checked {report.items} items with their files, and for {report.files} older files"
            " whether a row references them"
        )


class _JsonOutput:
    """One JSON object, written as the findings arrive, so that memory is bounded."""

    def __init__(self) -> None:
        self._separator = '{"findings": [\n'

    def add(self, finding: Finding) -> None:
        click.echo(self._separator + msgspec.json.encode(finding).decode(), nl=False)
        self._separator = ",\n"

    def end(self, report: CheckReport) -> None:
        opened = '{"findings": [' if self._separator.startswith("{") else ""
        rest = msgspec.json.encode({**msgspec.to_builtins(report), "is_clean": report.is_clean})
        click.echo(f"{opened}], {rest.decode()[1:]}")
