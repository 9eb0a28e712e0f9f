"""The documents of the API, made in a process of their own: ``python -m genonaut.web.api_documents``.

Describing 150 routes takes a second and 30 MiB, which Python keeps afterwards. The API process starts this
module when a document is requested first, and keeps only the compressed results.
"""

import gzip
import sys

import msgspec

from genonaut.web.app import openapi_document
from genonaut.web.openapi.page import render_page
from genonaut.web.openapi.routes import ApiDocuments


def make_documents() -> ApiDocuments:
    """Return the OpenAPI document and its page."""
    document = openapi_document()
    return ApiDocuments(
        openapi=gzip.compress(msgspec.json.encode(document), mtime=0),
        page=gzip.compress(render_page(document).encode(), mtime=0),
    )


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.msgpack.encode(make_documents()))
