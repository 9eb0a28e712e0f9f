"""``genonaut version`` and ``genonaut openapi``: what this is, for people and for programs."""

import platform
from importlib.metadata import version as version_of
from pathlib import Path

import click

from genonaut.cli.options import env_option


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"genonaut {version_of('genonaut')} (Python {platform.python_version()})")


@click.command()
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="[default: standard output]"
)
@env_option
def openapi(out: Path | None, environment: str) -> None:
    """Write the API's OpenAPI document as JSON; needs no running server."""
    import msgspec  # noqa: PLC0415 - not for `version`

    from genonaut.web.app import openapi_document  # noqa: PLC0415 - loads the web framework

    del environment  # every environment serves the same document
    text = msgspec.json.format(msgspec.json.encode(openapi_document()), indent=2)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_bytes(text + b"\n")
    except OSError as error:
        raise click.FileError(str(out), error.strerror) from error
