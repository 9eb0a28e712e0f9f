"""Specimens of everything that is neither a diffusion model nor a LoRA."""

from tests.zoo.transformers import prefixed
from tests.zoo.writer import Row, Shapes, Specimen, specimens_of

from genonaut.catalog.vocabulary import Architecture, ModelKind

A = Architecture
K = ModelKind


def vae(channels: int, *, video: bool = False) -> Shapes:
    """Return a VAE in the layout of latent diffusion; video VAEs wrap their convolutions."""
    conv = "conv_in.conv.weight" if video else "conv_in.weight"
    kernel = (3, 3, 3) if video else (3, 3)
    return {
        f"encoder.{conv}": (128, 3, *kernel),
        f"decoder.{conv}": (512, channels, *kernel),
        "decoder.mid.attn_1.k.bias": (512,),
        "decoder.up.0.block.0.conv1.conv.weight"
        if video
        else "decoder.up.0.block.0.conv1.weight": (128, 128, *kernel),
    }


def wan_vae(channels: int, *, nested: bool) -> Shapes:
    """Return Wan's VAE."""
    stem = (
        "decoder.upsamples.0.upsamples.0.residual.2.weight"
        if nested
        else "decoder.upsamples.0.residual.2.weight"
    )
    return {
        "decoder.middle.0.residual.0.gamma": (384, 1, 1, 1),
        "decoder.conv1.weight": (384, channels, 3, 3, 3),
        "encoder.conv1.weight": (96, 3, 3, 3, 3),
        stem: (384, 384, 3, 3, 3),
    }


def vaes() -> list[Specimen]:
    """Return VAEs."""
    sd = {"kind": K.VAE, "architecture": A.UNKNOWN, "ambiguous_between": (A.SD1, A.SD2, A.SDXL)}
    flux = {
        "kind": K.VAE,
        "architecture": A.UNKNOWN,
        "ambiguous_between": (A.FLUX1, A.SD3, A.Z_IMAGE),
    }
    rows: list[Row] = [
        ("my_vae.safetensors", vae(4), sd),
        ("sdxl_vae.safetensors", vae(4), {"kind": K.VAE, "architecture": A.SDXL}),
        (
            "vae-ft-mse-840000.safetensors",
            prefixed("first_stage_model.", vae(4)),
            {"kind": K.VAE, "architecture": A.SD1},
        ),
        ("sixteen.safetensors", vae(16), flux),
        ("flux_ae.safetensors", vae(16), {"kind": K.VAE, "architecture": A.FLUX1}),
        (
            "flux2-vae.safetensors",
            {**vae(32), "bn.running_mean": (128,)},
            {"kind": K.VAE, "architecture": A.FLUX2},
        ),
        ("thirty-two.safetensors", vae(32), {"kind": K.VAE, "architecture": A.FLUX2}),
        (
            "hunyuan_image_vae.safetensors",
            vae(64),
            {"kind": K.VAE, "architecture": A.HUNYUAN_IMAGE},
        ),
        (
            "hunyuan_video_vae.safetensors",
            vae(16, video=True),
            {"kind": K.VAE, "architecture": A.HUNYUAN_VIDEO},
        ),
        (
            "hunyuan15_vae.safetensors",
            vae(32, video=True),
            {"kind": K.VAE, "architecture": A.HUNYUAN_VIDEO, "variant": "1.5"},
        ),
        (
            "z16.safetensors",
            wan_vae(16, nested=False),
            {
                "kind": K.VAE,
                "architecture": A.WAN,
                "variant": "2.1-z16",
                "ambiguous_between": (A.WAN, A.QWEN_IMAGE),
            },
        ),
        (
            "qwen_image_vae.safetensors",
            wan_vae(16, nested=False),
            {"kind": K.VAE, "architecture": A.QWEN_IMAGE},
        ),
        (
            "wan2.2_vae.safetensors",
            wan_vae(48, nested=True),
            {"kind": K.VAE, "architecture": A.WAN, "variant": "2.2-z48"},
        ),
        (
            "ltx_vae.safetensors",
            {"decoder.up_blocks.0.res_blocks.0.conv1.conv.weight": (1024, 1024, 3, 3, 3)},
            {"kind": K.VAE, "architecture": A.LTXV},
        ),
        (
            "stage_a.safetensors",
            {"vquantizer.codebook.weight": (8192, 4)},
            {"kind": K.VAE, "architecture": A.STABLE_CASCADE},
        ),
        (
            "mochi_vae.safetensors",
            {"decoder.blocks.2.blocks.3.stack.5.weight": (1, 1)},
            {"kind": K.VAE, "architecture": A.MOCHI},
        ),
        (
            "cosmos_vae.safetensors",
            {"decoder.unpatcher3d.wavelets": (2,)},
            {"kind": K.VAE, "architecture": A.COSMOS},
        ),
        (
            "taesd_vae.safetensors",
            {"taesd_decoder.1.weight": (64, 4, 3, 3)},
            {**sd, "variant": "tiny"},
        ),
        (
            "taef1_decoder.safetensors",
            {"decoder.1.weight": (64, 16, 3, 3), "decoder.3.conv.0.weight": (64, 64, 3, 3)},
            {"kind": K.VAE, "variant": "tiny"},
        ),
    ]
    return specimens_of(rows)


