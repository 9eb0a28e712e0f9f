"""Where nodes read and write files, and how files are shown to clients."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

from genonaut.simulator.errors import NodeFailedError
from genonaut.simulator.files import OutsideFolderError, SaveTarget, png_texts, save_target
from genonaut.simulator.nodes.registry import NodeContext
from genonaut.simulator.releases import PYAV_IMAGES

TEMP_PREFIX = "ComfyUI_temp_simul"  # a real server uses five random letters


def input_path(context: NodeContext, name: str) -> Path:
    """Return the path of an input file, which may be annotated with its folder.

    Raises:
        NodeFailedError: The path leads out of the folders.
    """
    path = context.folders.annotated(name, anywhere=not context.has(PYAV_IMAGES))
    if path is None:
        raise NodeFailedError(f"Invalid file path: {name}", exception_type="ValueError")
    return path


def target_of(prefix: str, kind: str, size: tuple[int, int], context: NodeContext) -> SaveTarget:
    """Return where to save.

    Raises:
        NodeFailedError: The prefix leads out of the folder, or is no file name.
    """
    root = context.folders.temp if kind == "temp" else context.folders.output
    try:
        return save_target(root, prefix, size)
    except OutsideFolderError as error:
        raise NodeFailedError(str(error), exception_type="Exception") from error
    except (OSError, ValueError) as error:
        raise NodeFailedError(str(error), exception_type=type(error).__name__) from error


def write(path: Path, data: bytes, context: NodeContext) -> None:
    """Write a file of this run.

    Raises:
        NodeFailedError: The file cannot be written.
    """
    try:
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        raise NodeFailedError(str(error), exception_type=type(error).__name__) from error
    context.saved(path)


def entry(name: str, target: SaveTarget, kind: str) -> dict[str, str]:
    """Return a file as clients see it."""
    return {"filename": name, "subfolder": target.subfolder, "type": kind}


def pillow_bytes(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401
    """Return an image encoded by Pillow."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def tags_of(context: NodeContext) -> dict[str, str]:
    """Return the graph and the keys of extra_pnginfo as JSON, by name."""
    return dict(png_texts(context.graph, context.extra_data))
