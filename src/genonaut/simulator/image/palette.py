"""The colours of an image: time of day, weather and colour words."""

import msgspec

from genonaut.simulator.image.color import COLOR_WORDS, Color, mix, of_hex, saturated
from genonaut.simulator.image.request import ImageRequest


class Palette(msgspec.Struct, frozen=True):
    """Colours from the zenith down to the ground, and of the light."""

    sky: tuple[Color, ...]  # zenith first, horizon last
    light: Color
    near: Color  # of the nearest land
    dark: bool = False  # with stars and lit windows

    @property
    def horizon(self) -> Color:
        """The colour of distant objects."""
        return self.sky[-1]


def _palette(sky: str, light: str, near: str, *, dark: bool = False) -> Palette:
    return Palette(tuple(of_hex(part) for part in sky.split()), of_hex(light), of_hex(near), dark)


PALETTES = {
    "dawn": _palette("36477d 7d78b4 e9a6a8 ffdcb8", "fff0d2", "252a48"),
    "day": _palette("2566b4 5b9fdb a9d3ee eaf5f2", "fffae4", "17453f"),
    "golden": _palette("3d4a80 b46a66 f2a05c ffd896", "fff2cc", "2a1d34"),
    "dusk": _palette("171c4c 523579 c4527e ff9b66", "ffdca8", "120d28", dark=True),
    "night": _palette("040919 0a1736 173059 3b5a8c", "edf2ff", "02050d", dark=True),
    "storm": _palette("1f2832 414e5c 72808a aab3b3", "e2e8e6", "0e1419"),
    "winter": _palette("4f77a5 96bcd9 d3e5ef f8f8f4", "ffffff", "2f4c69"),
    "mist": _palette("8096a0 adbfc1 d9dfd8 f4efe1", "fffbf0", "3f5458"),
    "desert": _palette("2f78ad 83bcd4 f1d6aa fbe9c8", "fff8df", "7d3f25"),
    "fantasy": _palette("1f0d47 632989 d252a6 ffb6c6", "fff0f4", "150829", dark=True),
}

_WORDS = {
    "dawn": "dawn morning sunrise early spring blossom",
    "day": "day noon sunny summer bright daylight blue sky",
    "golden": "golden sunset autumn fall warm evening harvest amber",
    "dusk": "dusk twilight neon sundown cyberpunk retro synthwave",
    "night": "night midnight moon moonlit stars starry space galaxy aurora dark nocturne lantern",
    "storm": "storm rain stormy thunder lightning gloomy gothic dramatic ruin",
    "winter": "winter snow snowy ice frozen arctic glacier frost cold",
    "mist": "mist fog foggy misty haze morning pale soft watercolor watercolour",
    "desert": "desert dune dunes sand canyon sahara mesa savanna",
    "fantasy": "fantasy dream dreamy magic magical surreal nebula unicorn dragon fairy crystal",
}
_PALETTE_OF_WORD = {word: palette for palette, words in _WORDS.items() for word in words.split()}


def palette_of(request: ImageRequest) -> Palette:
    """Return the palette that the prompt names, else one chosen by its hash."""
    words = request.words
    names = [_PALETTE_OF_WORD[word] for word in words if word in _PALETTE_OF_WORD]
    name = names[0] if names else request.palette_random().choice(list(PALETTES))
    palette = _saturated(PALETTES[name], request.style_random().uniform(0.94, 1.2))
    colors = [COLOR_WORDS[word] for word in words if word in COLOR_WORDS]
    return _tinted(palette, colors) if colors else palette


def _tinted(palette: Palette, colors: list[Color]) -> Palette:
    """Mix sky and land with the named colours, most with the first."""
    first, last = colors[0], colors[-1]
    count = len(palette.sky)
    sky = tuple(
        mix(shade, first if index < count / 2 else last, 0.62 - 0.1 * index)
        for index, shade in enumerate(palette.sky)
    )
    return msgspec.structs.replace(
        palette,
        sky=sky,
        light=mix(palette.light, last, 0.18),
        near=mix(palette.near, first, 0.22),
    )


def _saturated(palette: Palette, factor: float) -> Palette:
    """Return the palette with another saturation, which depends on the checkpoint."""
    return msgspec.structs.replace(
        palette,
        sky=tuple(saturated(shade, factor) for shade in palette.sky),
        near=saturated(palette.near, factor),
    )
