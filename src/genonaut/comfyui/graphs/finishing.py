"""Last part of a graph: decode, put the painted area back into the source, save.

VAEDecode needs no tiles for large images: out of memory, ComfyUI repeats it in tiles (comfy/sd.py,
class VAE).
"""

from genonaut.comfyui.graphs.latents import Start
from genonaut.comfyui.graphs.nodes import Link, NodeClass, Nodes


def finish(nodes: Nodes, samples: Link, vae: Link, start: Start, filename_prefix: str) -> None:
    """Decode and save; pixels of a source outside of its mask are saved as they were loaded."""
    image = nodes.add("decode", NodeClass.DECODE, "Decode", samples=samples, vae=vae)
    if start.image is not None and start.mask is not None:
        # The VAE changes every pixel. Where the mask is 0 this adds 0 times the decoded pixel to 1
        # times the loaded one, and n / 255 * 255 in single precision is not below n for any level.
        image = nodes.add(
            "composite", NodeClass.COMPOSITE, "Paste back",
            destination=start.image, source=image, x=0, y=0, resize_source=False, mask=start.mask,
        )  # fmt: skip
    save(nodes, image, filename_prefix)


def save(nodes: Nodes, image: Link, filename_prefix: str) -> None:
    """Save an image."""
    nodes.add("save", NodeClass.SAVE, "Save image", images=image, filename_prefix=filename_prefix)
