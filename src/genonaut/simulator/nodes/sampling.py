"""What samplers do: draw the prompt, follow control maps and references, keep the source.

The drawn image replaces the source in proportion to the noise that was added, only inside the mask.
"""

from typing import Any

import msgspec
from msgspec.structs import replace
from PIL import Image, ImageChops

from genonaut.simulator.image.drawing import draw_image
from genonaut.simulator.image.request import ImageRequest
from genonaut.simulator.nodes.motion import moving
from genonaut.simulator.nodes.music import composed
from genonaut.simulator.nodes.pixels import check_memory, cycled, fitted_masks, resized, rgb
from genonaut.simulator.nodes.registry import Inputs, Outputs, node, passes_on
from genonaut.simulator.nodes.values import (
    Conditioning,
    Control,
    Guider,
    Images,
    Latent,
    ModelValue,
    Reference,
    Sigmas,
)

SAMPLERS = frozenset({"KSampler", "KSamplerAdvanced", "SamplerCustom", "SamplerCustomAdvanced"})

_EDIT_SHARE = 0.6  # how much of a reference that is edited remains
_TINT_SHARE = 0.5  # how much a reference that gives only its colours changes
_TINT_CELLS = 4


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """What a sampler does, whichever node it is.

    Attributes:
        model: The diffusion model.
        positive: The prompt.
        negative: The negative prompt.
        seed: Of the noise; 0 if none is added.
        steps: Steps that this node runs.
        share: How much of the source is replaced (0..1).
        end: Noise that is left at the end (0..1).
        latent: The source.
    """

    model: ModelValue
    positive: Conditioning
    negative: Conditioning
    seed: int
    steps: int
    share: float
    end: float = 0.0
    latent: Latent

    def request(self, index: int) -> ImageRequest:
        """Return what to draw for one image of the batch."""
        negative = "\n".join(filter(None, (self.negative.text, self.positive.variant)))
        return ImageRequest(
            prompt=self.positive.text,
            negative=negative,
            seed=self.seed + index,
            checkpoint=self.model.name,
            loras=self.model.loras,
            width=self.latent.width,
            height=self.latent.height,
        )


def sampling_of(class_type: str, inputs: Inputs) -> Sampling:
    """Return what a sampler node does with these inputs."""
    if class_type == "KSampler":
        return _simple(inputs)
    if class_type == "KSamplerAdvanced":
        return _advanced(inputs)
    guider: Guider | None = inputs.get("guider")
    sigmas: Sigmas = inputs["sigmas"]
    seed = inputs["noise_seed"] if guider is None else inputs["noise"]
    adds_noise = seed is not None and inputs.get("add_noise", True)
    return Sampling(
        model=inputs["model"] if guider is None else guider.model,
        positive=inputs["positive"] if guider is None else guider.positive,
        negative=inputs["negative"] if guider is None else guider.negative,
        seed=seed or 0,
        steps=sigmas.steps,
        share=_share(inputs["latent_image"], sigmas.denoise, sigmas.end, adds_noise=adds_noise),
        end=sigmas.end,
        latent=inputs["latent_image"],
    )


def _simple(inputs: Inputs) -> Sampling:
    return Sampling(
        model=inputs["model"],
        positive=inputs["positive"],
        negative=inputs["negative"],
        seed=inputs["seed"],
        steps=inputs["steps"],
        share=inputs["denoise"],
        latent=inputs["latent_image"],
    )


def _advanced(inputs: Inputs) -> Sampling:
    total = inputs["steps"]
    first, last = min(total, inputs["start_at_step"]), min(total, inputs["end_at_step"])
    steps = max(0, last - first)
    adds_noise = inputs["add_noise"] == "enable"
    leaves_noise = inputs["return_with_leftover_noise"] == "enable"
    end = 1 - last / total if leaves_noise else 0.0
    share = _share(inputs["latent_image"], 1 - first / total, end, adds_noise=adds_noise)
    return Sampling(
        model=inputs["model"],
        positive=inputs["positive"],
        negative=inputs["negative"],
        seed=inputs["noise_seed"],
        steps=steps,
        share=share if steps else 0.0,
        end=end if steps else 0.0,
        latent=inputs["latent_image"],
    )


