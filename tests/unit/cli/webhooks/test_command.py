"""``genonaut webhooks test``: the sent event, the output and the exit status."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from click.testing import CliRunner, Result
from tests.support.standard_webhooks import verify

from genonaut.cli.main import cli

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ALLOWED = {"GENONAUT_WEBHOOKS__ALLOWED_HOSTS": "127.0.0.1"}


class Receiver(HTTPServer):
    """Stores the requests and answers with ``status``."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append((headers, body))
        self.send_response(self.server.status)
        self.send_header("content-length", "9")
        self.end_headers()
        self.wfile.write(b"\x1b[31mred\x00")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        with contextlib.ExitStack() as stack:
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            yield server


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(
        cli, ["webhooks", "test", *arguments, "--env", "test"], env=ALLOWED | variables
    )


def test_a_receiver_can_verify_the_event(receiver: Receiver) -> None:
    result = run(receiver.url, "--secret", SECRET)
    assert result.exit_code == 0, result.output
    ((headers, body),) = receiver.calls
    verify(SECRET, headers, body)
    assert b'"type":"webhook.test"' in body
    assert headers["webhook-id"] in result.output
    assert "answered 200" in result.output
    assert SECRET not in result.output
    assert "\x1b" not in result.output


def test_the_secret_is_read_from_the_environment(receiver: Receiver) -> None:
    assert run(receiver.url, WEBHOOK_SECRET=SECRET).exit_code == 0
    verify(SECRET, *receiver.calls[0])


def test_without_a_secret_a_new_one_is_printed(receiver: Receiver) -> None:
    result = run(receiver.url)
    (line,) = [line for line in result.output.splitlines() if "whsec_" in line]
    verify(line.removeprefix("signed with "), *receiver.calls[0])


def test_a_status_other_than_2xx_fails(receiver: Receiver) -> None:
    receiver.status = 404
    result = run(receiver.url)
    assert result.exit_code == 1
    assert "answered 404" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://192.168.1.1/"], "not a public address"),
        (["https://user:x@example.com/"], "user name or password"),
        (["http://example.com/"], "https://"),
        (["http://127.0.0.1/", "--secret", "hunter2"], "secret: must be whsec_"),
    ],
)
def test_a_url_or_secret_that_is_not_allowed_is_one_line(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
