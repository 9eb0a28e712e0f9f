"""The API documentation page: no scripts, readable offline, allowed by our content policy."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

import msgspec

Json = Mapping[str, Any]
_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:0 auto;padding:1.5rem}
summary{cursor:pointer;padding:.35rem 0}
details details,section>div{margin-left:1.25rem}
code,pre{font-family:ui-monospace,monospace;font-size:.875rem}
pre{overflow-x:auto;padding:.75rem;border:1px solid #8884;border-radius:.5rem}
b.method{display:inline-block;min-width:4.5rem}
table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0;vertical-align:top}
"""


def render_page(document: Json) -> str:
    """Return the HTML of an OpenAPI document as nested, foldable lists; all texts are escaped."""
    info = document["info"]
    title = f"{escape(info['title'])} {escape(info['version'])}"
    return "".join(
        (
            "<!doctype html><html lang=en><head><meta charset=utf-8>",
            '<meta name=viewport content="width=device-width">',
            f"<title>{title}: the API</title><style>{_STYLE}</style></head><body>",
            f"<h1>{title}</h1><p>{escape(info.get('description', ''))} ",
            "<a href=/api/schema/openapi.json>OpenAPI document</a></p>",
            *_operations(document),
            "<section><h2>Schemas</h2>",
            *_schemas(document),
            "</section></body></html>",
        )
    )


def _operations(document: Json) -> Iterator[str]:
    groups: defaultdict[str, list[tuple[str, str, Json]]] = defaultdict(list)
    for path, item in sorted(document["paths"].items()):
        for method, operation in item.items():
            groups[(operation.get("tags") or ["other"])[0]].append((method, path, operation))
    for tag, operations in sorted(groups.items()):
        yield f"<section><h2>{escape(tag)}</h2>"
        for method, path, operation in operations:
            yield from _operation(method, path, operation)
        yield "</section>"


def _operation(method: str, path: str, operation: Json) -> Iterator[str]:
    yield f"<details><summary><b class=method>{escape(method.upper())}</b> "
    yield f"<code>{escape(path)}</code> {escape(operation.get('summary') or '')}</summary><div>"
    yield f"<p>{escape(operation.get('description') or '')}</p>"
    schemes = [name for one in operation.get("security") or () for name in one]
    yield f"<p>Credentials: {escape(' or '.join(schemes) or 'none')}</p><table>"
    for parameter in operation.get("parameters") or ():
        needed = ", required" if parameter.get("required") else ""
        yield f"<tr><td><code>{escape(parameter['name'])}</code><td>{escape(parameter['in'])}"
        yield f"{needed}<td>{_shape(parameter.get('schema') or {})}"
    yield "</table>"
    for media in ((operation.get("requestBody") or {}).get("content") or {}).values():
        yield f"<p>Body: {_shape(media.get('schema') or {})}</p>"
    yield "<table>"
    for status, answer in sorted(operation["responses"].items()):
        shapes = [_shape(one.get("schema") or {}) for one in (answer.get("content") or {}).values()]
        yield f"<tr><td>{escape(status)}<td>{escape(answer.get('description') or '')}"
        yield f"<td>{' '.join(shapes)}"
    yield "</table></div></details>"


def _schemas(document: Json) -> Iterator[str]:
    for name, schema in sorted((document.get("components", {}).get("schemas") or {}).items()):
        text = _text(schema, indent=2)
        yield f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary>'
        yield f"<pre>{escape(text)}</pre></details>"


def _shape(schema: Json) -> str:
    """Return a schema as a link when it is named, else as JSON."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    return f"<code>{escape(_text(schema, indent=0))}</code>"


def _text(schema: Json, *, indent: int) -> str:
    """Return a schema as JSON; defaults may be Structs, which msgspec encodes."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=indent).decode()
