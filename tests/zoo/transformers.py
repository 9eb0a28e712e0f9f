"""Specimens of the image transformers."""

from tests.zoo.writer import Row, Shapes, Specimen, specimens_of

from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction

P = "model.diffusion_model."
MODEL = {"kind": ModelKind.DIFFUSION_MODEL}
CHECKPOINT = {"kind": ModelKind.CHECKPOINT}
FLUX_PARTS: Shapes = {
    "text_encoders.clip_l.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
    "text_encoders.t5xxl.transformer.shared.weight": (32128, 4096),
    "vae.decoder.conv_in.weight": (512, 16, 3, 3),
}


def prefixed(prefix: str, shapes: Shapes) -> Shapes:
    """Put ``prefix`` before every name."""
    return {prefix + name: shape for name, shape in shapes.items()}


def flux(width: int = 3072, *, inputs: int = 64, doubles: int = 2, guidance: bool = True) -> Shapes:
    """Return Flux.1 as Black Forest Labs publish it."""
    shapes: Shapes = {
        "img_in.weight": (width, inputs),
        "img_in.bias": (width,),
        "txt_in.weight": (width, 4096),
        "vector_in.in_layer.weight": (width, 768),
        "time_in.in_layer.weight": (width, 256),
        "final_layer.linear.weight": (64, width),
    }
    if guidance:
        shapes["guidance_in.in_layer.weight"] = (width, 256)
        shapes["guidance_in.in_layer.bias"] = (width,)
    for block in range(doubles):
        shapes[f"double_blocks.{block}.img_attn.norm.key_norm.scale"] = (128,)
        shapes[f"double_blocks.{block}.img_attn.qkv.weight"] = (3 * width, width)
        shapes[f"double_blocks.{block}.img_mod.lin.weight"] = (6 * width, width)
        shapes[f"single_blocks.{block}.linear1.weight"] = (7 * width, width)
    return shapes


def flux_diffusers(*, guidance: bool) -> Shapes:
    """Return Flux.1 as diffusers names it."""
    shapes: Shapes = {
        "x_embedder.weight": (3072, 64),
        "context_embedder.weight": (3072, 4096),
        "transformer_blocks.0.attn.norm_added_k.weight": (128,),
        "transformer_blocks.0.attn.add_k_proj.weight": (3072, 3072),
        "single_transformer_blocks.0.attn.norm_k.weight": (128,),
        "single_transformer_blocks.0.proj_mlp.weight": (12288, 3072),
        "time_text_embed.timestep_embedder.linear_1.weight": (3072, 256),
        "time_text_embed.timestep_embedder.linear_1.bias": (3072,),
    }
    if guidance:
        shapes["time_text_embed.guidance_embedder.linear_1.weight"] = (3072, 256)
    return shapes


def flux2(width: int, text: int) -> Shapes:
    """Return Flux.2: shared modulation, no vector input."""
    return {
        "img_in.weight": (width, 128),
        "txt_in.weight": (width, text),
        "double_stream_modulation_img.lin.weight": (6 * width, width),
        "single_stream_modulation.lin.weight": (3 * width, width),
        "double_blocks.0.img_attn.norm.key_norm.scale": (128,),
        "double_blocks.0.img_attn.qkv.weight": (3 * width, width),
        "single_blocks.0.linear1.weight": (9 * width, width),
    }


def chroma() -> Shapes:
    """Return Chroma: Flux.1 schnell without modulation, with a guidance layer."""
    shapes = {
        n: s for n, s in flux(guidance=False).items() if "mod.lin" not in n and "vector_in" not in n
    }
    shapes["distilled_guidance_layer.in_proj.weight"] = (5120, 64)
    shapes["distilled_guidance_layer.in_proj.bias"] = (5120,)
    shapes["distilled_guidance_layer.norms.0.scale"] = (5120,)
    return shapes


