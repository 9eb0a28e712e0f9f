"""Specimens of ControlNets, adapters and style models."""

from tests.zoo.unets import SMALL, XL, unet
from tests.zoo.writer import Row, Shapes, Specimen, specimens_of

from genonaut.catalog.vocabulary import Architecture, ModelKind

A = Architecture
K = ModelKind


def _control(context: int, depths: dict[int, int]) -> Shapes:
    shapes = unet(context, depths, prefix="control_model.")
    return shapes | {
        "control_model.input_hint_block.0.weight": (16, 3, 3, 3),
        "control_model.zero_convs.0.0.weight": (320, 320, 1, 1),
    }


def _control_diffusers(context: int, *, xl: bool) -> Shapes:
    shapes: Shapes = {
        "conv_in.weight": (320, 4, 3, 3),
        "down_blocks.0.resnets.0.conv1.weight": (320, 320, 3, 3),
        "controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3),
        "controlnet_down_blocks.0.weight": (320, 320, 1, 1),
    }
    if context:
        shapes["down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.weight"] = (640, context)
    if xl:
        shapes["add_embedding.linear_1.weight"] = (1280, 2816)
    return shapes


def controls() -> list[Specimen]:
    """Return ControlNets, adapters and style models."""
    cn = {"kind": K.CONTROLNET}
    flux_cn = {
        "controlnet_x_embedder.weight": (3072, 64),
        "controlnet_blocks.0.weight": (3072, 3072),
        "transformer_blocks.0.attn.norm_added_k.weight": (128,),
        "single_transformer_blocks.0.attn.to_q.weight": (3072, 3072),
    }
    sd3_cn = {
        "controlnet_blocks.0.bias": (1536,),
        "transformer_blocks.0.norm1.linear.weight": (9216, 1536),
    }
    qwen_cn = {"controlnet_x_embedder.weight": (3072, 64), "txt_norm.weight": (3584,)}
    qwen_patch = {
        "img_in.weight": (3072, 64),
        "controlnet_blocks.0.y_rms.weight": (3072,),
        "controlnet_blocks.0.input_proj.weight": (3072, 3072),
    }
    control_lora = {
        "lora_controlnet": (0,),
        "input_blocks.4.1.transformer_blocks.0.attn2.to_k.down": (128, 2048),
        "input_blocks.4.1.transformer_blocks.0.attn2.to_k.up": (640, 128),
    }
    adapter_sd1 = {"conv_in.weight": (320, 192, 3, 3), "body.0.block1.weight": (320, 320, 3, 3)}
    adapter_xl = {
        "adapter.conv_in.weight": (320, 768, 3, 3),
        "adapter.body.0.resnets.0.block1.weight": (320, 320, 3, 3),
    }
    ip = {"image_proj.proj.weight": (3072, 1024), "ip_adapter.1.to_k_ip.weight": (320, 768)}
    ip_xl = {
        "image_proj.latents": (1, 16, 1280),
        "ip_adapter.1.to_k_ip.weight": (640, 2048),
        "ip_adapter.0.to_q_lora.down.weight": (128, 640),
    }
    gligen = {
        "position_net.linears.0.weight": (512, 832),
        "input_blocks.1.1.transformer_blocks.0.fuser.linear.weight": (320, 768),
    }
    rows: list[Row] = [
        ("control_sd15_canny.safetensors", _control(768, SMALL), {**cn, "architecture": A.SD1}),
        ("control_sd21.safetensors", _control(1024, SMALL), {**cn, "architecture": A.SD2}),
        (
            "control_sdxl.safetensors",
            _control_diffusers(2048, xl=True),
            {**cn, "architecture": A.SDXL},
        ),
        (
            "control_sd15_diffusers.safetensors",
            _control_diffusers(768, xl=False),
            {**cn, "architecture": A.SD1},
        ),
        (
            "control_sdxl_small.safetensors",
            _control_diffusers(0, xl=True),
            {**cn, "architecture": A.SDXL},
        ),
        ("control_sdxl_original.safetensors", _control(2048, XL), {**cn, "architecture": A.SDXL}),
        ("control_flux.safetensors", flux_cn, {**cn, "architecture": A.FLUX1}),
        (
            "control_flux_xlabs.safetensors",
            {
                "controlnet_blocks.0.weight": (1, 1),
                "double_blocks.0.img_attn.qkv.weight": (9216, 3072),
            },
            {**cn, "architecture": A.FLUX1},
        ),
        (
            "control_flux_union.safetensors",
            {**flux_cn, "controlnet_mode_embedder.weight": (10, 3072)},
            {**cn, "variant": "union"},
        ),
        ("control_sd3.safetensors", sd3_cn, {**cn, "architecture": A.SD3}),
        ("control_qwen.safetensors", qwen_cn, {**cn, "architecture": A.QWEN_IMAGE}),
        (
            "control_z.safetensors",
            {"control_layers.0.attention.qkv.weight": (1, 1)},
            {**cn, "architecture": A.Z_IMAGE, "variant": "patch"},
        ),
        (
            "qwen_canny_patch.safetensors",
            qwen_patch,
            {**cn, "architecture": A.QWEN_IMAGE, "variant": "patch"},
        ),
        (
            "qwen_inpaint_patch.safetensors",
            {**qwen_patch, "img_in.weight": (3072, 68)},
            {**cn, "architecture": A.QWEN_IMAGE, "variant": "patch-inpaint"},
        ),
        (
            "qwen_inpaint.safetensors",
            {**qwen_cn, "controlnet_x_embedder.weight": (3072, 68)},
            {**cn, "architecture": A.QWEN_IMAGE, "variant": "inpaint"},
        ),
        (
            "sd3_inpaint.safetensors",
            {**sd3_cn, "pos_embed_input.proj.weight": (1536, 17, 2, 2)},
            {**cn, "architecture": A.SD3, "variant": "inpaint"},
        ),
        (
            "control_other.safetensors",
            {"controlnet_blocks.0.weight": (1, 1)},
            {**cn, "architecture": A.UNKNOWN},
        ),
        (
            "control-lora-canny.safetensors",
            control_lora,
            {**cn, "architecture": A.SDXL, "variant": "control-lora"},
        ),
        (
            "t2iadapter.safetensors",
            adapter_sd1,
            {**cn, "architecture": A.SD1, "variant": "t2i-adapter"},
        ),
        (
            "t2iadapter_xl.safetensors",
            adapter_xl,
            {**cn, "architecture": A.SDXL, "variant": "t2i-adapter"},
        ),
        ("ip-adapter_sd15.safetensors", ip, {"kind": K.IP_ADAPTER, "architecture": A.SD1}),
        (
            "ip-adapter-faceid_sdxl.safetensors",
            ip_xl,
            {"kind": K.IP_ADAPTER, "architecture": A.SDXL, "variant": "face-id"},
        ),
        (
            "style.safetensors",
            {"style_embedding": (1, 8, 1024)},
            {"kind": K.STYLE_MODEL, "architecture": A.SD1},
        ),
        (
            "redux.safetensors",
            {"redux_up.weight": (1, 1), "redux_down.weight": (1, 1)},
            {"kind": K.STYLE_MODEL, "architecture": A.FLUX1},
        ),
        ("gligen.safetensors", gligen, {"kind": K.GLIGEN, "architecture": A.SD1}),
    ]
    return specimens_of(rows)
