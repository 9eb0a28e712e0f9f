"""The examples of the OpenAPI document: real answers, for every route, valid by its schemas."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from tests.contract.access.table import ROUTES, UNDOCUMENTED
from tests.contract.api.example_recording import Stable, recording
from tests.contract.api.image_work_examples import IMAGE_WORK, SUBMIT, record_image_work

from genonaut.config import Settings
from genonaut.web import openapi
from genonaut.web.app import openapi_document
from genonaut.web.openapi.examples import FILE_NAME, RouteExamples, recorded_examples

JSON = "application/json"
WRITE = "GENONAUT_WRITE_EXAMPLES"
DOCUMENT = openapi_document()
# Routes that an installation without an identity provider answers with 404.
ELSEWHERE = {f"GET /api/v1/auth/oidc/{name}" for name in ("login", "callback", "logout")}


def bodies() -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield route, place and media type of every JSON body that is sent or answered successfully."""
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            route = f"{method.upper()} {path}"
            places = {"request": operation.get("requestBody", {})}
            places |= {
                status: answer
                for status, answer in operation["responses"].items()
                if status.startswith("2")
            }
            for place, body in places.items():
                media = body.get("content", {}).get(JSON)
                if media is not None:
                    yield route, place, media


def examples_of(media: Mapping[str, Any]) -> list[Any]:
    """Return the one example of a body, or the named ones."""
    named = [one["value"] for one in media.get("examples", {}).values()]
    return named + ([media["example"]] if "example" in media else [])


@pytest.mark.skipif(WRITE in os.environ, reason="the examples are being written")
def test_every_body_has_an_example() -> None:
    lacking = [f"{route} {place}" for route, place, media in bodies() if not examples_of(media)]
    assert not lacking, "run ./justw openapi-examples"


@pytest.mark.skipif(WRITE in os.environ, reason="the examples are being written")
def test_every_example_is_valid() -> None:
    for route, place, media in bodies():
        schema = {**media["schema"], "components": DOCUMENT["components"]}
        validator = jsonschema_rs.validator_for(schema)
        for example in examples_of(media):
            errors = list(validator.iter_errors(example))
            assert not errors, f"{route} {place}: run ./justw openapi-examples"


@pytest.mark.skipif(WRITE in os.environ, reason="the examples are being written")
def test_each_kind_of_work_on_images_has_an_example() -> None:
    submit = DOCUMENT["paths"]["/api/v1/generation-jobs"]["post"]
    sent = submit["requestBody"]["content"][JSON]["examples"]
    answered = submit["responses"]["201"]["content"][JSON]["examples"]
    assert set(sent) == set(answered) == {"text_to_image", *IMAGE_WORK}
    assert sent["inpaint"]["value"]["source"]["mask"]
    assert answered["upscale"]["value"]["operation"] == "upscale"


def test_there_are_no_examples_of_routes_that_are_gone() -> None:
    assert set(recorded_examples()) <= set(ROUTES)


async def record_all(settings: Settings) -> dict[str, RouteExamples]:
    found: dict[str, RouteExamples] = {}
    refused: dict[str, str] = {}
    async with recording(settings) as recorder:
        for route in ROUTES:
            if route in UNDOCUMENTED | ELSEWHERE or route.startswith("HEAD"):
                continue
            body, answers = await recorder.record(route)
            # An added model has no preview image.
            if not answers[0].is_success and not route.endswith("/preview"):
                refused[route] = answers[0].text
            contents = {
                str(answer.status_code): answer.json()
                for answer in answers
                if answer.headers.get("content-type", "").startswith(JSON)
            }
            if contents or body is not None:
                sent, *stable = Stable().of(body, *contents.values())
                found[route] = RouteExamples(sent, dict(zip(contents, stable, strict=True)))
        first = found[SUBMIT]
        named = await record_image_work(recorder)
        found[SUBMIT] = RouteExamples(first.request, first.responses, named, "Text to image")
    assert not refused
    return found


@pytest.mark.timeout(600)
async def test_the_examples_are_what_the_routes_answer(settings: Settings) -> None:
    """With the variable GENONAUT_WRITE_EXAMPLES they are written instead of compared."""
    found = await record_all(settings)
    if WRITE in os.environ:
        write(found)
        return
    for route, examples in found.items():
        stored = recorded_examples().get(route)
        assert stored is not None, f"{route}: run ./justw openapi-examples"
        for status, content in examples.responses.items():
            assert fields(content) == fields(stored.responses[status]), (
                f"{route}: run ./justw openapi-examples"
            )
        for name, example in examples.named.items():
            known = stored.named[name]
            assert fields(example.request) == fields(known.request), name
            assert fields(example.response) == fields(known.response), name


def write(found: Mapping[str, RouteExamples]) -> None:
    text = msgspec.json.format(msgspec.json.encode(dict(sorted(found.items()))), indent=1)
    Path(openapi.__path__[0], FILE_NAME).write_bytes(text + b"\n")


def fields(value: Any) -> Any:
    """Return the names of the fields of objects; lists count as their first element."""
    if isinstance(value, dict):
        return {name: fields(one) if isinstance(one, dict) else None for name, one in value.items()}
    if isinstance(value, list):
        return [fields(one) for one in value[:1]]
    return None
