"""Links to collections: what visitors see, and when a link stops to work."""

import re
from datetime import timedelta
from typing import Any

import httpx
import msgspec
from PIL import Image
from sqlalchemy import update
from tests.builders import PARAMETERS, make_content
from tests.support.collections import add, create, make_link, problem
from tests.support.people import Person, Town, running_town
from tests.support.uploads import decoded

from genonaut.accounts.administration import UserService
from genonaut.collections.tables import CollectionLink
from genonaut.config import Settings
from genonaut.content.tables import ContentItem, ContentType, Visibility
from genonaut.core.clock import utcnow


class Visitor:
    """A client without credentials."""

    def __init__(self, town: Town, token: str) -> None:
        self._http = town.api.http
        self.path = f"/api/v1/shared/{token}"

    async def get(self, path: str = "", **query: Any) -> httpx.Response:
        return await self._http.get(self.path + path, params=query)

    async def follow(self, url: str) -> httpx.Response:
        return await self._http.get(url)

    async def give(self, password: str) -> httpx.Response:
        return await self._http.post(f"{self.path}/access", json={"password": password})


async def shared(town: Town, ann: Person, **fields: Any) -> tuple[int, int, Visitor]:
    """Make a collection with one private item and a link; return their ids and a visitor."""
    content_id = await make_content(town.runtime, ann.identity, prompt="my secret prompt")
    board = await create(ann, "Foxes", description="of the forest")
    await add(ann, board, content_id)
    return board, content_id, Visitor(town, await make_link(ann, board, **fields))


async def test_visitors_see_the_collection_and_no_prompts(town: Town, ann: Person) -> None:
    _, content_id, visitor = await shared(town, ann)
    answer = await visitor.get()
    assert answer.status_code == 200
    assert "secret" not in answer.text
    assert str(ann.identity.user_id) not in answer.text
    page = answer.json()
    assert (page["name"], page["description"], page["total"]) == ("Foxes", "of the forest", 1)
    (item,) = page["items"]
    assert (item["id"], item["title"], item["prompt"]) == (content_id, None, None)
    image = await visitor.follow(item["image_url"])
    assert image.status_code == 200
    assert PARAMETERS.encode() not in image.content
    assert isinstance(decoded(image.content), Image.Image)
    assert "no-store" in image.headers["cache-control"] or "max-age=0" in image.headers["cache-control"]  # fmt: skip
    for thumbnail in item["thumbnails"]:
        assert (await visitor.follow(thumbnail["url"])).status_code == 200


async def test_the_page_of_a_link_names_the_collection_to_programs_that_preview_it(
    town: Town, ann: Person
) -> None:
    board, content_id, visitor = await shared(town, ann)
    await ann.http.patch(f"/collections/{board}", json={"name": 'Foxes "<b>"'})
    http, token = town.api.http, visitor.path.rpartition("/")[2]
    page = await http.get(f"/s/{token}")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert 'property="og:title" content="Foxes &quot;&lt;b&gt;&quot;"' in page.text
    assert 'property="og:description" content="of the forest"' in page.text
    assert "secret" not in page.text
    (image,) = re.findall(r'property="og:image" content="http://[^/"]+(/[^"]+)"', page.text)
    assert f"/items/{content_id}/" in image
    assert (await visitor.follow(image)).status_code == 200
    cover = await make_content(town.runtime, ann.identity)
    await add(ann, board, cover)
    await ann.http.patch(f"/collections/{board}", json={"cover_content_id": cover})
    assert f"/items/{cover}/thumbnails/" in (await http.get(f"/s/{token}")).text
    await ann.http.patch(f"/collections/{board}/link", json={"password": "open sesame"})
    for other in (token, "guessed"):
        locked = await http.get(f"/s/{other}")
        assert locked.status_code == 200
        assert "og:" not in locked.text
        assert "Foxes" not in locked.text


async def test_visitors_see_the_items_in_the_order_of_the_collection(
    town: Town, ann: Person
) -> None:
    board, first, visitor = await shared(town, ann)
    second, third = [await make_content(town.runtime, ann.identity) for _ in range(2)]
    await add(ann, board, second, third)
    await ann.http.post(f"/collections/{board}/items/move", json={"ids": [third], "before": first})
    page = (await visitor.get(limit=2)).json()
    assert [one["id"] for one in page["items"]] == [third, first]
    assert page["total"] == 3
    rest = (await visitor.get(limit=2, cursor=page["next_cursor"])).json()
    assert [one["id"] for one in rest["items"]] == [second]
    assert rest["next_cursor"] is None


