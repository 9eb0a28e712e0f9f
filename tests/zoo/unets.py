"""Specimens of the Stable Diffusion U-Nets, in the layouts of their authors and of diffusers."""

from tests.zoo.writer import Shapes, Specimen

from genonaut.catalog.vocabulary import Architecture, ModelKind, Prediction

P = "model.diffusion_model."


def unet(
    context: int,
    depths: dict[int, int],
    *,
    channels: int = 320,
    inputs: int = 4,
    adm: int = 0,
    prefix: str = P,
) -> Shapes:
    """Return the characteristic tensors of a U-Net; ``depths`` maps input blocks to transformer blocks."""
    shapes: Shapes = {
        f"{prefix}input_blocks.0.0.weight": (channels, inputs, 3, 3),
        f"{prefix}input_blocks.0.0.bias": (channels,),
        f"{prefix}time_embed.0.weight": (4 * channels, channels),
        f"{prefix}out.2.weight": (4, channels, 3, 3),
    }
    if adm:
        shapes[f"{prefix}label_emb.0.0.weight"] = (4 * channels, adm)
        shapes[f"{prefix}label_emb.0.0.bias"] = (4 * channels,)
    for block, depth in depths.items():
        shapes[f"{prefix}input_blocks.{block}.0.in_layers.0.weight"] = (channels,)
        for layer in range(depth):
            stem = f"{prefix}input_blocks.{block}.1.transformer_blocks.{layer}"
            shapes[f"{stem}.attn1.to_q.weight"] = (channels, channels)
            shapes[f"{stem}.attn2.to_k.weight"] = (channels, context)
            shapes[f"{stem}.attn2.to_v.weight"] = (channels, context)
            shapes[f"{stem}.norm1.bias"] = (channels,)
    return shapes


SMALL = {1: 1, 2: 1, 4: 1, 5: 1, 7: 1, 8: 1, 10: 0, 11: 0}
XL = {1: 0, 2: 0, 4: 2, 5: 2, 7: 10, 8: 10}
VAE: Shapes = {
    "first_stage_model.encoder.conv_in.weight": (128, 3, 3, 3),
    "first_stage_model.decoder.conv_in.weight": (512, 4, 3, 3),
    "first_stage_model.post_quant_conv.weight": (4, 4, 1, 1),
}
CLIP_L: Shapes = {
    "cond_stage_model.transformer.text_model.embeddings.position_ids": (1, 77),
    "cond_stage_model.transformer.text_model.encoder.layers.0.mlp.fc1.weight": (3072, 768),
}
CLIP_L_OLD: Shapes = {"cond_stage_model.transformer.embeddings.position_ids": (1, 77)}
OPEN_CLIP: Shapes = {
    "cond_stage_model.model.ln_final.bias": (1024,),
    "cond_stage_model.model.token_embedding.weight": (49408, 1024),
}
XL_TEXT: Shapes = {
    "conditioner.embedders.0.transformer.text_model.embeddings.position_embedding.weight": (
        77,
        768,
    ),
    "conditioner.embedders.1.model.ln_final.bias": (1280,),
}
REFINER_TEXT: Shapes = {"conditioner.embedders.0.model.ln_final.bias": (1280,)}
DERIVATIVES = ("base", "pony", "illustrious", "noobai")

CHECKPOINT = {"kind": ModelKind.CHECKPOINT}
MODEL = {"kind": ModelKind.DIFFUSION_MODEL}
SD1 = {"architecture": Architecture.SD1}
SD2 = {"architecture": Architecture.SD2}
SDXL = {"architecture": Architecture.SDXL}
REFINER = {"architecture": Architecture.SDXL_REFINER}
EPS = {"prediction": Prediction.EPSILON}
XL_UNET = unet(2048, XL, adm=2816)


def diffusers(context: int, third: int, *, inputs: int = 4, xl: bool = False) -> Shapes:
    """Return a U-Net as diffusers names it."""
    shapes: Shapes = {
        "conv_in.weight": (320, inputs, 3, 3),
        "conv_in.bias": (320,),
        "down_blocks.0.resnets.0.conv1.weight": (320, 320, 3, 3),
        "time_embedding.linear_1.weight": (1280, 320),
    }
    if xl:
        shapes["add_embedding.linear_1.weight"] = (1280, 2816)
        shapes["add_embedding.linear_1.bias"] = (1280,)
    for layer in range(third):
        stem = f"down_blocks.2.attentions.0.transformer_blocks.{layer}"
        shapes[f"{stem}.attn2.to_k.weight"] = (1280, context)
    return shapes


