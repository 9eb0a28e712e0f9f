"""Sizes in bytes as text, in the units that the web app uses too."""

_KILO = 1000
_UNITS = ("B", "KB", "MB", "GB", "TB")
_THREE_DIGITS = 99.95
"""From here on, one decimal would be a fourth digit."""


def format_bytes(size_bytes: float) -> str:
    """Return a size with a decimal unit: 1 KB is 1000 bytes ("512 B", "1.5 KB", "123 MB")."""
    size, unit = float(size_bytes), 0
    while round(size) >= _KILO and unit < len(_UNITS) - 1:
        size, unit = size / _KILO, unit + 1
    digits = 0 if unit == 0 or size >= _THREE_DIGITS else 1
    return f"{size:,.{digits}f} {_UNITS[unit]}"
