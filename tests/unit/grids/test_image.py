"""The labelled image: places of cells, labels, and limits."""

import io

import pytest
from PIL import Image, ImageFont

from genonaut.core.errors import InvalidInputError
from genonaut.grids import fonts
from genonaut.grids.fonts import LabelFonts, log_missing
from genonaut.grids.image import GridFormat, GridImage, GridLabels

MAX_PIXELS = 4_000_000


def png(colour: tuple[int, int, int], size: tuple[int, int] = (64, 64)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def labels(columns: int = 2, rows: int = 2, layers: int = 1) -> GridLabels:
    return GridLabels(
        "Foxes",
        [f"cfg {number}" for number in range(columns)],
        [f"sampler {number}" for number in range(rows)],
        [f"model {number}" if layers > 1 else "" for number in range(layers)],
    )


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image.convert("RGB")


def test_each_cell_is_at_its_place_and_labels_are_drawn() -> None:
    image = GridImage(labels(), (64, 64), max_pixels=MAX_PIXELS, fonts=LabelFonts())
    colours = {(0, 0): (250, 0, 0), (1, 0): (0, 250, 0), (0, 1): (0, 0, 250)}
    for (x, y), colour in colours.items():
        image.place(x, y, 0, png(colour), "")
    image.place(1, 1, 0, None, "failed")
    shown = opened(image.encode(GridFormat.PNG))
    places = {colour: _extent(shown, colour) for colour in colours.values()}
    red, green, blue = (places[colour] for colour in colours.values())
    assert red[0] < green[0]
    assert red[1] == green[1]
    assert red[0] == blue[0]
    assert red[1] < blue[1]
    # Text is above and to the left of the cells.
    above = shown.crop((red[0], 0, shown.width, red[1]))
    left = shown.crop((0, red[1], red[0] - 1, shown.height))
    assert above.getcolors(1 << 16) != [(above.width * above.height, (255, 255, 255))]
    assert left.getcolors(1 << 16) != [(left.width * left.height, (255, 255, 255))]


def _extent(image: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int]:
    """Return the first place of a colour."""
    pixels = image.load()
    assert pixels is not None
    return next(
        (x, y) for y in range(image.height) for x in range(image.width) if pixels[x, y] == colour
    )


def test_layers_are_below_one_another_and_jpeg_is_written() -> None:
    one = GridImage(labels(), (64, 64), max_pixels=MAX_PIXELS, fonts=LabelFonts()).size
    image = GridImage(labels(layers=3), (64, 64), max_pixels=MAX_PIXELS, fonts=LabelFonts())
    assert image.size[1] > 2 * one[1]
    image.place(0, 0, 2, png((0, 0, 0)), "")
    data = image.encode(GridFormat.JPEG)
    assert Image.open(io.BytesIO(data)).format == "JPEG"


def test_cells_become_smaller_where_the_image_would_be_too_large() -> None:
    image = GridImage(labels(20, 20), (1024, 1024), max_pixels=MAX_PIXELS, fonts=LabelFonts())
    assert image.size[0] * image.size[1] <= MAX_PIXELS
    with pytest.raises(InvalidInputError, match="do not fit"):
        GridImage(labels(200, 200), (64, 64), max_pixels=1_000_000, fonts=LabelFonts())


def dejavu() -> str:
    try:
        return str(ImageFont.truetype("DejaVuSans.ttf", 20).path)
    except OSError:
        pytest.skip("needs the font DejaVu Sans")


@pytest.fixture
def no_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system have no fonts."""
    monkeypatch.setattr(fonts, "system_fonts", lambda: ())


@pytest.mark.parametrize("text", ["закат", "ηλιοβασίλεμα", "غروب"])
def test_labels_of_other_scripts_are_drawn_with_a_font_that_has_them(text: str) -> None:
    dejavu()
    chosen = LabelFonts()
    assert chosen.label("sunset é", 20).font is chosen.label("cfg 7", 20).font
    label = chosen.label(text, 20)
    assert (label.text, label.missing) == (text, frozenset())
    drawn = {bytes(label.font.getmask(character)) for character in text}
    assert len(drawn) == len(set(text))
    image = GridImage(
        GridLabels(text, [text], [text], [""]),
        (64, 64),
        max_pixels=MAX_PIXELS,
        fonts=LabelFonts(),
    )
    assert image.encode(GridFormat.PNG)
    assert image.missing == frozenset()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Закат", "Zakat"),
        ("ήλιος", "ilios"),
        ("ねこ", "neko"),
        ("고양이 cat", "goyangi cat"),
        ("猫 7", "[732B] 7"),
        ("\U0001f98a", "[1F98A]"),
    ],
)
def test_characters_that_no_font_has_are_readable(
    no_system_fonts: None, text: str, shown: str
) -> None:
    label = LabelFonts().label(text, 20)
    assert label.text == shown
    assert {*label.missing} == {one for one in text if ord(one) > 127}
    warning = log_missing(label.missing)
    assert f"U+{max(ord(one) for one in text):04X}" in warning
    assert warning.isascii()
    image = GridImage(
        GridLabels("", [text], [""], [""]), (64, 64), max_pixels=MAX_PIXELS, fonts=LabelFonts()
    )
    assert image.missing == label.missing


def test_a_font_of_the_settings_comes_before_those_of_the_system(no_system_fonts: None) -> None:
    chosen = LabelFonts(dejavu())
    assert chosen.label("закат", 20).missing == frozenset()
    assert chosen.label("закат", 20).text == "закат"
    unreadable = LabelFonts(__file__).label("закат", 20)
    assert unreadable.text == "zakat"
    assert log_missing(frozenset()) == ""


def test_files_that_are_no_images_and_long_labels_do_no_harm() -> None:
    long = GridLabels("", ["word " * 500], ["x" * 5_000], [""])
    image = GridImage(long, (64, 64), max_pixels=MAX_PIXELS, fonts=LabelFonts())
    image.place(0, 0, 0, b"not an image", "")
    assert image.encode(GridFormat.PNG)
