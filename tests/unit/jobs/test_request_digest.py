"""What tells two requests with one idempotency key apart."""

from typing import Any

import msgspec
import pytest

from genonaut.jobs.submission.schemas import JobSubmit

SHORT = {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"}
LONG = {
    "prompt": "p",
    "width": 512,
    "params": {"seed": 4, "denoise": 0.5},
    "batch_size": 2,
    "lora_models": [{"name": "a"}],
}


def digest_of(body: dict[str, Any]) -> str:
    return msgspec.convert(body, JobSubmit).to_request("k").digest


@pytest.mark.parametrize(
    ("body", "digest"),
    [
        (SHORT, "0e99efad369796f8e843966fe8b8375623ff496d58bb36478a505ddaec1bf9de"),
        (LONG, "2a3c55e8b7c93fd1d63f32216d4e3f16207735fc77aafb5cbd9b230865b4af81"),
    ],
)
def test_text_to_image_is_hashed_as_before_there_were_inputs(
    body: dict[str, Any], digest: str
) -> None:
    """A request that is repeated during an upgrade must find its jobs."""
    assert digest_of(body) == digest
    defaults: dict[str, Any] = {
        "operation": "generate",
        "source": None,
        "references": [],
        "hires": None,
    }
    assert digest_of(body | defaults) == digest


@pytest.mark.parametrize(
    "changes",
    [
        {"source": {"image": {"content_id": 2}}},
        {"source": {"image": {"upload_id": 1}}},
        {"source": {"image": {"content_id": 1}, "resize": "fit"}},
        {"source": {"image": {"content_id": 1}}, "clip_skip": 2},
        {"vae": "v"},
    ],
)
def test_other_inputs_are_another_request(changes: dict[str, Any]) -> None:
    first = SHORT | {"source": {"image": {"content_id": 1}}}
    assert len({digest_of(SHORT), digest_of(first), digest_of(SHORT | changes)}) == 3
