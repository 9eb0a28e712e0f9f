import msgspec
import pytest

from genonaut.config import Settings


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """Settings that let every user add workflows."""
    replace = msgspec.structs.replace
    return replace(settings, workflows=replace(settings.workflows, authors="everyone"))
