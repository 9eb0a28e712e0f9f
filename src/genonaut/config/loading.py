"""Read the settings: ``base.toml``, then the environment's file, then environment variables."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from genonaut.config.env_file import FILE_VARIABLE, require_private_env_file
from genonaut.config.settings import Environment, Section, Settings
from genonaut.core.errors import SettingsError

PREFIX = "GENONAUT_"
_OTHER_VARIABLES = ("GENONAUT_CONFIG_DIR", FILE_VARIABLE, "GENONAUT_SERVER", "GENONAUT_API_KEY")
_OTHER_PREFIXES = ("GENONAUT_TEST_",)


def project_root() -> Path:
    """Return the directory that holds ``config/`` and ``migrations/``.

    In a checkout it is the top directory; an installed wheel has them inside the package.
    """
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent
    return checkout if (checkout / "migrations").is_dir() else package / "_data"


def load_settings(
    environment: str | None = None, variables: Mapping[str, str] | None = None
) -> Settings:
    """Return the settings of ``environment`` (default: ``APP_ENV``, else dev).

    Raises:
        SettingsError: an unknown key, an invalid value or a missing secret; the message names it.
            In prod also: every user of the machine can read the file ``.env``.
    """
    is_own_process = variables is None
    variables = os.environ if variables is None else variables
    name = environment or variables.get("APP_ENV") or Environment.DEV
    if name not in list(Environment):
        known = ", ".join(Environment)
        raise SettingsError(f"APP_ENV is {name!r}; it must be one of {known}")
    if is_own_process and name == Environment.PROD:
        require_private_env_file()
    folder = Path(variables.get("GENONAUT_CONFIG_DIR") or project_root() / "config")
    values = _merged(_read_toml(folder / "base.toml"), _read_toml(folder / f"{name}.toml"))
    for path, text in _from_variables(variables, Environment(name)).items():
        _set_from_text(values, path, text)
    values["environment"] = name
    settings = _convert(values)
    _require_secrets(settings)
    return settings


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        data: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
    except FileNotFoundError:
        raise SettingsError(f"the settings file {path.name} is missing in {path.parent}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} is not valid TOML: {error}") from error
    return data


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            result[key] = _merged(below, value)
        else:
            result[key] = value
    return result


def _short_names(environment: Environment) -> dict[str, tuple[str, str]]:
    suffix = environment.upper()
    names = {
        f"REDIS_NS_{suffix}": ("redis", "namespace"),
        "COMFYUI_URL": ("comfyui", "url"),
        "COMFYUI_OUTPUT_DIR": ("comfyui", "output_dir"),
    }
    for variable, path in {
        "DATABASE_URL": ("database", "url"),
        "REDIS_URL": ("redis", "url"),
        "ARQ_REDIS_URL": ("redis", "arq_url"),
    }.items():
        if environment is Environment.PROD:
            names[variable] = path
        names[f"{variable}_{suffix}"] = path
    return names


def _from_variables(
    variables: Mapping[str, str], environment: Environment
) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for variable, path in _short_names(environment).items():
        if variables.get(variable):
            found[path] = variables[variable]
    for variable, text in variables.items():
        if not variable.startswith(PREFIX) or variable in _OTHER_VARIABLES:
            continue
        if variable.startswith(_OTHER_PREFIXES):
            continue
        found[_path_of(variable)] = text
    return found


def _path_of(variable: str) -> tuple[str, str]:
    section, separator, key = variable.removeprefix(PREFIX).lower().partition("__")
    sections = {
        name: hint for name, hint in get_type_hints(Settings).items() if name != "environment"
    }
    if not separator or section not in sections:
        known = ", ".join(f"{PREFIX}{name.upper()}__…" for name in sections)
        raise SettingsError(f"{variable} is not a setting; the sections are {known}")
    struct: type[Section] = sections[section]
    if key not in struct.__struct_fields__:
        keys = ", ".join(field.upper() for field in struct.__struct_fields__)
        raise SettingsError(
            f"{variable} is not a setting; the keys of {PREFIX}{section.upper()}__ are {keys}"
        )
    return section, key


def _set_from_text(values: dict[str, Any], path: tuple[str, str], text: str) -> None:
    section, key = path
    struct: type[Section] = get_type_hints(Settings)[section]
    wanted = str(get_type_hints(struct)[key])
    value: Any = text
    if wanted.startswith("tuple"):
        value = _read_list(f"{section}.{key}", text)
    values.setdefault(section, {})[key] = value


def _read_list(name: str, text: str) -> object:
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise SettingsError(f"{name} is not a JSON list: {error}") from error


def _convert(values: dict[str, Any]) -> Settings:
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        # msgspec writes "… - at `$.web.port`"; the path is the key's name in the files.
        raise SettingsError(f"invalid setting: {str(error).replace('$.', '')}") from error


def _require_secrets(settings: Settings) -> None:
    if settings.environment is not Environment.PROD:
        return
    for value, key, variable in (
        (settings.database.url, "database.url", "DATABASE_URL"),
        (settings.redis.url, "redis.url", "REDIS_URL"),
    ):
        if not value:
            raise SettingsError(f"{key} is required in prod; set {variable}")
