"""Colours as (red, green, blue) in 0..255, and the colour words of prompts."""

Color = tuple[int, int, int]


def mix(first: Color, second: Color, share: float) -> Color:
    """Return ``first`` mixed with ``share`` (0..1) of ``second``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def saturated(color: Color, factor: float) -> Color:
    """Return a colour with its distance from grey multiplied by ``factor``."""
    grey = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]  # ITU-R BT.601
    red, green, blue = (max(0, min(255, round(grey + (part - grey) * factor))) for part in color)
    return red, green, blue


def of_hex(text: str) -> Color:
    """Return the colour of six hex digits."""
    number = int(text, 16)
    return number >> 16 & 255, number >> 8 & 255, number & 255


COLOR_WORDS: dict[str, Color] = {
    word: of_hex(value)
    for words, value in (
        ("red crimson scarlet ruby", "d2303c"),
        ("orange tangerine copper", "f0803c"),
        ("amber gold golden honey", "f2b03a"),
        ("yellow lemon", "f7dc4e"),
        ("lime chartreuse", "a8d84a"),
        ("green emerald jade moss", "3fa66a"),
        ("teal turquoise mint", "2fa9a0"),
        ("cyan aqua", "48c6dd"),
        ("blue azure sapphire cobalt", "2f6fd0"),
        ("navy indigo", "2b3a8c"),
        ("violet purple amethyst", "7b45c0"),
        ("lavender lilac mauve", "b49be0"),
        ("magenta fuchsia", "cf3fa8"),
        ("pink rose blush salmon", "f08fae"),
        ("brown sepia umber", "8a5a3a"),
        ("black obsidian", "14151c"),
        ("white ivory pearl", "f5f3ec"),
        ("grey gray silver", "9aa2aa"),
    )
    for word in words.split()
}
