"""``genonaut webhooks``: test whether a receiver accepts events."""

import asyncio

import click

from genonaut.cli.options import env_option


@click.group()
def webhooks() -> None:
    """Test webhooks."""


@webhooks.command("test", short_help="Send a signed test event to a URL.")
@click.argument("url")
@click.option(
    "--secret",
    envvar="WEBHOOK_SECRET",
    metavar="WHSEC",
    show_envvar=True,
    help="Sign with this secret (whsec_…).  [default: a new one, which is printed]",
)
@env_option
def test_webhook(url: str, secret: str | None, environment: str) -> None:
    """Send one signed event of type webhook.test to URL, with the settings of the environment.

    Requires no running services. Exits with 1 if the URL is not allowed, or if the receiver
    does not answer with 2xx.
    """
    from genonaut.cli.webhooks.actions import send_test_event  # noqa: PLC0415 - loads aiohttp

    report = asyncio.run(send_test_event(environment, url, secret))
    for line in report.lines:
        click.echo(line)
    if not report.is_success:
        raise SystemExit(1)
