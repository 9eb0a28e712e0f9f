"""``genonaut webhooks``: see whether a receiver takes what Genonaut sends."""

import asyncio

import click

from genonaut.cli.options import env_option


@click.group()
def webhooks() -> None:
    """Try out webhooks."""


@webhooks.command("test", short_help="Send a signed test event to a URL.")
@click.argument("url")
@click.option(
    "--secret",
    envvar="WEBHOOK_SECRET",
    metavar="WHSEC",
    show_envvar=True,
    help="Sign with this secret (whsec_…).  [default: a fresh one, which is printed]",
)
@env_option
def test_webhook(url: str, secret: str | None, environment: str) -> None:
    """Send one signed event of the type webhook.test to URL, under the rules of the environment.

    Needs no running services. Exits with 1 when the URL may not be called, or when the receiver
    does not answer with 2xx.
    """
    from genonaut.cli.webhooks.actions import report_of  # noqa: PLC0415 - loads aiohttp

    report = asyncio.run(report_of(environment, url, secret))
    for line in report.lines:
        click.echo(line)
    if not report.is_success:
        raise SystemExit(1)
