import io
import itertools
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import text
from tests.builders import keys_of, make_content, png
from tests.support.people import Person, Town

from genonaut.content.tables import Visibility

_OPEN_TRANSACTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'
"""
REVALIDATED = "private, max-age=0, must-revalidate"
IMMUTABLE = "private, max-age=31536000, immutable"


@pytest.fixture
async def content_id(town: Town, ann: Person) -> int:
    return await make_content(town.runtime, ann.identity, data=png(600, 300))


async def get(person: Person, content_id: int, rest: str = "/image", **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return await person.http.get(f"/content/{content_id}{rest}", headers=names)


async def test_the_image_has_all_caching_headers(ann: Person, content_id: int) -> None:
    item = (await ann.http.get(f"/content/{content_id}")).json()
    answer = await get(ann, content_id)
    assert answer.status_code == 200
    assert answer.content == png(600, 300)
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-length"] == str(item["size_bytes"])
    assert headers["etag"] == f'"{item["sha256"]}"'
    assert headers["cache-control"] == REVALIDATED
    assert headers["accept-ranges"] == "bytes"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["last-modified"].endswith(" GMT")
    assert "content-disposition" not in headers
    assert "vary" not in headers
    pinned = await ann.http.get(item["image_url"].removeprefix("/api/v1"))
    assert pinned.headers["cache-control"] == IMMUTABLE
    other = await get(ann, content_id, f"/image?v={'0' * 64}")
    assert other.headers["cache-control"] == REVALIDATED


@pytest.mark.parametrize("rest", ["/image", "/image?metadata=strip", "/thumbnails/small"])
async def test_a_current_copy_is_304(ann: Person, content_id: int, rest: str) -> None:
    first = await get(ann, content_id, rest)
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers in (
        {"If_None_Match": etag},
        {"If_None_Match": f'"other", W/{etag}'},
        {"If_None_Match": "*"},
        {"If_Modified_Since": modified},
    ):
        again = await get(ann, content_id, rest, **headers)
        assert again.status_code == 304, headers
        assert again.content == b""
        assert again.headers["etag"] == etag
        assert again.headers.get("content-length", "0") == "0"
        assert again.headers["cache-control"] == REVALIDATED
    for headers in (
        {"If_None_Match": '"other"'},
        {"If_None_Match": '"other"', "If_Modified_Since": modified},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": "yesterday"},
    ):
        assert (await get(ann, content_id, rest, **headers)).status_code == 200, headers


@pytest.mark.parametrize("rest", ["/image", "/image?metadata=strip", "/thumbnails/medium"])
async def test_ranges_are_served(ann: Person, content_id: int, rest: str) -> None:
    whole = await get(ann, content_id, rest)
    size = len(whole.content)
    for wanted, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, size),
        ("bytes=-7", size - 7, size),
        (f"bytes=-{size * 2}", 0, size),
        (f"bytes=5-{size * 9}", 5, size),
    ):
        part = await get(ann, content_id, rest, Range=wanted)
        assert part.status_code == 206, wanted
        assert part.content == whole.content[start:end]
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert part.headers["content-length"] == str(end - start)
        assert part.headers["etag"] == whole.headers["etag"]
    for wanted in ("bytes=9-3", "bytes=0-1,5-6", "bytes=x", "lines=1-2", "bytes=-"):
        part = await get(ann, content_id, rest, Range=wanted)
        assert part.status_code == 200, wanted
        assert part.content == whole.content
    for wanted in (f"bytes={size}-", "bytes=-0", f"bytes={10**17}-"):
        part = await get(ann, content_id, rest, Range=wanted)
        assert part.status_code == 416, wanted
        assert part.headers["content-range"] == f"bytes */{size}"
        assert part.json()["code"] == "range_not_satisfiable"


async def test_an_outdated_if_range_gets_the_whole_file(ann: Person, content_id: int) -> None:
    first = await get(ann, content_id)
    etag, modified = first.headers["etag"], first.headers["last-modified"]
    for condition, status in (
        (etag, 206),
        (modified, 206),
        ('"other"', 200),
        (f"W/{etag}", 200),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 200),
    ):
        part = await get(ann, content_id, Range="bytes=0-9", If_Range=condition)
        assert part.status_code == status, condition


@pytest.mark.parametrize("rest", ["/image", "/image?metadata=strip", "/thumbnails/small"])
async def test_head_has_the_headers_of_get(ann: Person, content_id: int, rest: str) -> None:
    whole = await get(ann, content_id, rest)
    head = await ann.http.head(f"/content/{content_id}{rest}", headers={"Range": "bytes=0-1"})
    assert head.status_code == 200
    assert head.content == b""
    for name in ("content-length", "content-type", "etag", "last-modified", "cache-control"):
        assert head.headers[name] == whole.headers[name], name
    unchanged = {"If-None-Match": whole.headers["etag"]}
    again = await ann.http.head(f"/content/{content_id}{rest}", headers=unchanged)
    assert again.status_code == 304
    assert (await ann.http.head("/content/999/image")).status_code == 404


async def test_a_download_has_a_name_and_can_be_without_metadata(
    ann: Person, content_id: int
) -> None:
    await ann.http.patch(f"/content/{content_id}", json={"title": 'A "Fox"\r\nin Öl; x=/../y'})
    answer = await get(ann, content_id, "/image?download=1")
    name = f"{content_id:06d}-a-fox-in-l-x-y.png"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert b"Seed: 42" in answer.content
    plain = await get(ann, content_id, "/image?download=1&metadata=strip")
    assert plain.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert plain.headers["content-type"] == "image/png"
    assert b"Seed: 42" not in plain.content
    assert plain.headers["etag"] != answer.headers["etag"]
    pixels = [Image.open(io.BytesIO(one.content)).tobytes() for one in (answer, plain)]
    assert pixels[0] == pixels[1]


ACCEPTED = {
    "image/avif,image/webp,*/*;q=0.8": "image/webp",
    "image/*": "image/webp",
    "*/*": "image/webp",
    "image/png,image/jpeg": "image/jpeg",
    "text/html": "image/jpeg",
    "image/webp;q=0, */*": "image/jpeg",
    "image/webp;q=0.2, image/jpeg": "image/jpeg",
    "": "image/jpeg",
}


async def test_thumbnails_are_webp_or_jpeg_as_the_client_accepts(
    ann: Person, content_id: int
) -> None:
    for accept, kind in ACCEPTED.items():
        answer = await get(ann, content_id, "/thumbnails/small", Accept=accept)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind, accept
        assert answer.headers["vary"] == "Accept"
        assert answer.headers["x-content-type-options"] == "nosniff"
        image = Image.open(io.BytesIO(answer.content))
        assert image.get_format_mimetype() == kind
        assert image.size == (256, 128)


async def test_thumbnails_are_never_enlarged_and_have_three_sizes(
    ann: Person, content_id: int
) -> None:
    large = await get(ann, content_id, "/thumbnails/large", Accept="image/webp")
    assert Image.open(io.BytesIO(large.content)).size == (600, 300)
    assert (await get(ann, content_id, "/thumbnails/huge")).status_code in {404, 422}


async def test_invalid_file_parameters_are_refused(ann: Person, content_id: int) -> None:
    for query in ["?download=2", "?metadata=some", f"?v={'0' * 65}", "?v=%00", "?trash=maybe"]:
        assert (await get(ann, content_id, f"/image{query}")).status_code == 422, query


FILES = ["/image", "/image?metadata=strip", "/thumbnails/small"]


@pytest.mark.parametrize("damage", ["deleted", "cut", "empty", "directory"])
async def test_missing_and_damaged_files_are_clear_problems(
    town: Town, ann: Person, content_id: int, tmp_path: Any, damage: str
) -> None:
    keys = await keys_of(town.runtime, content_id)
    for key in keys:
        file = tmp_path / "files" / key
        data = file.read_bytes()
        file.unlink()
        if damage == "directory":
            file.mkdir()
        elif damage != "deleted":
            file.write_bytes(data[: len(data) // 2] if damage == "cut" else b"")
    asked: tuple[dict[str, str], ...] = ({}, {"Range": "bytes=0-9"}, {"Accept": "image/jpeg"})
    for rest, headers in itertools.product(FILES, asked):
        answer = await get(ann, content_id, rest, **headers)
        assert answer.status_code in {404, 503}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        code = answer.json()["code"]
        assert code in {"file_missing", "file_damaged", "storage_unavailable"}
        if damage in {"cut", "empty"}:
            assert code == "file_damaged"
        assert not any(key in answer.text or "images/" in answer.text for key in keys)
        assert str(tmp_path) not in answer.text


async def test_a_file_is_served_to_others_only_while_public(
    town: Town, ann: Person, bob: Person
) -> None:
    content_id = await make_content(town.runtime, ann.identity, visibility=Visibility.PUBLIC)
    answer = await get(bob, content_id)
    assert answer.status_code == 200
    await ann.http.patch(f"/content/{content_id}", json={"visibility": "private"})
    for rest in FILES:
        again = await get(bob, content_id, rest, If_None_Match=answer.headers["etag"])
        assert again.status_code == 404


async def test_no_transaction_is_open_while_a_file_is_sent(
    town: Town, ann: Person, content_id: int
) -> None:
    async with ann.http.stream("GET", f"/content/{content_id}/image") as answer:
        assert isinstance(answer, httpx.Response)
        async with town.runtime.engine.connect() as connection:
            assert await connection.scalar(text(_OPEN_TRANSACTIONS)) == 0
        await answer.aread()


async def test_modified_since_the_same_second_is_unchanged(ann: Person, content_id: int) -> None:
    item = (await ann.http.get(f"/content/{content_id}")).json()
    made = datetime.fromisoformat(item["created_at"])
    for shift, status in ((timedelta(0), 304), (timedelta(seconds=-1), 200)):
        since = format_datetime((made + shift).replace(microsecond=0), usegmt=True)
        assert (await get(ann, content_id, If_Modified_Since=since)).status_code == status
