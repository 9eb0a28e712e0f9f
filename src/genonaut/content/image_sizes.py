"""Size classes of images by their number of pixels, as filters and facets use them."""

from enum import StrEnum

from sqlalchemy import ColumnElement, case, null

from genonaut.content.tables import ContentItem

_SMALL_BELOW, _MEDIUM_BELOW, _LARGE_BELOW = 500_000, 1_500_000, 4_500_000
PIXELS: ColumnElement[int] = ContentItem.width * ContentItem.height


class SizeClass(StrEnum):
    """Number of pixels: small below 0.5 million, medium below 1.5, large below 4.5, else huge."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"


_BOUNDS: dict[SizeClass, tuple[int, int | None]] = {
    SizeClass.SMALL: (1, _SMALL_BELOW),
    SizeClass.MEDIUM: (_SMALL_BELOW, _MEDIUM_BELOW),
    SizeClass.LARGE: (_MEDIUM_BELOW, _LARGE_BELOW),
    SizeClass.HUGE: (_LARGE_BELOW, None),
}


def has_size(size: SizeClass) -> list[ColumnElement[bool]]:
    """Return the conditions for items of a size class; sounds and texts have none."""
    least, below = _BOUNDS[size]
    found = [least <= PIXELS]
    if below is not None:
        found.append(below > PIXELS)
    return found


def size_class_of(pixels: ColumnElement[int]) -> ColumnElement[str | None]:
    """Return the size class of a number of pixels as SQL; null for items without pixels."""
    return case(
        (pixels <= 0, null()),
        (pixels < _SMALL_BELOW, SizeClass.SMALL.value),
        (pixels < _MEDIUM_BELOW, SizeClass.MEDIUM.value),
        (pixels < _LARGE_BELOW, SizeClass.LARGE.value),
        else_=SizeClass.HUGE.value,
    )