def radiance() -> Shapes:
    """Return Chroma Radiance, which has no img_in.weight."""
    shapes = {n: s for n, s in chroma().items() if not n.startswith("img_in")}
    return {**shapes, "img_in_patch.weight": (3072, 3, 16, 16), "nerf_blocks.0.norm.scale": (64,)}


def sd3(depth: int, *, second_attention: bool = False) -> Shapes:
    """Return an MMDiT; its width is 64 times its depth."""
    width = 64 * depth
    shapes: Shapes = {
        "x_embedder.proj.weight": (width, 16, 2, 2),
        "context_embedder.weight": (width, 4096),
        "pos_embed": (1, 36864, width),
        "joint_blocks.0.context_block.attn.qkv.weight": (3 * width, width),
        "joint_blocks.0.context_block.attn.proj.bias": (width,),
        "joint_blocks.0.x_block.attn.qkv.weight": (3 * width, width),
    }
    if second_attention:
        shapes["joint_blocks.0.x_block.attn2.qkv.weight"] = (3 * width, width)
    return shapes


SD3_TEXT: Shapes = {
    "text_encoders.clip_l.transformer.text_model.embeddings.position_embedding.weight": (77, 768),
    "text_encoders.clip_g.transformer.text_model.embeddings.position_embedding.weight": (77, 1280),
}
SD3_VAE: Shapes = {"first_stage_model.decoder.conv_in.weight": (512, 16, 3, 3)}


def qwen(**extra: tuple[int, ...]) -> Shapes:
    """Return Qwen-Image."""
    return {
        "txt_norm.weight": (3584,),
        "img_in.weight": (3072, 64),
        "img_in.bias": (3072,),
        "txt_in.weight": (3072, 3584),
        "time_text_embed.timestep_embedder.linear_1.weight": (3072, 256),
        "time_text_embed.timestep_embedder.linear_1.bias": (3072,),
        "transformer_blocks.0.attn.add_k_proj.weight": (3072, 3072),
        "transformer_blocks.0.attn.add_k_proj.bias": (3072,),
        "transformer_blocks.0.img_mlp.net.0.proj.weight": (12288, 3072),
        "proj_out.weight": (64, 3072),
        **extra,
    }


def lumina(width: int, captions: int) -> Shapes:
    """Return the tensors that Lumina 2 and Z-Image have in common."""
    return {
        "cap_embedder.0.weight": (captions,),
        "cap_embedder.1.weight": (width, captions),
        "cap_embedder.1.bias": (width,),
        "x_embedder.weight": (width, 64),
        "context_refiner.0.attention.k_norm.weight": (128,),
        "noise_refiner.0.attention.k_norm.weight": (128,),
        "layers.0.attention.qkv.weight": (3 * width, width),
        "layers.0.feed_forward.w3.weight": (4 * width, width),
    }


LUMINA = {**lumina(2304, 2304), "layers.0.adaLN_modulation.1.bias": (9216,)}
Z_IMAGE = {
    **lumina(3840, 2560),
    "layers.0.adaLN_modulation.0.bias": (15360,),
    "cap_pad_token": (1, 3840),
}
Z_DIFFUSERS = {
    name.replace("k_norm", "norm_k"): shape for name, shape in Z_IMAGE.items() if "qkv" not in name
}


LAYERED = {**qwen(), "time_text_embed.addition_t_embedding.weight": (2, 3072)}


