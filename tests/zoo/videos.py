"""Specimens of the video transformers, and of Hunyuan, Cosmos and Anima."""

from tests.zoo.transformers import P, prefixed
from tests.zoo.writer import Row, Shapes, Specimen, specimens_of

from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction

MODEL = {"kind": ModelKind.DIFFUSION_MODEL}


def wan(width: int, inputs: int, **extra: tuple[int, ...]) -> Shapes:
    """Return Wan in its authors' layout; ``extra`` has ``__`` for dots."""
    return {
        "patch_embedding.weight": (width, inputs, 1, 2, 2),
        "patch_embedding.bias": (width,),
        "text_embedding.0.weight": (width, 4096),
        "head.modulation": (1, 2, width),
        "head.head.weight": (64, width),
        "blocks.0.modulation": (1, 6, width),
        "blocks.0.self_attn.q.weight": (width, width),
        "blocks.0.cross_attn.k.bias": (width,),
        "blocks.0.ffn.0.weight": (4 * width, width),
        **{name.replace("__", "."): shape for name, shape in extra.items()},
    }


def wan_diffusers(width: int, inputs: int, *, image: bool) -> Shapes:
    """Return Wan as diffusers names it."""
    shapes: Shapes = {
        "patch_embedding.weight": (width, inputs, 1, 2, 2),
        "condition_embedder.time_embedder.linear_1.weight": (width, 256),
        "condition_embedder.text_embedder.linear_1.weight": (width, 4096),
        "scale_shift_table": (1, 2, width),
        "blocks.0.attn1.to_q.weight": (width, width),
        "blocks.0.attn2.to_k.weight": (width, width),
    }
    if image:
        shapes["condition_embedder.image_embedder.norm1.weight"] = (1280,)
    return shapes


def hunyuan(width: int, kernel: tuple[int, ...], **extra: tuple[int, ...]) -> Shapes:
    """Return a Hunyuan transformer."""
    return {
        "txt_in.individual_token_refiner.blocks.0.norm1.weight": (width,),
        "txt_in.individual_token_refiner.blocks.1.self_attn.qkv.weight": (3 * width, width),
        "img_in.proj.weight": (width, *kernel),
        "double_blocks.0.img_attn.norm.key_norm.scale": (128,),
        "final_layer.linear.weight": (64, width),
        **{name.replace("__", "."): shape for name, shape in extra.items()},
    }


def cosmos2(width: int, inputs: int) -> Shapes:
    """Return Cosmos Predict2, on which Anima is built."""
    return {
        "x_embedder.proj.1.weight": (width, inputs),
        "blocks.0.mlp.layer1.weight": (4 * width, width),
        "blocks.0.adaln_modulation_cross_attn.1.weight": (256, width),
        "blocks.0.cross_attn.q_proj.weight": (width, width),
    }


ANIMA: Shapes = {
    **cosmos2(2048, 68),
    "llm_adapter.embed.weight": (32128, 1024),
    "llm_adapter.blocks.0.cross_attn.q_proj.weight": (1024, 1024),
}
T2V_CHOICES = ("2.1-t2v-14b", "2.2-t2v-14b-high-noise", "2.2-t2v-14b-low-noise")
IMG = {"img_emb__proj__0__bias": (1280,), "blocks__0__cross_attn__k_img__bias": (5120,)}


def ltxv(width: int, **extra: tuple[int, ...]) -> Shapes:
    """Return LTX-Video."""
    return {
        "adaln_single.emb.timestep_embedder.linear_1.bias": (width,),
        "transformer_blocks.0.attn2.to_k.weight": (width, width),
        "patchify_proj.weight": (width, 128),
        **{name.replace("__", "."): shape for name, shape in extra.items()},
    }