async def test_prompts_are_shown_if_the_owner_wants_that(town: Town, ann: Person) -> None:
    _, _, visitor = await shared(town, ann, shows_prompts=True)
    (item,) = (await visitor.get()).json()["items"]
    assert item["prompt"] == "my secret prompt"
    assert PARAMETERS.encode() in (await visitor.follow(item["image_url"])).content


async def test_a_link_that_shows_prompts_gives_the_files_of_videos_in_ranges(
    town: Town, ann: Person
) -> None:
    board, content_id, visitor = await shared(town, ann, shows_prompts=True, password="sesame seed")
    await _turn_into(town, content_id, ContentType.VIDEO, "video/mp4")
    access = (await visitor.give("sesame seed")).json()["access"]
    (item,) = (await visitor.get(access=access)).json()["items"]
    whole = await visitor.follow(item["file_url"])
    assert whole.status_code == 200
    assert PARAMETERS.encode() in whole.content
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    part = await town.api.http.get(item["file_url"], headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, whole.content[2:6])
    path = f"/items/{content_id}/file"
    assert problem(await visitor.get(path)) == (403, "link_password_required")
    # What a browser plays in the middle of the file is refused as soon as the link stops to work.
    await ann.http.patch(f"/collections/{board}/link", json={"is_enabled": False})
    gone = await town.api.http.get(item["file_url"], headers={"Range": "bytes=6-9"})
    assert problem(gone) == (404, "not_found")


async def test_visitors_get_no_file_whose_metadata_a_link_does_not_show(
    town: Town, ann: Person, bob: Person
) -> None:
    board, content_id, visitor = await shared(town, ann)
    await _turn_into(town, content_id, ContentType.VIDEO, "video/mp4")
    path = f"/items/{content_id}/file"
    (item,) = (await visitor.get()).json()["items"]
    assert (item["content_type"], item["file_url"]) == ("video", None)
    assert problem(await visitor.get(path)) == (404, "not_found")
    await ann.http.patch(f"/collections/{board}/link", json={"shows_prompts": True})
    assert (await visitor.get(path)).status_code == 200
    other = await make_content(town.runtime, ann.identity)
    public = await make_content(town.runtime, bob.identity, visibility=Visibility.PUBLIC)
    await add(ann, board, public)
    for hidden in (other, public):
        assert problem(await visitor.get(f"/items/{hidden}/file")) == (404, "not_found")
    assert "content-disposition" not in (await visitor.get(path)).headers
    await _turn_into(town, content_id, ContentType.FILE, "text/html")
    assert "attachment" in (await visitor.get(path)).headers["content-disposition"]


async def _turn_into(town: Town, content_id: int, content_type: ContentType, mime: str) -> None:
    async with town.runtime.begin() as uow:
        change = update(ContentItem).where(ContentItem.id == content_id)
        await uow.session.execute(change.values(content_type=content_type, mime=mime))


async def test_a_link_shows_nothing_of_other_users_and_other_items(
    town: Town, ann: Person, bob: Person
) -> None:
    board, content_id, visitor = await shared(town, ann)
    public = await make_content(town.runtime, bob.identity, visibility=Visibility.PUBLIC)
    other = await make_content(town.runtime, ann.identity, visibility=Visibility.PUBLIC)
    await add(ann, board, public)
    ids = [one["id"] for one in (await visitor.get()).json()["items"]]
    assert ids == [content_id]
    refusals = set()
    for hidden in (public, other, 10**9):
        for path in (f"/items/{hidden}/image", f"/items/{hidden}/thumbnails/small"):
            answer = await visitor.get(path)
            refusals.add((answer.status_code, answer.json()["detail"]))
    assert len(refusals) == 1  # no difference between hidden and missing
    assert {status for status, _ in refusals} == {404}
    # The link opens nothing but itself.
    for path in ("/api/v1/content", f"/api/v1/content/{content_id}/image", "/api/v1/collections"):
        assert (await town.api.http.get(path)).status_code == 401


async def test_links_stop_to_work(town: Town, ann: Person) -> None:
    board, content_id, visitor = await shared(town, ann)
    link, image = f"/collections/{board}/link", f"/items/{content_id}/image"
    assert (await visitor.get(image)).status_code == 200
    await ann.http.patch(link, json={"is_enabled": False})
    assert {(await visitor.get()).status_code, (await visitor.get(image)).status_code} == {404}
    await ann.http.patch(link, json={"is_enabled": True})
    assert (await visitor.get()).status_code == 200
    async with town.runtime.begin() as uow:
        past = utcnow() - timedelta(seconds=1)
        await uow.session.execute(update(CollectionLink).values(expires_at=past))
    assert problem(await visitor.get()) == (410, "link_expired")
    assert problem(await visitor.get(image)) == (410, "link_expired")
    later = (utcnow() + timedelta(days=1)).isoformat()
    assert (await ann.http.patch(link, json={"expires_at": later})).status_code == 200
    assert (await visitor.get()).status_code == 200
    renewed = Visitor(town, await make_link(ann, board))
    assert problem(await visitor.get()) == (404, "not_found")
    assert (await renewed.get()).status_code == 200
    assert (await ann.http.delete(link)).status_code == 204
    assert problem(await renewed.get()) == (404, "not_found")
    assert problem(await ann.http.get(link)) == (404, "not_found")
    past_text = (utcnow() - timedelta(days=1)).isoformat()
    answer = await ann.http.post(link, json={"expires_at": past_text})
    assert problem(answer) == (422, "invalid_input")


