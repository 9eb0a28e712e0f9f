"""Routes that help to find items: facets of a list, and items like another one."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.content.controllers.discovery_views import (
    FacetsView,
    ModelExamplesView,
    ModelSettingsView,
    SimilarView,
)
from genonaut.content.controllers.parameters import provide_filter
from genonaut.content.filters import ContentFilter
from genonaut.content.model_examples import examples_of, used_settings_of
from genonaut.content.service import ContentService
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork

_MOST_SIMILAR = 50


class DiscoveryController(Controller):
    """Find items in the gallery."""

    path = "/content"
    tags = ("content",)

    @get(
        "/facets",
        summary="Count the items of a list by their fields",
        dependencies={"wanted": Provide(provide_filter)},
    )
    async def get_facets(
        self, wanted: NamedDependency[ContentFilter], content: NamedDependency[ContentService]
    ) -> FacetsView:
        """Return how many items of the list with the same parameters have each model, tag, and so on.

        Each facet ignores the parameter of its own field, except tags.
        """
        return FacetsView.of(await content.facets(wanted))

    @get("/model-examples", summary="List the newest images of models")
    async def list_model_examples(
        self,
        *,
        uow: NamedDependency[UnitOfWork],
        identity: NamedDependency[Identity],
        names: Annotated[
            list[str],
            QueryParameter(
                name="checkpoint_model", min_items=1, max_items=100, description="models, repeated"
            ),
        ],
        limit: Annotated[int, QueryParameter(ge=1, le=12, description="images of one model")] = 3,
    ) -> ModelExamplesView:
        """List the newest own and public images that were made with each of these models."""
        found = await examples_of(
            uow.session,
            [one for one in names if "\0" not in one],
            viewer_id=identity.user_id,
            limit=limit,
        )
        return ModelExamplesView.of(found)

    @get("/model-settings", summary="Count the settings that are used with a model")
    async def get_model_settings(
        self,
        *,
        uow: NamedDependency[UnitOfWork],
        identity: NamedDependency[Identity],
        name: Annotated[
            str, QueryParameter(name="checkpoint_model", max_length=512, pattern=NO_NUL)
        ],
    ) -> ModelSettingsView:
        """Return the most used values among the newest 200 own and public images of a model."""
        found = await used_settings_of(uow.session, name, viewer_id=identity.user_id)
        return ModelSettingsView.of(found)

    @get("/{content_id:int}/similar", summary="List items with a similar prompt")
    async def list_similar(
        self,
        content_id: FromPath[int],
        identity: NamedDependency[Identity],
        content: NamedDependency[ContentService],
        limit: Annotated[int, QueryParameter(ge=1, le=_MOST_SIMILAR)] = 12,
    ) -> SimilarView:
        """List own and public items whose prompts have the most words in common, rare words first."""
        found = await content.similar(content_id, limit=limit)
        return SimilarView.of(found, viewer_id=identity.user_id)
