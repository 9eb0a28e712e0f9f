"""Send files to a server's input folder."""

from http import HTTPStatus

import aiohttp
import msgspec

from genonaut.comfyui.client import ComfyClient
from genonaut.comfyui.errors import ComfyUnreachableError, InputRefusedError
from genonaut.comfyui.transport import read_start
from genonaut.comfyui.wire import MalformedError, decode

FOLDER = "genonaut"
"""The subfolder of our files; thousands of files at the top would make object_info slow."""
_ANSWER_BYTES = 64 * 1024
_SECONDS_PER_MIB = 2.0
"""A slow line must not end an upload that makes progress."""


class _Stored(msgspec.Struct, frozen=True):
    name: str
    subfolder: str = ""


async def send_input(client: ComfyClient, data: bytes, *, name: str, mime: str) -> str:
    """Store a file below ``input/genonaut`` and return the name for LoadImage and its like.

    A file of the same name is replaced: with a name made from the contents this is safe to repeat.
    Source: upload_image in ComfyUI's server.py, the same from 0.3.64 to 0.33.

    Raises:
        InputRefusedError: the server refuses the file, for example because it is too large.
        ComfyUnreachableError: the server does not answer, or not as ComfyUI does.
    """
    form = aiohttp.FormData()
    form.add_field("image", data, filename=name, content_type=mime)
    for field, value in (("type", "input"), ("subfolder", FOLDER), ("overwrite", "true")):
        form.add_field(field, value)
    connection = client.connection
    seconds = connection.timeouts.read_seconds + _SECONDS_PER_MIB * len(data) / 1_048_576
    try:
        async with connection.request(
            "POST", "/upload/image", data=form, timeout=connection.timeout(seconds)
        ) as reply:
            status = reply.status
            answer, _ = await read_start(reply, _ANSWER_BYTES)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise connection.unreachable(error) from error
    if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
        raise InputRefusedError(
            f"the ComfyUI server refuses an input of {len(data)} bytes (status {status}); "
            "its limit is --max-upload-size"
        )
    connection.expect_success(status, "/upload/image")
    try:
        stored = decode(answer, _Stored)
    except MalformedError as error:
        raise ComfyUnreachableError(
            f"{connection.shown_url}/upload/image returned an unreadable body: {error}"
        ) from error
    return f"{stored.subfolder}/{stored.name}" if stored.subfolder else stored.name
