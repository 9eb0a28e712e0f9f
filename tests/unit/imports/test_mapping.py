"""Fields of items from what a file says."""

from genonaut.imports.mapping import texts_of
from genonaut.metadata import Generation, UsedLora


def test_the_second_pass_is_no_denoise_of_the_first() -> None:
    found = Generation(
        program="a1111",
        width=512,
        denoise=0.3,
        hires={"size": "768x1152", "denoise": 0.3, "upscaler": "4x\0"},
        character_prompts=("a fox",),
        loras=(UsedLora("ink", 0.7, hash="abc123"),),
    )
    details = texts_of("a.png", found).details
    assert "denoise" not in details
    assert details["hires"] == {
        "size": "768x1152",
        "denoise": 0.3,
        "upscaler": "4x",
        "scale": 1.5,
    }
    assert details["character_prompts"] == ["a fox"]
    assert details["lora_hashes"] == {"ink": "abc123"}


def test_denoise_of_image_to_image_stays() -> None:
    details = texts_of("a.png", Generation(program="a1111", denoise=0.3)).details
    assert (details["denoise"], "hires" in details) == (0.3, False)
