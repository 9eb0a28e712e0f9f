"""Nodes that create, encode, decode and change latent images.

A latent carries the image that was encoded. Encoding changes every pixel a little, as a VAE does: only
pixels that never pass a VAE are exact.
"""

from collections.abc import Callable

from msgspec.structs import replace
from PIL import Image

from genonaut.simulator.nodes.masks import grown
from genonaut.simulator.nodes.pixels import (
    blended,
    center_cropped,
    check_memory,
    cropped_to_latent,
    cycled,
    fitted_masks,
    latent_size,
    noisy,
    resized,
    rgb,
)
from genonaut.simulator.nodes.registry import Inputs, Outputs, node, passes_on
from genonaut.simulator.nodes.values import Images, Latent

_GREY = (127, 127, 127)  # a real VAE decodes zeros to about this


def _lossy_levels() -> list[int]:
    """Return, for each level of red, green and blue, what a VAE round trip makes of it."""
    losses = (2, 1, 3)
    return [
        level + loss if level < 128 else level - loss  # noqa: PLR2004  # the middle
        for loss in losses
        for level in range(256)
    ]


_LOSSY_LEVELS = _lossy_levels()


def encoded(images: Images) -> Latent:
    """Return the latent of some images: cropped around the centre to multiples of 8."""
    if not images:
        raise ValueError("an empty batch has no latent")
    kept = tuple(cropped_to_latent(rgb(image)).point(_LOSSY_LEVELS) for image in images)
    return Latent(kept[0].width, kept[0].height, len(kept), kept)


def decoded(latent: Latent) -> Images:
    """Return the images of a latent: grey if nothing was sampled, noisy if noise is left."""
    check_memory(latent.width, latent.height, latent.batch_size * latent.frames)
    if not latent.images:
        grey = Image.new("RGB", (latent.width, latent.height), _GREY)
        return (grey,) * (latent.batch_size * latent.frames)
    if latent.noise <= 0:
        return latent.images
    return tuple(noisy(image, index, latent.noise) for index, image in enumerate(latent.images))


