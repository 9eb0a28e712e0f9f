"""Model folders."""

from typing import Annotated

from msgspec import Meta

from genonaut.config.settings.fields import Positive, Section


class CatalogSettings(Section, frozen=True):
    """Model folders that this machine can read; optional."""

    roots: tuple[str, ...] = ()
    """ComfyUI ``models`` folders; each subfolder is scanned."""
    extra_model_paths: tuple[str, ...] = ()
    """Files in the format of ComfyUI's ``extra_model_paths.yaml``."""
    refresh_minutes: Positive = 10.0
    """Interval of the automatic refresh of folders and ComfyUI servers."""
    check_seconds: Positive = 10.0
    """Interval at which workers check for refresh and hashing work."""
    is_hashing_enabled: bool = True
    """Hash model files in the background: detects moved files and duplicates, provides AutoV2."""
    settled_seconds: Annotated[float, Meta(ge=0)] = 30.0
    """A file is hashed when it was not modified for this time."""
