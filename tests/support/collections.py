"""Collections through the API."""

from typing import Any

import httpx
from tests.support.people import Person


async def create(person: Person, name: str = "Foxes", **fields: Any) -> int:
    """Create a collection and return its id."""
    answer = await person.http.post("/collections/", json={"name": name, **fields})
    assert answer.status_code == 201, answer.text
    found: int = answer.json()["id"]
    return found


async def collection(person: Person, collection_id: int) -> dict[str, Any]:
    answer = await person.http.get(f"/collections/{collection_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def add(person: Person, collection_id: int, *ids: int) -> dict[int, str]:
    """Add items and return the status of each."""
    path = f"/collections/{collection_id}/items"
    answer = await person.http.post(path, json={"ids": list(ids)})
    assert answer.status_code == 200, answer.text
    return {one["id"]: one["status"] for one in answer.json()["items"]}


async def ids_in(person: Person, collection_id: int, **query: Any) -> list[int]:
    """Return the ids of all items in order, read two at a time."""
    ids: list[int] = []
    cursor: str | None = None
    while True:
        wanted = {**query, "limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = await person.http.get(f"/collections/{collection_id}/items", params=wanted)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        ids += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return ids


async def share(person: Person, collection_id: int, username: str, role: str = "viewer") -> None:
    path = f"/collections/{collection_id}/members"
    answer = await person.http.post(path, json={"username": username, "role": role})
    assert answer.status_code == 200, answer.text


async def make_link(person: Person, collection_id: int, **fields: Any) -> str:
    """Make a link and return its token."""
    answer = await person.http.post(f"/collections/{collection_id}/link", json=fields)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status_code, answer.json()["code"]
