"""Which images and further model files of a job are gone."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.tables import AvailableModel
from genonaut.content.filters import NOT_TRASHED
from genonaut.content.tables import ContentItem, Visibility
from genonaut.jobs.image_work import JobInputs
from genonaut.jobs.tables import GenerationJob
from genonaut.uploads.tables import Upload


async def missing_inputs(
    session: AsyncSession, job: GenerationJob, viewer_id: UUID
) -> tuple[Sequence[str], Sequence[str]]:
    """Return the roles of the images that the viewer cannot use any more, and the files no server has.

    Roles are ``source``, ``mask``, ``reference_1`` …, ``control_1`` …; files are ``folder/name`` of
    ControlNets, upscale models and the like.
    """
    if job.inputs is None:
        return (), ()
    inputs = msgspec.convert(job.inputs, JobInputs)
    return (
        await _missing_images(session, inputs, viewer_id),
        await _missing_files(session, inputs),
    )


async def _missing_images(
    session: AsyncSession, inputs: JobInputs, viewer_id: UUID
) -> Sequence[str]:
    roles = list(inputs.roles())
    items = [one.content_id for _, one in roles if one.content_id is not None]
    uploads = [one.upload_id for _, one in roles if one.upload_id is not None]
    is_visible = or_(ContentItem.user_id == viewer_id, ContentItem.visibility == Visibility.PUBLIC)
    query = select(ContentItem.id).where(ContentItem.id.in_(items), NOT_TRASHED, is_visible)
    there = {("item", one) for one in await session.scalars(query)}
    own = select(Upload.id).where(Upload.id.in_(uploads), Upload.user_id == viewer_id)
    there |= {("upload", one) for one in await session.scalars(own)}
    return [
        role
        for role, one in roles
        if ("item", one.content_id) not in there and ("upload", one.upload_id) not in there
    ]


async def _missing_files(session: AsyncSession, inputs: JobInputs) -> Sequence[str]:
    wanted = inputs.files
    model = AvailableModel
    query = select(model.folder, model.name).where(
        model.name.in_([one.partition("/")[2] for one in wanted]),
        model.enabled,
        model.unavailable_since.is_(None),
    )
    there = {f"{folder}/{name}" for folder, name in await session.execute(query)}
    return [one for one in wanted if one not in there]
