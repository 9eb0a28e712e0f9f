"""Upload the images of a command and find models by a part of their names."""

from typing import Any

import click

from genonaut.cli.api_client import ApiClient
from genonaut.cli.generate.image_options import ImageName, ImageOptions, NamedControl

CONTROLNET, UPSCALE_MODEL = "controlnet", "upscale_model"


async def image_fields(
    api: ApiClient, options: ImageOptions, checkpoint: str | None = None
) -> dict[str, Any]:
    """Upload the files that the options name; return the fields of the submission.

    Args:
        api: where they are uploaded.
        options: the options.
        checkpoint: the name of the checkpoint; None for the default.

    Raises:
        ApiRefusedError: the API refuses a file.
        UnavailableError: the API does not answer.
        click.UsageError: no ControlNet, or more than one, has such a name, or the checkpoint reads an
            image of another kind itself.
    """
    fields: dict[str, Any] = {}
    if options.source is not None:
        source: dict[str, Any] = {"image": await _reference(api, options.source)}
        if options.mask is not None:
            source["mask"] = await _reference(api, options.mask)
        for name in ("resize", "mask_mode", "extend"):
            if value := getattr(options, name):
                source[name] = value
        fields["source"] = source
    if options.references:
        fields["references"] = [
            {"image": await _reference(api, one.image), "strength": one.strength}
            for one in options.references
        ]
    if options.control:
        maps = await _maps_read_by(api, checkpoint)
        fields["control"] = [
            {
                **await _guide(api, one, checkpoint or "", maps),
                "image": await _reference(api, one.image),
                "strength": one.strength,
            }
            for one in options.control
        ]
    if options.hires is not None:
        fields["hires"] = {"scale": options.hires}
    return fields


async def _maps_read_by(api: ApiClient, checkpoint: str | None) -> list[str]:
    """Return what the control image shows that a checkpoint reads itself; empty: it takes ControlNets."""
    if checkpoint is None:
        return []
    name = checkpoint.replace("\\", "/")
    page = await api.available_models("checkpoint-models", [("search", name), ("limit", "100")])
    abilities = [model.abilities for model in page.items if model.name == name]
    return abilities[0].reads_control if abilities and abilities[0] is not None else []


async def _guide(
    api: ApiClient, control: NamedControl, checkpoint: str, maps: list[str]
) -> dict[str, str]:
    """Return the ControlNet of a control image, or what the image shows if the checkpoint reads it."""
    if not control.model:
        return {}
    if not maps:
        return {"model": await model_named(api, CONTROLNET, control.model)}
    named = [one for one in maps if one in control.model.lower()]
    if not named:
        kinds = " or ".join(maps)
        raise click.UsageError(
            f"{checkpoint} reads the control image itself, as {kinds}, not {control.model!r}: "
            f"write --control {maps[0]}:IMAGE"
        )
    return {"type": named[0]}


async def _reference(api: ApiClient, image: ImageName) -> dict[str, int]:
    if image.path is not None:
        return {"upload_id": (await api.upload(image.path)).id}
    if image.upload_id is not None:
        return {"upload_id": image.upload_id}
    return {"content_id": image.content_id or 0}


async def model_named(api: ApiClient, kind: str, wanted: str) -> str:
    """Return the name of the only model of a kind that has this name, or contains it.

    Raises:
        click.UsageError: there is none, or more than one.
    """
    page = await api.models([("kind", kind), ("limit", "100")])
    names = [model.name for model in page.items]
    if wanted in names:
        return wanted
    found = [name for name in names if wanted.lower() in name.lower()]
    if len(found) == 1:
        return found[0]
    words = kind.replace("_", " ")
    if found:
        raise click.UsageError(f"{wanted!r} is a part of several names: {', '.join(found)}")
    listed = f"; there are {', '.join(names)}" if names else ""
    raise click.UsageError(f"no {words} has {wanted!r} in its name{listed}")
