"""Output, input and temp folder of one simulator, and the names of saved files."""

import json
import os
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from genonaut.simulator.temporary_directory import LockedTemporaryDirectory

_OUTSIDE = """Saving image outside the output folder is not allowed.
 full_output_folder: {folder}
         output_dir: {root}
         commonpath: {common}"""


class OutsideFolderError(Exception):
    """A file name prefix leads out of its folder; ComfyUI detects that only at run time."""


class Folders:
    """The three folders; ``close`` removes the temporary ones."""

    def __init__(self, output_directory: Path | None) -> None:
        self._private = LockedTemporaryDirectory("genonaut-simulator-")
        private = self._private.path
        self.output = output_directory or private / "output"
        self.input = private / "input"
        self.temp = private / "temp"
        for folder in (self.output, self.input, self.temp):
            folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 64), (96, 112, 160)).save(self.input / "example.png")

    def of_type(self, kind: str) -> Path | None:
        """Return the folder of a ``type`` parameter, None for an unknown type."""
        return {"output": self.output, "input": self.input, "temp": self.temp}.get(kind)

    def inside(self, kind: str, *parts: str) -> Path | None:
        """Return the path of a file in a folder, None if it would be outside."""
        root = self.of_type(kind)
        if root is None:
            return None
        path = Path(os.path.abspath(root.joinpath(*parts)))  # noqa: PTH100  # no symlinks resolved
        return path if path.is_relative_to(root.absolute()) else None

    def annotated(self, name: str, *, anywhere: bool = False) -> Path | None:
        """Return the path of an input such as ``sub/x.png`` or ``x.png [output]``.

        Args:
            name: Name with the folder in brackets at its end; without one it is an input.
            anywhere: Whether ``..`` may lead into another of the three folders, as in 0.3.64. A
                real 0.3.64 opens any file of the machine; the simulator never does.

        Returns:
            None if the path leads out of its folder.
        """
        roots = {"output": self.output, "input": self.input, "temp": self.temp}
        kind = next((kind for kind in roots if name.endswith(f"[{kind}]")), None)
        bare = name if kind is None else name.removesuffix(f"[{kind}]")[:-1]
        path = Path(os.path.abspath(roots[kind or "input"] / bare))  # noqa: PTH100
        allowed = roots.values() if anywhere else (roots[kind or "input"],)
        return path if any(path.is_relative_to(root.absolute()) for root in allowed) else None

    def clear_temp(self) -> None:
        """Empty the temp folder, as ComfyUI does when it starts."""
        shutil.rmtree(self.temp)
        self.temp.mkdir()

    def close(self) -> None:
        """Remove all temporary folders."""
        self._private.close()


class SaveTarget(msgspec.Struct, frozen=True):
    """Folder and file names of the results of one node."""

    folder: Path
    subfolder: str
    stem: str
    counter: int

    def file_name(self, index: int, ending: str = "png", *, bare: bool = False) -> str:
        """Return the file name of an item of the batch; ``index`` starts at 0.

        ``bare``: without the underscore behind the counter, as 0.33 names sounds and texts.
        """
        stem = self.stem.replace("%batch_num%", str(index))
        return f"{stem}_{self.counter + index:05}{'' if bare else '_'}.{ending}"


def save_target(root: Path, prefix: str, size: tuple[int, int]) -> SaveTarget:
    """Resolve a ``filename_prefix`` as ComfyUI does: the counter is the highest existing one plus 1.

    Source: ComfyUI folder_paths.py, get_save_image_path.

    Raises:
        OutsideFolderError: The prefix leads out of the folder.
    """
    prefix = _filled(prefix, size)
    subfolder, stem = os.path.split(os.path.normpath(prefix))  # "." for an empty prefix (observed)
    folder = Path(os.path.abspath(root / subfolder))  # noqa: PTH100  # no symlinks resolved
    if not folder.is_relative_to(root.absolute()):
        common = os.path.commonpath([root.absolute(), folder])
        raise OutsideFolderError(_OUTSIDE.format(folder=folder, root=root, common=common))
    folder.mkdir(parents=True, exist_ok=True)
    return SaveTarget(folder, subfolder, stem, _highest(folder, stem) + 1)


def _filled(prefix: str, size: tuple[int, int]) -> str:
    now = time.localtime()
    values = {
        "%width%": str(size[0]),
        "%height%": str(size[1]),
        "%year%": str(now.tm_year),
        "%month%": f"{now.tm_mon:02}",
        "%day%": f"{now.tm_mday:02}",
        "%hour%": f"{now.tm_hour:02}",
        "%minute%": f"{now.tm_min:02}",
        "%second%": f"{now.tm_sec:02}",
    }
    return re.sub(r"%[a-z]+%", lambda match: values.get(match[0], match[0]), prefix)


def _highest(folder: Path, stem: str) -> int:
    start = f"{stem}_"
    highest = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(start):
                digits = entry.name[len(start) :].split("_")[0].split(".")[0]
                highest = max(highest, int(digits) if digits.isdecimal() else 0)
    return highest


def png_texts(graph: dict[str, Any], extra_data: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    """Return the text chunks that ComfyUI writes: the graph and the keys of extra_pnginfo."""
    texts = [("prompt", json.dumps(graph))]
    extra = extra_data.get("extra_pnginfo") if isinstance(extra_data, Mapping) else None
    if isinstance(extra, Mapping):
        texts += [(str(key), json.dumps(value)) for key, value in extra.items()]
    return texts
