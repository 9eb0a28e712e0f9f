"""``genonaut openapi``: write the OpenAPI document."""

from pathlib import Path

import click

from genonaut.cli.options import env_option


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write.  [default: standard output]",
)
@env_option
def openapi(out: Path | None, environment: str) -> None:
    """Write the API's OpenAPI document as JSON; requires no running server."""
    import msgspec  # noqa: PLC0415 - not for --help

    from genonaut.web.app import openapi_document  # noqa: PLC0415 - loads the web framework

    del environment  # the document is the same for every environment
    text = msgspec.json.format(msgspec.json.encode(openapi_document()), indent=2)
    if out is None:
        click.echo(text)
        return
    try:
        out.write_bytes(text + b"\n")
    except OSError as error:
        raise click.FileError(str(out), error.strerror) from error
