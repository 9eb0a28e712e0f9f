"""The file ``.env``: environment variables of an installation, one ``NAME=value`` per line.

The command line reads it once, before anything else. Variables that are already set win, so that a
service manager can override the file. Format: that of python-dotenv, without ``${NAME}``.
"""

import os
import stat
from collections.abc import MutableMapping
from pathlib import Path

from genonaut.core.errors import SettingsError

FILE_VARIABLE = "GENONAUT_ENV_FILE"


def env_file(variables: MutableMapping[str, str] | None = None) -> Path | None:
    """Return the file to read: ``GENONAUT_ENV_FILE``, else ``.env`` in the working directory.

    None if there is no ``.env``, or if the variable is set and empty.

    Raises:
        SettingsError: the file that the variable names does not exist.
    """
    variables = os.environ if variables is None else variables
    named = variables.get(FILE_VARIABLE)
    if named is None:
        found = Path.cwd() / ".env"
        return found if found.is_file() else None
    if not named:
        return None
    if not Path(named).is_file():
        raise SettingsError(f"{FILE_VARIABLE} names {named}, which is not a file")
    return Path(named).absolute()


def apply_env_file(variables: MutableMapping[str, str] | None = None) -> None:
    """Add the variables of the file to ``variables`` (default: the process's environment).

    Raises:
        SettingsError: the file cannot be read, or a line is not ``NAME=value``.
    """
    variables = os.environ if variables is None else variables
    path = env_file(variables)
    if path is None:
        return
    for name, text in _read(path).items():
        variables.setdefault(name, text)


def require_private_env_file() -> None:
    """Refuse a file that other users of the machine can read: it contains passwords.

    Raises:
        SettingsError: every user can read the file.
    """
    path = env_file()
    if path is not None and path.stat().st_mode & stat.S_IROTH:
        raise SettingsError(
            f"every user of this machine can read {path}, which contains passwords; "
            f"run `chmod 600 {path}`"
        )


def _read(path: Path) -> dict[str, str]:
    from dotenv.parser import parse_stream  # noqa: PLC0415 - most processes have no such file

    try:
        with path.open(encoding="utf-8") as file:
            bindings = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SettingsError(f"cannot read {path}: {reason}") from error
    for binding in bindings:
        is_assignment = binding.key is None or binding.value is not None
        if binding.error or not is_assignment:
            text = binding.original.string
            # Blank lines before an assignment belong to it.
            blank = text.count("\n", 0, len(text) - len(text.lstrip()))
            raise SettingsError(f"{path}, line {binding.original.line + blank}, is not NAME=value")
    return {one.key: one.value for one in bindings if one.key and one.value is not None}