def clip(width: int, *, prefix: str = "text_model.") -> Shapes:
    """Return the characteristic tensors of CLIP's text encoder."""
    return {
        f"{prefix}encoder.layers.0.mlp.fc1.weight": (4 * width, width),
        f"{prefix}embeddings.position_embedding.weight": (77, width),
    }


def t5(width: int, words: int = 32128) -> Shapes:
    """Return the characteristic tensors of T5's encoder."""
    return {
        "encoder.block.0.layer.0.SelfAttention.k.weight": (width, width),
        "encoder.final_layer_norm.weight": (width,),
        "shared.weight": (words, width),
    }


def llm(width: int, *extra: str, prefix: str = "model.") -> Shapes:
    """Return the characteristic tensors of a language model."""
    shapes: Shapes = {
        f"{prefix}embed_tokens.weight": (151936, width),
        f"{prefix}layers.0.input_layernorm.weight": (width,),
        f"{prefix}layers.0.self_attn.k_proj.weight": (512, width),
    }
    return shapes | {f"{prefix}layers.0.{name}": (128,) for name in extra}


def encoders() -> list[Specimen]:
    """Return text and image encoders."""
    c = {"kind": K.TEXT_ENCODER, "architecture": A.CLIP}
    t = {"kind": K.TEXT_ENCODER, "architecture": A.T5}
    m = {"kind": K.TEXT_ENCODER, "architecture": A.LANGUAGE_MODEL}
    vision = {
        "vision_model.embeddings.class_embedding": (1280,),
        "vision_model.encoder.layers.0.mlp.fc1.weight": (5120, 1280),
    }
    q_norm, post = "self_attn.q_norm.weight", "post_feedforward_layernorm.weight"
    rows: list[Row] = [
        ("clip_l.safetensors", clip(768), {**c, "variant": "clip-l"}),
        ("clip_g.safetensors", clip(1280), {**c, "variant": "clip-g"}),
        (
            "clip_h_open.safetensors",
            {"transformer.resblocks.0.ln_1.weight": (1024,)},
            {**c, "variant": "clip-h"},
        ),
        ("t5xxl_fp16.safetensors", t5(4096), {**t, "variant": "t5-xxl"}),
        ("umt5_xxl.safetensors", t5(4096, 256384), {**t, "variant": "umt5-xxl"}),
        ("t5_base.safetensors", t5(768), {**t, "variant": "t5-base"}),
        ("byt5_small.safetensors", t5(1472, 1510), {**t, "variant": "byt5-small"}),
        (
            "qwen_2.5_vl_7b.safetensors",
            llm(3584, "self_attn.k_proj.bias"),
            {**m, "variant": "qwen2.5-vl-7b"},
        ),
        ("qwen_3_4b.safetensors", llm(2560, q_norm), {**m, "variant": "qwen3-4b"}),
        ("gemma_2_2b.safetensors", llm(2304, post), {**m, "variant": "gemma-2-2b"}),
        ("gemma_3_4b.safetensors", llm(2560, q_norm, post), {**m, "variant": "gemma-3-4b"}),
        ("llama_3_8b.safetensors", llm(4096), {**m, "variant": "llama-3-8b"}),
        ("some_llm.safetensors", llm(999), {**m, "variant": ""}),
        ("clip_vision_h.safetensors", vision, {"kind": K.CLIP_VISION, "variant": "vit-h"}),
        (
            "clip_vision_l.safetensors",
            {"visual.class_embedding": (1024,)},
            {"kind": K.CLIP_VISION, "variant": "vit-l"},
        ),
    ]
    return specimens_of(rows)


