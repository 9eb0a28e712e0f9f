"""Find model files below folders, under every name by which ComfyUI lists them, without loops."""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

import msgspec

from genonaut.catalog.identification.header_reader import MODEL_SUFFIXES
from genonaut.catalog.scanning.roots import Root
from genonaut.catalog.scanning.sidecars import Neighbours, neighbours_of

MAX_DEPTH = 32
MAX_VISITS = 8
MAX_ENTRIES_A_FOLDER = 200_000
_SKIPPED = frozenset({"__pycache__", "node_modules", "lost+found"})


class FoundFile(msgspec.Struct, frozen=True):
    """A model file on disk.

    ``name`` is ComfyUI's name for it: the path below its root, with ``/``. ``inode`` is (device, inode):
    names with the same inode are the same bytes. ``neighbours_ns`` is the last change of the preview and
    the sidecars beside it. Names may contain anything the file system allows; bytes that are not UTF-8
    are surrogates, which ``display_name`` replaces.
    """

    path: str
    root: Root
    name: str
    size_bytes: int
    mtime_ns: int
    inode: tuple[int, int]
    neighbours: Neighbours = Neighbours()
    neighbours_ns: int = 0

    @property
    def display_name(self) -> str:
        """Return the name as text that can be printed, stored and sent."""
        return printable(self.name)


class Unreachable(msgspec.Struct, frozen=True):
    """A folder or file that could not be read, and the reason; the scan continued."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.reason}"


def printable(name: str) -> str:
    """Return a name with line breaks, control characters and invalid bytes replaced."""
    clean = name.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in clean)


def discover(roots: Iterable[Root]) -> Iterator[FoundFile | Unreachable]:
    """Yield every model file below ``roots``, and every folder or file that could not be read.

    Symbolic links are followed, except to a folder's own ancestors (by device and inode). Two links to
    one folder both list its files, as in ComfyUI.
    """
    for root in roots:
        yield from _RootScan(root).run()


class _Folder(msgspec.Struct, frozen=True):
    """A folder still to be listed; ``ancestors`` are (device, inode), itself included."""

    path: str
    below: str
    ancestors: tuple[tuple[int, int], ...]


class _RootScan:
    """The state of the search below one root."""

    def __init__(self, root: Root) -> None:
        self._root = root
        # An explicit stack: deeply nested folders must not exhaust Python's recursion limit.
        self._stack: list[_Folder] = []
        self._visits: Counter[tuple[int, int]] = Counter()

    def run(self) -> Iterator[FoundFile | Unreachable]:
        """Yield the model files and unreadable places below the root."""
        try:
            facts = os.stat(self._root.path)  # noqa: PTH116 - speed
        except (OSError, ValueError) as error:
            yield Unreachable(self._root.path, _reason(error))
            return
        if not stat.S_ISDIR(facts.st_mode):
            yield Unreachable(self._root.path, "not a folder")
            return
        self._stack.append(_Folder(self._root.path, "", ((facts.st_dev, facts.st_ino),)))
        while self._stack:
            yield from self._list(self._stack.pop())

    def _list(self, folder: _Folder) -> Iterator[FoundFile | Unreachable]:
        try:
            with os.scandir(folder.path) as entries:
                listing = list(islice(entries, MAX_ENTRIES_A_FOLDER + 1))
        except OSError as error:
            yield Unreachable(folder.path, _reason(error))
            return
        if len(listing) > MAX_ENTRIES_A_FOLDER:
            yield Unreachable(folder.path, f"more than {MAX_ENTRIES_A_FOLDER} entries")
        listing.sort(key=lambda entry: entry.name)
        names = frozenset(entry.name for entry in listing)
        for entry in listing:
            if _is_folder(entry):
                yield from self._descend(entry, folder)
            elif _has_model_suffix(entry.name):
                yield _stat_file(entry, self._root, folder, names)

    def _descend(self, entry: os.DirEntry[str], parent: _Folder) -> Iterator[Unreachable]:
        """Push a subfolder on the stack, unless it is one of its own ancestors."""
        if entry.name.startswith(".") or entry.name in _SKIPPED:
            return
        try:
            facts = entry.stat()
        except OSError as error:
            yield Unreachable(entry.path, _reason(error))
            return
        identity = (facts.st_dev, facts.st_ino)
        self._visits[identity] += 1
        if identity in parent.ancestors:
            yield Unreachable(entry.path, "a link to a folder that contains it")
        elif len(parent.ancestors) > MAX_DEPTH:
            yield Unreachable(entry.path, f"deeper than {MAX_DEPTH} folders")
        elif self._visits[identity] > MAX_VISITS:
            # Ten folders that link to each other give millions of paths without a loop.
            yield Unreachable(entry.path, f"a folder with more than {MAX_VISITS} names")
        else:
            below = f"{parent.below}{entry.name}/"
            self._stack.append(_Folder(entry.path, below, (*parent.ancestors, identity)))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _has_model_suffix(name: str) -> bool:
    return not name.startswith(".") and name[name.rfind(".") :].lower() in MODEL_SUFFIXES


def _stat_file(
    entry: os.DirEntry[str], root: Root, folder: _Folder, names: frozenset[str]
) -> FoundFile | Unreachable:
    try:
        facts = entry.stat()
    except OSError as error:  # a dangling link, or the file has just gone
        return Unreachable(entry.path, _reason(error))
    if not stat.S_ISREG(facts.st_mode):
        return Unreachable(entry.path, "not a regular file")
    neighbours = neighbours_of(entry.name, names)
    return FoundFile(
        path=entry.path,
        root=root,
        name=f"{folder.below}{entry.name}",
        size_bytes=facts.st_size,
        mtime_ns=facts.st_mtime_ns,
        inode=(facts.st_dev, facts.st_ino),
        neighbours=neighbours,
        neighbours_ns=_last_change(folder.path, neighbours),
    )


def _last_change(folder: str, neighbours: Neighbours) -> int:
    latest = 0
    for name in (neighbours.preview, *neighbours.sidecars):
        if name:
            with suppress(OSError):  # it vanished or cannot be read; reading it reports the reason
                facts = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - speed
                latest = max(latest, facts.st_mtime_ns)
    return latest


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)