def specimens() -> list[Specimen]:
    """Return all specimens of this family."""
    dev = ("dev", "kontext", "krea")
    flow = {"prediction": Prediction.FLOW}
    f1, f2 = {"architecture": Architecture.FLUX1}, {"architecture": Architecture.FLUX2}
    s3, qi = {"architecture": Architecture.SD3}, {"architecture": Architecture.QWEN_IMAGE}
    z = {"architecture": Architecture.Z_IMAGE, "ambiguous_between": ("turbo", "base", "edit")}
    rows: list[Row] = [
        (
            "flux1-d.safetensors",
            flux(),
            {**MODEL, **f1, **flow, "variant": "dev", "ambiguous_between": dev},
        ),
        (
            "flux1-kontext-dev.safetensors",
            flux(),
            {**f1, "variant": "kontext", "ambiguous_between": dev},
        ),
        ("flux1-krea-dev.safetensors", flux(), {**f1, "variant": "krea"}),
        ("flux1-schnell.safetensors", flux(guidance=False), {**MODEL, **f1, "variant": "schnell"}),
        (
            "flux-fill.safetensors",
            flux(inputs=384),
            {**f1, "variant": "fill", "ambiguous_between": ()},
        ),
        ("flux1-canny-dev.safetensors", flux(inputs=128), {**f1, "variant": "canny"}),
        (
            "flux1-dev-fp8.safetensors",
            prefixed(P, flux()) | FLUX_PARTS,
            {**CHECKPOINT, **f1, "variant": "dev"},
        ),
        (
            "flux_diffusers.safetensors",
            flux_diffusers(guidance=True),
            {**MODEL, **f1, "variant": "dev"},
        ),
        (
            "flux_s_diffusers.safetensors",
            flux_diffusers(guidance=False),
            {**f1, "variant": "schnell"},
        ),
        (
            "chroma-v50.safetensors",
            chroma(),
            {**MODEL, "architecture": Architecture.CHROMA, "variant": "base"},
        ),
        (
            "chroma-aio.safetensors",
            prefixed(P, chroma()) | FLUX_PARTS,
            {**CHECKPOINT, "architecture": Architecture.CHROMA},
        ),
        (
            "radiance.safetensors",
            radiance(),
            {"architecture": Architecture.CHROMA, "variant": "radiance"},
        ),
        (
            "flux2-dev.safetensors",
            flux2(6144, 15360),
            {**MODEL, **f2, "variant": "dev", "ambiguous_between": ()},
        ),
        ("flux-2-9b.safetensors", flux2(4096, 12288), {**f2, "variant": "klein-9b"}),
        (
            "flux-2-klein-4b-base.safetensors",
            flux2(3072, 7680),
            {
                **f2,
                "variant": "klein-4b-base",
                "ambiguous_between": ("klein-4b-base", "klein-4b-distilled"),
            },
        ),
        (
            "sd3_medium.safetensors",
            prefixed(P, sd3(24)) | SD3_VAE,
            {**MODEL, **s3, "variant": "3-medium"},
        ),
        (
            "sd3_medium_incl_clips.safetensors",
            prefixed(P, sd3(24)) | SD3_VAE | SD3_TEXT,
            {**CHECKPOINT, **s3, "variant": "3-medium"},
        ),
        (
            "sd3.5_m.safetensors",
            sd3(24, second_attention=True),
            {**MODEL, **s3, "variant": "3.5-medium"},
        ),
        ("sd3.5_large.safetensors", sd3(38), {**s3, "variant": "3.5-large"}),
        ("sd3.5_large_turbo.safetensors", sd3(38), {**s3, "variant": "3.5-large-turbo"}),
        (
            "qwen_image.safetensors",
            qwen(),
            {**MODEL, **qi, "ambiguous_between": ("base", "edit", "edit-2509")},
        ),
        (
            "qwen_image_edit_2509.safetensors",
            prefixed(P, qwen()),
            {**MODEL, **qi, "variant": "edit-2509"},
        ),
        ("qwen_image_edit_fp8.safetensors", qwen(), {**qi, "variant": "edit"}),
        (
            "qwen_2511.safetensors",
            qwen(__index_timestep_zero__=(0,)),
            {**qi, "variant": "edit-2511"},
        ),
        (
            "lumina_2.safetensors",
            LUMINA,
            {**MODEL, "architecture": Architecture.LUMINA2, "variant": "base"},
        ),
        (
            "lumina_aio.safetensors",
            prefixed(P, LUMINA) | FLUX_PARTS,
            {**CHECKPOINT, "architecture": Architecture.LUMINA2},
        ),
        ("z_image_turbo.safetensors", Z_IMAGE, {**MODEL, **z, "variant": "turbo"}),
        ("z.safetensors", prefixed(P, Z_IMAGE), {**MODEL, **z, "variant": ""}),
        ("z_diffusers.safetensors", Z_DIFFUSERS, {**MODEL, **z}),
        (
            "hidream.safetensors",
            {"caption_projection.0.linear.weight": (2560, 4096)},
            {"architecture": Architecture.HIDREAM},
        ),
        (
            "hidream_i1_fast.safetensors",
            {f"{P}caption_projection.0.linear.weight": (2560, 4096)},
            {"architecture": Architecture.HIDREAM, "variant": "i1-fast"},
        ),
        (
            "aura_flow_0.3.safetensors",
            {
                "model.double_layers.0.attn.w1q.weight": (3072, 3072),
                "model.cond_seq_linear.weight": (3072, 2048),
            }
            | FLUX_PARTS,
            {**CHECKPOINT, "architecture": Architecture.AURAFLOW},
        ),
        (
            "auraflow_diffusers.safetensors",
            {
                "joint_transformer_blocks.0.attn.add_k_proj.weight": (3072, 3072),
                "single_transformer_blocks.0.attn.norm_k.weight": (256,),
            },
            {**MODEL, "architecture": Architecture.AURAFLOW},
        ),
        (
            "stage_c_lite.safetensors",
            {f"{P}clf.1.weight": (64, 1536, 1, 1), f"{P}clip_txt_mapper.weight": (1536, 1280)},
            {"architecture": Architecture.STABLE_CASCADE, "variant": "stage-c-lite"},
        ),
        (
            "stage_b.safetensors",
            {
                "clf.1.weight": (16, 320, 1, 1),
                "clip_mapper.weight": (5120, 1280),
                "down_blocks.1.0.channelwise.0.weight": (2560, 640),
            },
            {"architecture": Architecture.STABLE_CASCADE, "variant": "stage-b"},
        ),
        (
            "pixart_sigma.safetensors",
            {"t_block.1.weight": (6912, 1152), "y_embedder.y_embedding": (300, 4096)},
            {**MODEL, "architecture": Architecture.PIXART, "variant": "sigma"},
        ),
        (
            "pixart_alpha_diffusers.safetensors",
            {
                "adaln_single.emb.timestep_embedder.linear_1.bias": (1152,),
                "adaln_single.emb.resolution_embedder.linear_1.weight": (384, 256),
                "pos_embed.proj.bias": (1152,),
            },
            {**MODEL, "architecture": Architecture.PIXART, "variant": "alpha"},
        ),
        (
            "omnigen2.safetensors",
            {
                "time_caption_embed.timestep_embedder.linear_1.bias": (1024,),
                "context_refiner.0.attn.norm_k.weight": (120,),
            },
            {**MODEL, "architecture": Architecture.OMNIGEN2},
        ),
        (
            "omnigen2_fp16.safetensors",
            {f"{P}time_caption_embed.timestep_embedder.linear_2.weight": (1024, 1024)},
            {**MODEL, "architecture": Architecture.OMNIGEN2},
        ),
    ]
    rows += [
        ("qwen_layered.safetensors", LAYERED, {**qi, "variant": "layered"}),
        (
            "z_pixel.safetensors",
            {**Z_IMAGE, "dec_net.cond_embed.weight": (1, 1)},
            {"variant": "pixel"},
        ),
        ("z_without_marks.safetensors", lumina(3840, 2560), {**MODEL, **z}),
        (
            "newbie.safetensors",
            {**LUMINA, "clip_text_pooled_proj.0.weight": (1024,)},
            {"architecture": Architecture.LUMINA2, "variant": "newbie"},
        ),
    ]
    return specimens_of(rows, "BF16")
