"""Requests with a cookie must prove that our own page sent them."""

import pytest
from tests.support.accounts import Browser, make_key
from tests.support.service import Api

from genonaut.accounts.authentication import CSRF_COOKIE
from genonaut.accounts.tables import User
from genonaut.runtime import Runtime

CHANGE = ("PUT", "/api/v1/users/me/preferences")


@pytest.mark.parametrize("header", ["", "0" * 64, "ü"])
async def test_a_change_with_a_cookie_but_without_the_token_is_refused(
    browser: Browser, user: User, header: str
) -> None:
    await browser.log_in("grace")
    headers = {"X-CSRF-Token": header.encode()}
    answer = await browser.send(*CHANGE, json={"theme": "dark"}, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 403
    assert answer.json()["code"] == "csrf"


async def test_a_token_planted_by_another_host_proves_nothing(
    api: Api, browser: Browser, user: User
) -> None:
    await browser.log_in("grace")
    stranger = Browser(api.http)
    await stranger.log_in("grace")
    browser.cookies.delete(CSRF_COOKIE)
    browser.cookies.set(CSRF_COOKIE, stranger.cookies[CSRF_COOKIE])
    assert (await browser.send(*CHANGE, json={"theme": "dark"})).status_code == 403


async def test_with_the_token_the_change_is_made(browser: Browser, user: User) -> None:
    await browser.log_in("grace")
    answer = await browser.send(*CHANGE, json={"theme": "dark"})
    assert answer.status_code == 200
    assert answer.json()["theme"] == "dark"


async def test_a_key_needs_no_token_and_a_cookie_beside_it_does_not_count(
    browser: Browser, api: Api, user: User, runtime: Runtime
) -> None:
    await browser.log_in("grace")
    browser.cookies.delete(CSRF_COOKIE)
    headers = await make_key(runtime, user.id)
    answer = await browser.send(*CHANGE, json={"theme": "dark"}, headers=headers)
    assert answer.status_code == 200
    wrong = {"Authorization": "Bearer gn_1_" + "0" * 64}
    assert (await browser.send("GET", "/api/v1/auth/me", headers=wrong)).status_code == 401


async def test_a_browser_that_lost_the_token_gets_it_anew(browser: Browser, user: User) -> None:
    await browser.log_in("grace")
    token = browser.cookies[CSRF_COOKIE]
    browser.cookies.delete(CSRF_COOKIE)
    await browser.send("GET", "/api/v1/auth/me")
    assert browser.cookies[CSRF_COOKIE] == token
