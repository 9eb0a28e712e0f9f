"""What was made with a model: its newest images, and the settings that are used most."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    Select,
    String,
    cast,
    column,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.content.filters import IS_PUBLIC, NOT_TRASHED
from genonaut.content.image_views import ImageView, thumbnails_of
from genonaut.content.tables import ContentItem

_EVALUATED = 200
"""The newest images of a model whose settings are evaluated."""
_SETTINGS = ("width", "height", "steps", "cfg", "sampler_name", "scheduler")
_SHOWN_VALUES = 5


class Example(msgspec.Struct, frozen=True):
    """An image that was made with a model."""

    checkpoint_model: str
    content_id: int
    picture: ImageView


class UsedValue(msgspec.Struct, frozen=True):
    """A value of a setting, and the number of evaluated images that have it."""

    value: int | float | str
    count: int


class UsedSettings(msgspec.Struct, frozen=True):
    """The values of each setting among the newest images of a model, the most frequent first."""

    counted: int
    values: Mapping[str, Sequence[UsedValue]]


def examples_query(
    names: Sequence[str], *, viewer_id: UUID, limit: int
) -> Select[*tuple[Any, ...]]:
    """Return the query for the newest own and public images of each model, one index lookup each."""
    listed = cast(list(names), ARRAY(String))
    wanted = func.unnest(listed).table_valued(column("name", String)).render_derived()
    name = wanted.c.name
    item = ContentItem
    newest = [
        select(item.id, item.created_at)
        .where(item.checkpoint_model == name, NOT_TRASHED, whose)
        .order_by(item.created_at.desc(), item.id.desc())
        .limit(limit)
        .correlate(wanted)
        for whose in (item.user_id == viewer_id, IS_PUBLIC)
    ]
    merged = union_all(*newest).subquery()
    chosen = (
        select(merged.c.id, merged.c.created_at)
        .group_by(merged.c.id, merged.c.created_at)
        .order_by(merged.c.created_at.desc(), merged.c.id.desc())
        .limit(limit)
        .lateral("chosen")
    )
    return (
        select(
            item.checkpoint_model, item.id, item.sha256, item.placeholder, item.width, item.height,
            thumbnails_of(item.id),
        )
        .select_from(wanted.join(chosen, true()).join(item, item.id == chosen.c.id))
        .order_by(item.checkpoint_model, item.created_at.desc(), item.id.desc())
    )  # fmt: skip


async def examples_of(
    session: AsyncSession, names: Sequence[str], *, viewer_id: UUID, limit: int
) -> list[Example]:
    """Return the newest images of each model, at most ``limit`` each, by model."""
    if not names:
        return []
    query = examples_query(names, viewer_id=viewer_id, limit=limit)
    return [
        Example(row[0], row[1], ImageView.of_columns(row[1:]))
        for row in await session.execute(query)
    ]


async def used_settings_of(
    session: AsyncSession, checkpoint_model: str, *, viewer_id: UUID
) -> UsedSettings:
    """Return the settings of the newest own and public images of a model."""
    item = ContentItem
    branches = [
        select(item.id, item.created_at)
        .where(item.checkpoint_model == checkpoint_model, NOT_TRASHED, whose)
        .order_by(item.created_at.desc(), item.id.desc())
        .limit(_EVALUATED)
        for whose in (item.user_id == viewer_id, IS_PUBLIC)
    ]
    newest = union_all(*branches).subquery()
    ids = select(newest.c.id).group_by(newest.c.id).limit(_EVALUATED)
    rows = await session.scalars(select(item.details).where(item.id.in_(ids)))
    return count_settings(rows)


def count_settings(details: Iterable[Mapping[str, Any]]) -> UsedSettings:
    """Count the values of the settings in the details of items."""
    counters: dict[str, Counter[int | float | str]] = {name: Counter() for name in _SETTINGS}
    counted = 0
    for one in details:
        counted += 1
        for name, counter in counters.items():
            value = one.get(name)
            if isinstance(value, int | float | str) and not isinstance(value, bool):
                counter[value] += 1
    return UsedSettings(
        counted,
        {
            name: [UsedValue(*pair) for pair in counter.most_common(_SHOWN_VALUES)]
            for name, counter in counters.items()
        },
    )
