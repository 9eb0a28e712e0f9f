"""``genonaut version``: print the version."""

import platform
from importlib.metadata import version as version_of

import click


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"genonaut {version_of('genonaut')} (Python {platform.python_version()})")
