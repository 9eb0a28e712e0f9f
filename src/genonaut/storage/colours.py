"""Convert decoded images of any mode to 8-bit sRGB."""

import io

from PIL import Image, ImageCms


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
    return image.convert("RGBA" if image.mode in {"RGBA", "LA"} else "RGB")


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
    """Return whether a profile says that it is sRGB: converting would only round values."""
    return "srgb" in (profile.profile.profile_description or "").lower()
