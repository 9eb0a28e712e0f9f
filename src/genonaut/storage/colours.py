"""Convert decoded images of any mode to 8-bit sRGB."""

from __future__ import annotations

import io
from typing import TypeAlias

from genonaut.storage.pillow import Image, ImageCms

_COLORANTS = ("red_colorant", "green_colorant", "blue_colorant")
_Colorant: TypeAlias = tuple[tuple[float, float, float], tuple[float, float, float]]
_TOLERANCE = 0.003


def as_srgb(image: Image.Image) -> Image.Image:
    """Return an image as sRGB in mode RGB, or RGBA if it has transparency.

    16-bit values are reduced to 8 bits; palettes, grey and CMYK are converted. An embedded profile is
    applied unless it is one of sRGB, so that the values of an sRGB image stay exactly as they are.
    """
    return displayable(resizable(image), image.info.get("icc_profile"))


def resizable(image: Image.Image) -> Image.Image:
    """Return the image in a mode whose values can be averaged."""
    if image.mode == "I;16":  # convert() would clip everything above 255 to white
        return image.point(lambda value: value / 256).convert("L")
    if "transparency" in image.info or image.mode in {"PA", "La", "RGBa"}:
        return image.convert("RGBA")
    if image.mode in {"P", "1"}:
        return image.convert("RGB")
    return image


def displayable(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the image as sRGB in mode RGB or RGBA."""
    if profile:
        image = _to_srgb(image, profile)
    mode = "RGBA" if image.mode in {"RGBA", "LA"} else "RGB"
    return image if image.mode == mode else image.convert(mode)  # convert() copies


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Apply an embedded profile; one that is damaged or of another colour space is ignored."""
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else None
    opaque = image.convert("RGB" if image.mode == "RGBA" else "L") if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if opaque.mode == "RGB" and _is_srgb(source):
            return image
        converted = ImageCms.profileToProfile(
            opaque, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if converted is None:  # by its signature possible, but only with inPlace
        return image
    if alpha:
        converted.putalpha(alpha)
    return converted


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Return whether a profile says that it is sRGB, and has the primaries of it.

    Converting would only round values then.
    """
    found = profile.profile
    if "srgb" not in (found.profile_description or "").lower():
        return False
    own = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).profile
    return all(
        _are_close(getattr(found, colorant), getattr(own, colorant)) for colorant in _COLORANTS
    )


def _are_close(one: _Colorant | None, other: _Colorant | None) -> bool:
    """Compare the XYZ values of two primaries, which profiles round differently."""
    if one is None or other is None:
        return False
    return all(
        abs(value - wanted) <= _TOLERANCE for value, wanted in zip(one[0], other[0], strict=True)
    )
