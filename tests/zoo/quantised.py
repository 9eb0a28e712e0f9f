"""Specimens of transformers in the formats of the quantisers."""

from tests.zoo.transformers import MODEL, flux, flux2
from tests.zoo.writer import Shapes, Specimen

from genonaut.catalog.vocabulary import Architecture


def _fp8(shapes: Shapes) -> tuple[Shapes, dict[str, str]]:
    matrices = [name for name in shapes if name.endswith(".weight") and len(shapes[name]) == 2]
    scales = {name.replace(".weight", ".scale_weight"): () for name in matrices}
    types = dict.fromkeys(matrices, "F8_E4M3") | dict.fromkeys(scales, "F32")
    return {**shapes, **scales, "scaled_fp8": (0,)}, {**types, "scaled_fp8": "F8_E4M3"}


def _flux_nf4() -> tuple[Shapes, dict[str, str]]:
    shapes = flux()
    types: dict[str, str] = {}
    for name in [
        n for n in shapes if n.endswith(("qkv.weight", "linear1.weight", "img_in.weight"))
    ]:
        rows, columns = shapes[name]
        shapes[name] = (rows * columns // 2, 1)
        shapes[f"{name}.quant_state.bitsandbytes__nf4"] = (100,)
        types |= {name: "U8", f"{name}.quant_state.bitsandbytes__nf4": "U8"}
    return shapes, types


NUNCHAKU_FLUX: Shapes = {
    "x_embedder.weight": (3072, 64),
    "transformer_blocks.0.mlp_context_fc1.qweight": (12288, 1536),
    "transformer_blocks.0.mlp_context_fc1.wscales": (48, 12288),
    "transformer_blocks.0.mlp_context_fc1.bias": (12288,),
    "single_transformer_blocks.0.norm.linear.qweight": (2304, 1536),
    "time_text_embed.guidance_embedder.linear_1.weight": (3072, 256),
}


def specimens() -> list[Specimen]:
    """Return all specimens of this family."""
    fp8, fp8_types = _fp8(flux())
    nf4, nf4_types = _flux_nf4()
    nunchaku = dict.fromkeys(["transformer_blocks.0.mlp_context_fc1.qweight"], "I8")
    f1, f2 = {"architecture": Architecture.FLUX1}, {"architecture": Architecture.FLUX2}
    nvfp4 = {**flux2(6144, 15360), "double_stream_modulation_img.lin.weight": (36864, 3072)}
    nvfp4["double_stream_modulation_img.lin.weight_scale"] = (36864, 384)
    nvfp4["double_stream_modulation_img.lin.weight_scale_2"] = ()
    packed_text = {**nvfp4, "double_stream_modulation_img.lin.qweight": (1,)}
    del packed_text["double_stream_modulation_img.lin.weight"]
    expect_dev = {**MODEL, **f1, "variant": "dev"}
    return [
        Specimen(
            name="flux1_d_fp8_scaled.safetensors",
            shapes=fp8,
            dtypes=fp8_types,
            expect={**expect_dev, "precision": "fp8_e4m3fn_scaled"},
        ),
        Specimen(
            name="flux1_d_nf4.safetensors",
            shapes=nf4,
            dtypes=nf4_types,
            expect={**expect_dev, "precision": "nf4"},
        ),
        Specimen(
            name="flux2-dev-nvfp4.safetensors",
            shapes=nvfp4,
            dtypes={"double_stream_modulation_img.lin.weight": "U8"},
            expect={**MODEL, **f2, "variant": "dev", "precision": "nvfp4"},
        ),
        Specimen(
            name="flux2-packed.safetensors", shapes=packed_text, expect={**f2, "variant": "dev"}
        ),
        Specimen(
            name="svdq-int4-flux.1-dev.safetensors",
            shapes=NUNCHAKU_FLUX,
            dtypes=nunchaku,
            expect={**expect_dev, "precision": "svdq-int4"},
        ),
    ]
