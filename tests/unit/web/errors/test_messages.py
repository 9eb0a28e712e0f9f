"""Validation messages of the decoder are translated for users."""

import pytest

from genonaut.core.validation_messages import user_message


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Expected `int` <= 2048", "must be at most 2,048"),
        ("Expected `int` >= 64", "must be at least 64"),
        ("Expected `float` <= 20.0", "must be at most 20"),
        ("Expected `float` > 0.5", "must be more than 0.5"),
        ("Expected `int` <= 9007199254740991", "must be at most 9,007,199,254,740,991"),
        ("Expected `int` that's a multiple of 8", "must be a multiple of 8"),
        ("Expected `str` of length >= 1", "must not be empty"),
        ("Expected `str` of length <= 10000", "must be at most 10,000 characters long"),
        ("Expected `array` of length <= 10", "must have at most 10 entries"),
        ("Expected `int`, got `str`", "must be a whole number"),
        ("Expected `int | null`, got `float`", "must be a whole number"),
        ("Expected `int`, got `null`", "must not be null"),
        ("Expected `str | array`, got `int`", "must be text or a list"),
        ("Invalid enum value 'video'", "'video' is not one of the choices"),
        ("Invalid value 'move'", "'move' is not one of the choices"),
        ("Expected `str`", "must be text"),
        ("Invalid UUID", "is not a UUID"),
        ("must not contain NUL characters", "must not contain NUL characters"),
    ],
)
def test_messages_are_translated(message: str, words: str) -> None:
    assert user_message("width", message) == ("width", words)


@pytest.mark.parametrize(
    ("field", "named"), [("body", "prompt"), ("lora_models[0]", "lora_models[0].prompt")]
)
def test_missing_and_unknown_fields_are_named(field: str, named: str) -> None:
    missing = user_message(field, "Object missing required field `prompt`")
    assert missing == (named, "is required")
    unknown = user_message(field, "Object contains unknown field `prompt`")
    assert unknown == (named, "is not a known field")
