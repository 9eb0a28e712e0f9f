"""Names of samplers and schedulers of other programs, as ComfyUI has them.

Sources: AUTOMATIC1111 modules/sd_samplers_kdiffusion.py and sd_schedulers.py; InvokeAI
invokeai/backend/stable_diffusion/schedulers; NovelAI and Draw Things as their files say; ComfyUI
comfy/samplers.py.
"""

import re

_SAMPLERS = {
    "euler": "euler",
    "euler a": "euler_ancestral",
    "euler ancestral": "euler_ancestral",
    "euler cfg++": "euler_cfg_pp",
    "euler a cfg++": "euler_ancestral_cfg_pp",
    "heun": "heun",
    "heunpp2": "heunpp2",
    "lms": "lms",
    "dpm2": "dpm_2",
    "dpm2 a": "dpm_2_ancestral",
    "dpm2 ancestral": "dpm_2_ancestral",
    "dpm fast": "dpm_fast",
    "dpm adaptive": "dpm_adaptive",
    "dpm++ 2s a": "dpmpp_2s_ancestral",
    "dpm++ 2s ancestral": "dpmpp_2s_ancestral",
    "dpm++ 2m": "dpmpp_2m",
    "dpm++ sde": "dpmpp_sde",
    "dpm++ 2m sde": "dpmpp_2m_sde",
    "dpm++ 2m sde heun": "dpmpp_2m_sde_heun",
    "dpm++ 3m sde": "dpmpp_3m_sde",
    "ddim": "ddim",
    "ddpm": "ddpm",
    "lcm": "lcm",
    "ipndm": "ipndm",
    "ipndm v": "ipndm_v",
    "deis": "deis",
    "res multistep": "res_multistep",
    "gradient estimation": "gradient_estimation",
    "er sde": "er_sde",
    "sa solver": "sa_solver",
    "dpm++ 2s": "dpmpp_2s_ancestral",
    "dpm++ 3m": "dpmpp_3m_sde",
    "dpm2 a substep": "dpm_2_ancestral",
    "euler a substep": "euler_ancestral",
    "dpm++ sde substep": "dpmpp_sde",
    "kdpm2": "dpm_2",
    "kdpm2 a": "dpm_2_ancestral",
    "ddim v3": "ddim",
    "unipc": "uni_pc",
    "uni pc": "uni_pc",
    "uni pc bh2": "uni_pc_bh2",
}
_SCHEDULERS = {
    "normal": "normal",
    "native": "normal",
    "uniform": "normal",
    "karras": "karras",
    "exponential": "exponential",
    "polyexponential": "exponential",
    "sgm uniform": "sgm_uniform",
    "simple": "simple",
    "ddim": "ddim_uniform",
    "ddim uniform": "ddim_uniform",
    "beta": "beta",
    "linear quadratic": "linear_quadratic",
    "kl optimal": "kl_optimal",
    "trailing": "sgm_uniform",
    "k": "karras",
}
"""``trailing`` of Draw Things spaces the steps as SGM does; ``_k`` is InvokeAI's suffix for Karras.

A1111's ``polyexponential`` with its default rho of 1 is ``exponential``.
"""
_AUTOMATIC = {
    "dpm_2": "karras",
    "dpm_2_ancestral": "karras",
    "dpmpp_2m": "karras",
    "dpmpp_sde": "karras",
    "dpmpp_2s_ancestral": "karras",
    "dpmpp_2m_sde": "exponential",
    "dpmpp_2m_sde_heun": "exponential",
    "dpmpp_3m_sde": "exponential",
}
"""What A1111 and Forge take for the schedule type ``Automatic``; ``normal`` for other samplers."""


def sampler_of(name: str | None, scheduler: str | None) -> tuple[str | None, str | None]:
    """Return ComfyUI's names of a sampler and a scheduler; a name that is not known stays as it is.

    Some programs write both in the name of the sampler, for example ``DPM++ 2M Karras``.
    """
    if name is None:
        return None, _scheduler(scheduler, None)
    words = _plain(name)
    for ending in sorted(_SCHEDULERS, key=len, reverse=True):
        start = words.removesuffix(f" {ending}")
        if start != words and start in _SAMPLERS:
            known = _SAMPLERS[start]
            return known, _scheduler(scheduler, known) or _SCHEDULERS[ending]
    known = _SAMPLERS.get(words, name)
    return known, _scheduler(scheduler, known)


def _scheduler(name: str | None, sampler: str | None) -> str | None:
    if name is None:
        return None
    plain = _plain(name)
    if plain == "automatic":
        return _AUTOMATIC.get(sampler or "", "normal")
    return _SCHEDULERS.get(plain, name)


def _plain(name: str) -> str:
    """Return a name with words as A1111 writes them: ``k_dpmpp_2m_sde`` is ``dpm++ 2m sde``."""
    text = re.sub(r"[\s_]+", " ", name.strip().lower()).removeprefix("k ")
    return re.sub(r"\bdpmpp\b", "dpm++", re.sub(r"\b(k?dpm) (?=2\b)", r"\1", text))
