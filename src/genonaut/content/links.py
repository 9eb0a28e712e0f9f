"""URL paths of images and thumbnails."""

API = "/api/v1"


def image_path(content_id: int) -> str:
    """Return the path of an item's full-size image."""
    return f"{API}/content/{content_id}/image"


def thumbnail_path(content_id: int, size: str) -> str:
    """Return the path of one of an item's thumbnails."""
    return f"{API}/content/{content_id}/thumbnails/{size}"


def file_path(content_id: int) -> str:
    """Return the path of an item's file, whatever its type."""
    return f"/api/v1/content/{content_id}/file"
