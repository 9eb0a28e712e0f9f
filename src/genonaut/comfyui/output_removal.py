"""Remove an image from ComfyUI's output once it is stored elsewhere.

ComfyUI deletes outputs over HTTP only through its assets API (0.25.0 and newer, started with
``--enable-assets``). Without it a shared output directory is needed.
Source: ComfyUI, app/assets/api/routes.py (DELETE /api/assets/{id}).
"""

import asyncio
from pathlib import Path

import structlog

from genonaut.comfyui.client import ComfyClient
from genonaut.comfyui.errors import ComfyUnreachableError
from genonaut.comfyui.wire import ImageRef

logger = structlog.get_logger()


async def remove_output(client: ComfyClient, image: ImageRef, *, output_dir: Path | None) -> bool:
    """Delete one output image; return whether it was deleted.

    A failure is logged and raises nothing: the image is stored, the copy only takes space.

    Args:
        client: the server that made the image.
        image: must be of type ``output``; others are not deleted.
        output_dir: ComfyUI's output directory if it is mounted here.
    """
    if image.type != "output":
        return False
    if output_dir is not None and await asyncio.to_thread(_unlink, output_dir, image):
        return True
    if image.id:
        try:
            return await client.delete_asset(image.id)
        except ComfyUnreachableError as error:
            logger.warning("comfyui.output_kept", image=image.filename, error=str(error))
    return False


def _unlink(output_dir: Path, image: ImageRef) -> bool:
    """Delete the file if it is inside the directory, links resolved."""
    try:
        root = output_dir.resolve(strict=True)
        path = (root / image.subfolder / image.filename).resolve(strict=True)
        if not path.is_relative_to(root) or not path.is_file():
            return False
        path.unlink()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        logger.warning("comfyui.output_kept", image=image.filename, error=type(error).__name__)
        return False
    return True
