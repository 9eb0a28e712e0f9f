"""Nodes that load and save images."""

from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from genonaut.simulator.errors import NodeFailedError
from genonaut.simulator.files import png_texts
from genonaut.simulator.nodes.files import (
    TEMP_PREFIX,
    entry,
    input_path,
    pillow_bytes,
    target_of,
    write,
)
from genonaut.simulator.nodes.masks import channel_of, mask_images
from genonaut.simulator.nodes.registry import Inputs, NodeContext, file_node
from genonaut.simulator.nodes.values import Images, Masks
from genonaut.simulator.png import encode_deep_png, encode_png
from genonaut.simulator.releases import PYAV_IMAGES
from genonaut.simulator.result_cache import NodeResult

_NO_MASK = (64, 64)  # observed: the mask of an image without alpha

# Observed on 0.33.0: mirrored orientations are only turned.
_TURNS = {
    2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_180, 5: Image.Transpose.ROTATE_270,
    6: Image.Transpose.ROTATE_270, 7: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_ORIENTATION = 0x0112


@file_node("LoadImage", "LoadImageOutput")
def _load(inputs: Inputs, context: NodeContext) -> NodeResult:
    path = input_path(context, inputs["image"])
    return NodeResult(_loaded(path, is_pyav=context.has(PYAV_IMAGES)))


@file_node("LoadImageMask")
def _load_mask(inputs: Inputs, context: NodeContext) -> NodeResult:
    path, channel = input_path(context, inputs["image"]), inputs["channel"]
    is_pyav = context.has(PYAV_IMAGES)
    if channel == "alpha":
        images, masks = _loaded(path, is_pyav=is_pyav)
        has_mask = masks[0].size == images[0].size
        # 0.33.0 returns the 64x64 mask of LoadImage, 0.3.64 one in the size of the image.
        return NodeResult((masks if has_mask or is_pyav else _nothing(images[0].size),))
    images, _ = _loaded(path, is_pyav=is_pyav)
    return NodeResult((tuple(channel_of(image, channel) for image in images[:1]),))


def _nothing(size: tuple[int, int]) -> Masks:
    return (Image.new("L", size, 0),)


def _loaded(path: Path, *, is_pyav: bool) -> tuple[Images, Masks]:
    """Return the frames of an image file and their masks (the inverse of alpha)."""
    if is_pyav:
        _refuse_like_pyav(path)
    try:
        with Image.open(path) as file:
            exact = _is_exact(file)
            frames = [_oriented(frame, is_pyav=is_pyav) for frame in _same_size(file)]
            masks = [_mask_of(frame, file, is_pyav=is_pyav) for frame in frames]
    except UnidentifiedImageError as error:
        kind = "PIL.UnidentifiedImageError"
        raise NodeFailedError(str(error), exception_type=kind) from error
    except Image.DecompressionBombError as error:
        kind = "PIL.Image.DecompressionBombError"
        raise NodeFailedError(str(error), exception_type=kind) from error
    except (OSError, SyntaxError) as error:
        raise NodeFailedError(str(error), exception_type=type(error).__name__) from error
    images = tuple(_colors(frame, is_exact=exact or not is_pyav) for frame in frames)
    return images, tuple(masks)


def _refuse_like_pyav(path: Path) -> None:
    """Raise the errors that 0.33.0 reports for folders and empty files (observed)."""
    if path.is_dir():
        message = f"[Errno 21] Is a directory: '{path}'"
        raise NodeFailedError(message, exception_type="av.error.IsADirectoryError")
    if path.is_file() and path.stat().st_size == 0:
        message = f"[Errno 1094995529] Invalid data found when processing input: '{path}'"
        raise NodeFailedError(message, exception_type="av.error.InvalidDataError")


def _same_size(file: Image.Image) -> Iterator[Image.Image]:
    size = file.size
    for frame in ImageSequence.Iterator(file):
        if frame.size == size:
            yield frame.copy()
        if file.format == "MPO":  # the other images are previews and depth maps
            return


def _oriented(frame: Image.Image, *, is_pyav: bool) -> Image.Image:
    if not is_pyav:
        return ImageOps.exif_transpose(frame)
    turn = _TURNS.get(frame.getexif().get(_ORIENTATION, 1))
    return frame if turn is None else frame.transpose(turn)


def _mask_of(frame: Image.Image, file: Image.Image, *, is_pyav: bool) -> Image.Image:
    if "A" in frame.getbands() or "transparency" in frame.info:
        return ImageOps.invert(frame.convert("RGBA").getchannel("A"))
    # Observed on 0.33.0: decoders that deliver alpha give a mask in the size of the image.
    has_alpha = file.mode in {"P", "CMYK"} or file.format in {"GIF", "WEBP"}
    return Image.new("L", frame.size if is_pyav and has_alpha else _NO_MASK, 0)


def _is_exact(file: Image.Image) -> bool:
    """Return whether 0.33.0 decodes the file to the same levels as Pillow (observed)."""
    if file.format == "PNG":
        return file.mode in {"RGB", "RGBA", "P"}
    return file.format == "TIFF" or getattr(file, "is_animated", False)


def _colors(frame: Image.Image, *, is_exact: bool) -> Image.Image:
    if frame.mode.startswith("I"):
        frame = _of_16_bits(frame, is_clipped=is_exact)
    colors = frame.convert("RGBA").convert("RGB") if frame.mode == "P" else frame.convert("RGB")
    # Observed on 0.33.0: white arrives as 254 where its decoder uses a limited range.
    return colors if is_exact else colors.point([max(0, level - 1) for level in range(256)] * 3)


def _of_16_bits(frame: Image.Image, *, is_clipped: bool) -> Image.Image:
    """Return 8 bits; 0.3.64 clips 16-bit grey to white (observed)."""
    wide = frame.convert("I")
    return (wide if is_clipped else wide.point(lambda level: level / 257)).convert("L")


@file_node("SaveImage")
def _save(inputs: Inputs, context: NodeContext) -> NodeResult:
    images: Images = inputs["images"]
    shown = save_images(images, inputs["filename_prefix"], "output", context)
    return context.shown({"images": shown}, images)


@file_node("SaveImageAdvanced")
def _save_advanced(inputs: Inputs, context: NodeContext) -> NodeResult:
    if inputs["format"] != "png":
        raise NodeFailedError("the simulator writes PNG only", exception_type="RuntimeError")
    images: Images = inputs["images"]
    target = target_of(inputs["filename_prefix"], "output", images[0].size, context)
    texts = png_texts(context.graph, context.extra_data)
    is_deep = inputs["format.bit_depth"] == "16-bit"
    shown = []
    for index, image in enumerate(images):
        name = target.file_name(index, bare=True)
        encode = encode_deep_png if is_deep and image.mode == "RGB" else _png
        write(target.folder / name, encode(image, texts), context)
        shown.append(entry(name, target, "output"))
    return context.shown({"images": shown}, images)


@file_node("ImageCompare")
def _compare(inputs: Inputs, context: NodeContext) -> NodeResult:
    shown = {
        f"{letter}_images": save_images(inputs[f"image_{letter}"], TEMP_PREFIX, "temp", context)
        for letter in ("a", "b")
        if inputs.get(f"image_{letter}")
    }
    return context.shown(shown)


@file_node("PreviewImage")
def _preview(inputs: Inputs, context: NodeContext) -> NodeResult:
    images: Images = inputs["images"]
    return context.shown({"images": save_images(images, TEMP_PREFIX, "temp", context)}, images)


@file_node("MaskPreview")
def _preview_mask(inputs: Inputs, context: NodeContext) -> NodeResult:
    shown = save_images(mask_images(inputs["mask"]), TEMP_PREFIX, "temp", context)
    return context.shown({"images": shown}, inputs["mask"])


def save_images(
    images: Images, prefix: str, kind: str, context: NodeContext
) -> list[dict[str, str]]:
    """Write a batch as PNG files; return their entries for clients."""
    target = target_of(prefix, kind, images[0].size, context)
    texts = png_texts(context.graph, context.extra_data)
    names = []
    for index, image in enumerate(images):
        path = target.folder / target.file_name(index)
        write(path, _png(image, texts), context)
        names.append(path.name)
    return [entry(name, target, kind) for name in names]


def _png(image: Image.Image, texts: list[tuple[str, str]]) -> bytes:
    if image.mode == "RGB":
        return encode_png(image, texts)
    return pillow_bytes(image, "PNG", pnginfo=_png_info(texts), compress_level=1)


def _png_info(texts: list[tuple[str, str]]) -> PngInfo:
    info = PngInfo()
    for name, value in texts:
        info.add_text(name, value)
    return info
