"""Absolute paths of the ComfyUI machine are not shown to users."""

import pytest

from genonaut.comfyui import without_paths


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "[Errno 2] No such file or directory: '/home/ada/ComfyUI/models/vae/ae.safetensors'",
            "[Errno 2] No such file or directory: '…/ae.safetensors'",
        ),
        (
            'File "/opt/my models/nodes.py", line 5, in load',
            'File "…/nodes.py", line 5, in load',
        ),
        ("cannot read /mnt/models/a.safetensors.", "cannot read …/a.safetensors."),
        ("cannot read /mnt/my models/a.safetensors", "cannot read …/a.safetensors"),
        ("both /mnt/x/a and /mnt/x/b failed", "both …/a and …/b failed"),
        ("path=/mnt/x/a, ~/y/z/b; file:///srv/x/c", "path=…/a, …/b; …/c"),
        (r"C:\Users\Ada Lovelace\ComfyUI\output\a.png is full", "…/a.png is full"),
        (r"open 'D:\\ComfyUI\\models\\a b.safetensors'", "open '…/a b.safetensors'"),
        (r"\\nas\share\models\a.gguf", "…/a.gguf"),
        ("the folder /mnt/models/ is empty", "the folder …/models is empty"),
        ("(/mnt/models/a.pt)", "(…/a.pt)"),
    ],
)
def test_absolute_paths_are_reduced_to_their_last_part(text: str, shown: str) -> None:
    assert without_paths(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "style/ink.safetensors and sub\\ink.safetensors are not available",
        "see https://pytorch.org/docs/stable/notes/cuda.html and http://127.0.0.1:8188/view/x",
        "POST /api/prompt was answered with 500; GET /api/jobs too",
        "and/or 1/2/3, 16/9, n / a, </lora:x:1>",
        "Checkpoint: ckpt_name “a.safetensors” is not available on this server",
        "",
        "/",
        "'/'",
    ],
)
def test_other_text_is_unchanged(text: str) -> None:
    assert without_paths(text) == text


@pytest.mark.timeout(10)
@pytest.mark.parametrize("part", ["/", "/a", "/a b", "a /", "'/a", "\\", "C:\\", "~/", "file://"])
def test_long_text_takes_no_long_time(part: str) -> None:
    without_paths(part * 20_000)
