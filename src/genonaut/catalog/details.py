"""A model with everything the API shows: its row, the backends that have it, and its problems."""

import re
from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.compatibility import LACKING_IN, Compatibility, is_supported_by
from genonaut.catalog.effective import Overrides
from genonaut.catalog.identification.findings import Identification
from genonaut.catalog.repository import CatalogRepository, Twin
from genonaut.catalog.scanning.health import HealthCode, ModelHealth
from genonaut.catalog.tables import AvailableModel
from genonaut.catalog.vocabulary import Architecture

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")


class ModelDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A model's row with the values that depend on other rows."""

    model: AvailableModel
    detected: Identification
    overrides: Overrides
    available_on: Sequence[str]
    is_available: bool
    has_preview: bool
    health: Sequence[ModelHealth]
    compatibility: Compatibility | None = None


async def details_of(session: AsyncSession, models: Sequence[AvailableModel]) -> list[ModelDetails]:
    """Return models with their backends, previews, problems and duplicates."""
    catalog = CatalogRepository(session)
    ids = [model.id for model in models]
    backend_versions = await catalog.backend_versions()
    listings = await catalog.listings(ids)
    with_previews = await catalog.with_previews(ids)
    hashes = [model.tensors_sha256 for model in models if model.tensors_sha256]
    twins = await catalog.same_tensors(hashes)
    found = []
    for model in models:
        detected = msgspec.convert(model.detected, Identification)
        listings_here = listings.get(model.id, [])
        listed = [one.backend for one in listings_here]
        found.append(
            ModelDetails(
                model=model,
                detected=detected,
                overrides=msgspec.convert(model.overrides, Overrides),
                available_on=listed,
                is_available=bool(listed)
                or (not backend_versions and model.unavailable_since is None),
                has_preview=model.id in with_previews
                or detected.has_embedded_preview
                or any(one.has_preview for one in listings_here),
                health=_health(
                    model, listed, backend_versions, twins.get(model.tensors_sha256, [])
                ),
            )
        )
    return found


def _health(
    model: AvailableModel,
    available_on: Sequence[str],
    backend_versions: Mapping[str, str | None],
    twins: Sequence[Twin],
) -> list[ModelHealth]:
    problems = msgspec.convert(model.health, list[ModelHealth])
    if model.unavailable_since is not None:
        return [
            ModelHealth(HealthCode.MISSING, "no file and no ComfyUI server has it"),
            *problems,
        ]
    if backend_versions and not available_on:
        problems.append(ModelHealth(HealthCode.NO_BACKEND, "no ComfyUI server has it"))
    if is_too_new(model.architecture, [backend_versions.get(name) for name in available_on]):
        what = f"every ComfyUI server that has it is too old for {model.architecture}"
        problems.append(ModelHealth(HealthCode.NEEDS_NEWER_COMFYUI, what))
    inodes = {twin.inode for twin in twins if twin.model_id == model.id}
    others = [twin.name for twin in twins if twin.inode not in inodes]
    if others:
        problems.append(
            ModelHealth(HealthCode.DUPLICATE, f"the same tensors are in {', '.join(others[:5])}")
        )
    return problems


def is_too_new(architecture: str, versions: Sequence[str | None]) -> bool:
    """Return whether none of the known ComfyUI versions supports an architecture; False if none is known."""
    if architecture not in LACKING_IN:
        return False
    known = [found for version in versions if (found := _parsed(version)) is not None]
    return bool(known) and not any(
        is_supported_by(Architecture(architecture), one) for one in known
    )


def _parsed(version: str | None) -> tuple[int, int, int] | None:
    found = _VERSION.match(version or "")
    if found is None:
        return None
    major, minor, patch = (int(part or 0) for part in found.groups())
    return major, minor, patch
