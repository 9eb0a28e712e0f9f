"""``genonaut doctor``: check what Genonaut needs, and say how to fix it."""

import asyncio

import click

from genonaut.cli.options import env_option


@click.command()
@env_option
def doctor(environment: str) -> None:
    """Check what Genonaut needs, and say how to fix what is missing.

    Progress is written to standard error. Changes nothing. Exits with 1 if something necessary is missing.
    """
    from genonaut.cli.doctor.checks import run_checks  # noqa: PLC0415 - loads everything
    from genonaut.cli.doctor.progress import shown_progress  # noqa: PLC0415 - as above
    from genonaut.cli.doctor.result import CheckStatus  # noqa: PLC0415 - as above
    from genonaut.cli.output import print_table  # noqa: PLC0415 - loads rich

    with shown_progress() as on_start:
        results = asyncio.run(run_checks(environment, on_start))
    print_table(
        ("Check", "Result", "Found"),
        [(result.subject, result.status, result.detail) for result in results],
    )
    remedies = [f"  {result.subject}: {result.remedy}" for result in results if result.remedy]
    if remedies:
        click.echo("\n".join(["How to fix:", *remedies]))
    if any(result.status is CheckStatus.MISSING for result in results):
        raise SystemExit(1)
