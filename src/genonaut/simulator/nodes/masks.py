"""Nodes that create and change masks: white is what a sampler paints."""

from PIL import Image, ImageChops, ImageOps

from genonaut.simulator.nodes.pixels import check_memory, cycled, rgb
from genonaut.simulator.nodes.registry import Inputs, Outputs, node
from genonaut.simulator.nodes.values import Images, Masks

_CHANNELS = {"red": "R", "green": "G", "blue": "B"}


@node("SolidMask")
def _solid(inputs: Inputs) -> Outputs:
    check_memory(inputs["width"], inputs["height"])
    value = round(inputs["value"] * 255)
    return ((Image.new("L", (inputs["width"], inputs["height"]), value),),)


@node("InvertMask", slow=True)
def _invert(inputs: Inputs) -> Outputs:
    return (tuple(ImageOps.invert(mask) for mask in inputs["mask"]),)


@node("FeatherMask", slow=True)
def _feather(inputs: Inputs) -> Outputs:
    masks: Masks = inputs["mask"]
    depths = {edge: inputs[edge] for edge in ("left", "top", "right", "bottom")}
    return (tuple(_feathered(mask, depths) for mask in masks),)


def _feathered(mask: Image.Image, depths: dict[str, int]) -> Image.Image:
    turns = {"left": 90, "top": 0, "right": 270, "bottom": 180}
    ramps = Image.new("L", mask.size, 255)
    for edge, depth in depths.items():
        if depth:
            ramps = ImageChops.multiply(ramps, _ramp(mask.size, depth, turns[edge]))
    return ImageChops.multiply(mask, ramps)


def _ramp(size: tuple[int, int], depth: int, angle: int) -> Image.Image:
    across, along = size if angle in (0, 180) else (size[1], size[0])
    ramp = Image.new("L", (1, along), 255)
    ramp.putdata([min(255, round((row + 1) / depth * 255)) for row in range(along)])
    return ramp.resize((across, along)).rotate(angle, expand=True)


@node("GrowMask", slow=True)
def _grow(inputs: Inputs) -> Outputs:
    masks: Masks = inputs["mask"]
    amount, tapered = inputs["expand"], inputs["tapered_corners"]
    return (tuple(_grown_or_shrunk(mask, amount, tapered=tapered) for mask in masks),)


def _grown_or_shrunk(mask: Image.Image, amount: int, *, tapered: bool) -> Image.Image:
    if amount >= 0:
        return grown(mask, amount, tapered=tapered)
    return ImageOps.invert(grown(ImageOps.invert(mask), -amount, tapered=tapered))


def grown(mask: Image.Image, amount: int, *, tapered: bool = False) -> Image.Image:
    """Return the mask grown by ``amount`` pixels: to a square, or with tapered corners to a diamond."""
    amount = min(amount, max(mask.size))
    if not tapered:
        along = _spread(mask, amount, (1, 0))
        return _spread(along, amount, (0, 1))
    for _ in range(amount):
        wider = mask
        for offset in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            wider = ImageChops.lighter(wider, _shifted(mask, *offset))
        mask = wider
    return mask


def _spread(mask: Image.Image, amount: int, direction: tuple[int, int]) -> Image.Image:
    """Grow in one direction and its opposite; each round doubles the reach."""
    reach = 0
    while reach < amount:
        step = min(reach + 1, amount - reach)
        for sign in (1, -1):
            moved = _shifted(mask, sign * step * direction[0], sign * step * direction[1])
            mask = ImageChops.lighter(mask, moved)
        reach += step
    return mask


def _shifted(mask: Image.Image, x: int, y: int) -> Image.Image:
    moved = Image.new("L", mask.size, 0)
    moved.paste(mask, (x, y))
    return moved


@node("ImageToMask", slow=True)
def _of_image(inputs: Inputs) -> Outputs:
    images: Images = inputs["image"]
    return (tuple(channel_of(image, inputs["channel"]) for image in images),)


def channel_of(image: Image.Image, channel: str) -> Image.Image:
    """Return one colour channel as a mask; an image without alpha is opaque."""
    if channel == "alpha":
        has_alpha = "A" in image.getbands()
        return image.getchannel("A") if has_alpha else Image.new("L", image.size, 255)
    return rgb(image).getchannel(_CHANNELS[channel])


@node("MaskToImage", slow=True)
def _to_image(inputs: Inputs) -> Outputs:
    return (mask_images(inputs["mask"]),)


def mask_images(masks: Masks) -> Images:
    """Return masks as grey RGB images."""
    return tuple(mask.convert("RGB") for mask in masks)


@node("ImageColorToMask", slow=True)
def _of_color(inputs: Inputs) -> Outputs:
    color = inputs["color"]
    wanted = (color >> 16 & 255, color >> 8 & 255, color & 255)
    return (tuple(_equal_to(rgb(image), wanted) for image in inputs["image"]),)


def _equal_to(image: Image.Image, color: tuple[int, ...]) -> Image.Image:
    mask = Image.new("L", image.size, 255)
    for band, level in zip(image.split(), color, strict=True):
        equal = band.point([255 if value == level else 0 for value in range(256)])
        mask = ImageChops.darker(mask, equal)
    return mask


@node("CropMask", slow=True)
def _crop(inputs: Inputs) -> Outputs:
    left, top = inputs["x"], inputs["y"]

    def cropped(mask: Image.Image) -> Image.Image:
        x, y = min(left, mask.width - 1), min(top, mask.height - 1)
        right, bottom = min(mask.width, x + inputs["width"]), min(mask.height, y + inputs["height"])
        return mask.crop((x, y, right, bottom))

    return (tuple(cropped(mask) for mask in inputs["mask"]),)


@node("ThresholdMask", slow=True)
def _threshold(inputs: Inputs) -> Outputs:
    levels = [255 if level / 255 > inputs["value"] else 0 for level in range(256)]
    return (tuple(mask.point(levels) for mask in inputs["mask"]),)


_OPERATIONS = {
    "multiply": ImageChops.multiply,
    "add": ImageChops.add,
    "subtract": ImageChops.subtract,
    "and": ImageChops.darker,
    "or": ImageChops.lighter,
    "xor": ImageChops.difference,
}


@node("MaskComposite", slow=True)
def _composite(inputs: Inputs) -> Outputs:
    destinations: Masks = inputs["destination"]
    sources = cycled(inputs["source"], len(destinations))
    corner = (inputs["x"], inputs["y"])
    return (
        tuple(
            _combined(below, above, corner, inputs["operation"])
            for below, above in zip(destinations, sources, strict=True)
        ),
    )


def _combined(
    below: Image.Image, above: Image.Image, corner: tuple[int, int], operation: str
) -> Image.Image:
    x, y = corner
    right, bottom = min(below.width, x + above.width), min(below.height, y + above.height)
    if right <= x or bottom <= y:
        return below
    part = below.crop((x, y, right, bottom))
    result = below.copy()
    result.paste(_OPERATIONS[operation](part, above.crop((0, 0, *part.size))), corner)
    return result
