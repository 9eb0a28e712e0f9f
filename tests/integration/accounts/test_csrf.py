"""Requests with a session cookie need the CSRF token."""

import pytest
from tests.support.accounts import Browser, make_key
from tests.support.service import Api

from genonaut.accounts.authentication import CSRF_COOKIE
from genonaut.accounts.tables import User
from genonaut.runtime import Runtime

CHANGE = ("PUT", "/api/v1/users/me/preferences")


@pytest.mark.parametrize("header", ["", "0" * 64, "ü"])
async def test_a_change_with_a_cookie_but_without_the_csrf_token_is_refused(
    browser: Browser, user: User, header: str
) -> None:
    await browser.log_in("grace")
    headers = {"X-CSRF-Token": header.encode()}
    answer = await browser.send(*CHANGE, json={"theme": "dark"}, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"


async def test_a_csrf_cookie_planted_by_another_host_is_refused(
    api: Api, browser: Browser, user: User
) -> None:
    await browser.log_in("grace")
    stranger = Browser(api.http)
    await stranger.log_in("grace")
    browser.cookies.delete(CSRF_COOKIE)
    browser.cookies.set(CSRF_COOKIE, stranger.cookies[CSRF_COOKIE])
    assert (await browser.send(*CHANGE, json={"theme": "dark"})).status_code == 403


async def test_a_change_with_the_csrf_token_succeeds(browser: Browser, user: User) -> None:
    await browser.log_in("grace")
    answer = await browser.send(*CHANGE, json={"theme": "dark"})
    assert answer.status_code == 200
    assert answer.json()["theme"] == "dark"


async def test_an_api_key_needs_no_csrf_token_and_overrides_a_cookie(
    browser: Browser, api: Api, user: User, runtime: Runtime
) -> None:
    await browser.log_in("grace")
    browser.cookies.delete(CSRF_COOKIE)
    headers = await make_key(runtime, user.id)
    answer = await browser.send(*CHANGE, json={"theme": "dark"}, headers=headers)
    assert answer.status_code == 200
    wrong = {"Authorization": "Bearer gn_1_" + "0" * 64}
    assert (await browser.send("GET", "/api/v1/auth/me", headers=wrong)).status_code == 401


async def test_a_lost_csrf_cookie_is_set_again(browser: Browser, user: User) -> None:
    await browser.log_in("grace")
    token = browser.cookies[CSRF_COOKIE]
    browser.cookies.delete(CSRF_COOKIE)
    await browser.send("GET", "/api/v1/auth/me")
    assert browser.cookies[CSRF_COOKIE] == token
