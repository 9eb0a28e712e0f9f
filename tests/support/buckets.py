"""An S3-compatible server that checks signatures, and a proxy before it that makes faults."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import aiohttp
import boto3  # type: ignore[import-untyped]  # comes with moto
import msgspec
from tests.support.service import eventually

from genonaut.config import Settings
from genonaut.embedded.ports import choose_port

BUCKET = "images"
_REGION = "us-east-1"
# create_bucket, create_user, put_user_policy, create_access_key; then every request needs a login.
_UNCHECKED_REQUESTS = "4"
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


@dataclass(frozen=True)
class S3Server:
    """The address and the credentials of a running server."""

    url: str
    access_key_id: str
    secret_access_key: str

    def keys(self, prefix: str = "") -> set[str]:
        """Return the keys of all objects below a prefix."""
        client = _client("s3", self.url, self.access_key_id, self.secret_access_key)
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return {one["Key"] for page in pages for one in page.get("Contents", [])}

    def put(self, key: str, data: bytes) -> None:
        """Write an object."""
        client = _client("s3", self.url, self.access_key_id, self.secret_access_key)
        client.put_object(Bucket=BUCKET, Key=key, Body=data)

    async def accept_anyone(self, requests: int) -> None:
        """Stop checking logins for a number of requests: moto cannot check signed URLs."""
        address = f"{self.url}/moto-api/reset-auth"
        async with aiohttp.ClientSession() as http, http.post(address, data=str(requests)):
            pass


@contextlib.asynccontextmanager
async def running_s3(log: Path) -> AsyncIterator[S3Server]:
    """Run moto's server in a process of its own, with one bucket and one user."""
    port = choose_port()
    url = f"http://127.0.0.1:{port}"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)),
            env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": _UNCHECKED_REQUESTS},
            stdout=output,
            stderr=output,
        )
    try:
        async with aiohttp.ClientSession() as http:

            async def answers() -> bool:
                with contextlib.suppress(aiohttp.ClientError):
                    async with http.get(f"{url}/moto-api/") as answer:
                        return answer.status == 200
                return False

            await eventually(answers)
        yield await asyncio.to_thread(_made, url)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _made(url: str) -> S3Server:
    _client("s3", url).create_bucket(Bucket=BUCKET)
    iam = _client("iam", url)
    iam.create_user(UserName="genonaut")
    iam.put_user_policy(UserName="genonaut", PolicyName="all", PolicyDocument=json.dumps(_POLICY))
    key = iam.create_access_key(UserName="genonaut")["AccessKey"]
    return S3Server(url, key["AccessKeyId"], key["SecretAccessKey"])


def _client(service: str, url: str, *login: str) -> Any:
    key, secret = login or ("none", "none")
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=_REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
    )


def with_bucket(settings: Settings, server: S3Server, prefix: str, **changes: Any) -> Settings:
    """Return settings whose files are in the bucket, below a prefix."""
    storage = msgspec.structs.replace(
        settings.storage,
        **{
            "root": f"s3://{BUCKET}/{prefix}",
            "endpoint": server.url,
            "access_key_id": server.access_key_id,
            "secret_access_key": server.secret_access_key,
            "timeout_seconds": 5.0,
            **changes,
        },
    )
    return msgspec.structs.replace(settings, storage=storage)


class Fault(StrEnum):
    """What the proxy does to connections."""

    NONE = "none"
    REFUSE = "503"
    """Answers every request with 503."""
    CUT_UPLOADS = "cut"
    """Closes the connection after a part of the body of a PUT was forwarded."""
    SILENT = "silent"
    """Accepts requests and never answers."""
    SLOW = "slow"
    """Forwards 16 KiB at a time, with pauses."""


_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nConnection: close\r\n"
    b"Content-Length: 46\r\n\r\n<Error><Code>ServiceUnavailable</Code></Error>"
)
_PIECE = 16 * 1024


class FaultyProxy:
    """Forwards to an S3 server; ``fault`` may be changed at any time."""

    def __init__(self, server: S3Server) -> None:
        self.fault = Fault.NONE
        self.faults = 0
        """Number of connections that a fault has affected."""
        self._target = server.url.rpartition(":")[2]
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the listener and all connections."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)  # aborted transports close their sockets in the next iteration

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await self._forward(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(_PIECE)
        if self.fault is Fault.REFUSE:
            self.faults += 1
            writer.write(_REFUSAL)
            await writer.drain()
            return
        if self.fault is Fault.SILENT:
            self.faults += 1
            await reader.read()
            return
        there, back = await asyncio.open_connection("127.0.0.1", int(self._target))
        back.write(first)
        both = (
            asyncio.create_task(self._copy(reader, back, is_upload=True, first=first)),
            asyncio.create_task(self._copy(there, writer, is_upload=False, first=b"")),
        )
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            back.transport.abort()  # before anything that a second cancellation could interrupt
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _copy(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        is_upload: bool,
        first: bytes,
    ) -> None:
        data = first
        while True:
            if is_upload and self.fault is Fault.CUT_UPLOADS and data.startswith(b"PUT "):
                self.faults += 1
                return
            if self.fault is Fault.SLOW:
                self.faults += 1
                await asyncio.sleep(0.01)
            data = await reader.read(_PIECE)
            if not data:
                return
            if is_upload and self.fault is Fault.REFUSE:
                self.faults += 1
                return
            writer.write(data)
            await writer.drain()


@contextlib.asynccontextmanager
async def faulty_proxy(server: S3Server) -> AsyncIterator[FaultyProxy]:
    """Run a proxy before a server."""
    proxy = FaultyProxy(server)
    await proxy.start()
    try:
        yield proxy
    finally:
        await proxy.stop()
