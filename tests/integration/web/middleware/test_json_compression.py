"""JSON responses are compressed for clients that accept it; other responses are not."""

import gzip

import msgspec
import pytest
from tests.support.service import running_api

from genonaut.config import Settings


async def test_large_json_is_compressed_on_request(settings: Settings) -> None:
    async with running_api(settings) as api:
        path = "/api/schema/openapi.json"
        plain = await api.http.get(path, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        async with api.http.stream("GET", path, headers={"Accept-Encoding": "br, gzip"}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in answer.headers["vary"].lower()
        assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 4
        assert msgspec.json.decode(gzip.decompress(raw)) == plain.json()


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("/health/live", "gzip"),
        ("/api/schema/openapi.json", "gzip;q=0"),
        ("/api/schema/openapi.json", "br"),
        ("/api/schema", "gzip"),
    ],
)
async def test_other_responses_are_not_compressed(
    settings: Settings, path: str, accepted: str
) -> None:
    async with running_api(settings) as api:
        answer = await api.http.get(path, headers={"Accept-Encoding": accepted})
        assert answer.status_code == 200
        assert "content-encoding" not in answer.headers