def _share(latent: Latent, start: float, end: float, *, adds_noise: bool) -> float:
    """Return how much of a source is replaced between two noise levels."""
    if adds_noise or not latent.images:
        return min(1.0, start)
    # The node continues with the noise that the one before left.
    return max(0.0, min(1.0, start - end))


def sampled(sampling: Sampling) -> Latent:
    """Return the latent after sampling."""
    latent = sampling.latent
    if sampling.steps == 0 or sampling.share <= 0:
        return latent
    if latent.sound is not None and latent.width == 0:
        return replace(latent, sound=composed(sampling.positive, sampling.seed, latent.sound))
    check_memory(latent.width, latent.height, latent.batch_size * latent.frames)
    images: list[Image.Image] = []
    for index in range(latent.batch_size):
        drawn = _guided(draw_image(sampling.request(index)), sampling, index)
        images += _frames(drawn, sampling, index)
    sound = latent.sound and composed(sampling.positive, sampling.seed, latent.sound)
    return replace(latent, images=tuple(images), noise=sampling.end, sound=sound)


def _frames(drawn: Image.Image, sampling: Sampling, index: int) -> Images:
    """Return the finished frames of one entry of the batch; an image is one frame."""
    latent = sampling.latent
    first = cycled(latent.guide, index + 1)[index] if latent.guide else None
    last = cycled(latent.last, index + 1)[index] if latent.last else None
    frames = moving(drawn, latent.frames, sampling.seed + index, first, last)
    start = index * latent.frames
    sources = latent.images[start : start + latent.frames]
    if sources:
        frames = tuple(
            Image.blend(source, frame, min(1.0, sampling.share))
            for source, frame in zip(sources, frames, strict=True)
        )
    return _masked(frames, sources, sampling, start)


def _masked(frames: Images, sources: Images, sampling: Sampling, start: int) -> Images:
    """Keep the source outside the noise mask, or outside the mask of an inpainting model."""
    latent, prompt = sampling.latent, sampling.positive
    masks = latent.noise_mask or prompt.kept_mask
    kept = sources or prompt.kept
    if not masks or not kept:
        return frames
    size, count = (latent.width, latent.height), start + len(frames)
    fitting = fitted_masks(masks, size, count)[start:]
    below = [resized(image, size) for image in cycled(kept, len(frames))]
    return tuple(
        Image.composite(frame, source, mask)
        for frame, source, mask in zip(frames, below, fitting, strict=True)
    )


def _guided(drawn: Image.Image, sampling: Sampling, index: int) -> Image.Image:
    prompt = sampling.positive
    for reference in prompt.references:
        drawn = _referenced(drawn, reference, index)
    for control in (*sampling.model.controls, *prompt.controls):
        drawn = _imprinted(drawn, control, index)
    return drawn


def _referenced(drawn: Image.Image, reference: Reference, index: int) -> Image.Image:
    image = rgb(cycled(reference.images, index + 1)[index])
    strength = max(0.0, min(1.0, reference.strength))
    if reference.is_edited:
        return Image.blend(drawn, resized(image, drawn.size, "bicubic"), _EDIT_SHARE * strength)
    cells = image.resize((_TINT_CELLS, _TINT_CELLS), Image.Resampling.BOX)
    tint = cells.resize(drawn.size, Image.Resampling.BICUBIC)
    return Image.blend(drawn, tint, _TINT_SHARE * strength)


