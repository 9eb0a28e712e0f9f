"""Create rows and files for tests, in the database and the store."""

import io
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

import msgspec
from msgspec import UNSET, UnsetType
from PIL import Image
from sqlalchemy import select, update

from genonaut.accounts.identity import Identity
from genonaut.accounts.tables import Role, User
from genonaut.content.actions import Edit, Trash
from genonaut.content.change_service import ChangeService
from genonaut.content.recording import ImageOrigin, StoredImage, record_image, stored_image
from genonaut.content.tables import ContentItem, ContentThumbnail, Visibility
from genonaut.core.clock import utcnow
from genonaut.jobs.params import SamplingParams
from genonaut.jobs.states import JobStatus, JobType
from genonaut.jobs.tables import GenerationBatch, GenerationJob
from genonaut.runtime import Runtime
from genonaut.storage.metadata import with_parameters
from genonaut.storage.saving import save_image

PARAMETERS = "a lighthouse at dusk\nSteps: 20, Seed: 42"


async def make_person(runtime: Runtime, name: str, *, role: Role = Role.USER) -> Identity:
    """Insert a user."""
    user = User(id=uuid4(), username=name, role=role)
    async with runtime.begin() as uow:
        uow.session.add(user)
    return Identity(user.id, name, role)


def png(width: int = 96, height: int = 64, *, colour: str = "teal") -> bytes:
    """Return a small image with embedded parameters, as ComfyUI and Genonaut write them."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return with_parameters(file.getvalue(), PARAMETERS)


async def make_content(
    runtime: Runtime,
    owner: Identity,
    *,
    prompt: str = "a lighthouse at dusk",
    tags: frozenset[str] = frozenset(),
    visibility: Visibility = Visibility.PRIVATE,
    checkpoint_model: str = "sd15.safetensors",
    created_at: datetime | None = None,
    is_trashed: bool = False,
    data: bytes | None = None,
    source_content_ids: Sequence[int] = (),
) -> int:
    """Store an image with thumbnails, add it to the gallery and return its id."""
    job_id = await make_finished_job(runtime, owner, prompt=prompt)
    picture = await _stored_image(
        runtime, owner, job_id, data or png(), prompt=prompt, checkpoint_model=checkpoint_model
    )
    picture = msgspec.structs.replace(picture, source_content_ids=source_content_ids)
    async with runtime.begin() as uow:
        content_id = await record_image(uow, picture)
        item = ContentItem.id == content_id
        if created_at is not None:
            await uow.session.execute(update(ContentItem).where(item).values(created_at=created_at))
        job = GenerationJob.id == job_id
        await uow.session.execute(update(GenerationJob).where(job).values(content_id=content_id))
        changes = ChangeService(uow, viewer_id=owner.user_id, is_admin=False)
        await changes.apply([content_id], Edit(visibility=visibility, tags=tags))
        if is_trashed:
            await changes.apply([content_id], Trash())
    return content_id


async def make_finished_job(
    runtime: Runtime, owner: Identity, *, prompt: str, template: str | UnsetType = UNSET
) -> int:
    """Insert a completed job without its image; ``template`` is that of a dynamic prompt."""
    batch = GenerationBatch(
        id=uuid4(),
        user_id=owner.user_id,
        request_hash="",
        size=1,
        open_count=0,
        ended_at=utcnow(),
    )
    job = GenerationJob(
        user_id=owner.user_id,
        batch_id=batch.id,
        batch_index=0,
        job_type=JobType.IMAGE,
        status=JobStatus.COMPLETED,
        attempt=1,
        prompt=prompt,
        negative_prompt="",
        checkpoint_model="sd15.safetensors",
        lora_models=[],
        width=96,
        height=64,
        batch_size=1,
        params=msgspec.to_builtins(SamplingParams(seed=42, prompt_template=template)),
        needs=[],
    )
    async with runtime.begin() as uow:
        uow.session.add(batch)
        await uow.session.flush()
        uow.session.add(job)
    return job.id


async def _stored_image(
    runtime: Runtime, owner: Identity, job_id: int, data: bytes, **words: str
) -> StoredImage:
    async with runtime.store.staging() as path:
        path.write_bytes(data)
        image = await runtime.image_processor.process(path)
    saved = await save_image(
        runtime.store, image, user_id=owner.user_id, job_id=job_id, attempt=1, at=utcnow()
    )
    origin = ImageOrigin(
        **words,
        user_id=owner.user_id,
        job_id=job_id,
        negative_prompt="blurry",
        details={"seed": 42},
        source_content_ids=(),
    )
    return stored_image(image, saved, origin)


async def keys_of(runtime: Runtime, content_id: int) -> set[str]:
    """Return the keys of an item's files."""
    async with runtime.begin() as uow:
        image = select(ContentItem.storage_key).where(ContentItem.id == content_id)
        small = select(ContentThumbnail.storage_key).where(
            ContentThumbnail.content_id == content_id
        )
        return set(await uow.session.scalars(image.union(small)))
