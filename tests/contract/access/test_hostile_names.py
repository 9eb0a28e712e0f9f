"""Names that try to leave their place: in every path, file and header parameter."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from tests.contract.access.world import headers_of, make_case
from tests.support.accounts import make_session
from tests.support.asgi_socket import SocketClosedError, open_socket
from tests.support.service import Api

from genonaut.web.app import openapi_document
from genonaut.web.middleware.request_guard import RequestGuard

NAMES = [
    "..",
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd",
    "//etc/passwd",
    "....//....//etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%252f..%252fetc%252fpasswd",
    "..%c0%af..%c0%afetc/passwd",
    "..\u2215..\u2215etc\u2215passwd",
    "file:///etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\host\\share",
    "x/../y",
    "1;cat /etc/passwd",
    "1\x00.png",
    "1%00",
    "${jndi:ldap://x}",
    "' OR 1=1 --",
    "-1",
    "0",
    "9223372036854775808",
    "1e3",
    "0x1",
    "\u0661",
    "+1",
    "01",
    "1_0",
    " 1",
    "1.0",
    "NaN",
    "true",
    "~root",
    "small/../large",
    "con",
]


def routes_with_names() -> list[tuple[str, str, str]]:
    """Return (method, path, parameter) of everything that a path may name."""
    return sorted(
        (method.upper(), path, part[1:-1])
        for path, item in openapi_document()["paths"].items()
        for method in item
        for part in path.split("/")
        if part.startswith("{")
    )


@pytest.mark.parametrize(("method", "path", "parameter"), routes_with_names())
async def test_hostile_names_in_a_path_name_nothing(
    api: Api, method: str, path: str, parameter: str
) -> None:
    case = await make_case(api.runtime, f"{method} {path}", "admin")
    others = {name: str(value) for name, value in case.subjects.items() if name != parameter}
    for name in NAMES:
        for written in {quote(name, safe=""), quote(name, safe="/%")}:
            address = path.replace("{" + parameter + "}", written)
            for other, value in others.items():
                address = address.replace("{" + other + "}", value)
            answer = await api.http.request(
                method, address, headers=case.headers, json=_body(method)
            )
            # Dots may lead to another route of the API, which then answers for itself.
            is_elsewhere = ".." in name or "/" in name
            allowed = {404, 422, 405} if is_elsewhere else {404, 422}
            if answer.status_code not in allowed:
                assert is_elsewhere, (method, address, answer.status_code)
                assert answer.status_code in {200, 404}, (method, address, answer.status_code)
            _require_innocent(answer.text)


@pytest.mark.parametrize(
    "header",
    [
        "Idempotency-Key",
        "If-None-Match",
        "If-Modified-Since",
        "If-Range",
        "Range",
        "Accept",
        "X-Request-ID",
        "X-CSRF-Token",
        "Cookie",
    ],
)
async def test_hostile_headers_reach_nothing(api: Api, header: str) -> None:
    case = await make_case(api.runtime, "GET /api/v1/content/{content_id}/image", "owner")
    image = f"/api/v1/content/{case.subjects['content_id']}/image"
    for name in NAMES:
        headers = {**case.headers, header: quote(name, safe="/\\:;$'{}~. ")}
        answer = await api.http.get(image, headers=headers)
        assert answer.status_code in {200, 206, 304, 401, 416}
        assert b"root:" not in answer.content
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", answer.headers["x-request-id"])


@pytest.mark.parametrize("address", ["/ws/jobs/{}", "/ws/jobs?job_ids={}", "/ws/jobs?job_ids={},1"])
async def test_hostile_names_of_jobs_open_no_websocket(api: Api, address: str) -> None:
    guard = RequestGuard(api.app, api.runtime.settings.web, api.runtime.settings.auth)
    case = await make_case(api.runtime, "GET /api/v1/auth/me", "owner")
    for name in NAMES:
        path = address.format(quote(name, safe=""))
        async with open_socket(guard, path, case.headers) as socket:
            with pytest.raises(SocketClosedError) as closed:
                await socket.frame()
        assert closed.value.code == 4404, path


@pytest.mark.parametrize("prefix", ["/", "/assets/", "/assets/../", "/%2e%2e/"])
async def test_files_of_the_web_app_stay_in_their_folder(api: Api, prefix: str) -> None:
    for name in NAMES:
        for written in {quote(name, safe=""), quote(name, safe="/%")}:
            answer = await api.http.get(prefix + written, headers={"Accept": "*/*"})
            assert answer.status_code in {200, 404, 422}, (prefix + written, answer.status_code)
            _require_innocent(answer.text)


@pytest.mark.parametrize("field", ["checkpoint_model", "lora"])
async def test_hostile_model_names_are_no_models(api: Api, field: str) -> None:
    case = await make_case(api.runtime, "POST /api/v1/generation-jobs", "owner")
    for name in NAMES:
        body: dict[str, Any] = {"prompt": "x", "checkpoint_model": "sd15.safetensors"}
        if field == "lora":
            body["lora_models"] = [{"name": name}]
        else:
            body[field] = name
        answer = await api.http.post("/api/v1/generation-jobs", json=body, headers=case.headers)
        assert answer.status_code == 422, name
        assert "root:" not in answer.text


async def test_downloads_are_named_by_us(api: Api) -> None:
    case = await make_case(api.runtime, "PATCH /api/v1/content/{content_id}", "owner")
    item = f"/api/v1/content/{case.subjects['content_id']}"
    hostile = '../../etc/passwd"\r\nX-Evil: 1; filename="x.html'
    changed = await api.http.patch(item, json={"title": hostile}, headers=case.headers)
    assert changed.status_code in {200, 422}
    stranger = await headers_of(api.runtime, case.owner, "stranger")
    assert (await api.http.get(f"{item}/image?download=1", headers=stranger)).status_code == 404
    owner = await make_session(api.runtime, case.owner.id)
    answer = await api.http.get(f"{item}/image?download=1", headers=owner)
    name = answer.headers["content-disposition"]
    assert name.startswith('attachment; filename="')
    assert all(char.isalnum() or char in '"-.=; _' for char in name)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "x-evil" not in answer.headers


def _body(method: str) -> Any:
    return {} if method in {"POST", "PUT", "PATCH"} else None


def _require_innocent(text: str) -> None:
    assert "root:" not in text
    assert "Traceback" not in text
    assert "site-packages" not in text
