"""Specimens of LoRAs with the names that trainers use."""

from tests.zoo.writer import Row, Shapes, Specimen, specimens_of

from genonaut.catalog.vocabulary import AdapterKind, Architecture, ModelKind

LORA = {"kind": ModelKind.LORA}


def kohya(modules: dict[str, tuple[int, int]], rank: int = 16) -> Shapes:
    """Return tensors with kohya's names; ``modules`` maps names to (output, input) widths."""
    shapes: Shapes = {}
    for module, (out, into) in modules.items():
        shapes[f"{module}.lora_down.weight"] = (rank, into)
        shapes[f"{module}.lora_up.weight"] = (out, rank)
        shapes[f"{module}.alpha"] = ()
    return shapes


def peft(modules: dict[str, tuple[int, int]], rank: int = 16) -> Shapes:
    """Return tensors with the names of diffusers and similar trainers."""
    shapes: Shapes = {}
    for module, (out, into) in modules.items():
        shapes[f"{module}.lora_A.weight"] = (rank, into)
        shapes[f"{module}.lora_B.weight"] = (out, rank)
    return shapes


def lokr(modules: dict[str, tuple[int, int]]) -> Shapes:
    """Return Kronecker factors: a small one, and a large one in two parts."""
    shapes: Shapes = {}
    for module, (out, into) in modules.items():
        shapes[f"{module}.lokr_w1"] = (16, 16)
        shapes[f"{module}.lokr_w2_a"] = (out // 16, 8)
        shapes[f"{module}.lokr_w2_b"] = (8, into // 16)
    return shapes


def loha(modules: dict[str, tuple[int, int]], rank: int = 8) -> Shapes:
    """Return Hadamard factors."""
    shapes: Shapes = {}
    for module, (out, into) in modules.items():
        shapes[f"{module}.hada_w1_a"] = (out, rank)
        shapes[f"{module}.hada_w1_b"] = (rank, into)
        shapes[f"{module}.hada_w2_a"] = (out, rank)
        shapes[f"{module}.hada_w2_b"] = (rank, into)
    return shapes


def unet(context: int) -> dict[str, tuple[int, int]]:
    """Return one attention layer of a U-Net with kohya's names."""
    stem = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0"
    return {f"{stem}_attn2_to_k": (640, context), f"{stem}_attn1_to_q": (640, 640)}


def blocks(
    stem: str, parts: dict[str, tuple[int, int]], numbers: list[int]
) -> dict[str, tuple[int, int]]:
    """Repeat ``parts`` for each block number, which replaces ``#`` in ``stem`` and parts."""
    return {
        f"{stem}{part}".replace("#", str(n)): size for n in numbers for part, size in parts.items()
    }


CLIP_L = "text_model_encoder_layers_0_self_attn_q_proj"


def _xl_block(number: int) -> dict[str, tuple[int, int]]:
    stem = f"lora_unet_down_blocks_2_attentions_1_transformer_blocks_{number}"
    return {f"{stem}_attn1_to_q": (1280, 1280), f"{stem}_ff_net_0_proj": (10240, 1280)}


def unets() -> list[Specimen]:
    """Return LoRAs for Stable Diffusion."""
    sd1, sd2 = {"architecture": Architecture.SD1}, {"architecture": Architecture.SD2}
    sdxl, unknown = {"architecture": Architecture.SDXL}, {"architecture": Architecture.UNKNOWN}
    open_xl = {**unknown, "ambiguous_between": ("sdxl", "flux1", "sd3")}
    low = kohya({"lora_unet_down_blocks_1_attentions_0_proj_in": (640, 640)})
    conv = {
        **kohya(unet(768)),
        "lora_unet_down_blocks_0_resnets_0_conv1.lora_down.weight": (8, 320, 3, 3),
    }
    dora = {
        **kohya(unet(2048)),
        "lora_unet_down_blocks_1_attentions_0_proj_in.dora_scale": (1, 640),
    }
    fourth = kohya({"lora_unet_up_blocks_3_attentions_0_proj_in": (320, 320)})
    old = {
        "down_blocks.0.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight": (
            4,
            768,
        )
    }
    diffusers_xl = peft(
        {"unet.down_blocks.2.attentions.0.transformer_blocks.9.attn2.to_v": (1280, 2048)}
    )
    rows: list[Row] = [
        (
            "sd1.safetensors",
            kohya(unet(768)),
            {**LORA, **sd1, "rank": 16, "adapter": AdapterKind.LORA},
        ),
        (
            "sd1_diffusers.safetensors",
            {f"unet.{n}": s for n, s in old.items()},
            {**LORA, **sd1, "rank": 4},
        ),
        ("sd2.safetensors", kohya(unet(1024)), {**LORA, **sd2}),
        ("sdxl.safetensors", kohya(unet(2048), rank=32), {**LORA, **sdxl, "rank": 32}),
        ("sdxl_diffusers.safetensors", diffusers_xl, {**LORA, **sdxl}),
        (
            "sdxl_unet_only.safetensors",
            kohya(_xl_block(9)),
            {**LORA, **sdxl, "ambiguous_between": ()},
        ),
        ("sdxl_block_two.safetensors", kohya(_xl_block(2)), {**LORA, **sdxl}),
        (
            "sdxl_original_names.safetensors",
            kohya({"lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_k": (640, 640)}),
            {**LORA, **sdxl},
        ),
        ("te_sd1.safetensors", kohya({f"lora_te_{CLIP_L}": (768, 768)}), {**LORA, **sd1}),
        ("te_sd2.safetensors", kohya({f"lora_te_{CLIP_L}": (1024, 1024)}), {**LORA, **sd2}),
        (
            "te_sdxl.safetensors",
            kohya({f"lora_te1_{CLIP_L}": (768, 768), f"lora_te2_{CLIP_L}": (1280, 1280)}),
            {**LORA, **sdxl},
        ),
        ("te1_only.safetensors", kohya({f"lora_te1_{CLIP_L}": (768, 768)}), {**LORA, **open_xl}),
        (
            "no_width.safetensors",
            low,
            {**LORA, **unknown, "ambiguous_between": ("sd1", "sd2", "sdxl")},
        ),
        (
            "fourth_level.safetensors",
            fourth,
            {**LORA, **unknown, "ambiguous_between": ("sd1", "sd2")},
        ),
        (
            "settled_by_text.safetensors",
            {**fourth, **kohya({f"lora_te_{CLIP_L}": (768, 768)})},
            {**LORA, **sd1, "ambiguous_between": ()},
        ),
        ("locon.safetensors", conv, {**LORA, **sd1, "adapter": AdapterKind.LOCON}),
        ("dora.safetensors", dora, {**LORA, **sdxl, "adapter": AdapterKind.DORA}),
        (
            "loha.safetensors",
            loha(unet(768)),
            {**LORA, **sd1, "adapter": AdapterKind.LOHA, "rank": 8},
        ),
        (
            "lokr.safetensors",
            lokr(unet(2048)),
            {**LORA, **sdxl, "adapter": AdapterKind.LOKR, "rank": 8},
        ),
        ("nothing_known.safetensors", kohya({"lora_unet_wormhole_0": (7, 7)}), {**LORA, **unknown}),
    ]
    return specimens_of(rows)
