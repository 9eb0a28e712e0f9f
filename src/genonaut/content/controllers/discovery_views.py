"""HTTP bodies of facets and of similar items."""

from collections.abc import Sequence
from uuid import UUID

from genonaut.content.facets import Facet, Facets
from genonaut.content.image_views import ImageView
from genonaut.content.model_examples import Example, UsedSettings
from genonaut.content.schemas import ContentView
from genonaut.content.service import ItemDetails
from genonaut.core.schemas import View


class FacetValueView(View, frozen=True):
    """A value and its number of items."""

    value: str
    count: int


class FacetView(View, frozen=True):
    """The values of one field; if ``is_complete`` is false, each count is a lower bound."""

    values: list[FacetValueView]
    is_complete: bool

    @classmethod
    def of(cls, facet: Facet) -> "FacetView":
        """Return the view of a facet."""
        values = [FacetValueView(value=one.value, count=one.count) for one in facet.values]
        return cls(values=values, is_complete=facet.is_complete)


class FacetsView(View, frozen=True):
    """The facets of a list.

    ``models``, ``tags`` and ``content_types`` by number, ``sizes`` as in the parameter ``size``;
    ``months`` (UTC, ``2026-11``), the newest first; ``ratings``: items with at least that many stars on
    average, from 5 to 1.
    """

    models: FacetView
    tags: FacetView
    content_types: FacetView
    months: FacetView
    ratings: FacetView
    sizes: FacetView

    @classmethod
    def of(cls, facets: Facets) -> "FacetsView":
        """Return the view of all facets."""
        return cls(**{name: FacetView.of(facet) for name, facet in facets.items()})


class SimilarView(View, frozen=True):
    """Items with similar prompts, the most similar first."""

    items: list[ContentView]

    @classmethod
    def of(cls, found: Sequence[ItemDetails], *, viewer_id: UUID) -> "SimilarView":
        """Return the view of items."""
        return cls(items=[ContentView.of(one, viewer_id=viewer_id) for one in found])


class ModelExampleView(View, frozen=True):
    """An image that was made with a model."""

    checkpoint_model: str
    content_id: int
    picture: ImageView


class ModelExamplesView(View, frozen=True):
    """Images by model, the newest of each first."""

    items: list[ModelExampleView]

    @classmethod
    def of(cls, found: Sequence[Example]) -> "ModelExamplesView":
        """Return the view of examples."""
        return cls(
            items=[
                ModelExampleView(
                    checkpoint_model=one.checkpoint_model,
                    content_id=one.content_id,
                    picture=one.picture,
                )
                for one in found
            ]
        )


class UsedValueView(View, frozen=True):
    """A value, and the number of images that have it."""

    value: float | str
    count: int


class ModelSettingsView(View, frozen=True):
    """The values used with a model, the most frequent first; ``counted`` images were evaluated.

    ``values`` has the settings width, height, steps, cfg, sampler_name and scheduler.
    """

    counted: int
    values: dict[str, list[UsedValueView]]

    @classmethod
    def of(cls, found: UsedSettings) -> "ModelSettingsView":
        """Return the view of counted settings."""
        return cls(
            counted=found.counted,
            values={
                name: [UsedValueView(value=one.value, count=one.count) for one in values]
                for name, values in found.values.items()
            },
        )
