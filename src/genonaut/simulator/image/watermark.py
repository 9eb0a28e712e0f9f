"""The watermark that shows that no model rendered the image."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

TEXT = "simulated"


def add_watermark(image: Image.Image) -> None:
    """Write the watermark into the lower right corner."""
    mark = _watermark(max(9, min(image.size) // 34))
    margin = max(1, min(image.size) // 48)
    corner = (image.width - mark.width - margin, image.height - mark.height - margin)
    image.paste(mark, corner, mark)


@lru_cache(maxsize=16)
def _watermark(size_px: int) -> Image.Image:
    font = ImageFont.load_default(size_px)
    left, top, right, bottom = font.getbbox(TEXT)
    pad_x, pad_y = round(size_px * 0.55), round(size_px * 0.3)
    mark = Image.new("RGBA", (round(right - left) + 2 * pad_x, round(bottom - top) + 2 * pad_y))
    pen = ImageDraw.Draw(mark)
    pen.rounded_rectangle(
        (0, 0, mark.width - 1, mark.height - 1), mark.height // 2, fill=(8, 10, 20, 105)
    )
    pen.text((pad_x - left, pad_y - top), TEXT, font=font, fill=(255, 255, 255, 225))
    return mark
