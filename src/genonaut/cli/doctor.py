"""``genonaut doctor``: is everything there, and if not, what to do."""

import asyncio

import click

from genonaut.cli.options import env_option


@click.command()
@env_option
def doctor(environment: str) -> None:
    """Check what Genonaut needs, and say how to mend what is missing.

    Exits with 1 when something that is needed is missing. Changes nothing.
    """
    from genonaut.cli.diagnosis.examination import examine  # noqa: PLC0415 - loads everything
    from genonaut.cli.diagnosis.finding import Health  # noqa: PLC0415 - as above
    from genonaut.cli.output import print_table  # noqa: PLC0415 - loads rich

    findings = asyncio.run(examine(environment))
    print_table(
        ("Check", "Result", "Found"),
        [(finding.subject, finding.health, finding.detail) for finding in findings],
    )
    ailing = [finding for finding in findings if finding.remedy]
    for finding in ailing:
        click.echo(f"{finding.subject}: {finding.remedy}")
    if any(finding.health is Health.MISSING for finding in ailing):
        raise SystemExit(1)
