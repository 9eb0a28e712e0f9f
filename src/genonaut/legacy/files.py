"""Find the files of an older installation in a copy of its folders."""

import os
from pathlib import Path, PurePosixPath

from genonaut.core.errors import NotFoundError

_AMBIGUOUS = Path()


class LegacyFiles:
    """Files below one directory; methods block."""

    def __init__(self, root: Path) -> None:
        """Use a directory.

        Raises:
            NotFoundError: there is no such directory.
        """
        if not root.is_dir():
            raise NotFoundError(f"{root} is not a directory")
        self._root = root.resolve()
        self._by_name: dict[str, Path] | None = None

    def find(self, path: str) -> Path | None:
        """Return the file of an old path, None if it is missing or its name is not unique.

        The path, absolute or relative on the old machine, is tried below the root as a whole, then
        without its first folders; last its name, if only one file has it. A file outside of the root,
        also by a link, is never returned.
        """
        parts = [
            part
            for part in PurePosixPath(path.replace("\\", "/")).parts
            if part not in {"/", "..", "."} and "\0" not in part
        ]
        for start in range(len(parts)):
            found = self._checked(self._root.joinpath(*parts[start:]))
            if found is not None:
                return found
        return self._by_unique_name(parts[-1]) if parts else None

    def _checked(self, path: Path) -> Path | None:
        try:
            resolved = path.resolve()
            is_ours = resolved.is_relative_to(self._root) and resolved.is_file()
        except OSError:  # a name that is too long, a loop of links, no permission
            return None
        return resolved if is_ours else None

    def _by_unique_name(self, name: str) -> Path | None:
        if self._by_name is None:
            self._by_name = {}
            for folder, _, names in os.walk(self._root):
                for one in names:
                    known = one in self._by_name
                    self._by_name[one] = _AMBIGUOUS if known else Path(folder, one)
        found = self._by_name.get(name)
        return None if found is None or found == _AMBIGUOUS else self._checked(found)
