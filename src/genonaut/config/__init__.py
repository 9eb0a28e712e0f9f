"""Settings: read once at startup, immutable afterwards."""

from genonaut.config.loading import load_settings, project_root
from genonaut.config.settings import BackendSettings, Environment, Settings

__all__ = ["BackendSettings", "Environment", "Settings", "load_settings", "project_root"]
