"""The page of a shared collection, with the tags from which chat programs make a preview of its link.

Tags: https://ogp.me and https://developer.x.com/en/docs/x-for-websites/cards.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from litestar import HttpMethod, Request, Response, route
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from genonaut.accounts.guards import PUBLIC
from genonaut.accounts.identity import Client
from genonaut.accounts.rate_limits import RateLimiter
from genonaut.collections.controllers.link_bodies import SharedItemView, shared_item
from genonaut.collections.preview import Preview
from genonaut.core.errors import GenonautError
from genonaut.runtime import Runtime
from genonaut.web.spa import INDEX, NOT_BUILT, Asset, plain_file

_AFTER = b"</title>"
_DESCRIPTION_LENGTH = 300
_WANTED_PX = 1024
"""Edge of the image in the preview; programs refuse much larger ones."""


def shared_page_routes(assets: Mapping[str, Asset]) -> list[HTTPRouteHandler]:
    """Return the route of the page under a link; the app draws it, as it draws every other page."""
    page = plain_file(assets[INDEX]) if INDEX in assets else NOT_BUILT

    @route(
        "/s/{token:str}",
        http_method=[HttpMethod.GET, HttpMethod.HEAD],
        include_in_schema=False,
        opt=PUBLIC,
    )
    async def shared_page(
        request: Request[Any, Any, Any],
        token: FromPath[str],
        client: NamedDependency[Client],
        limiter: NamedDependency[RateLimiter],
        runtime: NamedDependency[Runtime],
    ) -> Response[bytes]:
        """Serve the page; its tags name the collection if the link works and has no password."""
        address = runtime.settings.web.public_url.rstrip("/") or str(request.base_url).rstrip("/")
        try:
            await limiter.admit_visitor(client.address)
            tags = await _tags_of(runtime, token, address)
        except GenonautError:  # The app shows what is wrong with the link.
            tags = []
        head = "".join(
            f'<meta {"property" if name.startswith("og:") else "name"}="{name}" content="{escape(text)}">'
            for name, text in tags
        )
        headers = {"Cache-Control": "no-cache", "X-Robots-Tag": "noindex"}
        body = page.replace(_AFTER, _AFTER + head.encode(), 1)
        return Response(body, media_type="text/html; charset=utf-8", headers=headers)

    return [shared_page]


async def _tags_of(runtime: Runtime, token: str, address: str) -> list[tuple[str, str]]:
    """Return name and content of each tag.

    Raises:
        GenonautError: the link does not work, or needs a password.
    """
    async with runtime.begin() as uow:
        preview = Preview(uow)
        found = await preview.open(token, None)
        page = await preview.page(found, cursor=None, limit=1)
        cover = await preview.cover(found)
        item = None if cover is None else shared_item(found, cover, token=token, access=None)
    collection = found.collection
    count = page.total or 0
    text = collection.description or f"{count} {'item' if count == 1 else 'items'}"
    return [
        ("og:type", "website"),
        ("og:site_name", "Genonaut"),
        ("og:title", collection.name),
        ("og:description", text[:_DESCRIPTION_LENGTH]),
        ("og:url", f"{address}/s/{token}"),
        *([] if item is None else _image_tags(item, address)),
        ("twitter:card", "summary" if item is None else "summary_large_image"),
    ]


def _image_tags(item: SharedItemView, address: str) -> Iterator[tuple[str, str]]:
    fitting = [one for one in item.thumbnails if max(one.width, one.height) <= _WANTED_PX]
    if fitting:
        largest = max(fitting, key=lambda one: one.width)
        yield "og:image", address + largest.url
        yield "og:image:width", str(largest.width)
        yield "og:image:height", str(largest.height)
