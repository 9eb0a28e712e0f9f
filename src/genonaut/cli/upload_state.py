"""Uploads as the API shows them; only the fields that the command line uses."""

from datetime import datetime

import msgspec


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """An uploaded file. Edges in pixels: None for audio."""

    id: int
    kind: str = ""
    name: str = ""
    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    size_bytes: int = 0
    last_used_at: datetime | None = None


class UploadPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of uploads."""

    items: list[Upload]
    total: int | None = None
