"""The commands of ``genonaut models``, through the API."""

from collections.abc import Iterable, Sequence
from typing import Any

import click

from genonaut.cli.api_client import ApiClient, open_api
from genonaut.cli.catalogue_state import Model
from genonaut.cli.models.own import OwnModelApi
from genonaut.cli.models.progress import run_and_follow
from genonaut.cli.output import print_table, shortened
from genonaut.cli.running_services import resolved_settings
from genonaut.core.errors import GenonautError, NotFoundError
from genonaut.core.sizes import format_bytes

_HEADERS = ("Id", "Kind", "Architecture", "Variant", "Size", "Status", "Name")
_OPTIONAL = ("Variant", "Size", "Architecture")
_MAX_NAMED = 5
_PAGE = 100
_MAX_SEARCH = 200


async def scan_models(environment: str, server: str | None) -> None:
    """Refresh the catalogue, wait until it is done and print the report."""
    async with open_api(resolved_settings(environment), server) as api:
        report = await run_and_follow(api, "refreshed")
    counts = ("added", "changed", "missing", "moved", "servers")
    summary = ", ".join(f"{report.get(name, 0)} {name}" for name in counts)
    click.echo(f"{report.get('files', 0)} files: {summary}")
    for problem in report.get("problems", ()):
        click.echo(shortened(str(problem), 500), err=True)


async def hash_models(environment: str, server: str | None) -> None:
    """Hash unhashed models and wait until it is done."""
    async with open_api(resolved_settings(environment), server) as api:
        report = await run_and_follow(api, "hashed")
    click.echo(", ".join(f"{report.get(name, 0)} {name}" for name in ("hashed", "skipped", "left")))


async def list_models(
    environment: str, server: str | None, filters: Sequence[tuple[str, str]], *, limit: int
) -> None:
    """Print the first matching models."""
    async with open_api(resolved_settings(environment), server) as api:
        page = await api.models([*filters, ("limit", str(min(limit, _PAGE)))])
        found, total = page.items, page.total
        while page.next_cursor is not None and len(found) < limit:
            size = min(limit - len(found), _PAGE)
            position = [("cursor", page.next_cursor), ("limit", str(size))]
            page = await api.models([*filters, *position])
            found += page.items
    if not found:
        click.echo("no models", err=True)
        return
    print_table(_HEADERS, map(_row, found), optional=_OPTIONAL)
    if page.next_cursor is not None:
        of_all = f" of {total}" if total is not None else ""
        click.echo(f"{len(found)}{of_all} models; use --limit to list more", err=True)


async def show_model(environment: str, server: str | None, reference: str) -> None:
    """Print all fields of one model, and the evidence for them."""
    async with open_api(resolved_settings(environment), server) as api:
        model = await api.model((await _find(api, reference)).id)
    print_table(("Field", "Value"), _overview(model))
    evidence = [
        (str(one["source"]), f"{one['confidence']:.2f}", str(one["rule"]), str(one["says"]))
        for one in model.evidence
    ]
    print_table(("Source", "Confidence", "Rule", "Evidence"), evidence)


async def edit_model(
    environment: str, server: str | None, reference: str, fields: dict[str, Any], *, reset: bool
) -> None:
    """Correct a model and print the resulting values."""
    body = {name: None if value == "" else value for name, value in fields.items()}
    async with open_api(resolved_settings(environment), server) as api:
        model = await _find(api, reference)
        if reset:
            model = await api.reset_model(model.id)
        if body:
            model = await api.correct_model(model.id, body)
    print_table(("Field", "Value"), _overview(model))


async def note_model(
    environment: str, server: str | None, reference: str, text: str | None
) -> None:
    """Print the caller's note on a model, or write it; an empty text deletes it."""
    async with open_api(resolved_settings(environment), server) as api:
        model = await _find(api, reference)
        if text is not None:
            await OwnModelApi.of(api).note(model.id, text)
            click.echo(f"note on {model.name} {'written' if text.strip() else 'deleted'}")
            return
        note = (await api.model(model.id)).my_note
    if note:
        click.echo(note)
    else:
        click.echo(f"no note on {model.name}", err=True)


async def mark_models(
    environment: str, server: str | None, references: Sequence[str], *, is_favourite: bool
) -> bool:
    """Mark models as favourites of the caller, or remove the marks; returns whether all were found."""
    is_complete = True
    async with open_api(resolved_settings(environment), server) as api:
        for reference in references:
            try:
                model = await _find(api, reference)
                await OwnModelApi.of(api).mark(model.id, is_favourite=is_favourite)
            except GenonautError as error:
                click.echo(str(error), err=True)
                is_complete = False
                continue
            click.echo(f"{model.name} is {'a' if is_favourite else 'no'} favourite")
    return is_complete


async def delete_model(
    environment: str, server: str | None, reference: str, *, is_confirmed: bool
) -> None:
    """Delete the catalogue entry of a model, after a confirmation."""
    async with open_api(resolved_settings(environment), server) as api:
        model = await _find(api, reference)
        name = f"{model.folder}/{model.name}"
        if not is_confirmed:
            click.confirm(f"Delete the catalogue entry and corrections of {name}?", abort=True)
        await api.delete_model(model.id)
    click.echo(f"deleted {name}")


async def _find(api: ApiClient, reference: str) -> Model:
    if reference.isascii() and reference.isdigit():
        return await api.model(int(reference))
    words = reference.rpartition("/")[2][:_MAX_SEARCH]
    found = (await api.models([("search", words), ("limit", "100")])).items
    exact = [model for model in found if reference in {model.name, f"{model.folder}/{model.name}"}]
    matches = exact or found
    if not matches:
        raise NotFoundError(f"there is no model {reference!r}")
    if len(matches) > 1:
        names = ", ".join(f"{one.folder}/{one.name} ({one.id})" for one in matches[:_MAX_NAMED])
        raise NotFoundError(f"{reference!r} matches several models: {names}; use the id")
    return matches[0]


def _row(model: Model) -> tuple[str, ...]:
    return (
        str(model.id),
        model.kind,
        model.architecture,
        model.variant,
        size_text(model.size_bytes),
        _status(model),
        model.name,
    )


def _status(model: Model) -> str:
    if not model.enabled:
        return "disabled"
    if not model.available:
        return "missing"
    return "warning" if model.health else "ok"


def size_text(size_bytes: int | None) -> str:
    """Return a size as text; empty while it is not known."""
    return "" if size_bytes is None else format_bytes(size_bytes)


def _overview(model: Model) -> Iterable[tuple[str, str]]:
    facts = {
        "id": str(model.id),
        "name": f"{model.folder}/{model.name}",
        "title": model.display_name,
        "kind": model.kind,
        "architecture": model.architecture,
        "variant": model.variant,
        "may also be": ", ".join(model.ambiguous_between),
        "precision": model.precision,
        "size": size_text(model.size_bytes),
        "sha256": model.sha256 or "",
        "AutoV2": model.autov2 or "",
        "AutoV3": model.autov3 or "",
        "trigger words": ", ".join(model.trigger_words),
        "notes": model.notes,
        "my note": model.my_note,
        "favourite": "yes" if model.is_favourite else "",
        "status": _status(model),
        "source": model.source,
        "ComfyUI servers": ", ".join(model.available_on),
        "corrected": ", ".join(model.overrides),
        "conflicts": "; ".join(model.conflicts),
        "health": "; ".join(f"{one['code']}: {one['detail']}" for one in model.health),
    }
    return [(name, value) for name, value in facts.items() if value]
