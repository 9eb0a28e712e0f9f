"""docs/configuration.md lists every setting with the type, default and variable of the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import NODEFAULT, Meta

from genonaut.config import Settings, load_settings, project_root
from genonaut.config.loading import PREFIX, _short_names
from genonaut.config.settings import BackendSettings, Environment, Section

DOCUMENT = project_root() / "docs" / "configuration.md"
_UNITS = {
    "seconds": "seconds",
    "minutes": "minutes",
    "hours": "hours",
    "days": "days",
    "ms": "milliseconds",
    "bytes": "bytes",
    "pixels": "pixels",
    "kib": "KiB",
}
_WORDS = {str: "text", int: "integer", float: "number", bool: "true or false"}
_ROW = re.compile(
    r"\| `(?P<key>\w+)`(?:<br>`(?P<variable>\w+)`)?"
    r" \| (?P<kind>[^|]+) \| (?P<default>[^|]+) \|(?P<meaning>.*)\|"
)


class Row(NamedTuple):
    """One setting, without its description."""

    section: str
    key: str
    variable: str
    kind: str
    default: str


def test_every_setting_is_documented_with_type_and_default() -> None:
    documented = {(row.section, row.key): row for row in rows_of(DOCUMENT)}
    actual = {(row.section, row.key): row for row in settings_rows()}
    missing = [row for key, row in actual.items() if key not in documented]
    assert not missing, "settings missing in docs/configuration.md"
    stale = [row for key, row in documented.items() if key not in actual]
    assert not stale, "docs/configuration.md lists settings that do not exist"
    assert documented == actual


def test_every_setting_has_a_description() -> None:
    assert not [row["key"] for _, row in described(DOCUMENT) if not row["meaning"].strip()]


@pytest.mark.parametrize("environment", Environment)
def test_the_short_names_are_documented(environment: Environment) -> None:
    text = DOCUMENT.read_text()
    for variable, (section, key) in _short_names(environment).items():
        plain = re.sub(r"_(DEV|DEMO|TEST|PROD)$", "", variable)
        assert re.search(rf"^\| `{plain}(_…)?`.* \| `{section}\.{key}` \|", text, re.MULTILINE)


@pytest.mark.parametrize("environment", ["dev", "demo", "prod"])
def test_the_values_of_the_toml_files_are_documented(environment: str) -> None:
    settings = load_settings(environment, {"DATABASE_URL": "x", "REDIS_URL": "x"})
    set_by_files = {
        f"{section}.{key}": shown(getattr(getattr(settings, section), key))
        for section, key in changed_keys(settings)
    }
    assert columns_of_environments(DOCUMENT)[environment] == set_by_files


def settings_rows() -> Iterator[Row]:
    """Yield every setting of the code, including those of one backend."""
    for section, struct in sections().items():
        for field in msgspec.structs.fields(struct):
            hint = get_type_hints(struct, include_extras=True)[field.name]
            factory = field.default_factory
            value = field.default if factory is NODEFAULT else factory()
            default = "required" if field.required else shown(value)
            variable = f"{PREFIX}{section.upper()}__{field.name.upper()}"
            if struct is BackendSettings:
                variable = ""  # part of the JSON of comfyui.backends
            yield Row(section, field.name, variable, kind_of(field.name, hint), default)


def sections() -> dict[str, type[Section]]:
    """Return the Struct of every section, and that of the items of ``comfyui.backends``."""
    hints = get_type_hints(Settings)
    del hints["environment"]
    return {**hints, "comfyui.backends": BackendSettings}


def kind_of(name: str, hint: Any) -> str:
    """Return type, range and unit of a setting as in the document."""
    words = words_of(hint)
    unit = _UNITS.get(name.rpartition("_")[2])
    return words if unit is None else f"{words}, {unit}"


def words_of(hint: Any) -> str:
    """Return a type as in the document."""
    if get_origin(hint) is Annotated:
        base, *extras = get_args(hint)
        return words_of(base) + "".join(range_of(extra) for extra in extras)
    if get_origin(hint) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(hint))
    if get_origin(hint) is dict:
        return "table of texts"
    if get_origin(hint) is tuple:
        return f"list of {words_of(get_args(hint)[0])}"
    assert not isinstance(hint, UnionType), "unions are not supported yet"
    return _WORDS.get(hint, "tables")


def range_of(meta: Meta) -> str:
    """Return the limits of a number as in the document; patterns are in the description."""
    if meta.ge is not None and meta.le is not None:
        return f" {meta.ge}..{meta.le}"
    if meta.ge is not None:
        return f" ≥ {meta.ge}"
    return "" if meta.gt is None else f" > {meta.gt}"


def shown(value: Any) -> str:
    """Return a value as in the document."""
    if value in ("", (), {}):
        return "empty"
    if isinstance(value, bool):
        return f"`{value}`".lower()
    if isinstance(value, tuple):
        return (
            "`" + ", ".join(str(one) if isinstance(one, str) else f"{one:g}" for one in value) + "`"
        )
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def changed_keys(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the keys that the TOML files set to another value than the default."""
    for section in sections():
        if "." in section:
            continue
        given = getattr(settings, section)
        for key in given.__struct_fields__:
            is_ours = (section, key) in {("database", "url"), ("redis", "url")}
            if getattr(given, key) != getattr(type(given)(), key) and not is_ours:
                yield section, key


def described(document: Path) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield section and match of every row of a setting."""
    section = ""
    for line in document.read_text().splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        elif section in sections() and (row := _ROW.match(line)):
            yield section, row


def rows_of(document: Path) -> Iterator[Row]:
    """Yield every setting of the document."""
    for section, row in described(document):
        yield Row(section, row["key"], row["variable"] or "", row["kind"], row["default"])


def columns_of_environments(document: Path) -> dict[str, dict[str, str]]:
    """Return the values set by each environment's file, without empty cells."""
    table = document.read_text().partition("| Key | dev | demo | prod |\n")[2].partition("\n\n")[0]
    found: dict[str, dict[str, str]] = {"dev": {}, "demo": {}, "prod": {}}
    for line in table.splitlines()[1:]:
        key, *cells = (cell.strip() for cell in line.strip("| ").split("|"))
        for environment, cell in zip(found, cells, strict=True):
            if cell != "–":  # noqa: RUF001  # the document uses a dash
                found[environment][key.strip("`")] = cell
    return found