def _quantised() -> tuple[Shapes, dict[str, str]]:
    """Return SDXL as bitsandbytes stores it: flat bytes, and the state of each quantised matrix."""
    shapes = {**XL_UNET, **XL_TEXT, **VAE}
    dtypes = {}
    for name in [n for n in shapes if ".attn" in n and n.endswith(".weight")]:
        rows, columns = shapes[name]
        shapes[name] = (rows * columns // 2, 1)
        dtypes[name] = "U8"
        shapes[f"{name}.quant_state.bitsandbytes__nf4"] = (128,)
        dtypes[f"{name}.quant_state.bitsandbytes__nf4"] = "U8"
    return shapes, dtypes


def specimens() -> list[Specimen]:
    """Return all specimens of this family."""
    nf4, nf4_types = _quantised()
    open_xl = {"ambiguous_between": DERIVATIVES}
    return [
        Specimen(
            name="v1-5-pruned-emaonly.safetensors",
            shapes={**unet(768, SMALL), **CLIP_L, **VAE},
            expect={**CHECKPOINT, **SD1, **EPS, "variant": "base", "precision": "fp16"},
        ),
        Specimen(
            name="anything-old-names.safetensors",
            shapes={**unet(768, SMALL), **CLIP_L_OLD, **VAE},
            dtype="F32",
            expect={**CHECKPOINT, **SD1, "precision": "fp32", "ambiguous_between": ()},
        ),
        Specimen(
            name="sd-v1-5-inpainting.safetensors",
            shapes={**unet(768, SMALL, inputs=9), **CLIP_L, **VAE},
            expect={**CHECKPOINT, **SD1, "variant": "inpaint"},
        ),
        Specimen(
            name="instruct-pix2pix.safetensors",
            shapes={**unet(768, SMALL, inputs=8), **CLIP_L, **VAE},
            expect={**CHECKPOINT, **SD1, "variant": "instruct-pix2pix"},
        ),
        Specimen(
            name="sd15_unet_diffusers.safetensors",
            shapes=diffusers(768, 1),
            expect={**MODEL, **SD1, "variant": "base"},
        ),
        Specimen(
            name="some_two_one.safetensors",
            shapes={**unet(1024, SMALL), **OPEN_CLIP, **VAE},
            expect={
                **CHECKPOINT,
                **SD2,
                "ambiguous_between": ("512-epsilon", "768-v"),
                "prediction": None,
            },
        ),
        Specimen(
            name="v2-1_768-ema-pruned.safetensors",
            shapes={**unet(1024, SMALL), **OPEN_CLIP, **VAE},
            expect={**CHECKPOINT, **SD2, "variant": "768-v"},
        ),
        Specimen(
            name="512-depth-ema.safetensors",
            shapes={
                **unet(1024, SMALL, inputs=5),
                **OPEN_CLIP,
                **VAE,
                "depth_model.model.x.weight": (1, 1),
            },
            expect={**CHECKPOINT, **SD2, "variant": "depth"},
        ),
        Specimen(
            name="512-inpainting-ema.safetensors",
            shapes={**unet(1024, SMALL, inputs=9), **OPEN_CLIP, **VAE},
            expect={**CHECKPOINT, **SD2, "variant": "inpaint"},
        ),
        Specimen(
            name="sd21-unclip-h.safetensors",
            shapes={
                **unet(1024, SMALL, adm=2048),
                **OPEN_CLIP,
                **VAE,
                "embedder.model.visual.transformer.resblocks.0.attn.in_proj_weight": (3840, 1280),
            },
            expect={**CHECKPOINT, **SD2, "variant": "unclip"},
        ),
        Specimen(
            name="sd_turbo.safetensors",
            shapes={**unet(1024, SMALL), **REFINER_TEXT, **VAE, "denoiser.sigmas": (1000,)},
            expect={**CHECKPOINT, **SD2},
        ),
        Specimen(
            name="x4-upscaler-ema.safetensors",
            shapes={**unet(1024, SMALL, channels=256, inputs=7), **OPEN_CLIP, **VAE},
            expect={**CHECKPOINT, "architecture": Architecture.SD_X4_UPSCALER},
        ),
        Specimen(
            name="svd_xt.safetensors",
            shapes={
                **unet(1024, SMALL, inputs=8, adm=768),
                **VAE,
                f"{P}input_blocks.1.0.time_stack.emb_layers.1.bias": (320,),
            },
            expect={**MODEL, "architecture": Architecture.SVD, "parts": ("vae",)},
        ),
        Specimen(
            name="sd_xl_base_1.0.safetensors",
            shapes={**XL_UNET, **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL, **EPS, **open_xl, "variant": "base"},
        ),
        Specimen(
            name="sdxl-unet-and-vae-only.safetensors",
            shapes={**XL_UNET, **VAE},
            expect={**MODEL, **SDXL, "parts": ("vae",)},
        ),
        Specimen(
            name="ponyDiffusionV6XL.safetensors",
            shapes={**XL_UNET, **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL, **open_xl, "variant": "pony"},
        ),
        Specimen(
            name="merged.safetensors",
            shapes={**XL_UNET, **XL_TEXT, **VAE},
            metadata={"modelspec.architecture": "stable-diffusion-xl-v1-base/illustrious"},
            expect={**CHECKPOINT, **SDXL, **open_xl},
        ),
        Specimen(
            name="noobaiXLNAIXL_vPred10.safetensors",
            shapes={**XL_UNET, **XL_TEXT, **VAE, "v_pred": (0,), "ztsnr": (0,)},
            expect={**CHECKPOINT, **SDXL, "variant": "noobai", "prediction": Prediction.V},
        ),
        Specimen(
            name="something_vpred.safetensors",
            shapes={**XL_UNET, **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL, "prediction": Prediction.V},
        ),
        Specimen(
            name="playground-v2.5.safetensors",
            shapes={**XL_UNET, **XL_TEXT, **VAE, "edm_mean": (4,), "edm_std": (4,)},
            expect={**CHECKPOINT, **SDXL, "prediction": Prediction.EDM},
        ),
        Specimen(
            name="sdxl_inpaint.safetensors",
            shapes={**unet(2048, XL, inputs=9, adm=2816), **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL, "variant": "inpaint", "ambiguous_between": ()},
        ),
        Specimen(
            name="sdxl_unet_only.safetensors",
            shapes=unet(2048, XL, adm=2816, prefix=""),
            dtype="BF16",
            expect={**MODEL, **SDXL, "precision": "bf16"},
        ),
        Specimen(
            name="sdxl_unet_diffusers.safetensors",
            shapes=diffusers(2048, 10, xl=True),
            expect={**MODEL, **SDXL, "variant": "base"},
        ),
        Specimen(
            name="sdxl_nf4.safetensors",
            shapes=nf4,
            dtypes=nf4_types,
            expect={**CHECKPOINT, **SDXL, "precision": "nf4"},
        ),
        Specimen(
            name="sd_xl_refiner_1.0.safetensors",
            shapes={
                **unet(1280, {4: 4, 5: 4, 7: 4, 8: 4}, channels=384, adm=2560),
                **REFINER_TEXT,
                **VAE,
            },
            expect={**CHECKPOINT, **REFINER},
        ),
        Specimen(
            name="refiner_unet.safetensors",
            shapes=unet(1280, {4: 4, 5: 4}, channels=384, adm=2560, prefix=""),
            expect={**MODEL, **REFINER},
        ),
        Specimen(
            name="SSD-1B.safetensors",
            shapes={**unet(2048, {4: 2, 5: 2, 7: 4, 8: 4}, adm=2816), **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL, "variant": "ssd-1b"},
        ),
        Specimen(
            name="segmind-vega.safetensors",
            shapes={**unet(2048, {4: 1, 5: 1, 7: 2, 8: 2}, adm=2816), **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL, "variant": "segmind-vega"},
        ),
        Specimen(
            name="koala-700m.safetensors",
            shapes={**unet(2048, {3: 2, 5: 5}, adm=2816), **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL, "variant": "koala-700m"},
        ),
        Specimen(
            name="koala-lightning-1b.safetensors",
            shapes=diffusers(2048, 6, xl=True),
            expect={**MODEL, **SDXL, "variant": "koala-1b"},
        ),
        # A quantiser renamed the network's tensors; the other parts still identify it.
        Specimen(
            name="odd_quant_xl.safetensors",
            shapes={f"{P}q0.packed": (9,), **XL_TEXT, **VAE},
            expect={**CHECKPOINT, **SDXL},
        ),
        Specimen(
            name="odd_quant_refiner.safetensors",
            shapes={f"{P}q0.packed": (9,), **REFINER_TEXT, **VAE},
            expect={**CHECKPOINT, **REFINER},
        ),
        Specimen(
            name="odd_quant_sd2.safetensors",
            shapes={f"{P}q0.packed": (9,), **OPEN_CLIP, **VAE},
            expect={**CHECKPOINT, **SD2},
        ),
        Specimen(
            name="odd_quant_sd1.safetensors",
            shapes={f"{P}q0.packed": (9,), **CLIP_L, **VAE},
            expect={**CHECKPOINT, **SD1},
        ),
        Specimen(
            name="packed_sd1.safetensors",
            shapes={**unet(768, {}), **CLIP_L, **VAE},
            expect={**CHECKPOINT, **SD1},
        ),
        Specimen(
            name="packed_sd2.safetensors",
            shapes={**unet(1024, {}), **OPEN_CLIP, **VAE},
            expect={**CHECKPOINT, **SD2},
        ),
        Specimen(
            name="packed_refiner.safetensors",
            shapes={**unet(1280, {}, channels=384, adm=2560), **REFINER_TEXT, **VAE},
            expect={**CHECKPOINT, **REFINER},
        ),
    ]
