"""Nodes that create and change images."""

from PIL import Image, ImageChops, ImageFilter, ImageOps

from genonaut.simulator.nodes.pixels import (
    blended,
    check_memory,
    cycled,
    fitted_masks,
    noisy,
    resized,
    rgb,
)
from genonaut.simulator.nodes.registry import Inputs, Outputs, node, passes_on
from genonaut.simulator.nodes.values import Images


@node("EmptyImage")
def _empty(inputs: Inputs) -> Outputs:
    color, size = inputs["color"], (inputs["width"], inputs["height"])
    check_memory(*size, inputs["batch_size"])
    rgb_color = (color >> 16 & 255, color >> 8 & 255, color & 255)
    return ((Image.new("RGB", size, rgb_color),) * inputs["batch_size"],)


@node("ImageBlur", slow=True)
def _blur(inputs: Inputs) -> Outputs:
    blur = ImageFilter.GaussianBlur(min(inputs["sigma"], inputs["blur_radius"]))
    return (tuple(rgb(image).filter(blur) for image in inputs["image"]),)


@node("ImageSharpen", slow=True)
def _sharpen(inputs: Inputs) -> Outputs:
    sharpen = ImageFilter.UnsharpMask(inputs["sharpen_radius"], int(inputs["alpha"] * 100))
    return (tuple(rgb(image).filter(sharpen) for image in inputs["image"]),)


