"""Clients that submit with idempotency keys, retry, and cancel at random."""

import asyncio
import random
from dataclasses import dataclass, field
from uuid import uuid4

import aiohttp

_TRIES = 200


@dataclass
class Record:
    """What the clients were promised: job ids by idempotency key, and server errors."""

    accepted: dict[str, list[int]] = field(default_factory=dict)
    server_errors: list[str] = field(default_factory=list)
    cancelled: int = 0


async def client(urls: tuple[str, ...], seed: int, submissions: int, record: Record) -> None:
    """Submit one batch after another; each is retried until it is accepted."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    timeout = aiohttp.ClientTimeout(total=15)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        for number in range(submissions):
            key = f"{seed}-{number}-{uuid4().hex}"
            size = chance.choice((1, 1, 2, 4))
            body = {
                "prompt": f"chaos {seed} {number}",
                "checkpoint_model": "sd15.safetensors",
                "width": 128,
                "height": 128,
                "batch_size": size,
                "params": {"seed": chance.randrange(2**32), "steps": chance.choice((2, 5, 10))},
            }
            url = f"{chance.choice(urls)}/api/v1/generation-jobs/"
            ids = await _submit(http, url, body, key, record)
            if len(ids) != size:
                record.server_errors.append(f"{key}: {len(ids)} jobs instead of {size}")
            record.accepted[key] = ids
            if chance.random() < 0.15:
                await _cancel(http, chance.choice(urls), chance.choice(ids), record)
            await asyncio.sleep(chance.uniform(0, 1.5))


async def _submit(
    http: aiohttp.ClientSession, url: str, body: dict[str, object], key: str, record: Record
) -> list[int]:
    for _ in range(_TRIES):
        try:
            async with http.post(url, json=body, headers={"Idempotency-Key": key}) as answer:
                if answer.status in {200, 201}:
                    ids: list[int] = (await answer.json())["batch_job_ids"]
                    return ids
                if answer.status != 503:
                    record.server_errors.append(f"{answer.status}: {(await answer.text())[:300]}")
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        await asyncio.sleep(0.5)
    raise SystemExit(f"the submission {key} was not accepted after {_TRIES} tries")


async def _cancel(http: aiohttp.ClientSession, url: str, job_id: int, record: Record) -> None:
    try:
        async with http.post(f"{url}/api/v1/generation-jobs/{job_id}/cancel") as answer:
            record.cancelled += answer.status == 200
    except (aiohttp.ClientError, OSError, TimeoutError):
        pass
