"""Compare what an image was made with with what the ComfyUI servers have now."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from genonaut.catalog.hashing import AUTOV2_DIGITS
from genonaut.catalog.tables import AvailableModel
from genonaut.content.service import ContentService
from genonaut.content.tables import ContentItem
from genonaut.core.errors import ConflictError
from genonaut.db import UnitOfWork
from genonaut.jobs.params import CHECKPOINTS, LORAS, NODES
from genonaut.jobs.reproduction.comparison import (
    ComparedModel,
    KnownModel,
    ModelState,
    RecordedModel,
    compare_model,
)
from genonaut.jobs.reproduction.inputs import missing_inputs
from genonaut.jobs.tables import ComfyuiBackend, GenerationAttempt, GenerationJob

_FOLDERS: Mapping[str, Sequence[str]] = {
    "checkpoint": (CHECKPOINTS, "diffusion_models", "unet"),
    "lora": (LORAS,),
    "vae": ("vae",),
}
_SHA256_START = re.compile(r"[0-9a-fA-F]{10}(?:[0-9a-fA-F]{2}|[0-9a-fA-F]{54})?")
"""AutoV2, the 12 digits that Civitai also uses, or all digits."""
_USABLE = ("up", "stuck")


class NotReproducibleError(ConflictError):
    """Nothing is recorded about how the item was made."""

    code = "not_reproducible"


class ServerVersion(msgspec.Struct, frozen=True):
    """A ComfyUI server that is in use, and its version."""

    backend: str
    version: str | None


class Reproduction(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded about an item, compared with the present."""

    content_id: int
    job_id: int | None
    """The job that made it, if it is the viewer's and still exists."""
    models: Sequence[ComparedModel]
    recorded_version: str | None
    recorded_backend: str | None
    servers: Sequence[ServerVersion]
    missing_nodes: Sequence[str]
    """Node classes that the job needed and that no server has."""
    missing_images: Sequence[str]
    """Roles of the images that the job used and that the viewer cannot use any more."""
    missing_files: Sequence[str]
    """``folder/name`` of further files that the job needs, such as ControlNets, and no server has."""

    @property
    def has_recorded_version(self) -> bool:
        """Return whether a server has the recorded version, or none was recorded."""
        if self.recorded_version is None:
            return True
        return any(one.version == self.recorded_version for one in self.servers)

    @property
    def is_exact(self) -> bool:
        """Return whether everything that was recorded is the same now."""
        is_same = all(one.state is ModelState.SAME for one in self.models)
        return is_same and self.has_recorded_version and not self._is_incomplete

    @property
    def is_possible(self) -> bool:
        """Return whether it can be submitted, with substitutes or without LoRAs and VAE if necessary."""
        has_checkpoint = all(
            one.state is not ModelState.MISSING or one.substitutes
            for one in self.models
            if one.recorded.role == "checkpoint"
        )
        return has_checkpoint and not self._is_incomplete

    @property
    def _is_incomplete(self) -> bool:
        return bool(self.missing_nodes or self.missing_images or self.missing_files)


