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
    from genonaut.cli.doctor.checks import examine  # noqa: PLC0415 - loads everything
    from genonaut.cli.doctor.result import CheckStatus  # noqa: PLC0415 - as above
    from genonaut.cli.output import print_table  # noqa: PLC0415 - loads rich

    results = asyncio.run(examine(environment))
    print_table(
        ("Check", "Result", "Found"),
        [(result.subject, result.health, result.detail) for result in results],
    )
    ailing = [result for result in results if result.remedy]
    for result in ailing:
        click.echo(f"{result.subject}: {result.remedy}")
    if any(result.health is CheckStatus.MISSING for result in ailing):
        raise SystemExit(1)
