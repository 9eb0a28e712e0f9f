"""Nodes that change the size of images."""

import math
import re
from collections.abc import Callable

from PIL import Image, ImageChops

from genonaut.simulator.nodes.latents import tiles_of
from genonaut.simulator.nodes.pixels import center_cropped, check_memory, resized, rgb
from genonaut.simulator.nodes.registry import Inputs, Outputs, node
from genonaut.simulator.nodes.values import Images, ModelValue

_TILE_PX, _TILE_OVERLAP_PX = 512, 32  # observed: ImageUpscaleWithModel
_GREY = (127, 127, 127)

# Sizes that Flux Kontext was trained with. Source: comfy_extras/nodes_flux.py.
_KONTEXT_SIZES = (
    (672, 1568), (688, 1504), (720, 1456), (752, 1392), (800, 1328), (832, 1248), (880, 1184),
    (944, 1104), (1024, 1024), (1104, 944), (1184, 880), (1248, 832), (1328, 800), (1392, 752),
    (1456, 720), (1504, 688), (1568, 672),
)  # fmt: skip


@node("ImageScale", slow=True)
def _scale(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    width, height = inputs["width"], inputs["height"]
    if not (width or height):
        return (images,)
    # 0 keeps the aspect ratio.
    width = width or max(1, round(images[0].width * height / images[0].height))
    height = height or max(1, round(images[0].height * width / images[0].width))
    crop = inputs.get("crop") == "center"
    return (_all_scaled(images, (width, height), inputs["upscale_method"], crop=crop),)


def _all_scaled(
    images: Images, size: tuple[int, int], method: str, *, crop: bool = False
) -> Images:
    check_memory(*size, len(images))
    return tuple(
        resized(center_cropped(image, size) if crop else image, size, method) for image in images
    )


@node("ImageScaleBy", slow=True)
def _scale_by(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    width, height = (round(edge * inputs["scale_by"]) for edge in images[0].size)
    return (_all_scaled(images, (width, height), inputs["upscale_method"]),)


@node("ImageScaleToTotalPixels", slow=True)
def _scale_to_pixels(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    scale = math.sqrt(inputs["megapixels"] * 1024 * 1024 / (images[0].width * images[0].height))
    steps = inputs.get("resolution_steps", 1)
    width, height = (max(1, round(edge * scale / steps)) * steps for edge in images[0].size)
    return (_all_scaled(images, (width, height), inputs["upscale_method"]),)


@node("ImageScaleToMaxDimension", slow=True)
def _scale_to_edge(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    return (_scaled_to_edge(images, max, inputs["largest_size"], inputs["upscale_method"]),)


@node("ResizeImagesByLongerEdge", slow=True)
def _longer_edge(inputs: Inputs) -> Outputs:
    return (_scaled_to_edge(inputs["images"], max, inputs["longer_edge"], "lanczos"),)


@node("ResizeImagesByShorterEdge", slow=True)
def _shorter_edge(inputs: Inputs) -> Outputs:
    return (_scaled_to_edge(inputs["images"], min, inputs["shorter_edge"], "lanczos"),)


def _scaled_to_edge(
    images: Images, edge_of: Callable[[tuple[int, int]], int], edge: int, method: str
) -> Images:
    scale = edge / edge_of(images[0].size)
    width, height = (max(1, round(side * scale)) for side in images[0].size)
    return _all_scaled(images, (width, height), method)


@node("FluxKontextImageScale", slow=True)
def _kontext_scale(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    wanted = images[0].width / images[0].height
    size = min(_KONTEXT_SIZES, key=lambda one: abs(wanted - one[0] / one[1]))
    return (_all_scaled(images, size, "lanczos", crop=True),)


@node("ResizeAndPadImage", slow=True)
def _resize_and_pad(inputs: Inputs) -> Outputs:
    size = (inputs["target_width"], inputs["target_height"])
    check_memory(*size, len(inputs["image"]))
    color = (255, 255, 255) if inputs["padding_color"] == "white" else (0, 0, 0)
    padded = []
    for image in inputs["image"]:
        scale = min(size[0] / image.width, size[1] / image.height)
        small = (int(image.width * scale), int(image.height * scale))
        inner = resized(rgb(image), small, inputs["interpolation"])
        canvas = Image.new("RGB", size, color)
        canvas.paste(inner, ((size[0] - inner.width) // 2, (size[1] - inner.height) // 2))
        padded.append(canvas)
    return (tuple(padded),)


@node("ImagePadForOutpaint", slow=True)
def _pad_for_outpaint(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    left, top = inputs["left"], inputs["top"]
    width = images[0].width + left + inputs["right"]
    height = images[0].height + top + inputs["bottom"]
    check_memory(width, height, len(images))
    padded = []
    for image in images:
        canvas = Image.new("RGB", (width, height), _GREY)
        canvas.paste(rgb(image), (left, top))
        padded.append(canvas)
    mask = Image.new("L", (width, height), 255)
    mask.paste(_inner_mask(images[0].size, inputs), (left, top))
    return tuple(padded), (mask,)


def _inner_mask(size: tuple[int, int], inputs: Inputs) -> Image.Image:
    """Return the mask of the original: 0, rising towards the padded edges over the feathering.

    Source: ComfyUI nodes.py, ImagePadForOutpaint: the square of the share of the distance.
    """
    mask = Image.new("L", size, 0)
    feather = inputs["feathering"]
    if feather <= 0 or feather * 2 >= min(size):
        return mask
    slope = [round((1 - distance / feather) ** 2 * 255) for distance in range(feather)]
    for edge in ("left", "top", "right", "bottom"):
        if inputs[edge]:
            mask = ImageChops.lighter(mask, _slope(size, slope, edge))
    return mask


def _slope(size: tuple[int, int], slope: list[int], edge: str) -> Image.Image:
    is_column = edge in {"left", "right"}
    length = size[0] if is_column else size[1]
    levels = slope + [0] * (length - len(slope))
    if edge in {"right", "bottom"}:
        levels.reverse()
    line = Image.frombytes("L", (length, 1) if is_column else (1, length), bytes(levels))
    return line.resize(size, Image.Resampling.NEAREST)


def _tiles(inputs: Inputs) -> int:
    images: Images = inputs["image"]
    return tiles_of(images[0].size, _TILE_PX, _TILE_OVERLAP_PX)


@node("ImageUpscaleWithModel", slow=True, steps=_tiles)
def _upscale_with_model(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    factor = scale_of(inputs["upscale_model"])
    width, height = images[0].width * factor, images[0].height * factor
    return (_all_scaled(tuple(rgb(i) for i in images), (width, height), "lanczos"),)


def scale_of(model: ModelValue) -> int:
    """Return the factor in the name of an upscale model, such as ``4x-gentle``; 4 without one."""
    found = re.search(r"([1-8])x|x([1-8])", model.name.lower())
    return 4 if found is None else int(found[1] or found[2])


_ASPECT = re.compile(r"(\d+):(\d+)")


@node("ResolutionSelector")
def _resolution(inputs: Inputs) -> Outputs:
    found = _ASPECT.search(inputs["aspect_ratio"])
    ratio = int(found[1]) / int(found[2]) if found else 1.0
    pixels = inputs["megapixels"] * 1024 * 1024
    step = inputs.get("multiple", 8)
    width = max(1, round(math.sqrt(pixels * ratio) / step)) * step
    return width, max(1, round(math.sqrt(pixels / ratio) / step)) * step


@node("ResizeImageMaskNode", slow=True)
def _resize_any(inputs: Inputs) -> Outputs:
    images: Images = inputs["input"]
    chosen = {
        name.removeprefix("resize_type."): value
        for name, value in inputs.items()
        if name.startswith("resize_type.")
    }
    size = _wanted_size(images[0].size, inputs["resize_type"], chosen)
    crop = chosen.get("crop") == "center"
    return (_all_scaled(images, size, inputs["scale_method"], crop=crop),)


def _wanted_size(size: tuple[int, int], kind: str, chosen: Inputs) -> tuple[int, int]:
    """Return the size that one kind of ResizeImageMaskNode gives."""
    width, height = size
    if kind == "match size":
        matched: tuple[int, int] = chosen["match"][0].size
        return matched
    if kind == "scale to multiple":
        step = chosen["multiple"]
        return max(step, width // step * step), max(step, height // step * step)
    if kind == "scale dimensions":
        wide, high = chosen["width"], chosen["height"]
        wide = wide or round(width * high / height) or width
        return wide, high or round(height * wide / width)
    factor = _factor(size, kind, chosen)
    return max(1, round(width * factor)), max(1, round(height * factor))


def _factor(size: tuple[int, int], kind: str, chosen: Inputs) -> float:
    if kind == "scale by multiplier":
        return float(chosen["multiplier"])
    if kind == "scale total pixels":
        return math.sqrt(chosen["megapixels"] * 2**20 / (size[0] * size[1]))
    edges = {
        "scale longer dimension": ("longer_size", max(size)),
        "scale shorter dimension": ("shorter_size", min(size)),
        "scale width": ("width", size[0]),
        "scale height": ("height", size[1]),
    }
    name, edge = edges[kind]
    return float(chosen[name]) / edge
