"""``genonaut workflows form``: print the form derived from a workflow file."""

from pathlib import Path

import click
import msgspec

from genonaut.cli.output import print_table, shortened
from genonaut.cli.workflows.files import FileError, object_info_of, read_mapping
from genonaut.workflows.conversion import ConversionError, convert, is_ui_file
from genonaut.workflows.forms import Field, derive_form

_HEADERS = ("Key", "Label", "Type", "Default", "Sets", "Why")


def print_form(path: Path, object_info: Path | None, *, is_json: bool, is_complete: bool) -> None:
    """Print the fields of a file's form; advanced ones only when ``is_complete``."""
    try:
        fields = _fields(path, object_info)
    except (FileError, ConversionError) as error:
        raise click.ClickException(str(error)) from error
    if is_json:
        click.echo(msgspec.json.format(msgspec.json.encode(fields), indent=2))
        return
    shown = [field for field in fields if is_complete or not field.is_advanced]
    print_table(
        _HEADERS,
        (
            (
                field.key,
                field.label,
                str(field.type),
                shortened(str(field.default), 40),
                f"{field.node_id}.{field.input}",
                field.evidence,
            )
            for field in shown
        ),
    )
    hidden = len(fields) - len(shown)
    if hidden:
        click.echo(f"{hidden} advanced fields; --all shows them", err=True)


def _fields(path: Path, object_info: Path | None) -> list[Field]:
    classes = object_info_of(object_info)
    data = read_mapping(path)
    if is_ui_file(data):
        return derive_form(convert(data, classes), classes, data)
    if not all(isinstance(node, dict) and "class_type" in node for node in data.values()):
        message = f"{path} is neither a workflow file nor a graph in API format."
        raise FileError(message)
    return derive_form(data, classes)