def small() -> list[Specimen]:
    """Return embeddings and upscalers."""
    up = {"kind": K.UPSCALER}
    e = {"kind": K.EMBEDDING}
    first = {"conv_first.weight": (64, 3, 3, 3)}
    rows: list[Row] = [
        (
            "easynegative.safetensors",
            {"emb_params": (8, 768)},
            {**e, "architecture": A.SD1, "vectors": 8},
        ),
        ("sd2_style.safetensors", {"emb_params": (4, 1024)}, {**e, "architecture": A.SD2}),
        ("token.safetensors", {"<cat-toy>": (768,)}, {**e, "architecture": A.SD1, "vectors": 1}),
        (
            "negativeXL.safetensors",
            {"clip_g": (8, 1280), "clip_l": (8, 768)},
            {**e, "architecture": A.SDXL, "vectors": 8},
        ),
        (
            "params.safetensors",
            {"string_to_param.*": (2, 1024)},
            {**e, "architecture": A.SD2, "vectors": 2},
        ),
        ("odd_width.safetensors", {"emb_params": (2, 333)}, {**e, "architecture": A.UNKNOWN}),
        (
            "4x-UltraSharp.safetensors",
            {"model.0.weight": (64, 3, 3, 3), "model.1.sub.0.RDB1.conv1.0.weight": (32, 64, 3, 3)},
            {**up, "variant": "esrgan"},
        ),
        (
            "RealESRGAN_x4plus.safetensors",
            {**first, "body.0.rdb1.conv1.weight": (32, 64, 3, 3)},
            {**up, "variant": "esrgan"},
        ),
        (
            "RealESRGAN_x2plus.safetensors",
            {"conv_first.weight": (64, 12, 3, 3), "body.0.rdb1.conv1.weight": (32, 64, 3, 3)},
            {**up, "variant": "esrgan"},
        ),
        (
            "swinir.safetensors",
            {**first, "layers.0.residual_group.blocks.0.attn.relative_position_index": (64, 64)},
            {**up, "variant": "swinir"},
        ),
        (
            "hat.safetensors",
            {**first, "layers.0.residual_group.overlap_attn.qkv.weight": (1, 1)},
            {**up, "variant": "hat"},
        ),
        (
            "dat.safetensors",
            {**first, "layers.0.blocks.0.attn.attns.0.rpe_biases": (1, 1)},
            {**up, "variant": "dat"},
        ),
        (
            "span.safetensors",
            {"conv_1.sk.weight": (48, 3, 1, 1), "block_1.c1_r.sk.weight": (48, 48, 1, 1)},
            {**up, "variant": "span"},
        ),
        (
            "realesr-animevideov3.safetensors",
            {"body.0.weight": (64, 3, 3, 3), "body.1.weight": (64,)},
            {**up, "variant": "compact"},
        ),
        (
            "mystery.safetensors",
            {"alpha.weight": (3, 3), "beta.bias": (3,)},
            {"kind": K.UNKNOWN, "architecture": A.UNKNOWN},
        ),
        (
            "bert.safetensors",
            {"encoder.layer.0.attention.self.query.weight": (768, 768)},
            {"kind": K.UNKNOWN},
        ),
    ]
    return specimens_of(rows)
