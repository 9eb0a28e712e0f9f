"""What a recipe says: how one architecture is loaded and sampled."""

from enum import StrEnum

import msgspec

from genonaut.catalog.vocabulary import Architecture
from genonaut.comfyui import ShiftNode, TextEncoding


class Latent(StrEnum):
    """The empty latent to start from; ``cell_px`` and ``step_px`` depend on it.

    4 channels, 16, 16 per frame of a video, 128 (Flux.2), 64 (HunyuanImage), or pixels (Radiance).
    """

    SD = "sd"
    SD3 = "sd3"
    VIDEO = "video"
    FLUX2 = "flux2"
    HUNYUAN_IMAGE = "hunyuan-image"
    RADIANCE = "radiance"

    @property
    def cell_px(self) -> int:
        """Return how many pixels per side one value of the latent stands for.

        Source: ComfyUI comfy/sd.py, class VAE, downscale_ratio.
        """
        return {Latent.FLUX2: 16, Latent.HUNYUAN_IMAGE: 32, Latent.RADIANCE: 1}.get(self, 8)

    @property
    def step_px(self) -> int:
        """Return the number that both sides of an image must be multiples of.

        Transformers read patches of 2 x 2 cells. Source: the ``step`` of the empty latents' width in
        object_info.
        """
        return {Latent.SD: 8, Latent.HUNYUAN_IMAGE: 32}.get(self, 16)


class Schedule(StrEnum):
    """Who makes the noise schedule: KSampler, or Flux2Scheduler for the size of the image."""

    KSAMPLER = "ksampler"
    FLUX2 = "flux2"


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """Values for parameters that a submission omits; width and height in pixels."""

    width: int
    height: int
    steps: int
    cfg: float
    sampler_name: str = "euler"
    scheduler: str = "normal"


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How to load and sample one architecture, whole or in parts.

    ``text_encoders`` are encoder variants in the order of the loader's inputs; ``clip_type`` is the
    loader's ``type``. ``vae`` lists accepted architectures in order of preference. ``flow_shift`` is
    the shift for ModelSamplingAuraFlow if ComfyUI's default is not the right one. With a ``schedule``
    of Flux.2, the scheduler ``simple`` stands for Flux2Scheduler; others are used as they are.
    ``cfg_norm`` is the strength of CFGNorm, ``dual_cfg`` the second scale of DualCFGGuider;
    ``has_pixel_vae`` says that the model works on pixels and has no VAE.
    """

    defaults: Defaults
    latent: Latent = Latent.SD
    flux_guidance: float | None = None
    flow_shift: float | None = None
    shift_node: ShiftNode = ShiftNode.AURAFLOW
    cfg_norm: float | None = None
    dual_cfg: float | None = None
    text_encoding: TextEncoding = TextEncoding.PLAIN
    schedule: Schedule = Schedule.KSAMPLER
    text_encoders: tuple[str, ...] = ()
    clip_type: str = ""
    vae: tuple[Architecture, ...] = ()
    has_pixel_vae: bool = False
