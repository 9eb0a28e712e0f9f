"""No message shows the password of a ComfyUI server's URL."""

import aiohttp
import pytest

from genonaut.comfyui import ComfyClient, ComfyUnreachableError, redact_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8188", "http://127.0.0.1:8188"),
        ("https://me:p@ss@gpu.example:8188/comfy", "https://gpu.example:8188/comfy"),
        ("http://[::1]:8188", "http://[::1]:8188"),
        ("http://me:secret@[::1]:8188/", "http://[::1]:8188/"),
        ("http://me:sec/ret@gpu:8188", "http://gpu:8188"),
        ("http://me:sec#ret@gpu", "http://gpu"),
        ("http://me:secret@[::1", "http://[::1"),
        ("http://gpu:8188/a@b", "http://gpu:8188/a@b"),
        ("http://[::1]/a@b", "http://[::1]/a@b"),
    ],
)
def test_passwords_are_not_shown(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "http://me:secret@127.0.0.1:1",
        "http://me:secret@",
        "http://me:sec/secret@127.0.0.1:1",
        "http://me:secret@127.0.0.1:99999",
    ],
)
async def test_errors_of_the_client_contain_no_password(url: str) -> None:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(ComfyUnreachableError) as caught:
            await ComfyClient(url, http).system_stats()
    assert "secret" not in str(caught.value)
