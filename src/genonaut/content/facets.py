"""Facets: how many items of a filtered list have each model, tag, type, month, rating and size.

The items are those of the list with the same filter, except that a facet ignores the filter of its own
field: the models beside a chosen one stay visible. Items must have all chosen tags, so tags are counted
with that filter. At most the newest 5,000 items are counted, in the order of the list; beyond that the
numbers are lower bounds, and `Facet.is_complete` is false.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import CTE, ColumnElement, Select, String, cast, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.filters import ContentFilter
from genonaut.content.image_sizes import PIXELS, size_class_of
from genonaut.content.tables import ContentItem, ContentTag
from genonaut.db.query_plans import USE_CUSTOM_PLANS

FACETS_COUNTED = 5_000
"""Items that are counted: reading them and their tags takes about as long as a page with its total."""

FacetName = Literal["models", "tags", "content_types", "months", "ratings", "sizes"]
FACETS: Sequence[FacetName] = ("models", "tags", "content_types", "months", "ratings", "sizes")
_MOST_VALUES: dict[FacetName, int] = {
    "models": 30, "tags": 40, "content_types": 6, "months": 24, "ratings": 5, "sizes": 4,
}  # fmt: skip
_TOTAL = "total"


class FacetValue(msgspec.Struct, frozen=True):
    """A value and its number of items."""

    value: str
    count: int


class Facet(msgspec.Struct, frozen=True):
    """The values of one field, the most frequent first; months newest first, ratings from 5 down."""

    values: Sequence[FacetValue]
    is_complete: bool
    """Whether all items were counted; else the numbers are lower bounds."""


Facets = dict[FacetName, Facet]


async def facets_of(session: AsyncSession, wanted: ContentFilter) -> Facets:
    """Return all facets of a filtered list; one query, and another for each filtered facet."""
    await session.execute(USE_CUSTOM_PLANS)
    found: Facets = {}
    for narrowed, names in _groups(wanted):
        rows = (await session.execute(facets_query(narrowed, names))).all()
        total = next(count for name, _, count in rows if name == _TOTAL)
        for name in names:
            values = [FacetValue(value, count) for of, value, count in rows if of == name]
            found[name] = Facet(_ordered(name, values), total <= FACETS_COUNTED)
    return found


def facets_query(wanted: ContentFilter, names: Sequence[FacetName]) -> Select[*tuple[Any, ...]]:
    """Return the query for rows of facet, value and number; one row has the total, at most 5,001."""
    items = _counted_items(wanted)
    counted = items.c
    by_value: dict[FacetName, ColumnElement[Any]] = {
        "models": counted.checkpoint_model,
        "content_types": counted.content_type,
        "months": func.to_char(func.timezone("UTC", counted.created_at), "YYYY-MM"),
        "sizes": size_class_of(counted.pixels),
    }
    parts: list[Select[*tuple[Any, ...]]] = [
        select(literal(_TOTAL), cast("", String), func.count()).select_from(items)
    ]
    for name in names:
        match name:
            case "tags":
                parts.append(_tags_query(items))
            case "ratings":
                parts += [
                    select(literal(name), cast(str(stars), String), func.count())
                    .select_from(items)
                    .where(counted.rating_average >= stars)
                    for stars in range(5, 0, -1)
                ]
            case _:
                value = by_value[name]
                parts.append(
                    select(literal(name), cast(value, String), func.count())
                    .select_from(items)
                    .where(value.is_not(None), cast(value, String) != "")
                    .group_by(value)
                )
    merged = union_all(*parts).subquery()
    return select(*merged.c)


def _counted_items(wanted: ContentFilter) -> CTE:
    """Return the newest items that match, one more than are counted."""
    item, most = ContentItem, FACETS_COUNTED + 1
    columns = (
        item.id, item.created_at, item.checkpoint_model, item.content_type, item.rating_average,
        PIXELS.label("pixels"),
    )  # fmt: skip
    branches = [
        select(*columns)
        .where(*conditions)
        .order_by(item.created_at.desc(), item.id.desc())
        .limit(most)
        for conditions in wanted.branches()
    ]
    if len(branches) == 1:
        return branches[0].cte("counted")
    merged = union_all(*branches).subquery()
    newest = select(*merged.c).order_by(merged.c.created_at.desc(), merged.c.id.desc())
    return newest.limit(most).cte("counted")


def _tags_query(items: CTE) -> Select[*tuple[Any, ...]]:
    tag = ContentTag
    count = func.count()
    found = (
        select(tag.tag, count.label("number"))
        .join(items, items.c.id == tag.content_id)
        .group_by(tag.tag)
        .order_by(count.desc(), tag.tag)
        .limit(_MOST_VALUES["tags"])
        .subquery()
    )
    return select(literal("tags"), cast(found.c.tag, String), found.c.number)


def _groups(wanted: ContentFilter) -> list[tuple[ContentFilter, list[FacetName]]]:
    """Return the different filters of the facets, each with its facets."""
    groups: list[tuple[ContentFilter, list[FacetName]]] = []
    for name in FACETS:
        narrowed = _without(wanted, name)
        for known, names in groups:
            if known == narrowed:
                names.append(name)
                break
        else:
            groups.append((narrowed, [name]))
    return groups


def _without(wanted: ContentFilter, name: FacetName) -> ContentFilter:
    change = msgspec.structs.replace
    match name:
        case "models":
            return change(wanted, checkpoint_model=None)
        case "content_types":
            return change(wanted, content_type=None)
        case "months":
            return change(wanted, created_from=None, created_to=None)
        case "ratings":
            return change(wanted, min_rating=None)
        case "sizes":
            return change(wanted, size=None)
        case "tags":
            return wanted


def _ordered(name: FacetName, values: list[FacetValue]) -> list[FacetValue]:
    values = [one for one in values if one.count > 0]
    if name in {"months", "ratings"}:
        values.sort(key=lambda one: one.value, reverse=True)
    else:
        values.sort(key=lambda one: (-one.count, one.value))
    return values[: _MOST_VALUES[name]]