class ReproductionService:
    """Acts for one user, with the rights of the gallery."""

    def __init__(self, uow: UnitOfWork, content: ContentService, *, viewer_id: UUID) -> None:
        self._session = uow.session
        self._content = content
        self._viewer_id = viewer_id

    async def compare(self, content_id: int) -> Reproduction:
        """Compare an own or public item.

        Raises:
            NotFoundError: there is no such item that the viewer may see.
            NotReproducibleError: it was not made here, and no settings were found in its file.
        """
        item = await self._content.get(content_id)
        job = await self._job_of(item)
        recorded = list(_recorded_models(item, _architecture_of(job)))
        if not recorded and job is None:
            raise NotReproducibleError("no settings are recorded for this item")
        attempt = await self._attempt_of(item)
        servers = await self._servers()
        is_own = item.user_id == self._viewer_id
        # Of another user's job only the settings of its image are used.
        images, files = (
            await missing_inputs(self._session, job, self._viewer_id)
            if job is not None and is_own
            else ((), ())
        )
        return Reproduction(
            content_id=item.id,
            job_id=job.id if job is not None and is_own else None,
            models=[await self._compared(one) for one in recorded],
            recorded_version=_text(item.details, "comfyui_version")
            or (None if attempt is None else attempt.comfyui_version),
            recorded_backend=_text(item.details, "backend"),
            servers=[ServerVersion(one.name, one.version) for one in servers],
            missing_nodes=_missing_nodes(job, servers),
            missing_images=images,
            missing_files=files,
        )

    async def _job_of(self, item: ContentItem) -> GenerationJob | None:
        if item.job_id is None:
            return None
        return await self._session.get(GenerationJob, item.job_id)

    async def _attempt_of(self, item: ContentItem) -> GenerationAttempt | None:
        """Return the attempt that made the item: the last one of its job."""
        attempt = GenerationAttempt
        query = select(attempt).where(attempt.job_id == item.job_id)
        return await self._session.scalar(query.order_by(attempt.attempt.desc()).limit(1))

    async def _servers(self) -> Sequence[ComfyuiBackend]:
        backend = ComfyuiBackend
        query = select(backend).where(backend.enabled, backend.status.in_(_USABLE))
        return (await self._session.scalars(query.order_by(backend.name))).all()

    async def _compared(self, recorded: RecordedModel) -> ComparedModel:
        model = AvailableModel
        query = select(model).where(model.folder.in_(_FOLDERS[recorded.role]))
        rows = (await self._session.scalars(query)).all()
        if recorded.architecture is None:
            former = next((one for one in rows if one.name == recorded.name), None)
            if former is not None and former.architecture != "unknown":
                recorded = msgspec.structs.replace(recorded, architecture=former.architecture)
        known = [
            KnownModel(
                name=one.name,
                title=one.title,
                architecture=one.architecture,
                autov2=None if one.sha256 is None else one.sha256[:AUTOV2_DIGITS],
            )
            for one in rows
            if one.enabled and one.unavailable_since is None
        ]
        return compare_model(recorded, known)


def _recorded_models(item: ContentItem, architecture: str | None) -> Iterator[RecordedModel]:
    """Return the models of an item: its checkpoint, LoRAs and VAE."""
    details = item.details
    hashes = details.get("model_hashes")
    hashes = hashes if isinstance(hashes, dict) else {}
    named: list[tuple[str, Any]] = [("checkpoint", item.checkpoint_model)]
    loras = details.get("lora_models")
    if isinstance(loras, list):
        named.extend(("lora", one.get("name")) for one in loras if isinstance(one, dict))
    named.append(("vae", details.get("vae")))
    for role, name in named:
        if isinstance(name, str) and name:
            found = (hashes.get(f"{folder}/{name}") for folder in _FOLDERS[role])
            autov2 = next((one for one in found if isinstance(one, str)), None)
            if role == "checkpoint" and autov2 is None:
                autov2 = _imported_autov2(details.get("model_hash"))
            known = architecture if role == "checkpoint" else None
            yield RecordedModel(role=role, name=name, autov2=autov2, architecture=known)


def _imported_autov2(value: object) -> str | None:
    """Return the hash that another program recorded, if it is the start of a SHA-256."""
    is_sha256 = isinstance(value, str) and _SHA256_START.fullmatch(value) is not None
    return value[:AUTOV2_DIGITS].lower() if isinstance(value, str) and is_sha256 else None


def _architecture_of(job: GenerationJob | None) -> str | None:
    models = None if job is None else job.models
    found = models.get("architecture") if isinstance(models, dict) else None
    return found if isinstance(found, str) and found != "unknown" else None


def _missing_nodes(job: GenerationJob | None, servers: Sequence[ComfyuiBackend]) -> list[str]:
    """Return the node classes of the job that no server has."""
    prefix = f"{NODES}/"
    needed = {need for need in (job.needs if job is not None else ()) if need.startswith(prefix)}
    for server in servers:
        needed -= set(server.offers or ())
    return sorted(one.removeprefix(prefix) for one in needed)


def _text(details: Mapping[str, Any], key: str) -> str | None:
    value = details.get(key)
    return value if isinstance(value, str) and value else None
