"""What a job does with images beyond text to image; stored in ``generation_jobs.inputs``.

Images are named by references as in the submission. ``JobInputs.images`` holds the facts about each
file as resolved at submission, so that the job does not depend on the row of an upload or of an
item. All sizes in pixels.
"""

from collections.abc import Iterator
from enum import StrEnum

from genonaut.core.schemas import Value
from genonaut.jobs.workflow_run import WorkflowRun


class Operation(StrEnum):
    """What the job makes: a sampled image, or the enlarged source without sampling."""

    GENERATE = "generate"
    UPSCALE = "upscale"


class Resize(StrEnum):
    """How the source gets the wanted size: cut around the centre, padded, or stretched."""

    CROP = "crop"
    FIT = "fit"
    STRETCH = "stretch"


class MaskMode(StrEnum):
    """Whether masked pixels are changed from what they show, or replaced."""

    PRESERVE = "preserve"
    FILL = "fill"


class ControlType(StrEnum):
    """What a control image shows; ``auto`` for a ControlNet that was made for one type."""

    AUTO = "auto"
    CANNY = "canny"
    LINEART = "lineart"
    MLSD = "mlsd"
    SCRIBBLE = "scribble"
    HED = "hed"
    DEPTH = "depth"
    NORMAL = "normal"
    OPENPOSE = "openpose"
    SEGMENT = "segment"
    TILE = "tile"
    REPAINT = "repaint"


class Preprocessor(StrEnum):
    """What is computed from a control image before it is used; ``none``: it is a map already."""

    NONE = "none"
    CANNY = "canny"


class HiresMethod(StrEnum):
    """How the first image is enlarged before it is sampled again."""

    LATENT = "latent"
    MODEL = "model"


class ImageReference(Value, frozen=True):
    """An image by the id of an upload or of a content item; exactly one of them is set."""

    upload_id: int | None = None
    content_id: int | None = None


class InputImage(Value, frozen=True):
    """The facts about one referenced file, as at submission. Sizes in pixels and bytes."""

    reference: ImageReference
    sha256: str
    storage_key: str
    mime: str
    width: int
    height: int
    size_bytes: int
    has_alpha: bool = False


class Extend(Value, frozen=True):
    """How far the source is extended at each edge, and over how much the seam is blended."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0
    feather_px: int = 40


class Source(Value, frozen=True):
    """The image that the job starts from.

    ``mask`` is white where the image is to be painted. If it names the same image, the transparent
    pixels of that image are painted. Pixels outside of the mask, after it was grown and feathered,
    stay as they are.
    """

    image: ImageReference
    resize: Resize = Resize.CROP
    mask: ImageReference | None = None
    mask_mode: MaskMode = MaskMode.PRESERVE
    mask_grow_px: int = 6
    mask_feather_px: int = 8
    extend: Extend | None = None

    @property
    def is_masked_by_alpha(self) -> bool:
        """Return whether the mask is the alpha channel of the image itself."""
        return self.mask == self.image


class Reference(Value, frozen=True):
    """An image whose content or style the result follows."""

    image: ImageReference
    strength: float = 1.0


class Control(Value, frozen=True):
    """A ControlNet with its image; it acts from ``start`` to ``end``, parts of the steps (0..1).

    ``model`` is empty for a checkpoint that reads the image itself.
    """

    model: str
    image: ImageReference
    type: ControlType = ControlType.AUTO
    preprocessor: Preprocessor = Preprocessor.NONE
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    architecture: str = "unknown"
    """Of the model, as the catalogue knew it at submission."""
    variant: str = ""
    """Of the model, as the catalogue knew it at submission: ``union`` for a union ControlNet."""
    folder: str = "controlnet"
    """The folder of the model, chosen at submission; ``model_patches`` for a patch."""

    @property
    def reads_mask(self) -> bool:
        """Return whether the model paints: it reads the source and its mask."""
        return self.variant.endswith("inpaint")


class Hires(Value, frozen=True):
    """Enlarge the first image and sample it again; ``upscale_model`` only with method ``model``."""

    scale: float
    method: HiresMethod = HiresMethod.LATENT
    upscale_model: str = ""
    steps: int = 0
    """0: as many as the first time."""
    denoise: float = 0.55


class Upscale(Value, frozen=True):
    """Enlarge the source by a model to exactly ``scale`` times its size."""

    model: str
    scale: float


class Refiner(Value, frozen=True):
    """A second model that takes the steps from ``switch_at`` on, a part of all steps (0..1)."""

    model: str
    switch_at: float = 0.8


class JobInputs(Value, frozen=True):
    """All that a job needs beyond text to image with the default loaders.

    ``vae`` is empty and ``clip_skip`` 1 if the submission did not choose them. ``version`` is the
    version of the stored JSON.
    """

    operation: Operation = Operation.GENERATE
    source: Source | None = None
    references: tuple[Reference, ...] = ()
    control: tuple[Control, ...] = ()
    hires: Hires | None = None
    upscale: Upscale | None = None
    vae: str = ""
    clip_skip: int = 1
    """Which layer of the text encoder is used, counted from the last: 1 is the last."""
    refiner: Refiner | None = None
    style_model: str = ""
    """The file in ``style_models`` through which references act, chosen at submission."""
    clip_vision: str = ""
    """The file in ``clip_vision`` that encodes references, chosen at submission."""
    images: tuple[InputImage, ...] = ()
    """The facts about every referenced file; empty before the submission was accepted."""
    workflow: WorkflowRun | None = None
    """The workflow that the job runs, instead of everything above but ``images``."""
    version: int = 1

    def roles(self) -> Iterator[tuple[str, ImageReference]]:
        """Yield each role with its image: source, mask, reference_1 …, control_1 …, input_<key>.

        A mask that is the alpha channel of the source has no role of its own.
        """
        if self.source is not None:
            yield "source", self.source.image
            if self.source.mask is not None and not self.source.is_masked_by_alpha:
                yield "mask", self.source.mask
        for number, reference in enumerate(self.references, start=1):
            yield f"reference_{number}", reference.image
        for number, control in enumerate(self.control, start=1):
            yield f"control_{number}", control.image
        for file in () if self.workflow is None else self.workflow.files:
            named = ImageReference(upload_id=file.upload_id, content_id=file.content_id)
            yield f"input_{file.key}", named

    def image(self, reference: ImageReference) -> InputImage:
        """Return the facts about a referenced file.

        Raises:
            LookupError: the submission was not accepted yet, or does not name that image.
        """
        for image in self.images:
            if image.reference == reference:
                return image
        raise LookupError(f"no facts about {reference}")

    @property
    def files(self) -> list[str]:
        """Return ``folder/name`` of every file that a backend must have for this, without VAE."""
        found = [
            *(f"{one.folder}/{one.model}" for one in self.control),
            *([f"upscale_models/{self.hires.upscale_model}"] if self.hires else []),
            *([f"upscale_models/{self.upscale.model}"] if self.upscale else []),
            *([f"checkpoints/{self.refiner.model}"] if self.refiner else []),
            f"style_models/{self.style_model}",
            f"clip_vision/{self.clip_vision}",
        ]
        return list(dict.fromkeys(one for one in found if not one.endswith("/")))

    @property
    def source_content_ids(self) -> list[int]:
        """Return the ids of the content items that the image is made from; masks do not count."""
        ids = (one.content_id for role, one in self.roles() if role != "mask")
        return list(dict.fromkeys(one for one in ids if one is not None))
