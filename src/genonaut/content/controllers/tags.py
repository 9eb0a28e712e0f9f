"""Routes of tags."""

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from genonaut.accounts.identity import Identity
from genonaut.content.controllers.parameters import Limit
from genonaut.content.schemas import TagsView, TagView
from genonaut.content.tag_usage import complete_tag
from genonaut.core.pagination import DEFAULT_LIMIT
from genonaut.core.schemas import NO_NUL
from genonaut.db import UnitOfWork


class TagController(Controller):
    """Tags in use."""

    path = "/tags"
    tags = ("content",)

    @get("/", summary="Complete a tag")
    async def list_tags(
        self,
        *,
        identity: NamedDependency[Identity],
        uow: NamedDependency[UnitOfWork],
        search: Annotated[str | None, QueryParameter(max_length=200, pattern=NO_NUL)] = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> TagsView:
        """Return tags of own and public items that contain the text."""
        found = await complete_tag(uow, viewer_id=identity.user_id, typed=search, limit=limit)
        return TagsView(
            items=[TagView(tag=one.tag, count=one.count, own_count=one.own_count) for one in found]
        )
