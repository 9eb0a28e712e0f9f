"""Values that the simulator's nodes exchange instead of weights and tensors."""

import msgspec
from PIL import Image


class ModelValue(msgspec.Struct, frozen=True):
    """A diffusion model or text encoder with its LoRAs as (name, strength)."""

    name: str
    loras: tuple[tuple[str, float], ...] = ()

    def with_lora(self, name: str, strength: float) -> "ModelValue":
        """Return the model with another LoRA; strength 0 has no effect, as in ComfyUI."""
        if strength == 0:
            return self
        return ModelValue(self.name, (*self.loras, (name, strength)))


class Conditioning(msgspec.Struct, frozen=True):
    """An encoded prompt."""

    text: str
    guidance: float = 0.0


class Guider(msgspec.Struct, frozen=True):
    """A model with its prompts, for a sampler whose parts are nodes of their own."""

    model: ModelValue
    positive: Conditioning
    negative: Conditioning


class Sigmas(msgspec.Struct, frozen=True):
    """A noise schedule: its number of steps, and the part of it that is sampled."""

    steps: int
    denoise: float = 1.0


class Latent(msgspec.Struct, frozen=True):
    """Latent images: a size in pixels, and the images once a sampler has run."""

    width: int
    height: int
    batch_size: int
    images: tuple[Image.Image, ...] = ()


Images = tuple[Image.Image, ...]