def _imprinted(drawn: Image.Image, control: Control, index: int) -> Image.Image:
    """Lighten the image where its control map is light; black maps change nothing."""
    image = rgb(cycled(control.maps, index + 1)[index])
    duration = max(0.0, min(1.0, control.end) - max(0.0, control.start))
    strength = max(0.0, min(1.0, control.strength * duration))
    lit = ImageChops.screen(drawn, resized(image, drawn.size))
    return Image.blend(drawn, lit, strength)


@node("RandomNoise")
def _noise(inputs: Inputs) -> Outputs:
    return (inputs["noise_seed"],)


@node("DisableNoise")
def _no_noise(_inputs: Inputs) -> Outputs:
    return (None,)


passes_on("KSamplerSelect", "sampler_name")


@node(
    "SamplerEulerAncestral", "SamplerEulerAncestralCFGPP", "SamplerEulerCFGpp", "SamplerLMS",
    "SamplerDPMPP_2M_SDE", "SamplerDPMPP_3M_SDE", "SamplerDPMPP_SDE", "SamplerDPMPP_2S_Ancestral",
    "SamplerDPMAdaptative", "SamplerER_SDE", "SamplerSASolver", "SamplerLCMUpscale", "SamplerLCM",
)  # fmt: skip
def _sampler(_inputs: Inputs) -> Outputs:
    return ("sampler",)


@node("CFGGuider", "PerpNegGuider", "DualModelGuider", "LTXVDualCFGGuider")
def _guider(inputs: Inputs) -> Outputs:
    negative = inputs.get("negative") or Conditioning("")
    return (Guider(inputs["model"], inputs["positive"], negative),)


@node("BasicGuider")
def _basic_guider(inputs: Inputs) -> Outputs:
    return (Guider(inputs["model"], inputs["conditioning"], Conditioning("")),)


@node("DualCFGGuider")
def _dual_guider(inputs: Inputs) -> Outputs:
    positive: Conditioning = inputs["cond1"]
    second: Conditioning = inputs["cond2"]
    both = replace(positive, references=positive.references or second.references)
    return (Guider(inputs["model"], both, inputs["negative"]),)


@node(
    "BasicScheduler", "Flux2Scheduler", "LTXVScheduler", "SDTurboScheduler", "KarrasScheduler",
    "ExponentialScheduler", "PolyexponentialScheduler", "LaplaceScheduler", "VPScheduler",
    "BetaSamplingScheduler", "AlignYourStepsScheduler", "GITSScheduler", "OptimalStepsScheduler",
    "Ideogram4Scheduler",
)  # fmt: skip
def _schedule(inputs: Inputs) -> Outputs:
    return (Sigmas(inputs["steps"], inputs.get("denoise", 1.0)),)


@node("ManualSigmas")
def _manual_schedule(inputs: Inputs) -> Outputs:
    levels = [float(part) for part in inputs["sigmas"].replace(",", " ").split()]
    if not levels:
        return (Sigmas(0),)
    return (Sigmas(len(levels) - 1, min(1.0, levels[0]), min(1.0, levels[-1])),)


@node("SplitSigmas")
def _split(inputs: Inputs) -> Outputs:
    sigmas: Sigmas = inputs["sigmas"]
    return _split_at(sigmas, max(0, min(sigmas.steps, inputs["step"])))


@node("SplitSigmasDenoise")
def _split_by_denoise(inputs: Inputs) -> Outputs:
    sigmas: Sigmas = inputs["sigmas"]
    return _split_at(sigmas, sigmas.steps - max(1, round(sigmas.steps * inputs["denoise"])))


def _split_at(sigmas: Sigmas, step: int) -> tuple[Any, ...]:
    done = step / sigmas.steps if sigmas.steps else 0.0
    level = sigmas.denoise - (sigmas.denoise - sigmas.end) * done
    return Sigmas(step, sigmas.denoise, level), Sigmas(sigmas.steps - step, level, sigmas.end)


passes_on("SetFirstSigma FlipSigmas ExtendIntermediateSigmas", "sigmas")