def tiles_of(size: tuple[int, int], tile: int, overlap: int) -> int:
    """Return the number of tiles that cover an image. Source: comfy/utils.py, tiled_scale."""
    counts = (max(1, -(-(edge - overlap) // max(1, tile - overlap))) for edge in size)
    columns, rows = (1 if edge <= tile else n for edge, n in zip(size, counts, strict=True))
    return columns * rows


def _three_tilings(size: tuple[int, int], inputs: Inputs) -> int:
    """Return the steps of a tiled VAE, which averages three tilings of different shapes."""
    tile, overlap = inputs["tile_size"], inputs["overlap"]
    shapes = ((tile, tile), (tile // 2, tile * 2), (tile * 2, tile // 2))
    return sum(
        tiles_of((size[0], 1), width, overlap) * tiles_of((1, size[1]), height, overlap)
        for width, height in shapes
    )


@node("VAEEncode", slow=True)
def _encode(inputs: Inputs) -> Outputs:
    return (encoded(inputs["pixels"]),)


@node("VAEEncodeTiled", slow=True, steps=lambda i: _three_tilings(i["pixels"][0].size, i))
def _encode_tiled(inputs: Inputs) -> Outputs:
    return (encoded(inputs["pixels"]),)


@node("VAEDecode", slow=True)
def _decode(inputs: Inputs) -> Outputs:
    return (decoded(inputs["samples"]),)


def _decode_steps(inputs: Inputs) -> int:
    latent: Latent = inputs["samples"]
    return _three_tilings((latent.width, latent.height), inputs)


@node("VAEDecodeTiled", slow=True, steps=_decode_steps)
def _decode_tiled(inputs: Inputs) -> Outputs:
    return (decoded(inputs["samples"]),)


@node("VAEEncodeForInpaint", slow=True)
def _encode_for_inpaint(inputs: Inputs) -> Outputs:
    images: Images = inputs["pixels"]
    hard = [
        mask.point([255 if value >= 128 else 0 for value in range(256)])  # noqa: PLR2004
        for mask in fitted_masks(inputs["mask"], images[0].size, len(images))
    ]
    greyed = []
    for image, mask in zip(images, hard, strict=True):
        copy = rgb(image).copy()
        copy.paste(_GREY, (0, 0), mask)
        greyed.append(copy)
    latent = encoded(tuple(greyed))
    masks = tuple(cropped_to_latent(grown(mask, inputs["grow_mask_by"])) for mask in hard)
    return (replace(latent, noise_mask=masks),)


@node("SetLatentNoiseMask")
def _noise_mask(inputs: Inputs) -> Outputs:
    return (replace(inputs["samples"], noise_mask=inputs["mask"]),)


_EIGHTHS = (
    "EmptyLatentImage", "EmptySD3LatentImage", "EmptyFlux2LatentImage",
    "EmptyHunyuanImageLatent", "EmptyChromaRadianceLatentImage", "EmptyHiDreamO1LatentImage",
)  # fmt: skip


@node(*_EIGHTHS)
def _empty_latent(inputs: Inputs) -> Outputs:
    # Latents have 1/8 of the image size, rounded down: 515 px become 512.
    width, height = latent_size((inputs["width"], inputs["height"]))
    return (Latent(width, height, inputs["batch_size"]),)


@node("LatentUpscale", slow=True)
def _upscale(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    width, height = inputs["width"], inputs["height"]
    if not (width or height):
        return (latent,)
    # 0 keeps the aspect ratio.
    width = width or max(64, round(latent.width * height / latent.height))
    height = height or max(64, round(latent.height * width / latent.width))
    crop = inputs["crop"] == "center"
    return (_scaled(latent, latent_size((width, height)), inputs["upscale_method"], crop=crop),)


@node("LatentUpscaleBy", slow=True)
def _upscale_by(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    size = [max(8, round(edge / 8 * inputs["scale_by"]) * 8) for edge in _size(latent)]
    return (_scaled(latent, (size[0], size[1]), inputs["upscale_method"]),)


def _size(latent: Latent) -> tuple[int, int]:
    return latent.width, latent.height


def _scaled(latent: Latent, size: tuple[int, int], method: str, *, crop: bool = False) -> Latent:
    check_memory(*size, latent.batch_size * latent.frames)

    def scaled(image: Image.Image) -> Image.Image:
        return resized(center_cropped(image, size) if crop else image, size, method)

    return _mapped(latent, scaled, size)


def _mapped(
    latent: Latent, change: Callable[[Image.Image], Image.Image], size: tuple[int, int]
) -> Latent:
    """Return the latent with changed images, masks and size."""
    return replace(
        latent,
        width=size[0],
        height=size[1],
        images=tuple(change(image) for image in latent.images),
        noise_mask=tuple(change(resized(mask, _size(latent))) for mask in latent.noise_mask),
    )


@node("RepeatLatentBatch")
def _repeat(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    amount = inputs["amount"]
    check_memory(latent.width, latent.height, latent.batch_size * amount * latent.frames)
    masks = latent.noise_mask * (amount if len(latent.noise_mask) > 1 else 1)
    return (
        replace(
            latent,
            batch_size=latent.batch_size * amount,
            images=latent.images * amount,
            noise_mask=masks,
        ),
    )


@node("LatentFromBatch")
def _from_batch(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    first = inputs["batch_index"]
    first = first + latent.batch_size if first < 0 else first
    first = max(0, min(latent.batch_size - 1, first))
    last = min(latent.batch_size, first + inputs["length"])
    images = latent.images[first * latent.frames : last * latent.frames]
    masks = latent.noise_mask
    kept = masks[first:last] if len(masks) > 1 else masks
    return (replace(latent, batch_size=last - first, images=images, noise_mask=kept),)


@node("LatentBatch")
def _batch(inputs: Inputs) -> Outputs:
    first, second = inputs["samples1"], inputs["samples2"]
    fitting = _scaled(second, _size(first), "bilinear")
    images = decoded(first) + decoded(fitting)
    return (replace(first, batch_size=first.batch_size + second.batch_size, images=images),)


@node("LatentBlend", "LatentInterpolate", "LatentAdd", "LatentSubtract", slow=True)
def _blend(inputs: Inputs) -> Outputs:
    first: Latent = inputs["samples1"]
    # In ComfyUI, the factor of both nodes is the share of the first input.
    share: float = next((inputs[name] for name in ("blend_factor", "ratio") if name in inputs), 0.5)
    images = blended(decoded(first), decoded(inputs["samples2"]), 1 - share)
    return (replace(first, images=images),)


@node("LatentComposite", "LatentCompositeMasked", slow=True)
def _composite(inputs: Inputs) -> Outputs:
    below: Latent = inputs["destination"] if "destination" in inputs else inputs["samples_to"]
    above: Latent = inputs["source"] if "source" in inputs else inputs["samples_from"]
    if inputs.get("resize_source"):
        above = _scaled(above, _size(below), "bilinear")
    corner = (inputs["x"] // 8 * 8, inputs["y"] // 8 * 8)
    base = decoded(below)
    over = cycled(decoded(above), len(base))
    masks = fitted_masks(inputs["mask"], over[0].size, len(base)) if inputs.get("mask") else None
    images = []
    for index, image in enumerate(base):
        copy = image.copy()
        copy.paste(over[index], corner, None if masks is None else masks[index])
        images.append(copy)
    return (replace(below, images=tuple(images)),)


@node("LatentCrop")
def _crop(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    x, y = min(inputs["x"], latent.width - 64), min(inputs["y"], latent.height - 64)
    left, top = max(0, x // 8 * 8), max(0, y // 8 * 8)
    width, height = latent_size((inputs["width"], inputs["height"]))
    size = (min(width, latent.width - left), min(height, latent.height - top))
    box = (left, top, left + size[0], top + size[1])
    return (_mapped(latent, lambda image: image.crop(box), size),)


@node("LatentFlip")
def _flip(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    across = inputs["flip_method"].startswith("x")
    how = Image.Transpose.FLIP_TOP_BOTTOM if across else Image.Transpose.FLIP_LEFT_RIGHT
    return (_mapped(latent, lambda image: image.transpose(how), _size(latent)),)


@node("LatentRotate")
def _rotate(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    degrees = int("".join(letter for letter in inputs["rotation"] if letter.isdigit()) or 0)
    size = _size(latent) if degrees % 180 == 0 else (latent.height, latent.width)
    return (_mapped(latent, lambda image: image.rotate(-degrees, expand=True), size),)


passes_on("LatentMultiply LatentApplyOperation LatentBatchSeedBehavior", "samples")
passes_on("RebatchLatents", "latents")
