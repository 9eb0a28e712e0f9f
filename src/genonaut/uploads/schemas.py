"""HTTP bodies of uploads."""

from datetime import datetime
from typing import Any

from genonaut.content.image_views import ThumbnailView
from genonaut.core.schemas import View
from genonaut.uploads.tables import Upload, UploadKind

PATH = "/api/v1/uploads"


class UploadView(View, frozen=True):
    """An uploaded file. Edges in pixels; ``placeholder`` is a ThumbHash in base64.

    ``sha256`` and ``size_bytes`` are those of the stored file, without metadata. ``has_alpha``: a pixel
    is transparent. ``width`` and ``height`` are null for audio, ``duration_seconds`` for images.
    """

    id: int
    kind: UploadKind
    name: str
    mime: str
    width: int | None
    height: int | None
    has_alpha: bool
    duration_seconds: float | None
    size_bytes: int
    sha256: str
    placeholder: str
    file_url: str
    thumbnails: list[ThumbnailView]
    created_at: datetime
    last_used_at: datetime

    @classmethod
    def of(cls, upload: Upload) -> "UploadView":
        """Return the view of an upload whose thumbnails are loaded."""
        return cls(**_values(upload))


class UploadDetailsView(UploadView, frozen=True):
    """An uploaded file with the texts that were embedded in it when it was sent."""

    metadata: dict[str, Any]

    @classmethod
    def of(cls, upload: Upload) -> "UploadDetailsView":
        """Return the view of an upload whose thumbnails are loaded."""
        return cls(**_values(upload), metadata=upload.details)


_COPIED = tuple(
    name for name in UploadView.__struct_fields__ if name not in {"file_url", "thumbnails"}
)


def _values(upload: Upload) -> dict[str, Any]:
    version = f"?v={upload.sha256}"
    thumbnails = [
        ThumbnailView(
            size=one.size,
            url=f"{PATH}/{upload.id}/thumbnails/{one.size}{version}",
            width=one.width,
            height=one.height,
        )
        for one in sorted(upload.thumbnails, key=lambda one: one.size.longest_edge_px)
    ]
    return {name: getattr(upload, name) for name in _COPIED} | {
        "file_url": f"{PATH}/{upload.id}/file{version}",
        "thumbnails": thumbnails,
    }
