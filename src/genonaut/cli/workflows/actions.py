"""The commands of ``genonaut workflows`` that use the API."""

import asyncio
import json
import mimetypes
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from genonaut.cli.generate.image_files import make_directory, write_image
from genonaut.cli.generate.run import Generation
from genonaut.cli.output import print_table, shortened
from genonaut.cli.running_services import resolved_settings
from genonaut.cli.workflows.api import WorkflowApi, open_workflows
from genonaut.cli.workflows.files import read_mapping

_FILE_TYPES = frozenset({"image", "mask", "video", "audio"})
_EXTENSIONS = {"text/plain": ".txt", "model/gltf-binary": ".glb", "audio/flac": ".flac"}


async def import_workflow(
    environment: str,
    server: str | None,
    path: Path,
    *,
    title: str | None,
    description: str,
    is_shared: bool,
    version_of: str | None,
    note: str,
) -> None:
    """Import a file as a workflow, or as a new version of one, and print what was made."""
    async with open_workflows(resolved_settings(environment), server) as api:
        source = await _source(api, path)
        if version_of is not None:
            workflow = await api.find(version_of)
            added = await api.add_version(workflow.id, {**source, "note": note})
        else:
            body = {
                **source,
                "title": title or path.name.split(".")[0],
                "description": description,
                "visibility": "shared" if is_shared else "private",
                "note": note,
            }
            added = await api.add(body)
    workflow, version = added.workflow, added.version
    click.echo(f"{workflow.id} {workflow.slug} version {version.number}")
    for backend in version.backends:
        if not backend["can_run"]:
            missing = ", ".join([*backend["missing_nodes"], *backend["missing_models"]])
            click.echo(f"ComfyUI server {backend['name']} lacks: {missing}", err=True)


async def _source(api: WorkflowApi, path: Path) -> dict[str, Any]:
    """Return the workflow of a JSON file, or of an image, video or sound, which is uploaded."""
    mime = mimetypes.guess_type(path.name)[0] or ""
    if mime.startswith(("image/", "video/", "audio/")):
        return {"image": {"upload_id": (await api.upload(path)).id}}
    return {"graph": read_mapping(path)}


async def list_workflows(
    environment: str, server: str | None, *, search: str | None, is_archived: bool
) -> None:
    """Print the workflows that the caller may run."""
    async with open_workflows(resolved_settings(environment), server) as api:
        found = await api.list(search=search, is_archived=is_archived)
    print_table(
        ("Id", "Name", "Title", "Makes", "Version", "Owner", "Visibility"),
        (
            (
                str(one.id),
                one.slug,
                shortened(one.title, 40),
                one.kind,
                str(one.latest_version),
                one.owner,
                one.visibility,
            )
            for one in found
        ),
    )


async def show_workflow(environment: str, server: str | None, name: str) -> None:
    """Print a workflow, its inputs, and which servers can run it."""
    async with open_workflows(resolved_settings(environment), server) as api:
        workflow = await api.find(name)
        version = await api.version(workflow)
    click.echo(f"{workflow.title} ({workflow.slug}, id {workflow.id}), version {version.number}")
    if workflow.description:
        click.echo(workflow.description)
    shown = [field for field in version.form if not field["is_hidden"]]
    print_table(
        ("Input", "Label", "Type", "Default", "Required"),
        (
            (
                field["key"],
                field["label"],
                field["type"],
                "" if field["default"] is None else shortened(str(field["default"]), 40),
                "yes" if field["required"] else "",
            )
            for field in shown
        ),
    )
    for backend in version.backends:
        state = "can run it" if backend["can_run"] else "cannot run it"
        click.echo(f"ComfyUI server {backend['name']} {state}")


async def export_workflow(
    environment: str, server: str | None, name: str, *, wanted: str, out: Path | None
) -> None:
    """Print or write the graph, or the file of ComfyUI's editor."""
    async with open_workflows(resolved_settings(environment), server) as api:
        document = await api.export((await api.find(name)).id, wanted)
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
    else:
        await asyncio.to_thread(out.write_text, text + "\n", encoding="utf-8")
        click.echo(out)


async def archive_workflow(environment: str, server: str | None, name: str) -> None:
    """Archive a workflow."""
    async with open_workflows(resolved_settings(environment), server) as api:
        workflow = await api.find(name)
        await api.archive(workflow.id)
    click.echo(f"{workflow.slug} is archived")


async def run_workflow(
    environment: str,
    server: str | None,
    name: str,
    *,
    values: Sequence[tuple[str, str]],
    files: Sequence[tuple[str, str]],
    version: int | None,
    batch: int,
    out: Path,
    as_json: bool,
) -> int:
    """Run a workflow, store its results, print their paths and return the exit status."""
    make_directory(out)
    async with open_workflows(resolved_settings(environment), server) as api:
        workflow = await api.find(name)
        form = {field["key"]: field for field in (await api.version(workflow)).form}
        inputs: dict[str, Any] = {key: _typed(form.get(key), text) for key, text in values}
        for key, text in files:
            inputs[key] = await _reference(api, text)
        body: dict[str, Any] = {"inputs": inputs, "batch_size": batch}
        if version is not None:
            body["version"] = version
        job = await api.run(workflow.id, body)
        return await _Run(api, job, out, as_json=as_json).run()


class _Run(Generation):
    """Stores every result of each job."""

    async def save(self, job_id: int, content_id: int) -> list[Path]:
        del content_id
        if not isinstance(self.api, WorkflowApi):
            raise TypeError("not a client for workflows")
        paths = []
        for result in (await self.api.results(job_id)).content_ids:
            file = await self.api.file(result)
            extension = _EXTENSIONS.get(file.mime) or mimetypes.guess_extension(file.mime) or ""
            paths.append(write_image(self.out, result, self.prompt, file, extension=extension))
        return paths


def _typed(field: Mapping[str, Any] | None, text: str) -> Any:  # noqa: ANN401  # by the field's type
    """Return a value of the command line as the field takes it; the API reports what does not fit."""
    kind = None if field is None else field["type"]
    if kind in {"integer", "number", "seed", "boolean"}:
        try:
            return json.loads(text)
        except ValueError:
            return text
    if kind in _FILE_TYPES:
        raise click.UsageError(
            f"{field and field['key']} is a file: use --image, --video or --audio"
        )
    return text


async def _reference(api: WorkflowApi, text: str) -> dict[str, int]:
    """Return a reference to a file: a path is uploaded, ``content:12`` names an item."""
    if text.startswith("content:") and text[8:].isdecimal():
        return {"content_id": int(text[8:])}
    path = Path(text)
    if not await asyncio.to_thread(path.is_file):
        raise click.UsageError(f"there is no file {text}")
    return {"upload_id": (await api.upload(path)).id}
