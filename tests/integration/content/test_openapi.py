"""The gallery in the OpenAPI document, from which the web app's types are generated."""

from typing import Any

import pytest

from genonaut.web.app import openapi_document


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def parameters(document: dict[str, Any], path: str, method: str = "get") -> dict[str, Any]:
    operation = document["paths"][f"/api/v1/{path}"][method]
    return {one["name"]: one for one in operation["parameters"]}


@pytest.mark.parametrize("path", ["content", "content/{content_id}/neighbours"])
def test_lists_and_neighbours_take_the_same_filters(document: dict[str, Any], path: str) -> None:
    found = parameters(document, path)
    filters = {"scope", "trash", "search", "tags", "content_type", "checkpoint_model", "sort"}
    assert filters | {"created_from", "created_to"} <= set(found)
    assert found["sort"]["schema"]["enum"] == ["newest", "oldest", "top-rated"]
    assert found["scope"]["schema"]["enum"] == ["mine", "community", "all"]


def test_limits_are_described(document: dict[str, Any]) -> None:
    for path in ("content", "tags"):
        limit = parameters(document, path)["limit"]["schema"]
        assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 100, 20)
    bulk = schema(document, "BulkTag")["properties"]
    assert (bulk["ids"]["minItems"], bulk["ids"]["maxItems"]) == (1, 500)
    assert bulk["tags"]["maxItems"] == 50
    assert schema(document, "RatingPut")["properties"]["rating"]["enum"] == [1, 2, 3, 4, 5, None]


def test_every_field_of_an_item_is_required(document: dict[str, Any]) -> None:
    view = schema(document, "ContentView")
    assert set(view["required"]) == set(view["properties"])
    assert {"tags", "my_rating", "rating_average", "rating_count", "deleted_at"} <= set(
        view["required"]
    )


def test_bulk_bodies_are_discriminated_by_action(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/v1/content/bulk"]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    names = [one["$ref"].rpartition("/")[2] for one in body["oneOf"]]
    actions = {schema(document, name)["properties"]["action"]["const"] for name in names}
    assert actions == {"tag", "untag", "visibility", "favourite", "delete", "restore", "purge"}


def test_files_support_get_and_head(document: dict[str, Any]) -> None:
    for path in ("image", "thumbnails/{size}"):
        operations = document["paths"][f"/api/v1/content/{{content_id}}/{path}"]
        assert {"get", "head"} <= set(operations)
        assert {"200", "206", "304", "416"} <= set(operations["get"]["responses"])
