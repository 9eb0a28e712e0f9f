"""Find and check the embeddings that the prompts of a submission name."""

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.repository import CatalogRepository
from genonaut.catalog.selection import image_models as roles
from genonaut.catalog.selection.embeddings import (
    EMBEDDING_FOLDER,
    embedding_file,
    embedding_names,
)
from genonaut.catalog.selection.image_models import ImageModels, NamedModel
from genonaut.core.errors import InvalidInputError
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import GenerationSpec


def names_embeddings(spec: GenerationSpec) -> bool:
    """Return whether a prompt names an embedding."""
    return any(embedding_names(text) for text in (spec.prompt, spec.negative_prompt))


async def with_embeddings(
    session: AsyncSession, offers: BackendOffers, spec: GenerationSpec
) -> GenerationSpec:
    """Return the spec with the files of the embeddings that its prompts name.

    ComfyUI ignores an embedding that it does not have. Here a name that no server has is an error,
    as for LoRAs, because the image would be made without it.

    Raises:
        InvalidInputError: names each prompt with an embedding that cannot be used.
    """
    wanted = {
        "prompt": embedding_names(spec.prompt),
        "negative_prompt": embedding_names(spec.negative_prompt),
    }
    if not any(wanted.values()):
        return spec
    offered = set(offers.names(EMBEDDING_FOLDER))
    recorded = set(await CatalogRepository(session).names_in(EMBEDDING_FOLDER))
    named: list[NamedModel] = []
    files: list[str] = []
    for field, names in wanted.items():
        for name in names:
            file = embedding_file(name, offered) or embedding_file(name, recorded)
            named.append(NamedModel(field, roles.EMBEDDING, file or name.strip(",")))
            files += [file] if file else []
    models = ImageModels(session, offers.offered, is_complete=offers.is_complete)
    _, errors = await models.check(named, spec.models, allow_mismatch=spec.params.allow_mismatch)
    if errors:
        raise InvalidInputError(*errors)
    if spec.models is None:
        return spec
    embeddings = tuple(dict.fromkeys(files))
    return replace(spec, models=replace(spec.models, embeddings=embeddings))
