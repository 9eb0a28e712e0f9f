"""Errors of backups."""

from genonaut.core.errors import GenonautError


class BackupError(GenonautError):
    """A backup cannot be made, read or restored; the message says why and what to do."""

    code = "backup"


class BackupDamagedError(BackupError):
    """A file of a backup is missing, truncated or changed."""

    code = "backup_damaged"


class BackupKeyError(BackupError):
    """The key is missing, malformed or not the one the backup was encrypted with."""

    code = "backup_key"


class SourceError(BackupError):
    """The storage of the installation cannot be read."""

    code = "backup_source"


class SourceMissingError(SourceError):
    """The storage of the installation does not have the file."""
