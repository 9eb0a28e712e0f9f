import pytest

from genonaut.cli.models.actions import size_text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(None, ""), (999, "999 B"), (2_000_000_000, "2.0 GB"), (335_544_320, "336 MB")],
)
def test_sizes_have_the_decimal_units_of_the_web_app(size_bytes: int | None, text: str) -> None:
    assert size_text(size_bytes) == text
