"""Control images: ControlNets, patches of the diffusion model, and models that read an image."""

from typing import Any

import msgspec

from genonaut.comfyui.graphs.loaders import Loaded
from genonaut.comfyui.graphs.nodes import Link, NodeClass, Nodes, output
from genonaut.comfyui.graphs.specs import MAX_CONTROLS, Control, ControlMethod, Generation

# Template flux_canny: the thresholds for photos; 0.4 and 0.8, the defaults, lose soft edges.
_CANNY_LOW, _CANNY_HIGH = 0.3, 0.6
_PATCHES = {
    ControlMethod.QWEN_PATCH: NodeClass.QWEN_PATCH,
    ControlMethod.Z_IMAGE_PATCH: NodeClass.Z_IMAGE_PATCH,
}


def patched(nodes: Nodes, spec: Generation, loaded: Loaded) -> Loaded:
    """Return the models with the patches that control images bring.

    Sources: template image_qwen_image_controlnet_patch; comfy_extras/nodes_model_patch.py, whose node for
    Z-Image takes its image as an optional input.
    """
    if len(spec.controls) > MAX_CONTROLS:
        raise ValueError(f"expected at most {MAX_CONTROLS} ControlNets, got {len(spec.controls)}")
    model = loaded.model
    for number, control in enumerate(spec.controls, start=1):
        if control.method not in _PATCHES:
            continue
        node_id, title = _named(number)
        patch = nodes.add(
            f"{node_id}_model", NodeClass.MODEL_PATCH, f"{title}, model", name=control.model
        )
        model = nodes.add(
            node_id, _PATCHES[control.method], title,
            model=model, model_patch=patch, vae=loaded.vae,
            image=_image(nodes, number, control), strength=control.strength,
            **({"mask": _mask(nodes, spec)} if control.reads_mask else {}),
        )  # fmt: skip
    return msgspec.structs.replace(loaded, model=model)


def add_controls(
    nodes: Nodes, spec: Generation, loaded: Loaded, texts: tuple[Link, Link]
) -> tuple[Link, Link]:
    """Return the positive and the negative conditioning with the control images that act on them."""
    for number, control in enumerate(spec.controls, start=1):
        if control.method is ControlMethod.CONCAT:
            texts = _concat(nodes, number, control, loaded.vae, texts)
        elif control.method is ControlMethod.NETWORK:
            texts = _apply(nodes, spec, number, loaded, texts)
    return texts


def _named(number: int) -> tuple[str, str]:
    return f"control_{number}", f"Control {number}"


def _image(nodes: Nodes, number: int, control: Control) -> Link:
    node_id, title = _named(number)
    image = nodes.load_image(f"{node_id}_image", f"{title}, image", control.image)
    if not control.is_canny:
        return image
    return nodes.add(
        f"{node_id}_canny", NodeClass.CANNY, f"{title}, edges",
        image=image, low_threshold=_CANNY_LOW, high_threshold=_CANNY_HIGH,
    )  # fmt: skip


def _mask(nodes: Nodes, spec: Generation) -> Link:
    if spec.source is None or spec.source.mask is None:
        raise ValueError("a ControlNet that paints needs a source with a mask")
    return nodes.load_mask(spec.source.mask.image)


def _apply(
    nodes: Nodes,
    spec: Generation,
    number: int,
    loaded: Loaded,
    texts: tuple[Link, Link],
) -> tuple[Link, Link]:
    """Apply a ControlNet; one that paints gets the mask.

    Source: template image_qwen_image_instantx_inpainting_controlnet.
    """
    control, vae = spec.controls[number - 1], loaded.vae
    node_id, title = _named(number)
    image = _image(nodes, number, control)
    network = nodes.add(
        f"{node_id}_model", NodeClass.CONTROLNET, f"{title}, model",
        control_net_name=control.model,
    )  # fmt: skip
    if control.union_type is not None:
        network = nodes.add(
            f"{node_id}_type", NodeClass.UNION_TYPE, f"{title}, type",
            control_net=network, type=control.union_type.value,
        )  # fmt: skip
    more: dict[str, Any] = {"vae": vae} if control.has_vae or control.reads_mask else {}
    node = NodeClass.CONTROL
    if control.reads_mask:
        node, more["mask"] = NodeClass.CONTROL_INPAINT, _mask(nodes, spec)
    applied = nodes.add(
        node_id, node, title,
        positive=texts[0], negative=texts[1], control_net=network, image=image,
        strength=control.strength, start_percent=control.start, end_percent=control.end,
        **more,
    )  # fmt: skip
    return applied, output(applied, 1)


def _concat(
    nodes: Nodes, number: int, control: Control, vae: Link, texts: tuple[Link, Link]
) -> tuple[Link, Link]:
    """Give the image to a model that reads it beside the latent, which starts as without it.

    Source: template flux_canny_model_example.
    """
    node_id, title = _named(number)
    read = nodes.add(
        node_id, NodeClass.CONTROL_CONCAT, title,
        positive=texts[0], negative=texts[1], vae=vae, pixels=_image(nodes, number, control),
    )  # fmt: skip
    return read, output(read, 1)
