"""Specimens of LoRAs for transformers, with the names that trainers use."""

from tests.zoo.loras import LORA, blocks, kohya, peft
from tests.zoo.writer import Row, Specimen, specimens_of

from genonaut.catalog.vocabulary import Architecture

FLUX_ALL = {
    **blocks(
        "double_blocks_#_", {"img_attn_qkv": (9216, 3072), "img_mod_lin": (18432, 3072)}, [0, 18]
    ),
    **blocks("single_blocks_#_", {"linear1": (21504, 3072)}, [0, 37]),
}
FLUX_ATTN = blocks(
    "single_transformer_blocks.#.", {"attn.to_q": (3072, 3072), "proj_out": (3072, 15360)}, [0, 37]
)
FLUX_ATTN |= blocks("transformer_blocks.#.", {"attn.to_k": (3072, 3072)}, [0, 18])


def _flux2(width: int, doubles: int, singles: int) -> dict[str, tuple[int, int]]:
    return {
        **blocks(
            "diffusion_model.double_blocks.#.",
            {"img_attn.qkv": (3 * width, width)},
            [0, doubles - 1],
        ),
        **blocks(
            "diffusion_model.single_blocks.#.", {"linear1": (9 * width, width)}, [0, singles - 1]
        ),
    }


def _wan(stem: str, width: int) -> dict[str, tuple[int, int]]:
    parts = {
        "self_attn.q": (width, width),
        "cross_attn.k": (width, width),
        "ffn.0": (4 * width, width),
    }
    return blocks(f"{stem}blocks.#.", parts, [0, 29])


