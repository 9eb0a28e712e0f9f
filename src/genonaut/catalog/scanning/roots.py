"""The folders to scan: ComfyUI's models folder and its ``extra_model_paths.yaml``.

Source: ComfyUI folder_paths.py and utils/extra_config.py (``base_path``, ``is_default``, one path a line).
"""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from genonaut.catalog.identification.naming import KIND_BY_FOLDER
from genonaut.catalog.vocabulary import ModelKind

MAX_CONFIG_BYTES = 64 * 1024
# PyYAML's time is quadratic in the nesting depth of brackets: 20,000 take 45 s (measured).
MAX_BRACKETS = 200
# ComfyUI uses both names for the same folder.
_SYNONYMS = {"unet": "diffusion_models", "clip": "text_encoders"}
_NOT_FOLDERS = frozenset({"base_path", "is_default"})
MAX_PATHS = 1_000


class _UnusableConfigError(Exception):
    """The whole file cannot be used; the message is the reason."""


class Root(msgspec.Struct, frozen=True, order=True):
    """One folder to scan; ``folder`` is ComfyUI's name for its content."""

    path: str
    folder: str

    @property
    def kind(self) -> ModelKind | None:
        """Return the kind of models in this folder; None if it may hold any kind."""
        return KIND_BY_FOLDER.get(self.folder.lower())


class Roots(msgspec.Struct, frozen=True):
    """Folders to scan, and problems of the settings that name them, one line each."""

    roots: tuple[Root, ...] = ()
    problems: tuple[str, ...] = ()


def roots_of_models_folder(models: Path) -> Roots:
    """Return one root for each subfolder of a ComfyUI ``models`` folder."""
    try:
        entries = sorted(entry.name for entry in os.scandir(models) if entry.is_dir())
    except OSError as error:
        return Roots(problems=(f"{models}: {error.strerror or error}",))
    return Roots(
        tuple(
            Root(str(models / name), _canonical(name))
            for name in entries
            if not name.startswith(".")
        )
    )


def roots_of_extra_paths(config: Path) -> Roots:
    """Return the roots that an ``extra_model_paths.yaml`` names; relative paths start at the file."""
    try:
        document = _load(config)
    except _UnusableConfigError as error:
        return Roots(problems=(f"{config}: {error}",))
    return _read_sections(config, document)


def merge(several: Iterable[Roots]) -> Roots:
    """Join roots in order, each folder once."""
    lists = list(several)
    roots = dict.fromkeys(root for one in lists for root in one.roots)
    return Roots(tuple(roots), tuple(problem for one in lists for problem in one.problems))


def _load(config: Path) -> dict[object, object]:
    try:
        with config.open("rb") as file:
            raw = file.read(MAX_CONFIG_BYTES + 1)
    except OSError as error:
        raise _UnusableConfigError(error.strerror or str(error)) from error
    if len(raw) > MAX_CONFIG_BYTES:
        raise _UnusableConfigError(f"larger than {MAX_CONFIG_BYTES} bytes")
    if raw.count(b"[") + raw.count(b"{") > MAX_BRACKETS:
        raise _UnusableConfigError(f"more than {MAX_BRACKETS} brackets")
    import yaml  # noqa: PLC0415 - API processes read no such file

    try:
        # Aliases of aliases ("billion laughs") are small on disk and huge as objects; none is needed here.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(raw, yaml.SafeLoader)):
            raise _UnusableConfigError("aliases are not supported")
        document = yaml.safe_load(raw)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        first_line = str(error).partition("\n")[0]
        raise _UnusableConfigError(f"not YAML: {first_line}") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise _UnusableConfigError("not a mapping of sections")
    return document


def _read_sections(config: Path, document: dict[object, object]) -> Roots:
    roots: list[Root] = []
    problems: list[str] = []
    for title, section in document.items():
        if isinstance(section, dict):
            found, section_problems = _read_section(config.parent, section)
            roots += found
            problems += [f"{config}: {title!s:.100}.{problem}" for problem in section_problems]
        elif section is not None:
            problems.append(f"{config}: section {title!s:.100} is not a mapping")
    if len(roots) > MAX_PATHS:
        problems.append(f"{config}: {len(roots)} paths; only the first {MAX_PATHS} are used")
    return Roots(tuple(roots[:MAX_PATHS]), tuple(problems))


def _read_section(parent: Path, section: dict[object, object]) -> tuple[list[Root], list[str]]:
    roots: list[Root] = []
    section_problems: list[str] = []
    base = Path(_resolve(parent, section.get("base_path") or ""))
    for folder, value in section.items():
        if folder in _NOT_FOLDERS or not isinstance(folder, str):
            continue
        if isinstance(value, str):
            lines = filter(None, (line.strip() for line in value.split("\n")))
            roots += [Root(_resolve(base, line), _canonical(folder)) for line in lines]
        else:
            section_problems.append(f"{folder:.100} is not a string")
    return roots, section_problems


def _resolve(base: Path, text: object) -> str:
    """Return an absolute path as ComfyUI does: variables and ``~`` expanded, ``..`` resolved."""
    expanded = os.path.expandvars(os.path.expanduser(str(text)))  # noqa: PTH111 - untrusted text
    return os.path.normpath(os.path.join(base, expanded))  # noqa: PTH118 - resolves ".." without reading the disk


def _canonical(folder: str) -> str:
    return _SYNONYMS.get(folder, folder)
