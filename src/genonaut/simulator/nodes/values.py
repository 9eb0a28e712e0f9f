"""Values that the simulator's nodes exchange instead of weights and tensors.

Images and masks are batches: tuples of Pillow images of mode RGB (RGBA after JoinImageWithAlpha) and L.
"""

import msgspec
from PIL import Image

from genonaut.simulator.media.sound import Sound

Images = tuple[Image.Image, ...]
Masks = tuple[Image.Image, ...]


class ModelValue(msgspec.Struct, frozen=True):
    """A model file with its LoRAs as (name, strength); ``skip`` is the stop layer of a text encoder.

    ``controls`` are the control images of patches.
    """

    name: str
    loras: tuple[tuple[str, float], ...] = ()
    skip: int = 0
    controls: tuple["Control", ...] = ()

    def with_lora(self, name: str, strength: float) -> "ModelValue":
        """Return the model with another LoRA; strength 0 has no effect, as in ComfyUI."""
        if strength == 0:
            return self
        return msgspec.structs.replace(self, loras=(*self.loras, (name, strength)))


class ControlNet(msgspec.Struct, frozen=True):
    """A ControlNet; ``kind`` is the type chosen for a union ControlNet."""

    name: str
    kind: str = ""


class Control(msgspec.Struct, frozen=True):
    """A control map with the part of the schedule in which it applies."""

    network: ControlNet
    maps: Images
    strength: float
    start: float = 0.0
    end: float = 1.0


class Reference(msgspec.Struct, frozen=True):
    """An image that a prompt refers to.

    ``is_edited``: the result keeps its composition (Kontext, Qwen edit); otherwise it gives only its
    colours (Redux, unCLIP).
    """

    images: Images
    strength: float = 1.0
    is_edited: bool = False


class Conditioning(msgspec.Struct, frozen=True):
    """An encoded prompt with everything that other nodes attached to it.

    Attributes:
        text: The prompt.
        guidance: Value of FluxGuidance; 0 without one.
        variant: What else changes the composition, such as the stop layer of the text encoder.
        controls: Applied ControlNets.
        references: Images to edit or to take the colours from.
        kept: Image of which an inpainting model keeps what ``kept_mask`` leaves out.
        kept_mask: White where an inpainting model paints.
        tags: Style text of a song.
        lyrics: Text of a song.
        seconds: Duration that the prompt asks for; 0 without one.
    """

    text: str
    guidance: float = 0.0
    variant: str = ""
    controls: tuple[Control, ...] = ()
    references: tuple[Reference, ...] = ()
    kept: Images = ()
    kept_mask: Masks = ()
    tags: str = ""
    lyrics: str = ""
    seconds: float = 0.0


class Guider(msgspec.Struct, frozen=True):
    """A model with its prompts, for a sampler whose parts are nodes of their own."""

    model: ModelValue
    positive: Conditioning
    negative: Conditioning


class Sigmas(msgspec.Struct, frozen=True):
    """A noise schedule: its number of steps, and the noise levels at its start and end (0..1)."""

    steps: int
    denoise: float = 1.0
    end: float = 0.0


class Latent(msgspec.Struct, frozen=True):
    """Latent images: a size in pixels, and the images once something was encoded or sampled.

    Attributes:
        width: In pixels.
        height: In pixels.
        batch_size: Number of images, or of videos.
        images: The frames of all entries of the batch, in order; empty if nothing was sampled.
        noise_mask: White where a sampler paints; empty means everywhere.
        noise: Noise that is left in the images (0..1), after a schedule that ended early.
        frames: Frames of each video; 1 for images.
        sound: The audio of an audio latent, or of a video with sound.
        guide: First frame of a video that was made from an image.
        last: Last frame of such a video.
    """

    width: int
    height: int
    batch_size: int
    images: Images = ()
    noise_mask: Masks = ()
    noise: float = 0.0
    frames: int = 1
    sound: Sound | None = None
    guide: Images = ()
    last: Images = ()


class Video(msgspec.Struct, frozen=True):
    """A video before it is encoded."""

    images: Images
    fps: float
    sound: Sound | None = None
