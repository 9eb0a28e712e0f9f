"""Pillow, loaded with the first image: API processes seldom decode one, and it takes 5 MiB."""

from typing import TYPE_CHECKING

from genonaut.core.deferred_module import DeferredModule

if TYPE_CHECKING:
    from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFont, ImageOps
else:
    # Without the plugin, Pillow would load all of its plugins at the first WebP.
    Image = DeferredModule("PIL.Image", "PIL.WebPImagePlugin")
    ImageChops = DeferredModule("PIL.ImageChops")
    ImageCms = DeferredModule("PIL.ImageCms")
    ImageDraw = DeferredModule("PIL.ImageDraw")
    ImageFont = DeferredModule("PIL.ImageFont")
    ImageOps = DeferredModule("PIL.ImageOps")

__all__ = ["Image", "ImageChops", "ImageCms", "ImageDraw", "ImageFont", "ImageOps"]
