"""Names of samplers of other programs."""

import pytest

from genonaut.imports.samplers import sampler_of


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("Euler a", None), ("euler_ancestral", None)),
        (("Euler a", "Karras"), ("euler_ancestral", "karras")),
        (("DPM++ 2M Karras", None), ("dpmpp_2m", "karras")),
        (("DPM++ 2M SDE SGM Uniform", None), ("dpmpp_2m_sde", "sgm_uniform")),
        (("DPM++ 2M SDE", "Exponential"), ("dpmpp_2m_sde", "exponential")),
        (("k_euler_ancestral", "native"), ("euler_ancestral", "normal")),
        (("k_dpmpp_2m", None), ("dpmpp_2m", None)),
        (("dpmpp_3m_sde_k", None), ("dpmpp_3m_sde", "karras")),
        (("dpmpp_2m", "karras"), ("dpmpp_2m", "karras")),
        (("uni_pc_bh2", "simple"), ("uni_pc_bh2", "simple")),
        (("DPM2 a", "Automatic"), ("dpm_2_ancestral", "karras")),
        (("DPM++ 2M SDE", "Automatic"), ("dpmpp_2m_sde", "exponential")),
        (("Euler a", "Automatic"), ("euler_ancestral", "normal")),
        (("Restart", "Automatic"), ("Restart", "normal")),
        (("Euler", "Polyexponential"), ("euler", "exponential")),
        (("DPM++ 2M", "Uniform"), ("dpmpp_2m", "normal")),
        (("kdpm_2_a_k", None), ("dpm_2_ancestral", "karras")),
        (("dpmpp_2s_k", None), ("dpmpp_2s_ancestral", "karras")),
        (("euler_ancestral_karras", None), ("euler_ancestral", "karras")),
        (("DDIM Trailing", None), ("ddim", "sgm_uniform")),
        (("Restart", None), ("Restart", None)),
        ((None, "Karras"), (None, "karras")),
        (("dpm_2", "sgm_uniform"), ("dpm_2", "sgm_uniform")),
        (("heunpp2", "beta"), ("heunpp2", "beta")),
    ],
)
def test_names_become_those_of_comfyui(
    given: tuple[str | None, str | None], expected: tuple[str | None, str | None]
) -> None:
    assert sampler_of(*given) == expected
