import pytest

from genonaut.comfyui.redacted_url import redact_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8188", "http://127.0.0.1:8188"),
        ("https://me:p@ss@gpu.example:8188/comfy", "https://gpu.example:8188/comfy"),
        ("http://[::1]:8188", "http://[::1]:8188"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert redact_url(url) == shown
