"""The nodes without side effects: pure functions from inputs to outputs."""

import random
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageChops, ImageFilter, ImageOps

from genonaut.simulator.node_values import (
    Conditioning,
    Guider,
    Images,
    Latent,
    ModelValue,
    Sigmas,
)

Inputs = dict[str, Any]
Operation = Callable[[Inputs], tuple[Any, ...]]

OPERATIONS: dict[str, Operation] = {}
PIXEL_WORK: set[str] = set()  # nodes that take noticeable time on a real server


def _operation(*class_types: str, pixels: bool = False) -> Callable[[Operation], Operation]:
    def register(function: Operation) -> Operation:
        for class_type in class_types:
            OPERATIONS[class_type] = function
        if pixels:
            PIXEL_WORK.update(class_types)
        return function

    return register


@_operation("CheckpointLoaderSimple")
def _checkpoint(inputs: Inputs) -> tuple[Any, ...]:
    model = ModelValue(inputs["ckpt_name"])
    return model, model, model


@_operation("UNETLoader")
def _unet(inputs: Inputs) -> tuple[Any, ...]:
    return (ModelValue(inputs["unet_name"]),)


@_operation("VAELoader")
def _vae(inputs: Inputs) -> tuple[Any, ...]:
    return (ModelValue(inputs["vae_name"]),)


@_operation("CLIPLoader", "DualCLIPLoader", "TripleCLIPLoader", "QuadrupleCLIPLoader")
def _clip(inputs: Inputs) -> tuple[Any, ...]:
    names = [value for name, value in sorted(inputs.items()) if name.startswith("clip_name")]
    return (ModelValue("+".join(names)),)


@_operation("LoraLoader")
def _lora(inputs: Inputs) -> tuple[Any, ...]:
    name = inputs["lora_name"]
    model, clip = inputs["model"], inputs["clip"]
    return (
        model.with_lora(name, inputs["strength_model"]),
        clip.with_lora(name, inputs["strength_clip"]),
    )


@_operation("LoraLoaderModelOnly")
def _lora_model_only(inputs: Inputs) -> tuple[Any, ...]:
    return (inputs["model"].with_lora(inputs["lora_name"], inputs["strength_model"]),)


@_operation(
    "ModelSamplingSD3", "ModelSamplingAuraFlow", "ModelSamplingFlux", "ModelSamplingDiscrete"
)
def _model_sampling(inputs: Inputs) -> tuple[Any, ...]:
    return (inputs["model"],)


@_operation("CLIPSetLastLayer")
def _clip_skip(inputs: Inputs) -> tuple[Any, ...]:
    return (inputs["clip"],)


@_operation("UpscaleModelLoader")
def _upscale_model(inputs: Inputs) -> tuple[Any, ...]:
    return (ModelValue(inputs["model_name"]),)


@_operation("CLIPTextEncode")
def _text(inputs: Inputs) -> tuple[Any, ...]:
    return (Conditioning(inputs["text"]),)


@_operation("CLIPTextEncodeSDXL")
def _text_sdxl(inputs: Inputs) -> tuple[Any, ...]:
    return (Conditioning(_joined(inputs["text_g"], inputs["text_l"])),)


@_operation("CLIPTextEncodeFlux")
def _text_flux(inputs: Inputs) -> tuple[Any, ...]:
    return (Conditioning(_joined(inputs["t5xxl"], inputs["clip_l"]), inputs["guidance"]),)


def _joined(first: str, second: str) -> str:
    return first if first == second else f"{first} {second}".strip()


@_operation("FluxGuidance")
def _guidance(inputs: Inputs) -> tuple[Any, ...]:
    return (Conditioning(inputs["conditioning"].text, inputs["guidance"]),)


@_operation("ConditioningZeroOut")
def _zero_out(_inputs: Inputs) -> tuple[Any, ...]:
    return (Conditioning(""),)


@_operation("ConditioningCombine")
def _combine(inputs: Inputs) -> tuple[Any, ...]:
    first, second = inputs["conditioning_1"], inputs["conditioning_2"]
    return (Conditioning(_joined(first.text, second.text), first.guidance),)


@_operation("RandomNoise")
def _noise(inputs: Inputs) -> tuple[Any, ...]:
    return (inputs["noise_seed"],)


@_operation("KSamplerSelect")
def _sampler_choice(inputs: Inputs) -> tuple[Any, ...]:
    return (inputs["sampler_name"],)


@_operation("CFGGuider")
def _guider(inputs: Inputs) -> tuple[Any, ...]:
    return (Guider(inputs["model"], inputs["positive"], inputs["negative"]),)


@_operation("BasicScheduler", "Flux2Scheduler")
def _schedule(inputs: Inputs) -> tuple[Any, ...]:
    return (Sigmas(inputs["steps"], inputs.get("denoise", 1.0)),)


@_operation("SplitSigmasDenoise")
def _split_schedule(inputs: Inputs) -> tuple[Any, ...]:
    sigmas: Sigmas = inputs["sigmas"]
    last = max(1, round(sigmas.steps * inputs["denoise"]))
    return Sigmas(sigmas.steps - last), Sigmas(last, inputs["denoise"])


@_operation(
    "EmptyLatentImage", "EmptySD3LatentImage", "EmptyHunyuanLatentVideo", "EmptyFlux2LatentImage"
)
def _empty_latent(inputs: Inputs) -> tuple[Any, ...]:
    # Latents have 1/8 of the image size, rounded down: 515 px become 512.
    width, height = inputs["width"] // 8 * 8, inputs["height"] // 8 * 8
    return (Latent(width, height, inputs["batch_size"]),)


