"""The work of ``genonaut presets``, through the API."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from genonaut.cli.api_client import UnreadableFileError, open_api
from genonaut.cli.output import printable
from genonaut.cli.presets.api import PresetApi
from genonaut.cli.presets.values import settings_patch
from genonaut.cli.running_services import resolved_settings
from genonaut.core.errors import UnavailableError


async def list_presets(
    environment: str, server: str | None, kind: str | None, search: str | None
) -> None:
    """Print kind, name, owner and description of each preset."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await PresetApi.of(api).find_all(kind, search)
    for one in found:
        click.echo(f"{one.kind}\t{printable(one.name)}\t{one.owner}\t{printable(one.description)}")
    if not found:
        click.echo("no presets", err=True)


async def show_preset(environment: str, server: str | None, name: str, kind: str | None) -> None:
    """Print a preset as JSON."""
    async with open_api(resolved_settings(environment), server) as api:
        found = await PresetApi.of(api).find(name, kind)
    shown = msgspec.structs.asdict(found)
    shown["cover"] = None if found.cover is None else found.cover.get("image_url")
    click.echo(msgspec.json.format(msgspec.json.encode(shown)).decode())


async def export_presets(
    environment: str, server: str | None, kind: str | None, out: Path | None
) -> None:
    """Print the document of all own presets, or write it."""
    async with open_api(resolved_settings(environment), server) as api:
        document = await PresetApi.of(api).export(kind)
    text = msgspec.json.format(msgspec.json.encode(document))
    if out is None:
        click.echo(text.decode())
        return
    await asyncio.to_thread(_write, out, text + b"\n")
    click.echo(f"{len(document['presets'])} presets written to {out}")


async def import_presets(
    environment: str, server: str | None, paths: Sequence[Path], *, replace: bool
) -> None:
    """Store the presets of documents and of files of styles; print the outcome of each."""
    bodies = [(path, _body(path)) for path in paths]
    async with open_api(resolved_settings(environment), server) as opened:
        api = PresetApi.of(opened)
        for path, body in bodies:
            outcome = await api.import_all({**body, "replace": replace})
            skipped = f", {len(outcome.skipped)} skipped" if outcome.skipped else ""
            click.echo(f"{path}: {outcome.created} created, {outcome.replaced} replaced{skipped}")
            if outcome.skipped:
                names = ", ".join(outcome.skipped)
                click.echo(printable(f"you already have {names}; use --replace"), err=True)


async def share_preset(
    environment: str, server: str | None, name: str, kind: str | None, *, is_shared: bool
) -> None:
    """Let all users see an own preset, or no other user."""
    async with open_api(resolved_settings(environment), server) as opened:
        api = PresetApi.of(opened)
        found = await api.find(name, kind, is_mine=True)
        await api.change(found.id, {"is_shared": is_shared})
    click.echo(f"{name} is {'shared' if is_shared else 'private'}")


async def create_preset(
    environment: str, server: str | None, body: dict[str, Any], given: Sequence[str]
) -> None:
    """Create a preset or style and print its id."""
    settings = settings_patch(given, ())
    async with open_api(resolved_settings(environment), server) as api:
        created = await PresetApi.of(api).create({**body, "settings": settings})
    click.echo(f"{created.id}  {printable(created.name)}")


async def edit_preset(
    environment: str,
    server: str | None,
    name: str,
    kind: str | None,
    changes: dict[str, Any],
    *,
    given: Sequence[str],
    removed: Sequence[str],
) -> None:
    """Change fields and single settings of an own preset; print the settings that result."""
    patch = settings_patch(given, removed)
    if patch:
        changes["settings_patch"] = patch
    async with open_api(resolved_settings(environment), server) as opened:
        api = PresetApi.of(opened)
        found = await api.find(name, kind, is_mine=True)
        changed = await api.change(found.id, changes)
    click.echo(f"{printable(changed.name)}: {msgspec.json.encode(changed.settings).decode()}")


async def delete_preset(environment: str, server: str | None, name: str, kind: str | None) -> None:
    """Delete an own preset."""
    async with open_api(resolved_settings(environment), server) as opened:
        api = PresetApi.of(opened)
        found = await api.find(name, kind, is_mine=True)
        await api.delete(found.id)
    click.echo(f"{name} deleted; `genonaut presets restore {found.id}` restores it")


async def restore_preset(environment: str, server: str | None, preset_id: int) -> None:
    """Restore a deleted preset."""
    async with open_api(resolved_settings(environment), server) as api:
        restored = await PresetApi.of(api).restore(preset_id)
    click.echo(f"{printable(restored.name)} restored")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UnavailableError(f"cannot write {path}: {error.strerror}") from error


def _body(path: Path) -> Mapping[str, Any]:
    """Return the body of the request for a file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    if path.suffix.lower() == ".csv":
        return {"csv": text}
    try:
        found = msgspec.json.decode(text, type=dict[str, Any] | list[Any])
    except msgspec.DecodeError as error:
        message = f"{path} is neither an exported document nor a file of styles: {error}"
        raise UnreadableFileError(message) from error
    return {"json": text} if isinstance(found, list) else found
