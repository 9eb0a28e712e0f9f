"""Third part of a graph: the latent to start from, empty or made from a source."""

import msgspec

from genonaut.comfyui.graphs.conditioning import Conditioning
from genonaut.comfyui.graphs.loaders import Loaded
from genonaut.comfyui.graphs.nodes import LatentNode, Link, NodeClass, Nodes, output
from genonaut.comfyui.graphs.specs import Generation, InpaintMethod, Mask

# ComfyUI's default: the latent is repainted beyond the mask, so that the cells, 8 pixels wide, that
# its edge crosses hold nothing of the grey below it.
_GROW_CELLS_PX = 6


class Start(msgspec.Struct, frozen=True):
    """What a sampler starts from. ``image`` and ``mask`` are those of a source that is painted in."""

    model: Link
    conditioning: Conditioning
    latent: Link
    image: Link | None = None
    mask: Link | None = None


def start_of(nodes: Nodes, spec: Generation, loaded: Loaded, conditioning: Conditioning) -> Start:
    """Return the model, the conditioning and the latent for the first sampler."""
    if spec.source is None:
        return Start(loaded.model, conditioning, _empty(nodes, spec))
    image = nodes.load_image("source", "Source", spec.source.image)
    if spec.source.mask is None:
        return Start(loaded.model, conditioning, _encoded(nodes, image, loaded.vae))
    return _masked(nodes, spec.source.mask, image, loaded, conditioning)


def _empty(nodes: Nodes, spec: Generation) -> Link:
    size = {"width": spec.width, "height": spec.height, "batch_size": 1}
    if spec.latent is LatentNode.VIDEO:
        size["length"] = 1
    return nodes.add("latent", spec.latent, "Empty latent image", **size)


def _encoded(nodes: Nodes, image: Link, vae: Link) -> Link:
    return nodes.add("latent", NodeClass.ENCODE_IMAGE, "Source, latent", pixels=image, vae=vae)


def _masked(
    nodes: Nodes, mask: Mask, image: Link, loaded: Loaded, conditioning: Conditioning
) -> Start:
    area = nodes.load_mask(mask.image)
    if mask.method is InpaintMethod.FILL:
        latent = nodes.add(
            "latent", NodeClass.ENCODE_FILL, "Source, latent",
            pixels=image, vae=loaded.vae, mask=area, grow_mask_by=_GROW_CELLS_PX,
        )  # fmt: skip
        return Start(loaded.model, conditioning, latent, image, area)
    model = nodes.add(
        "differential", NodeClass.DIFFERENTIAL, "Differential diffusion", model=loaded.model
    )
    if mask.method is InpaintMethod.NOISE_MASK:
        latent = nodes.add(
            "masked_latent", NodeClass.NOISE_MASK, "Masked latent",
            samples=_encoded(nodes, image, loaded.vae), mask=area,
        )  # fmt: skip
        return Start(model, conditioning, latent, image, area)
    painted = nodes.add(
        "inpaint", NodeClass.INPAINT_CONDITIONING, "Inpainting conditioning",
        positive=conditioning.positive, negative=conditioning.negative, vae=loaded.vae,
        pixels=image, mask=area, noise_mask=True,
    )  # fmt: skip
    conditioning = msgspec.structs.replace(
        conditioning, positive=painted, negative=output(painted, 1)
    )
    return Start(model, conditioning, output(painted, 2), image, area)
