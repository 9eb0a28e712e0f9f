"""Models that make sound: ACE-Step, Stable Audio.

Source: ComfyUI comfy/model_detection.py.
"""

from genonaut.catalog.identification.rules.rule import Rule
from genonaut.catalog.vocabulary import Architecture, Prediction

RULES = (
    Rule(
        "ace_step.embedders",
        Architecture.ACE_STEP,
        any_of=(
            "genre_embedder.weight",
            "encoder.lyric_encoder.layers.0.input_layernorm.weight",  # 1.5
        ),
    ),
    Rule(
        "stable_audio.rotary",
        Architecture.STABLE_AUDIO,
        any_of=("transformer.rotary_pos_emb.inv_freq",),
        prediction=Prediction.V,
    ),
)
