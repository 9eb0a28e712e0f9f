"""``genonaut workflows convert``: read files, convert them, write graphs."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from genonaut.cli.workflows.files import FileError, object_info_of, read_mapping
from genonaut.workflows.conversion import (
    ConversionError,
    QueueTime,
    UnknownClassesError,
    convert,
    first,
)


def convert_files(
    files: Iterable[Path],
    object_info: Path | None,
    out: Path | None,
    date: datetime | None,
    *,
    is_random: bool,
) -> bool:
    """Convert the files one after the other; return whether all were converted."""
    try:
        classes = object_info_of(object_info)
    except FileError as error:
        raise click.ClickException(str(error)) from error
    at = QueueTime(date or datetime.now().astimezone(), secrets.randbelow if is_random else first)
    is_complete = True
    for path in files:
        try:
            click.echo(_convert_file(path, classes, out, at))
        except (FileError, ConversionError) as error:
            is_complete = False
            click.echo(f"{path}: {error}", err=True)
            if isinstance(error, UnknownClassesError):
                for problem in error.problems:
                    click.echo(f"  node {problem.node_id}: {problem.class_type}", err=True)
    return is_complete


def _convert_file(path: Path, classes: dict[str, Any], out: Path | None, at: QueueTime) -> Path:
    data = read_mapping(path)
    embedded = data.get("workflow")
    graph = convert(embedded if isinstance(embedded, dict) else data, classes, at)
    name = path.name.removesuffix(".json").removesuffix(".ui")
    target = (out or path.parent) / f"{name}.api.json"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{target.name}.part")
        partial.write_text(json.dumps(graph, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        partial.replace(target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror}"
        raise FileError(message) from error
    return target
