"""Read files and print what they carry."""

from collections.abc import Iterable
from pathlib import Path

import click
import msgspec

from genonaut.cli.output import shortened
from genonaut.cli.sidecar_files import sidecars_beside
from genonaut.core.sizes import format_bytes
from genonaut.metadata import Generation, read_entries, read_with_sidecars

_MAX_BYTES = 512 * 1024 * 1024
_LINES = (
    "prompt",
    "negative_prompt",
    "seed",
    "steps",
    "cfg",
    "guidance",
    "sampler",
    "scheduler",
    "denoise",
    "model",
    "vae",
)


def print_files(files: Iterable[Path], *, is_raw: bool, is_json: bool) -> bool:
    """Print every file; return whether all of them carried something."""
    is_complete = True
    for path in files:
        try:
            data = _read(path)
        except OSError as error:
            is_complete = False
            click.echo(f"{path}: cannot be read: {error.strerror or error}", err=True)
            continue
        is_complete = (_print_raw if is_raw else _print_generation)(
            path, data, is_json=is_json
        ) and is_complete
    return is_complete


def _read(path: Path) -> bytes:
    if path.stat().st_size > _MAX_BYTES:
        raise OSError(0, f"it is larger than {format_bytes(_MAX_BYTES)}")
    return path.read_bytes()


def _print_raw(path: Path, data: bytes, *, is_json: bool) -> bool:
    entries = read_entries(data)
    if is_json:
        click.echo(msgspec.json.encode({"file": str(path), "entries": entries}).decode())
        return bool(entries)
    click.echo(f"{path}: {len(entries)} texts")
    for entry in entries:
        click.echo(f"  {entry.place} {entry.key}: {entry.text}")
    return bool(entries)


def _print_generation(path: Path, data: bytes, *, is_json: bool) -> bool:
    generation = read_with_sidecars(data, sidecars_beside(path))
    if is_json:
        click.echo(msgspec.json.encode({"file": str(path), "generation": generation}).decode())
    elif generation is None:
        click.echo(f"{path}: carries no prompt or settings that are known", err=True)
    else:
        _print(path, generation)
    return generation is not None


def _print(path: Path, generation: Generation) -> None:
    version = f" ({generation.version})" if generation.version else ""
    click.echo(f"{path}: {generation.program}{version}")
    for name in _LINES:
        value = getattr(generation, name)
        if value is not None:
            click.echo(f"  {name.replace('_', ' ')}: {shortened(str(value), 200)}")
    if generation.width and generation.height:
        click.echo(f"  size: {generation.width}x{generation.height}")
    for lora in generation.loras:
        click.echo(f"  LoRA: {lora.name} ({lora.strength:g})")
    if generation.graph:
        click.echo(f"  graph: {len(generation.graph)} nodes")