def transformers() -> list[Specimen]:
    """Return LoRAs for transformers."""
    a = Architecture
    f1 = {**LORA, "architecture": a.FLUX1}
    both = {"ambiguous_between": ("flux1", "chroma")}
    qwen = blocks("#.", {"attn.add_k_proj": (3072, 3072), "img_mlp.net.2": (3072, 12288)}, [0, 59])
    joint = {"attn.to_k": (1536, 1536), "ff_context.net.0.proj": (6144, 1536)}
    xlabs = {
        "double_blocks.0.processor.qkv_lora1.down.weight": (16, 3072),
        "double_blocks.0.processor.qkv_lora1.up.weight": (9216, 16),
        "double_blocks.18.processor.proj_lora1.down.weight": (16, 3072),
    }
    z = blocks(
        "layers.#.", {"attention.to_q": (3840, 3840), "feed_forward.w3": (10240, 3840)}, [0, 29]
    )
    lumina = blocks("layers.#.", {"attention.qkv": (6912, 2304)}, [0, 25])
    hy = blocks(
        "transformer.double_blocks.#.",
        {"img_attn_qkv": (9216, 3072), "txt_mod.linear": (18432, 3072)},
        [0, 19],
    )
    hy_kohya = blocks("lora_unet_double_blocks_#_", {"img_attn_qkv": (9216, 3072)}, [0, 19])
    hidream = {"diffusion_model.double_stream_blocks.0.block.ff_i.shared_experts.w1": (3584, 2560)}
    cosmos = blocks(
        "diffusion_model.blocks.#.",
        {"cross_attn.q_proj": (2048, 2048), "mlp.layer1": (8192, 2048)},
        [0, 27],
    )
    rows: list[Row] = [
        (
            "flux_kohya.safetensors",
            kohya({f"lora_unet_{m}": s for m, s in FLUX_ALL.items()}),
            {**f1, "ambiguous_between": ()},
        ),
        (
            "flux_diffusers.safetensors",
            peft({f"transformer.{m}": s for m, s in FLUX_ATTN.items()}),
            {**f1, **both},
        ),
        (
            "flux_ai_toolkit.safetensors",
            peft(
                {
                    f"diffusion_model.{m.replace('_', '.', 1)}": s
                    for m, s in {"double_blocks.18.img_attn.proj": (3072, 3072)}.items()
                }
            )
            | peft({"diffusion_model.double_blocks.18.img_attn.proj": (3072, 3072)}),
            {**f1, **both},
        ),
        ("flux_xlabs.safetensors", xlabs, {**f1}),
        (
            "flux_lora_transformer.safetensors",
            kohya({"lora_transformer_single_transformer_blocks_37_attn_to_k": (3072, 3072)}),
            f1,
        ),
        (
            "flux_control.safetensors",
            {"img_in.lora_A.weight": (128, 128), "img_in.lora_B.weight": (3072, 128)}
            | peft({"double_blocks.0.img_mod.lin": (18432, 3072)}, 128),
            {**f1, "variant": "control"},
        ),
        (
            "chroma_lora.safetensors",
            peft({"diffusion_model.distilled_guidance_layer.layers.0.in_layer": (5120, 5120)}),
            {**LORA, "architecture": a.CHROMA},
        ),
        (
            "chroma_two.safetensors",
            kohya(
                {
                    "lora_unet_distilled_guidance_layer_in_proj": (5120, 64),
                    "lora_unet_double_blocks_0_img_attn_qkv": (9216, 3072),
                }
            ),
            {**LORA, "architecture": a.CHROMA},
        ),
        (
            "flux2_dev.safetensors",
            peft(_flux2(6144, 8, 48)),
            {**LORA, "architecture": a.FLUX2, "variant": "dev"},
        ),
        (
            "flux2_9b.safetensors",
            peft(_flux2(4096, 8, 24)),
            {**LORA, "architecture": a.FLUX2, "variant": "klein-9b"},
        ),
        (
            "flux2_4b.safetensors",
            peft(_flux2(3072, 5, 20)),
            {**LORA, "architecture": a.FLUX2, "variant": "klein-4b"},
        ),
        (
            "flux2_diffusers.safetensors",
            peft({"transformer.single_transformer_blocks.47.attn.to_qkv_mlp_proj": (55296, 6144)}),
            {**LORA, "architecture": a.FLUX2, "variant": "dev"},
        ),
        (
            "qwen.safetensors",
            peft({f"diffusion_model.transformer_blocks.{m}": s for m, s in qwen.items()}),
            {**LORA, "architecture": a.QWEN_IMAGE},
        ),
        (
            "qwen_kohya.safetensors",
            kohya(
                {f"lora_unet_transformer_blocks_{m.replace('.', '_')}": s for m, s in qwen.items()}
            ),
            {**LORA, "architecture": a.QWEN_IMAGE},
        ),
        (
            "qwen_lightning.safetensors",
            kohya({"transformer_blocks.59.attn.to_k": (3072, 3072)}),
            {**LORA, "architecture": a.QWEN_IMAGE},
        ),
        (
            "sd3_m.safetensors",
            peft(blocks("transformer.transformer_blocks.#.", joint, [0, 23])),
            {
                **LORA,
                "architecture": a.SD3,
                "variant": "",
                "ambiguous_between": ("3-medium", "3.5-medium"),
            },
        ),
        (
            "sd35_large.safetensors",
            kohya(
                blocks(
                    "lora_unet_joint_blocks_#_", {"context_block_attn_qkv": (7296, 2432)}, [0, 37]
                )
            ),
            {**LORA, "architecture": a.SD3, "variant": "3.5-large"},
        ),
        (
            "sd35_m.safetensors",
            kohya(blocks("lora_unet_joint_blocks_#_", {"x_block_attn2_qkv": (4608, 1536)}, [0])),
            {**LORA, "architecture": a.SD3, "variant": "3.5-medium"},
        ),
        (
            "wan_14b.safetensors",
            peft(_wan("diffusion_model.", 5120)),
            {**LORA, "architecture": a.WAN, "variant": "14b"},
        ),
        (
            "wan_1b.safetensors",
            kohya({f"lora_unet_{m.replace('.', '_')}": s for m, s in _wan("", 1536).items()}),
            {**LORA, "architecture": a.WAN, "variant": "1.3b"},
        ),
        (
            "wan_5b.safetensors",
            peft({"transformer.blocks.0.attn1.to_q": (3072, 3072)}),
            {**LORA, "architecture": a.WAN, "variant": "5b"},
        ),
        (
            "wan_i2v.safetensors",
            peft({"diffusion_model.blocks.0.cross_attn.k_img": (5120, 5120)}),
            {**LORA, "architecture": a.WAN, "variant": "i2v-14b"},
        ),
        (
            "z_image.safetensors",
            peft({f"diffusion_model.{m}": s for m, s in z.items()}),
            {**LORA, "architecture": a.Z_IMAGE},
        ),
        (
            "z_kohya.safetensors",
            kohya({"lora_unet__layers_0_attention_qkv": (11520, 3840)}),
            {**LORA, "architecture": a.Z_IMAGE},
        ),
        (
            "lumina.safetensors",
            peft({f"diffusion_model.{m}": s for m, s in lumina.items()}),
            {**LORA, "architecture": a.LUMINA2},
        ),
        (
            "lumina_kohya.safetensors",
            kohya({"lora_unet_layers_3_attention_qkv": (6912, 2304)}),
            {**LORA, "architecture": a.LUMINA2},
        ),
        ("hunyuan.safetensors", peft(hy), {**LORA, "architecture": a.HUNYUAN_VIDEO}),
        ("hunyuan_kohya.safetensors", kohya(hy_kohya), {**LORA, "architecture": a.HUNYUAN_VIDEO}),
        ("hidream.safetensors", peft(hidream), {**LORA, "architecture": a.HIDREAM}),
        (
            "hidream_s.safetensors",
            peft({"diffusion_model.single_stream_blocks.0.block.attn1.to_q": (2560, 2560)}),
            {**LORA, "architecture": a.HIDREAM},
        ),
        (
            "anima.safetensors",
            peft(
                {**cosmos, "diffusion_model.llm_adapter.blocks.0.cross_attn.q_proj": (1024, 1024)}
            ),
            {**LORA, "architecture": a.ANIMA},
        ),
        (
            "one_of_two.safetensors",
            peft(cosmos),
            {**LORA, "architecture": a.UNKNOWN, "ambiguous_between": ("cosmos-predict2", "anima")},
        ),
        ("my_anima_style.safetensors", peft(cosmos), {**LORA, "architecture": a.ANIMA}),
        (
            "auraflow.safetensors",
            peft(
                {
                    "transformer.joint_transformer_blocks.0.attn.to_q": (3072, 3072),
                    "transformer.single_transformer_blocks.0.attn.to_q": (3072, 3072),
                }
            ),
            {**LORA, "architecture": a.AURAFLOW},
        ),
        (
            "ltxv.safetensors",
            peft({"transformer_blocks.0.attn1.to_q": (2048, 2048)}),
            {**LORA, "architecture": a.LTXV},
        ),
        (
            "pixart.safetensors",
            peft({"transformer_blocks.0.attn1.to_q": (1152, 1152)}),
            {**LORA, "architecture": a.PIXART},
        ),
    ]
    return specimens_of(rows, "BF16")
