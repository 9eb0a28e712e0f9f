"""Words, candidates and ranking of items with similar prompts; without a database."""

from genonaut.content.similar import WordFrequencies, ranked, search_text_of, words_of_prompt

LARGE = WordFrequencies({"portrait": 0.4, "detailed": 0.3, "fox": 0.05, "and": 0.9}, 1_000_000)


def test_words_are_lower_case_unique_and_not_numbers() -> None:
    prompt = "A (Fox:1.25), fox_tail & 1024 x, <lora:Film:0.8> Straße 2024"
    assert words_of_prompt(prompt) == ["fox", "tail", "lora", "film", "straße"]


def test_candidates_have_a_rare_word_or_all_of_the_least_frequent() -> None:
    words = ["portrait", "and", "zeppelin", "fox", "aurora"]
    assert search_text_of(words, LARGE) == "zeppelin | aurora"
    assert search_text_of(["portrait", "and", "fox", "detailed"], LARGE) == (
        "fox & detailed & portrait"
    )
    assert search_text_of([], LARGE) is None


def test_rare_words_count_more_and_one_prompt_comes_twice_at_most() -> None:
    candidates = [
        (1, "portrait and detailed"),
        (2, "zeppelin"),
        (3, "a zeppelin and a portrait, detailed"),
        *((number, "zeppelin portrait") for number in (4, 5, 6)),
        (7, "a whale"),
    ]
    found = ranked("portrait and zeppelin, detailed", candidates, LARGE, limit=10)
    assert found == [3, 6, 5, 2, 1]
    assert ranked("portrait and zeppelin, detailed", candidates, LARGE, limit=2) == [3, 6]