def specimens() -> list[Specimen]:
    """Return all specimens of this family."""
    w = {"architecture": Architecture.WAN, "kind": ModelKind.DIFFUSION_MODEL}
    hv, hi = (
        {"architecture": Architecture.HUNYUAN_VIDEO},
        {"architecture": Architecture.HUNYUAN_IMAGE},
    )
    cosmos = {"architecture": Architecture.COSMOS, "prediction": Prediction.EDM}
    predict2 = {"architecture": Architecture.COSMOS_PREDICT2}
    ltx = {"architecture": Architecture.LTXV}
    cosmos_block = "blocks.block0.blocks.0.block.attn.to_q.0.weight"
    rows: list[Row] = [
        (
            "wan2.1_t2v_1.3B.safetensors",
            wan(1536, 16),
            {**w, "variant": "2.1-t2v-1.3b", "ambiguous_between": ()},
        ),
        (
            "t2v_14B.safetensors",
            wan(5120, 16),
            {**w, "variant": "t2v-14b", "ambiguous_between": T2V_CHOICES},
        ),
        ("wan2.1_t2v_14B.safetensors", wan(5120, 16), {**w, "variant": "2.1-t2v-14b"}),
        (
            "wan2.2_t2v_high_noise_14B.safetensors",
            wan(5120, 16),
            {**w, "variant": "2.2-t2v-14b-high-noise"},
        ),
        (
            "wan2.2_i2v_low_noise_14B.safetensors",
            wan(5120, 36),
            {**w, "variant": "2.2-i2v-14b-low-noise"},
        ),
        (
            "wan2.1_i2v_480p_14B.safetensors",
            wan(5120, 36, **IMG),
            {**w, "variant": "2.1-i2v-14b", "ambiguous_between": ()},
        ),
        (
            "wan_flf2v.safetensors",
            wan(5120, 36, **IMG, img_emb__emb_pos=(1, 514, 1280)),
            {**w, "variant": "flf2v-14b"},
        ),
        (
            "wan_vace_14B.safetensors",
            wan(5120, 16, vace_patch_embedding__weight=(5120, 96, 1, 2, 2)),
            {**w, "variant": "vace-14b"},
        ),
        (
            "vace_1.3B.safetensors",
            wan(1536, 16, vace_patch_embedding__weight=(1536, 96, 1, 2, 2)),
            {**w, "variant": "vace-1.3b"},
        ),
        ("wan2.2_ti2v_5B.safetensors", prefixed(P, wan(3072, 48)), {**w, "variant": "2.2-ti2v-5b"}),
        (
            "wan_diffusers.safetensors",
            wan_diffusers(1536, 16, image=False),
            {**w, "variant": "2.1-t2v-1.3b"},
        ),
        (
            "wan_i2v_diffusers.safetensors",
            wan_diffusers(5120, 36, image=True),
            {**w, "variant": "2.1-i2v-14b"},
        ),
        (
            "hunyuan_video.safetensors",
            hunyuan(3072, (16, 1, 2, 2)),
            {**MODEL, **hv, "variant": "t2v"},
        ),
        ("hunyuan_i2v.safetensors", hunyuan(3072, (33, 1, 2, 2)), {**hv, "variant": "i2v"}),
        (
            "skyreels.safetensors",
            prefixed("model.model.", hunyuan(3072, (32, 1, 2, 2))),
            {**hv, "variant": "i2v-skyreels"},
        ),
        (
            "hunyuanimage2.1.safetensors",
            hunyuan(3584, (64, 1, 1), byt5_in__fc1__weight=(2048, 1472)),
            {**hi, "variant": "2.1"},
        ),
        (
            "hunyuanimage2.1_distilled.safetensors",
            hunyuan(
                3584, (64, 1, 1), byt5_in__fc1__weight=(2048, 1472), time_r_in__mlp__0__bias=(3584,)
            ),
            {**hi, "variant": "2.1-distilled"},
        ),
        (
            "hunyuanimage_refiner.safetensors",
            hunyuan(3328, (128, 1, 1, 1), time_r_in__mlp__0__bias=(3328,)),
            {**hi, "variant": "refiner-2.1"},
        ),
        (
            "hunyuan_1.5.safetensors",
            hunyuan(2048, (65, 1, 1, 1), vision_in__proj__0__weight=(1152,)),
            {**hv, "variant": "1.5"},
        ),
        (
            "hunyuan_dit.safetensors",
            {"mlp_t5.0.weight": (8192, 2048)},
            {"architecture": Architecture.HUNYUAN_DIT},
        ),
        ("ltxv-2b.safetensors", prefixed(P, ltxv(2048)), {**MODEL, **ltx, "variant": "2b"}),
        ("ltxv-13b.safetensors", ltxv(4096), {**ltx, "variant": "13b"}),
        (
            "ltx2.safetensors",
            ltxv(4096, audio_adaln_single__linear__weight=(1, 1)),
            {**ltx, "variant": "2-audio-video"},
        ),
        (
            "mochi.safetensors",
            {"t5_yproj.weight": (1536, 4096)},
            {**MODEL, "architecture": Architecture.MOCHI},
        ),
        (
            "mochi_p.safetensors",
            {f"{P}blocks.0.attn.k_norm_x.weight": (128,)},
            {**MODEL, "architecture": Architecture.MOCHI},
        ),
        (
            "ace_step_v1.safetensors",
            prefixed(P, {"genre_embedder.weight": (2560, 512)}),
            {**MODEL, "architecture": Architecture.ACE_STEP},
        ),
        (
            "ace_step_1.5.safetensors",
            {"encoder.lyric_encoder.layers.0.input_layernorm.weight": (2048,)},
            {**MODEL, "architecture": Architecture.ACE_STEP},
        ),
        (
            "stable_audio_open.safetensors",
            {
                "model.model.transformer.rotary_pos_emb.inv_freq": (16,),
                "pretransform.model.decoder.layers.0.weight_v": (2048, 64, 7),
            },
            {**MODEL, "architecture": Architecture.STABLE_AUDIO, "parts": ("vae",)},
        ),
        (
            "stable_audio_dit.safetensors",
            prefixed(P, {"transformer.rotary_pos_emb.inv_freq": (16,)}),
            {**MODEL, "architecture": Architecture.STABLE_AUDIO},
        ),
        (
            "cosmos_7b.safetensors",
            prefixed("net.", {cosmos_block: (4096, 4096)}),
            {**cosmos, "variant": "7b"},
        ),
        ("cosmos_14b.safetensors", {cosmos_block: (5120, 5120)}, {**cosmos, "variant": "14b"}),
        (
            "cosmos_predict2_2B_t2i.safetensors",
            cosmos2(2048, 68),
            {**predict2, "variant": "text2image-2b"},
        ),
        (
            "cosmos_predict2_14B.safetensors",
            prefixed("net.", cosmos2(5120, 72)),
            {**predict2, "variant": "video2world-14b"},
        ),
        ("anima.safetensors", ANIMA, {**MODEL, "architecture": Architecture.ANIMA}),
        (
            "anima-preview.safetensors",
            prefixed("net.", ANIMA),
            {**MODEL, "architecture": Architecture.ANIMA},
        ),
    ]
    return specimens_of(rows, "BF16")
