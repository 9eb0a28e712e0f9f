"""Nodes that create and change latent videos.

A video made from an image starts with it and moves towards what the prompt draws.
"""

from msgspec.structs import replace
from PIL import Image

from genonaut.simulator.media.sound import Sound
from genonaut.simulator.nodes.latents import decoded, encoded
from genonaut.simulator.nodes.pixels import check_memory, latent_size, resized, rgb
from genonaut.simulator.nodes.registry import Inputs, Outputs, node, passes_on
from genonaut.simulator.nodes.values import Conditioning, Images, Latent, Reference

_AUDIO_RATE = 48_000
_MOCHI_STEP = 6
_LONG_STEP = 8


def _frames(length: int, step: int = 4) -> int:
    """Return the number of frames that a latent of this length decodes to."""
    return (max(1, length) - 1) // step * step + 1


def _empty(inputs: Inputs, step: int = 4) -> Latent:
    width, height = latent_size((inputs["width"], inputs["height"]))
    batch_size, frames = inputs["batch_size"], _frames(inputs["length"], step)
    check_memory(width, height, batch_size * frames)
    return Latent(width, height, batch_size, frames=frames)


@node("EmptyHunyuanLatentVideo", "EmptyHunyuanVideo15Latent")
def _empty_video(inputs: Inputs) -> Outputs:
    return (_empty(inputs),)


@node("EmptyLTXVLatentVideo", "EmptyCosmosLatentVideo")
def _empty_by_eight(inputs: Inputs) -> Outputs:
    return (_empty(inputs, _LONG_STEP),)


@node("EmptyMochiLatentVideo")
def _empty_by_six(inputs: Inputs) -> Outputs:
    return (_empty(inputs, _MOCHI_STEP),)


def _guided(latent: Latent, first: Images | None, last: Images | None = None) -> Latent:
    """Return the latent with the images that its videos start and end with."""
    return replace(latent, guide=_fitted(first, latent), last=_fitted(last, latent))


def _fitted(images: Images | None, latent: Latent) -> Images:
    size = (latent.width, latent.height)
    scaled = tuple(resized(rgb(image), size) for image in (images or ())[:1])
    return encoded(scaled).images if scaled else ()


@node("Wan22ImageToVideoLatent", "CosmosPredict2ImageToVideoLatent", slow=True)
def _from_image(inputs: Inputs) -> Outputs:
    return (_guided(_empty(inputs), inputs.get("start_image"), inputs.get("end_image")),)


@node("CosmosImageToVideoLatent", slow=True)
def _from_image_by_eight(inputs: Inputs) -> Outputs:
    return (
        _guided(_empty(inputs, _LONG_STEP), inputs.get("start_image"), inputs.get("end_image")),
    )


@node(
    "WanImageToVideo", "WanFirstLastFrameToVideo", "WanFunInpaintToVideo", "WanCameraImageToVideo",
    "HunyuanVideo15ImageToVideo", slow=True,
)  # fmt: skip
def _from_frames(inputs: Inputs) -> Outputs:
    latent = _guided(_empty(inputs), inputs.get("start_image"), inputs.get("end_image"))
    return inputs["positive"], inputs["negative"], latent


@node("WanFunControlToVideo", slow=True)
def _from_control(inputs: Inputs) -> Outputs:
    latent = _guided(_empty(inputs), inputs.get("start_image"))
    prompts = (_following(inputs[name], inputs.get("control_video")) for name in _PROMPTS)
    return (*prompts, latent)


_PROMPTS = ("positive", "negative")


def _following(prompt: Conditioning, video: Images | None) -> Conditioning:
    if not video:
        return prompt
    reference = Reference((rgb(video[0]),), is_edited=True)
    return replace(prompt, references=(*prompt.references, reference))


@node("WanVaceToVideo", slow=True)
def _vace(inputs: Inputs) -> Outputs:
    reference = inputs.get("reference_image")
    prompts = (_following(inputs[name], inputs.get("control_video")) for name in _PROMPTS)
    # A reference precedes the frames; TrimVideoLatent removes it.
    latent = _guided(_empty(inputs), reference)
    return (*prompts, latent, 0)


@node("HunyuanImageToVideo", slow=True)
def _hunyuan(inputs: Inputs) -> Outputs:
    return inputs["positive"], _guided(_empty(inputs), inputs.get("start_image"))


@node("LTXVImgToVideo", slow=True)
def _ltxv(inputs: Inputs) -> Outputs:
    latent = _guided(_empty(inputs, _LONG_STEP), inputs["image"])
    return inputs["positive"], inputs["negative"], latent


@node("LTXVImgToVideoInplace", slow=True)
def _ltxv_inplace(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["latent"]
    return (latent if inputs["bypass"] else _guided(latent, inputs["image"]),)


@node("LTXVAddGuide", slow=True)
def _ltxv_guide(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["latent"]
    is_last = inputs["frame_idx"] != 0
    first = latent.guide if is_last else _fitted(inputs["image"], latent)
    last = _fitted(inputs["image"], latent) if is_last else latent.last
    return inputs["positive"], inputs["negative"], replace(latent, guide=first, last=last)


passes_on("LTXVCropGuides", "positive", "negative", "latent")
passes_on("LTXVPreprocess", "image")


@node("SVD_img2vid_Conditioning", slow=True)
def _svd(inputs: Inputs) -> Outputs:
    width, height = latent_size((inputs["width"], inputs["height"]))
    latent = Latent(width, height, 1, frames=inputs["video_frames"])
    prompt = Conditioning("")
    return prompt, prompt, _guided(latent, inputs["init_image"])


@node("TrimVideoLatent")
def _trim(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    removed = min(latent.frames - 1, inputs["trim_amount"] * 4)
    images: list[Image.Image] = []
    for start in range(0, len(latent.images), latent.frames):
        images += latent.images[start + removed : start + latent.frames]
    return (replace(latent, frames=latent.frames - removed, images=tuple(images)),)


@node("LTXVLatentUpsampler", slow=True)
def _upsample(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["samples"]
    size = (latent.width * 2, latent.height * 2)
    check_memory(*size, latent.batch_size * latent.frames)
    images = tuple(resized(image, size, "bicubic") for image in decoded(latent))
    return (replace(latent, width=size[0], height=size[1], images=images),)


@node("LTXVEmptyLatentAudio")
def _empty_audio(inputs: Inputs) -> Outputs:
    seconds = inputs["frames_number"] / max(1.0, float(inputs["frame_rate"]))
    return (Latent(0, 0, inputs["batch_size"], sound=Sound(seconds, _AUDIO_RATE)),)


@node("LTXVConcatAVLatent")
def _join(inputs: Inputs) -> Outputs:
    return (replace(inputs["video_latent"], sound=inputs["audio_latent"].sound),)


@node("LTXVSeparateAVLatent")
def _separate(inputs: Inputs) -> Outputs:
    latent: Latent = inputs["av_latent"]
    sound = latent.sound or Sound(0.0, _AUDIO_RATE)
    return replace(latent, sound=None), Latent(0, 0, latent.batch_size, sound=sound)
