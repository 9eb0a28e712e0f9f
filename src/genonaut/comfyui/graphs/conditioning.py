"""Second part of a graph: encode the prompts and add references and ControlNets to them."""

import msgspec

from genonaut.comfyui.graphs.controls import add_controls
from genonaut.comfyui.graphs.loaders import Loaded
from genonaut.comfyui.graphs.nodes import Link, NodeClass, Nodes
from genonaut.comfyui.graphs.specs import (
    MAX_QWEN_REFERENCES,
    Generation,
    InstructionReferences,
    LatentReferences,
    ReferenceScale,
    StyleReferences,
    TextEncoding,
)

_MEGAPIXELS = 1.0


class Conditioning(msgspec.Struct, frozen=True):
    """Encoded prompts; ``unconditional`` is the negative prompt without reference images."""

    positive: Link
    negative: Link
    unconditional: Link


def encode(nodes: Nodes, spec: Generation, loaded: Loaded) -> Conditioning:
    """Return the conditioning of the prompts, references and ControlNets."""
    references = spec.references
    if isinstance(references, InstructionReferences):
        positive, negative = _encode_with_images(nodes, spec, references, loaded)
    else:
        positive = _encode_text(nodes, spec, "positive", "Prompt", loaded.clip)
        negative = _encode_text(nodes, spec, "negative", "Negative prompt", loaded.clip)
    unconditional = negative
    if spec.flux_guidance is not None:
        positive = nodes.add(
            "guidance", NodeClass.GUIDANCE, "Guidance",
            conditioning=positive, guidance=spec.flux_guidance,
        )  # fmt: skip
    if isinstance(references, StyleReferences):
        positive = _apply_style(nodes, references, positive)
    if isinstance(references, LatentReferences):
        positive, negative = _refer(nodes, references, loaded.vae, positive, negative)
    positive, negative = add_controls(nodes, spec, loaded, (positive, negative))
    return Conditioning(positive, negative, unconditional)


def encode_texts(nodes: Nodes, spec: Generation, clip: Link, suffix: str) -> Conditioning:
    """Return the conditioning of the prompts alone, for a second model."""
    texts = (
        ("positive", "Prompt", spec.prompt),
        ("negative", "Negative prompt", spec.negative_prompt),
    )
    positive, negative = (
        nodes.add(f"{name}_{suffix}", NodeClass.ENCODE, f"{title}, {suffix}", text=text, clip=clip)
        for name, title, text in texts
    )
    return Conditioning(positive, negative, negative)


def _encode_text(nodes: Nodes, spec: Generation, node_id: str, title: str, clip: Link) -> Link:
    is_positive = node_id == "positive"
    text = spec.prompt if is_positive else spec.negative_prompt
    if spec.text_encoding is TextEncoding.PIXART_ALPHA:
        return nodes.add(
            node_id, NodeClass.ENCODE_PIXART_ALPHA, title,
            width=spec.width, height=spec.height, text=text, clip=clip,
        )  # fmt: skip
    if spec.text_encoding is TextEncoding.LUMINA2 and is_positive:
        # Source: Examples, lumina2: the system prompt "superior", only for the positive prompt.
        return nodes.add(
            node_id, NodeClass.ENCODE_LUMINA2, title,
            system_prompt="superior", user_prompt=text, clip=clip,
        )  # fmt: skip
    return nodes.add(node_id, NodeClass.ENCODE, title, text=text, clip=clip)


def _encode_with_images(
    nodes: Nodes, spec: Generation, references: InstructionReferences, loaded: Loaded
) -> tuple[Link, Link]:
    limit = MAX_QWEN_REFERENCES if references.is_plus else 1
    if len(references.images) > limit:
        raise ValueError(f"expected at most {limit} references, got {len(references.images)}")
    images = [
        nodes.load_image(f"reference_{number}", f"Reference {number}", name)
        for number, name in enumerate(references.images, start=1)
    ]
    node = NodeClass.ENCODE_QWEN_EDIT
    named: dict[str, Link] = {"image": images[0]}
    if references.is_plus:
        node = NodeClass.ENCODE_QWEN_EDIT_PLUS
        named = {f"image{number}": image for number, image in enumerate(images, start=1)}
    texts = (
        ("positive", "Prompt", spec.prompt),
        ("negative", "Negative prompt", spec.negative_prompt),
    )
    found = []
    for node_id, title, text in texts:
        link = nodes.add(
            node_id, node, title, clip=loaded.clip, prompt=text, vae=loaded.vae, **named
        )
        if references.method:
            link = nodes.add(
                f"{node_id}_method", NodeClass.REFERENCE_METHOD, f"{title}, references",
                conditioning=link, reference_latents_method=references.method,
            )  # fmt: skip
        found.append(link)
    return found[0], found[1]


def _apply_style(nodes: Nodes, references: StyleReferences, positive: Link) -> Link:
    """Add the images behind the guidance, as in the template flux_redux_model_example."""
    encoder = nodes.add(
        "clip_vision", NodeClass.CLIP_VISION, "Image encoder", clip_name=references.clip_vision
    )
    style = nodes.add(
        "style_model", NodeClass.STYLE_MODEL, "Style model",
        style_model_name=references.style_model,
    )  # fmt: skip
    for number, reference in enumerate(references.images, start=1):
        title = f"Reference {number}"
        image = nodes.load_image(f"reference_{number}", title, reference.image)
        encoded = nodes.add(
            f"reference_{number}_encoded", NodeClass.CLIP_VISION_ENCODE, f"{title}, encoded",
            clip_vision=encoder, image=image, crop="center",
        )  # fmt: skip
        positive = nodes.add(
            f"reference_{number}_style", NodeClass.STYLE, f"{title}, style",
            conditioning=positive, style_model=style, clip_vision_output=encoded,
            strength=reference.strength, strength_type="multiply",
        )  # fmt: skip
    return positive


def _refer(
    nodes: Nodes, references: LatentReferences, vae: Link, positive: Link, negative: Link
) -> tuple[Link, Link]:
    for number, name in enumerate(references.images, start=1):
        node_id, title = f"reference_{number}", f"Reference {number}"
        image = _scaled(nodes, node_id, title, nodes.load_image(node_id, title, name), references)
        latent = nodes.add(
            f"{node_id}_latent", NodeClass.ENCODE_IMAGE, f"{title}, latent", pixels=image, vae=vae
        )
        positive = nodes.add(
            f"{node_id}_positive", NodeClass.REFERENCE, f"{title}, prompt",
            conditioning=positive, latent=latent,
        )  # fmt: skip
        if references.has_negative:
            negative = nodes.add(
                f"{node_id}_negative", NodeClass.REFERENCE, f"{title}, negative prompt",
                conditioning=negative, latent=latent,
            )  # fmt: skip
    return positive, negative


def _scaled(
    nodes: Nodes, node_id: str, title: str, image: Link, references: LatentReferences
) -> Link:
    if references.scale is ReferenceScale.KONTEXT:
        return nodes.add(
            f"{node_id}_scaled", NodeClass.KONTEXT_SCALE, f"{title}, scaled", image=image
        )
    # ComfyUI from 0.6 on requires resolution_steps too, which older versions do not know: it is
    # added when the graph is completed for a server.
    return nodes.add(
        f"{node_id}_scaled", NodeClass.MEGAPIXELS, f"{title}, scaled",
        image=image, upscale_method="area", megapixels=_MEGAPIXELS,
    )  # fmt: skip
