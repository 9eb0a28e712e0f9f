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
def test_user_and_password_are_removed(url: str, shown: str) -> None:
    assert redact_url(url) == shown