@_operation("VAEDecode", pixels=True)
def _decode(inputs: Inputs) -> tuple[Any, ...]:
    latent: Latent = inputs["samples"]
    if latent.images:
        return (latent.images,)
    # A real VAE decodes zeros to uniform grey.
    grey = Image.new("RGB", (latent.width, latent.height), (127, 127, 127))
    return ((grey,) * latent.batch_size,)


@_operation("VAEEncode", pixels=True)
def _encode(inputs: Inputs) -> tuple[Any, ...]:
    images: Images = inputs["pixels"]
    width, height = (edge // 8 * 8 for edge in images[0].size)
    return (
        Latent(width, height, len(images), tuple(i.crop((0, 0, width, height)) for i in images)),
    )


@_operation("EmptyImage")
def _empty_image(inputs: Inputs) -> tuple[Any, ...]:
    color = inputs["color"]
    rgb = (color >> 16 & 255, color >> 8 & 255, color & 255)
    return ((Image.new("RGB", (inputs["width"], inputs["height"]), rgb),) * inputs["batch_size"],)


@_operation("ImageBlur", pixels=True)
def _blur(inputs: Inputs) -> tuple[Any, ...]:
    blur = ImageFilter.GaussianBlur(min(inputs["sigma"], inputs["blur_radius"]))
    return (tuple(image.filter(blur) for image in inputs["image"]),)


@_operation("ImageSharpen", pixels=True)
def _sharpen(inputs: Inputs) -> tuple[Any, ...]:
    sharpen = ImageFilter.UnsharpMask(inputs["sharpen_radius"], int(inputs["alpha"] * 100))
    return (tuple(image.filter(sharpen) for image in inputs["image"]),)


@_operation("ImageAddNoise", pixels=True)
def _add_noise(inputs: Inputs) -> tuple[Any, ...]:
    images: Images = inputs["image"]
    return (tuple(_noisy(i, inputs["seed"] + n, inputs["strength"]) for n, i in enumerate(images)),)


def _noisy(image: Image.Image, seed: int, strength: float) -> Image.Image:
    noise = grain(image.size, seed)
    scaled = noise.point([round((value - 128) * strength * 2) + 128 for value in range(256)])
    return ImageChops.add(image, Image.merge("RGB", (scaled,) * 3), offset=-128)


def grain(size: tuple[int, int], seed: int) -> Image.Image:
    """Return reproducible grey noise around 128; Pillow's noise has no seed."""
    noise = random.Random(seed).randbytes(size[0] * size[1])  # noqa: S311  # protects no secret
    return Image.frombytes("L", size, noise)


@_operation("ImageInvert", pixels=True)
def _invert(inputs: Inputs) -> tuple[Any, ...]:
    return (tuple(ImageOps.invert(image) for image in inputs["image"]),)


@_operation("ImageScale", pixels=True)
def _scale(inputs: Inputs) -> tuple[Any, ...]:
    images: Images = inputs["image"]
    width, height = inputs["width"], inputs["height"]
    # 0 keeps the aspect ratio.
    width = width or max(1, round(images[0].width * height / images[0].height))
    height = height or max(1, round(images[0].height * width / images[0].width))
    return (tuple(image.resize((width, height)) for image in images),)


@_operation("SolidMask")
def _solid_mask(inputs: Inputs) -> tuple[Any, ...]:
    value = round(inputs["value"] * 255)
    return (Image.new("L", (inputs["width"], inputs["height"]), value),)


@_operation("InvertMask")
def _invert_mask(inputs: Inputs) -> tuple[Any, ...]:
    return (ImageOps.invert(inputs["mask"]),)


@_operation("FeatherMask")
def _feather(inputs: Inputs) -> tuple[Any, ...]:
    mask: Image.Image = inputs["mask"]
    ramps = Image.new("L", mask.size, 255)
    for edge, angle in (("left", 90), ("top", 0), ("right", 270), ("bottom", 180)):
        depth = inputs[edge]
        if depth:
            ramps = ImageChops.multiply(ramps, _ramp(mask.size, depth, angle))
    return (ImageChops.multiply(mask, ramps),)


def _ramp(size: tuple[int, int], depth: int, angle: int) -> Image.Image:
    across, along = size if angle in (0, 180) else (size[1], size[0])
    ramp = Image.new("L", (1, along), 255)
    ramp.putdata([min(255, round((row + 1) / depth * 255)) for row in range(along)])
    return ramp.resize((across, along)).rotate(angle, expand=True)


@_operation("ImageCompositeMasked", pixels=True)
def _composite(inputs: Inputs) -> tuple[Any, ...]:
    mask: Image.Image | None = inputs.get("mask")
    pairs = zip(inputs["destination"], inputs["source"], strict=False)
    return (tuple(_laid_over(below, above, mask, inputs) for below, above in pairs),)


def _laid_over(
    below: Image.Image, above: Image.Image, mask: Image.Image | None, inputs: Inputs
) -> Image.Image:
    result = below.copy()
    source = above.resize(below.size) if inputs["resize_source"] else above
    fitted = None if mask is None else mask.resize(source.size)
    result.paste(source, (inputs["x"], inputs["y"]), fitted)
    return result


@_operation("CaseConverter")
def _case(inputs: Inputs) -> tuple[Any, ...]:
    text: str = inputs["string"]
    changes = {
        "UPPERCASE": text.upper(),
        "lowercase": text.lower(),
        "Capitalize": text.capitalize(),
        "Title Case": text.title(),
    }
    return (changes.get(inputs["mode"], text),)