@node("ImageAddNoise", slow=True)
def _add_noise(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    return (tuple(noisy(i, inputs["seed"] + n, inputs["strength"]) for n, i in enumerate(images)),)


@node("ImageInvert", slow=True)
def _invert(inputs: Inputs) -> Outputs:
    return (tuple(ImageOps.invert(rgb(image)) for image in inputs["image"]),)


@node("AdjustBrightness", slow=True)
def _brightness(inputs: Inputs) -> Outputs:
    levels = [min(255, round(level * inputs["factor"])) for level in range(256)]
    return (tuple(rgb(image).point(levels * 3) for image in inputs["images"]),)


@node("AdjustContrast", slow=True)
def _contrast(inputs: Inputs) -> Outputs:
    steeper = (round((level - 127.5) * inputs["factor"] + 127.5) for level in range(256))
    levels = [max(0, min(255, level)) for level in steeper]
    return (tuple(rgb(image).point(levels * 3) for image in inputs["images"]),)


@node("ImageQuantize", slow=True)
def _quantize(inputs: Inputs) -> Outputs:
    dither = Image.Dither.NONE if inputs["dither"] == "none" else Image.Dither.FLOYDSTEINBERG
    colors = max(1, inputs["colors"])
    return (
        tuple(
            rgb(image).quantize(colors, dither=dither).convert("RGB") for image in inputs["image"]
        ),
    )


_BLENDS = {
    "normal": lambda _below, above: above,
    "multiply": ImageChops.multiply,
    "screen": ImageChops.screen,
    "overlay": ImageChops.overlay,
    "soft_light": ImageChops.soft_light,
    "difference": ImageChops.subtract,
}


@node("ImageBlend", slow=True)
def _blend(inputs: Inputs) -> Outputs:
    first: Images = tuple(rgb(image) for image in inputs["image1"])
    second = [
        resized(rgb(above), below.size, "bicubic")
        for below, above in zip(first, cycled(inputs["image2"], len(first)), strict=True)
    ]
    mixed = tuple(
        _BLENDS[inputs["blend_mode"]](below, above)
        for below, above in zip(first, second, strict=True)
    )
    return (blended(first, mixed, inputs["blend_factor"]),)


@node("ImageCompositeMasked", slow=True)
def _composite(inputs: Inputs) -> Outputs:
    below: Images = inputs["destination"]
    above = cycled(inputs["source"], len(below))
    if inputs["resize_source"]:
        above = [resized(one, other.size) for one, other in zip(above, below, strict=True)]
    masks = inputs.get("mask")
    # A mask of another size is stretched to the source, not to the destination (observed).
    fitting = fitted_masks(masks, above[0].size, len(below)) if masks else [None] * len(below)
    corner = (inputs["x"], inputs["y"])
    return (
        tuple(
            _laid_over(one, other, mask, corner)
            for one, other, mask in zip(below, above, fitting, strict=True)
        ),
    )


def _laid_over(
    below: Image.Image, above: Image.Image, mask: Image.Image | None, corner: tuple[int, int]
) -> Image.Image:
    result = rgb(below).copy()
    result.paste(rgb(above), corner, mask)
    return result


@node("ImageBatch", slow=True)
def _batch(inputs: Inputs) -> Outputs:
    return (_joined([inputs["image1"], inputs["image2"]]),)


@node("BatchImagesNode", slow=True)
def _batch_many(inputs: Inputs) -> Outputs:
    batches = [value for name, value in inputs.items() if name.startswith("images.") and value]
    return (_joined(batches),)


def _joined(batches: list[Images]) -> Images:
    """Return the images of several batches in the size of the first one."""
    size = batches[0][0].size
    return tuple(resized(rgb(image), size, "lanczos") for images in batches for image in images)


@node("ImageFromBatch")
def _from_batch(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    first = inputs["batch_index"]
    first = max(0, min(len(images) - 1, first + len(images) if first < 0 else first))
    return (images[first : first + inputs["length"]],)


@node("RepeatImageBatch")
def _repeat(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    check_memory(*images[0].size, len(images) * inputs["amount"])
    return (images * inputs["amount"],)


passes_on("RebatchImages", "images")


@node("GetImageSize")
def _size(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    return (*images[0].size, len(images))


@node("ImageCrop", "ImageCropV2", slow=True)
def _crop(inputs: Inputs) -> Outputs:
    box = inputs.get("crop_region", inputs)
    images: Images = inputs["image"]
    x, y = min(box["x"], images[0].width - 1), min(box["y"], images[0].height - 1)
    right = min(images[0].width, x + max(1, box["width"]))
    bottom = min(images[0].height, y + max(1, box["height"]))
    return (tuple(image.crop((x, y, right, bottom)) for image in images),)


@node("ImageFlip", slow=True)
def _flip(inputs: Inputs) -> Outputs:
    across = inputs["flip_method"].startswith("x")
    how = Image.Transpose.FLIP_TOP_BOTTOM if across else Image.Transpose.FLIP_LEFT_RIGHT
    return (tuple(image.transpose(how) for image in inputs["image"]),)


@node("ImageRotate", slow=True)
def _rotate(inputs: Inputs) -> Outputs:
    degrees = int("".join(letter for letter in inputs["rotation"] if letter.isdigit()) or 0)
    return (tuple(image.rotate(-degrees, expand=True) for image in inputs["image"]),)


_STITCH_COLORS = {
    "white": (255, 255, 255), "black": (0, 0, 0), "red": (255, 0, 0), "green": (0, 255, 0),
    "blue": (0, 0, 255),
}  # fmt: skip


@node("ImageStitch", slow=True)
def _stitch(inputs: Inputs) -> Outputs:
    first: Images = inputs["image1"]
    if not inputs.get("image2"):
        return (first,)
    second = cycled(inputs["image2"], len(first))
    return (tuple(_side_by_side(*pair, inputs) for pair in zip(first, second, strict=True)),)


def _side_by_side(first: Image.Image, second: Image.Image, inputs: Inputs) -> Image.Image:
    direction: str = inputs["direction"]
    is_row = direction in {"right", "left"}
    if inputs["match_image_size"]:
        scale = first.height / second.height if is_row else first.width / second.width
        size = (round(second.width * scale), round(second.height * scale))
        second = resized(second, size, "lanczos")
    pair = (first, second) if direction in {"right", "down"} else (second, first)
    gap = inputs["spacing_width"] // 2 * 2
    if is_row:
        width, height = first.width + gap + second.width, max(first.height, second.height)
    else:
        width, height = max(first.width, second.width), first.height + gap + second.height
    check_memory(width, height)
    canvas = Image.new("RGB", (width, height), _STITCH_COLORS[inputs["spacing_color"]])
    place = 0
    for image in pair:
        along = image.width if is_row else image.height
        across = (height - image.height if is_row else width - image.width) // 2
        canvas.paste(rgb(image), (place, across) if is_row else (across, place))
        place += along + gap
    return canvas


@node("JoinImageWithAlpha", slow=True)
def _join_alpha(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    masks = fitted_masks(inputs["alpha"], images[0].size, len(images))
    joined = []
    for image, mask in zip(images, masks, strict=True):
        with_alpha = rgb(image).copy()
        with_alpha.putalpha(ImageOps.invert(mask))  # a mask is the inverse of alpha
        joined.append(with_alpha)
    return (tuple(joined),)


@node("SplitImageWithAlpha", slow=True)
def _split_alpha(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    masks = (
        ImageOps.invert(image.getchannel("A"))
        if "A" in image.getbands()
        else Image.new("L", image.size, 0)
        for image in images
    )
    return tuple(rgb(image) for image in images), tuple(masks)


_LARGEST_KERNEL = 31  # Pillow's rank filters slow down with the square of the size


@node("Morphology", slow=True)
def _morphology(inputs: Inputs) -> Outputs:
    size = min(_LARGEST_KERNEL, inputs["kernel_size"] | 1)
    operation: str = inputs["operation"]
    return (tuple(_morphed(rgb(image), operation, size) for image in inputs["image"]),)


def _morphed(image: Image.Image, operation: str, size: int) -> Image.Image:
    smaller, larger = ImageFilter.MinFilter(size), ImageFilter.MaxFilter(size)
    eroded, dilated = image.filter(smaller), image.filter(larger)
    results = {
        "erode": lambda: eroded,
        "dilate": lambda: dilated,
        "open": lambda: eroded.filter(larger),
        "close": lambda: dilated.filter(smaller),
        "gradient": lambda: ImageChops.subtract(dilated, eroded),
        "top_hat": lambda: ImageChops.subtract(image, eroded.filter(larger)),
        "bottom_hat": lambda: ImageChops.subtract(dilated.filter(smaller), image),
    }
    return results[operation]()


@node("Canny", slow=True)
def _canny(inputs: Inputs) -> Outputs:
    low, high = inputs["low_threshold"] * 255, inputs["high_threshold"] * 255
    return (tuple(_edges(rgb(image), min(low, high), max(low, high)) for image in inputs["image"]),)


def _edges(image: Image.Image, low: float, high: float) -> Image.Image:
    """Return white edges on black: strong ones, and weak ones that touch a strong one."""
    grey = image.convert("L").filter(ImageFilter.GaussianBlur(1))
    across = ImageChops.difference(_moved(grey, -1, 0), _moved(grey, 1, 0))
    along = ImageChops.difference(_moved(grey, 0, -1), _moved(grey, 0, 1))
    strength = ImageChops.add(across, along)
    strong = strength.point([255 if level >= high / 2 else 0 for level in range(256)])
    weak = strength.point([255 if level >= low / 2 else 0 for level in range(256)])
    near = strong.filter(ImageFilter.MaxFilter(5))
    return ImageChops.darker(weak, near).convert("RGB")


def _moved(grey: Image.Image, x: int, y: int) -> Image.Image:
    moved = grey.copy()  # the border repeats
    moved.paste(grey, (x, y))
    return moved


@node("FrameInterpolate", slow=True)
def _interpolate(inputs: Inputs) -> Outputs:
    images: Images = inputs["images"]
    count = max(1, int(inputs.get("multiplier", 2)))
    check_memory(*images[0].size, len(images) * count)
    frames: list[Image.Image] = []
    for one, following in zip(images, [*images[1:], images[-1]], strict=True):
        frames += [Image.blend(rgb(one), rgb(following), step / count) for step in range(count)]
    return (tuple(frames[: (len(images) - 1) * count + 1]),)
