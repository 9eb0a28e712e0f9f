"""``genonaut notify`` against a fake API."""

import pytest
from tests.unit.cli.fake_api import FakeApi

from genonaut.cli.notify.actions import send
from genonaut.core.errors import NotFoundError


async def test_an_announcement_goes_to_all_users(
    server: FakeApi, capsys: pytest.CaptureFixture[str]
) -> None:
    await send("test", server.url, title="Maintenance", message="At six.", username=None)
    assert server.bodies == [{"title": "Maintenance", "message": "At six."}]
    assert capsys.readouterr().out == "sent to 2 users; 1 has such notifications turned off\n"


async def test_an_announcement_to_one_user_is_addressed_by_name(server: FakeApi) -> None:
    await send("test", server.url, title="Hello", message="", username="ben")
    assert server.bodies == [{"title": "Hello", "message": "", "user_id": "u-ben"}]
    with pytest.raises(NotFoundError, match="there is no user be"):
        await send("test", server.url, title="Hello", message="", username="be")
