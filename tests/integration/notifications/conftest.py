import msgspec
import pytest

from genonaut.config import Settings


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """Settings that let webhooks reach the receivers of these tests."""
    replace = msgspec.structs.replace
    return replace(settings, webhooks=replace(settings.webhooks, allowed_hosts=("127.0.0.1",)))
