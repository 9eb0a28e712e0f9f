"""Query parameters that several routes of the gallery share."""

from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from genonaut.content.fast_queries import FastContentQueries
from genonaut.content.filters import ContentFilter, Scope, words_of
from genonaut.content.image_sizes import SizeClass
from genonaut.content.tables import ContentType
from genonaut.content.tags import read_tag_list
from genonaut.core.datetimes import parse_datetime
from genonaut.core.errors import collect_errors
from genonaut.core.ids import MAX_ID
from genonaut.core.pagination import MAX_PAGE
from genonaut.core.schemas import NO_NUL

InTrash = Annotated[
    bool, QueryParameter(name="trash", description="use the caller's trash instead of the gallery")
]

DateTimeText = Annotated[
    str | None, QueryParameter(max_length=40, schema_extra={"format": "date-time"})
]

# Not a Meta of msgspec: Litestar ignores it beside a QueryParameter.
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="items of one page")]

MAX_AROUND = 30
Around = Annotated[
    int,
    QueryParameter(
        ge=0, le=MAX_AROUND, description="return so many items on each side of the item too"
    ),
]


async def provide_filter(
    fast_content: NamedDependency[FastContentQueries],
    *,
    whose: Annotated[Scope, QueryParameter(name="scope")] = "mine",
    in_trash: InTrash = False,
    search: Annotated[
        str | None,
        QueryParameter(
            max_length=200,
            pattern=NO_NUL,
            description='words or "phrases"; all must occur in title, prompt or tags',
        ),
    ] = None,
    tags: Annotated[
        str | None,
        QueryParameter(
            max_length=1000,
            pattern=NO_NUL,
            description="comma-separated, at most 10; items must have all of them",
        ),
    ] = None,
    content_type: FromQuery[ContentType | None] = None,
    checkpoint_model: Annotated[str | None, QueryParameter(max_length=512, pattern=NO_NUL)] = None,
    workflow_id: Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1)] = None,
    created_from: DateTimeText = None,
    created_to: DateTimeText = None,
    min_rating: Annotated[
        int | None, QueryParameter(ge=1, le=5, description="least average rating")
    ] = None,
    size: Annotated[
        SizeClass | None,
        QueryParameter(
            description="pixels of the image: small < 0.5 million, medium < 1.5, large < 4.5, huge"
        ),
    ] = None,
    is_favourite: Annotated[
        bool, QueryParameter(name="favourite", description="only favourites of the caller")
    ] = False,
    collection_id: Annotated[
        int | None,
        QueryParameter(
            ge=1,
            le=MAX_ID,
            description="only items of this collection, which must be visible to the caller"
            " and not be a smart one",
        ),
    ] = None,
) -> ContentFilter:
    """Return the filter of the query parameters.

    Takes the caller from another dependency of the list's route, so that Litestar resolves one after
    the other. It would start a task group for two that are independent.
    """
    with collect_errors() as collecting:
        with collecting():
            wanted_tags = read_tag_list(tags)
        with collecting():
            moment_from = parse_datetime(created_from, field="created_from")
        with collecting():
            moment_to = parse_datetime(created_to, field="created_to")
    return ContentFilter(
        viewer_id=fast_content.viewer.user_id,
        scope=whose,
        in_trash=in_trash,
        words=words_of(search),
        tags=wanted_tags,
        content_type=content_type,
        workflow_id=workflow_id,
        checkpoint_model=checkpoint_model,
        created_from=moment_from,
        created_to=moment_to,
        min_rating=min_rating,
        size=size,
        is_favourite=is_favourite,
        collection_id=collection_id,
    )