async def test_guessed_tokens_find_nothing(town: Town, ann: Person) -> None:
    _, _, visitor = await shared(town, ann)
    token = visitor.path.rpartition("/")[2]
    for guess in (token[:-1], token + "A", token.swapcase(), "x", "A" * 43, "%00"):
        answer = await Visitor(town, guess).get()
        assert answer.status_code in {404, 422}, guess
        assert (await Visitor(town, guess).give("x")).status_code in {404, 422}


async def test_a_password_opens_the_link_until_it_changes(town: Town, ann: Person) -> None:
    board, content_id, visitor = await shared(town, ann, password="open sesame")
    refused = await visitor.get()
    assert problem(refused) == (403, "link_password_required")
    assert "Foxes" not in refused.text
    image = f"/items/{content_id}/image"
    assert problem(await visitor.get(image)) == (403, "link_password_required")
    assert problem(await visitor.give("open sesam")) == (403, "wrong_link_password")
    access = (await visitor.give("open sesame")).json()["access"]
    page = await visitor.get(access=access)
    assert page.status_code == 200
    (item,) = page.json()["items"]
    assert (await visitor.follow(item["image_url"])).status_code == 200
    assert (await visitor.follow(item["thumbnails"][0]["url"])).status_code == 200
    ends, _, signature = access.partition(".")
    for forged in (f"{int(ends) + 1}.{signature}", signature, "9" * 30, f"{ends}.", "٣.x"):
        assert problem(await visitor.get(access=forged)) == (403, "link_password_required")
    await ann.http.patch(f"/collections/{board}/link", json={"password": "another one"})
    assert problem(await visitor.get(access=access)) == (403, "link_password_required")
    shown = (await ann.http.get(f"/collections/{board}/link")).json()
    assert shown["has_password"] is True
    await ann.http.patch(f"/collections/{board}/link", json={"password": None})
    assert (await visitor.get()).status_code == 200


async def test_the_token_and_the_password_are_stored_as_hashes(town: Town, ann: Person) -> None:
    board, _, visitor = await shared(town, ann, password="open sesame")
    token = visitor.path.rpartition("/")[2]
    async with town.runtime.begin() as uow:
        link = await uow.session.get_one(CollectionLink, board)
    assert token.encode() not in link.token_hash
    assert (link.password_hash or "").startswith("$argon2id$")
    assert token not in (await ann.http.get(f"/collections/{board}/link")).text


async def test_links_of_users_without_access_show_nothing(town: Town, ann: Person) -> None:
    _, _, visitor = await shared(town, ann)
    async with town.runtime.begin() as uow:
        await UserService(uow, town.runtime.settings.auth).delete(ann.identity.user_id)
    assert problem(await visitor.get()) == (404, "not_found")


async def test_a_link_to_a_smart_collection_shows_own_items_that_match(
    town: Town, ann: Person, bob: Person
) -> None:
    fox = await make_content(town.runtime, ann.identity, prompt="a fox")
    await make_content(town.runtime, ann.identity, prompt="a whale")
    await make_content(town.runtime, bob.identity, prompt="a fox", visibility=Visibility.PUBLIC)
    board = await create(ann, filter={"search": "fox", "scope": "all"})
    visitor = Visitor(town, await make_link(ann, board))
    assert [one["id"] for one in (await visitor.get()).json()["items"]] == [fox]


async def test_visitors_are_limited_by_address(settings: Settings) -> None:
    replace = msgspec.structs.replace
    limits = replace(
        settings.limits,
        is_enabled=True,
        visitor_burst=3,
        visitor_per_minute=0.001,
        name_burst=2,
        name_per_minute=0.001,
    )
    async with running_town(replace(settings, limits=limits)) as town:
        ann = await town.person("ann")
        _, _, visitor = await shared(town, ann)
        answers = [(await visitor.get()).status_code for _ in range(5)]
        assert answers == [200, 200, 200, 429, 429]
        assert (await visitor.give("x")).status_code == 429
