"""Latin letters for characters that no font has."""

import unicodedata

_CYRILLIC = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "yo",
            "zh",
            "z",
            "i",
            "y",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "'",
            "y",
            "'",
            "e",
            "yu",
            "ya",
            "i",
            "yi",
            "ye",
            "g",
            "w",
        ],
        strict=True,
    )
)
_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        [
            "a",
            "v",
            "g",
            "d",
            "e",
            "z",
            "i",
            "th",
            "i",
            "k",
            "l",
            "m",
            "n",
            "x",
            "o",
            "p",
            "r",
            "s",
            "s",
            "t",
            "y",
            "f",
            "ch",
            "ps",
            "o",
        ],
        strict=True,
    )
)
_LETTERS = {**_CYRILLIC, **_GREEK}
_NAMED = ("HIRAGANA LETTER ", "KATAKANA LETTER ", "HANGUL SYLLABLE ")
"""Characters whose Unicode names end with their sound."""


def in_latin(character: str) -> str:
    """Return Latin letters for a Cyrillic, Greek, Japanese or Korean letter, else its code point."""
    lower = character.lower()
    letters = _LETTERS.get(lower) or _LETTERS.get(unicodedata.normalize("NFD", lower)[0])
    if letters is not None:
        return letters.capitalize() if character != lower else letters
    name = unicodedata.name(character, "")
    if name.startswith(_NAMED):
        return name.rpartition(" ")[2].lower()
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return ""
    return f"[{ord(character):04X}]"
