"""The work of ``genonaut cleanup``, through the API."""

from collections import Counter

import click

from genonaut.cli.api_client import open_api
from genonaut.cli.jobs.views import local_time
from genonaut.cli.output import print_table
from genonaut.cli.running_services import resolved_settings

_PREVIEW = ("What", "Rows", "Bytes", "Oldest", "Newest", "Setting")


async def preview(environment: str, server: str | None) -> None:
    """Print what would be removed."""
    async with open_api(resolved_settings(environment), server) as api:
        found = (await api.cleanup_preview()).rules
    rows = [
        (
            rule.name,
            str(rule.count),
            str(rule.size_bytes) if rule.size_bytes else "",
            local_time(rule.oldest),
            local_time(rule.newest),
            rule.setting,
        )
        for rule in found
    ]
    print_table(_PREVIEW, rows)


async def run(environment: str, server: str | None) -> None:
    """Remove everything that has expired, and print how much it was."""
    counts: Counter[str] = Counter()
    async with open_api(resolved_settings(environment), server) as api:
        has_more = True
        while has_more:
            result = await api.clean_up()
            counts.update({one.name: one.count for one in result.removed})
            has_more = result.has_more
    removed = [(name, str(count)) for name, count in counts.items() if count]
    if removed:
        print_table(("Removed", "Rows"), removed)
    else:
        click.echo("Nothing has expired.")
