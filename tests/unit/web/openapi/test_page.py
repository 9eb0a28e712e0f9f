from html.parser import HTMLParser

from genonaut.web.app import openapi_document
from genonaut.web.openapi.page import render_page


class Reader(HTMLParser):
    """Collects the tags, the links and the ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: set[str] = set()
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        values = {name: value or "" for name, value in attrs}
        assert not any(name.startswith("on") for name in values)
        if "href" in values:
            self.links.add(values["href"])
        if "id" in values:
            self.ids.add(values["id"])


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def test_the_page_lists_every_route_and_loads_no_external_resource() -> None:
    document = openapi_document()
    page = render_page(document)
    for path in document["paths"]:
        assert f"<code>{path}</code>" in page
    reader = read(page)
    assert not reader.tags & {"script", "img", "link", "iframe", "object"}
    named = {link[1:] for link in reader.links if link.startswith("#")}
    assert named
    assert named <= reader.ids
    assert {link for link in reader.links if not link.startswith("#")} == {
        "/api/schema/openapi.json"
    }


def test_texts_of_the_document_are_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    operation = {
        "summary": hostile,
        "description": hostile,
        "tags": [hostile],
        "responses": {"200": {"description": hostile}},
    }
    page = render_page(
        {
            "info": {"title": hostile, "version": hostile},
            "paths": {hostile: {"get": operation}},
            "components": {"schemas": {hostile: {"description": hostile}}},
        }
    )
    assert "script" not in read(page).tags
