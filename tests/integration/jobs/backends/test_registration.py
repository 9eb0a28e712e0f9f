"""The rows of the configured ComfyUI servers."""

from tests.support.service import with_backends

from genonaut.config import Settings
from genonaut.jobs.backends.repository import BackendRepository
from genonaut.runtime import open_runtime


async def test_the_password_of_a_url_is_not_stored(settings: Settings) -> None:
    secret = with_backends(settings, "http://me:secret@127.0.0.1:1")
    async with open_runtime(secret, application="test") as runtime:
        async with runtime.begin() as uow:
            await BackendRepository(uow.session).register(secret.comfyui.backends)
        async with runtime.begin() as uow:
            (row,) = await BackendRepository(uow.session).all()
    assert row.url == "http://127.0.0.1:1"
