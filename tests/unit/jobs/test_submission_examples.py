"""The examples of a submission's fields in the OpenAPI document are valid submissions."""

from typing import Any

import msgspec
import pytest

from genonaut.jobs.submission.schemas import JobSubmit
from genonaut.web.app import openapi_document

PROPERTIES = openapi_document()["components"]["schemas"]["JobSubmit"]["properties"]
EXAMPLES = [(name, one) for name, field in PROPERTIES.items() for one in field.get("examples", ())]


@pytest.mark.parametrize(("name", "example"), EXAMPLES)
def test_an_example_is_accepted(name: str, example: Any) -> None:
    body: dict[str, Any] = {name: example}
    if name == "upscale":
        body |= {"operation": "upscale", "source": {"image": {"content_id": 1}}}
    else:
        body["prompt"] = "a harbour"
    assert msgspec.convert(body, JobSubmit).errors() == []


def test_the_fields_that_work_on_images_have_examples() -> None:
    assert {name for name, _ in EXAMPLES} >= {
        "source", "references", "control", "hires", "upscale", "refiner",
    }  # fmt: skip
