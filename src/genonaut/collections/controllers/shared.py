"""Routes for visitors who have the link of a collection; no account is needed."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Controller, HttpMethod, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import route
from litestar.params import FromPath, JSONBody, QueryParameter

from genonaut.accounts.guards import VISITORS
from genonaut.accounts.identity import Client
from genonaut.accounts.passwords import Passwords
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.collections.controllers.link_bodies import (
    AccessSubmit,
    AccessView,
    SharedView,
    shared_item,
)
from genonaut.collections.errors import WrongLinkPasswordError
from genonaut.collections.preview import Preview, SharedCollection, access_code
from genonaut.content.controllers.file_responses import (
    FILE_RESPONSES,
    FileResponses,
    accepted_by,
    conditions_of,
)
from genonaut.content.controllers.parameters import Limit
from genonaut.content.downloads import NEVER_SHOWN, download_name
from genonaut.content.file_access import FileItem, read_file_item
from genonaut.content.tables import ContentType
from genonaut.core.errors import NotFoundError
from genonaut.core.pagination import DEFAULT_LIMIT
from genonaut.core.schemas import NO_NUL
from genonaut.runtime import Runtime
from genonaut.storage.thumbnails import ThumbnailSize

Access = Annotated[
    str | None,
    QueryParameter(
        max_length=100, pattern=NO_NUL, description="what `POST /shared/{token}/access` returned"
    ),
]
_READING = [HttpMethod.GET, HttpMethod.HEAD]


class SharedController(Controller):
    """Collections under links. Requests are limited per address."""

    path = "/shared/{token:str}"
    tags = ("shared",)
    opt = VISITORS  # litestar's declaration

    @get("/", summary="Get a collection by its link")
    async def get_shared(
        self,
        *,
        token: FromPath[str],
        client: NamedDependency[Client],
        limiter: NamedDependency[RateLimiter],
        runtime: NamedDependency[Runtime],
        access: Access = None,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
    ) -> SharedView:
        """Return the name of a collection and one page of its owner's items, in their order.

        A smart collection has the newest first.
        403 with ``link_password_required`` if the link has a password and ``access`` is missing.
        """
        await limiter.admit_visitor(client.address)
        async with runtime.begin() as uow:
            preview = Preview(uow)
            found = await preview.open(token, access)
            page = await preview.page(found, cursor=cursor, limit=limit)
        collection = found.collection
        return SharedView(
            name=collection.name,
            description=collection.description,
            items=[shared_item(found, one, token=token, access=access) for one in page.rows],
            next_cursor=page.next_cursor,
            total=page.total,
        )

    @post("/access", status_code=200, summary="Give the password of a link")
    async def give_password(
        self,
        *,
        token: FromPath[str],
        data: JSONBody[AccessSubmit],
        client: NamedDependency[Client],
        limiter: NamedDependency[RateLimiter],
        runtime: NamedDependency[Runtime],
        passwords: NamedDependency[Passwords],
    ) -> AccessView:
        """Return the value of ``access`` for the other routes of the link; it ends after 12 hours."""
        await limiter.admit_visitor(client.address)
        async with runtime.begin() as uow:
            found = await Preview(uow).find(token)
        link = found.link
        if link.password_hash is not None:
            await limiter.admit_attempt(client.address, f"link {link.collection_id}")
            if not await passwords.verify(link.password_hash, data.password):
                raise WrongLinkPasswordError("the password is wrong")
        code, ends = access_code(link)
        return AccessView(access=code, ends_at=datetime.fromtimestamp(ends, UTC))

    @route(
        "/items/{content_id:int}/image",
        http_method=_READING,
        media_type="image/png",
        summary="Get an image by a link",
        responses=FILE_RESPONSES,
    )
    async def image(
        self,
        *,
        token: FromPath[str],
        content_id: FromPath[int],
        request: Request[Any, Any, Any],
        client: NamedDependency[Client],
        limiter: NamedDependency[RateLimiter],
        runtime: NamedDependency[Runtime],
        access: Access = None,
    ) -> Response[Any]:
        """Return the image, without its metadata unless the link shows prompts.

        For a video it is the first frame, for a sound the waveform; other types have none.
        """
        await limiter.admit_visitor(client.address)
        found, item = await _item(runtime, token, content_id, access)
        responses = FileResponses(runtime, conditions_of(request), is_pinned=False)
        if item.content_type is not ContentType.IMAGE:
            return await responses.poster(item, accept=accepted_by(request))
        if found.link.shows_prompts:
            return await responses.image(item, None)
        return await responses.stripped(item, None)

    @route(
        "/items/{content_id:int}/file",
        http_method=_READING,
        media_type="*/*",
        summary="Get a file by a link",
        responses=FILE_RESPONSES,
    )
    async def file(
        self,
        *,
        token: FromPath[str],
        content_id: FromPath[int],
        request: Request[Any, Any, Any],
        client: NamedDependency[Client],
        limiter: NamedDependency[RateLimiter],
        runtime: NamedDependency[Runtime],
        access: Access = None,
    ) -> Response[Any]:
        """Return the stored file of any type, or a range of it, if the link shows prompts.

        404 under other links: files of videos, sounds and 3D models can name their prompts.
        """
        await limiter.admit_visitor(client.address)
        found, item = await _item(runtime, token, content_id, access)
        if not found.link.shows_prompts:
            raise NotFoundError("this link shows no files; it does not show prompts")
        responses = FileResponses(runtime, conditions_of(request), is_pinned=False)
        is_named = item.content_type in NEVER_SHOWN
        return await responses.image(item, download_name(item) if is_named else None)

    @route(
        "/items/{content_id:int}/thumbnails/{size:str}",
        http_method=_READING,
        media_type="image/webp",
        summary="Get a thumbnail by a link",
        responses=FILE_RESPONSES,
    )
    async def thumbnail(
        self,
        *,
        token: FromPath[str],
        content_id: FromPath[int],
        size: FromPath[ThumbnailSize],
        request: Request[Any, Any, Any],
        client: NamedDependency[Client],
        limiter: NamedDependency[RateLimiter],
        runtime: NamedDependency[Runtime],
        access: Access = None,
    ) -> Response[Any]:
        """Return a thumbnail with a longest edge of 256, 512 or 1024 px, as WebP or JPEG."""
        await limiter.admit_visitor(client.address)
        _, item = await _item(runtime, token, content_id, access)
        responses = FileResponses(runtime, conditions_of(request), is_pinned=False)
        return await responses.thumbnail(item, size, accept=accepted_by(request))


async def _item(
    runtime: Runtime, token: str, content_id: int, access: str | None
) -> tuple[SharedCollection, FileItem]:
    async with runtime.begin() as uow:
        preview = Preview(uow)
        found = await preview.open(token, access)
        await preview.require_item(found, content_id)
    item = await read_file_item(runtime, content_id)
    if item is None or item.is_trashed:
        raise NotFoundError("there is no such item at this link")
    return found, item
