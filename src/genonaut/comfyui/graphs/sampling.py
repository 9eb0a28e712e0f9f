"""Fourth part of a graph: sample, refine, enlarge and sample again."""

import msgspec

from genonaut.comfyui.graphs.conditioning import encode_texts
from genonaut.comfyui.graphs.latents import Start
from genonaut.comfyui.graphs.loaders import load_checkpoint
from genonaut.comfyui.graphs.nodes import Link, NodeClass, Nodes, output
from genonaut.comfyui.graphs.specs import Generation, Hires, Refiner, hires_size

FLUX2_SCHEDULER = "simple"
"""The scheduler that Flux2Scheduler replaces."""
_ALL_STEPS = 10_000
"""The largest ``steps`` and ``end_at_step`` of KSamplerAdvanced; as an end: to the end."""
_MAX_FLUX2_STEPS = 4_096
_LEAST_DENOISE = 0.001


class Pass(msgspec.Struct, frozen=True):
    """One run of a sampler; the ids of its nodes start with ``prefix``."""

    prefix: str
    title: str
    steps: int
    denoise: float
    width: int
    height: int


def sample(nodes: Nodes, spec: Generation, start: Start, vae: Link) -> Link:
    """Return the samples of all passes."""
    first = Pass("", "", spec.steps, spec.denoise, spec.width, spec.height)
    if spec.refiner is not None:
        samples = _sample_refined(nodes, spec, start, spec.refiner)
    else:
        samples = _sample_once(nodes, spec, start, first)
    if spec.hires is None:
        return samples
    latent = _enlarged(nodes, spec, spec.hires, samples, vae)
    width, height = hires_size(spec.width, spec.height, spec.hires.scale, spec.cell_px)
    second = Pass("hires_", "Hires: ", spec.hires.steps, spec.hires.denoise, width, height)
    return _sample_once(nodes, spec, msgspec.structs.replace(start, latent=latent), second)


def upscaled(nodes: Nodes, image: Link, model: str, size: tuple[int, int], prefix: str) -> Link:
    """Return an image enlarged by an upscale model and then brought to exactly ``size`` in pixels."""
    network = nodes.add(
        f"{prefix}upscale_model", NodeClass.UPSCALE_MODEL, "Upscale model", model_name=model
    )
    enlarged = nodes.add(
        f"{prefix}upscale", NodeClass.UPSCALE, "Upscale", upscale_model=network, image=image
    )
    return nodes.add(
        f"{prefix}scale", NodeClass.IMAGE_SCALE, "Scale",
        image=enlarged, upscale_method="lanczos", width=size[0], height=size[1], crop="disabled",
    )  # fmt: skip


def _enlarged(nodes: Nodes, spec: Generation, hires: Hires, samples: Link, vae: Link) -> Link:
    if not hires.upscale_model:
        return nodes.add(
            "hires_latent", NodeClass.LATENT_UPSCALE, "Hires: latent",
            samples=samples, upscale_method="bislerp", scale_by=hires.scale,
        )  # fmt: skip
    image = nodes.add("hires_decode", NodeClass.DECODE, "Hires: decode", samples=samples, vae=vae)
    size = hires_size(spec.width, spec.height, hires.scale, spec.cell_px)
    image = upscaled(nodes, image, hires.upscale_model, size, "hires_")
    return nodes.add("hires_latent", NodeClass.ENCODE_IMAGE, "Hires: latent", pixels=image, vae=vae)


def _sample_once(nodes: Nodes, spec: Generation, start: Start, run: Pass) -> Link:
    if spec.has_flux2_schedule or spec.dual_cfg is not None:
        return _sample_custom(nodes, spec, start, run)
    return nodes.add(
        f"{run.prefix}sampler", NodeClass.SAMPLER, _title(run, "Sampler"),
        seed=spec.seed, steps=run.steps, cfg=spec.cfg, sampler_name=spec.sampler,
        scheduler=spec.scheduler, denoise=run.denoise, model=start.model,
        positive=start.conditioning.positive, negative=start.conditioning.negative,
        latent_image=start.latent,
    )  # fmt: skip


def _title(run: Pass, title: str) -> str:
    return f"{run.title}{title.lower()}" if run.title else title


def _sample_refined(nodes: Nodes, spec: Generation, start: Start, refiner: Refiner) -> Link:
    """Sample the first steps with the base model and the last ones with the refiner.

    Source: Examples, sdxl: the base model leaves its noise to the refiner, which adds none. With a
    denoise below 1 the schedule is longer and only its last ``steps`` are used, as KSampler does.
    """
    total = min(int(spec.steps / max(spec.denoise, _LEAST_DENOISE)), _ALL_STEPS)
    begin = total - spec.steps
    switch = begin + round(spec.steps * refiner.switch_at)
    base = _advanced(
        nodes, spec, "sampler", "Sampler",
        start=start, steps=total, part=(begin, switch), is_first=True,
    )  # fmt: skip
    loaded = load_checkpoint(nodes, "refiner", "Refiner", refiner.checkpoint)
    texts = encode_texts(nodes, spec, loaded.clip, "refiner")
    return _advanced(
        nodes, spec, "refiner_sampler", "Refiner: sampler",
        start=Start(loaded.model, texts, base), steps=total, part=(switch, _ALL_STEPS),
        is_first=False,
    )  # fmt: skip


def _advanced(
    nodes: Nodes,
    spec: Generation,
    node_id: str,
    title: str,
    *,
    start: Start,
    steps: int,
    part: tuple[int, int],
    is_first: bool,
) -> Link:
    does = "enable" if is_first else "disable"
    return nodes.add(
        node_id, NodeClass.ADVANCED_SAMPLER, title,
        add_noise=does, noise_seed=spec.seed, steps=steps, cfg=spec.cfg,
        sampler_name=spec.sampler, scheduler=spec.scheduler,
        start_at_step=part[0], end_at_step=part[1], return_with_leftover_noise=does,
        model=start.model, positive=start.conditioning.positive,
        negative=start.conditioning.negative, latent_image=start.latent,
    )  # fmt: skip


def _sample_custom(nodes: Nodes, spec: Generation, start: Start, run: Pass) -> Link:
    """Sample with a schedule or guider of its own; a guider with a scale of 1 ignores the negative."""
    prefix = run.prefix
    noise = nodes.add(f"{prefix}noise", NodeClass.NOISE, _title(run, "Noise"), noise_seed=spec.seed)
    sampler = nodes.add(
        f"{prefix}sampler_choice", NodeClass.SAMPLER_CHOICE, _title(run, "Sampler choice"),
        sampler_name=spec.sampler,
    )  # fmt: skip
    guider = _guider(nodes, spec, start, run)
    return nodes.add(
        f"{prefix}sampler", NodeClass.CUSTOM_SAMPLER, _title(run, "Sampler"),
        noise=noise, guider=guider, sampler=sampler,
        sigmas=_schedule(nodes, spec, start.model, run), latent_image=start.latent,
    )  # fmt: skip


def _guider(nodes: Nodes, spec: Generation, start: Start, run: Pass) -> Link:
    texts = start.conditioning
    if spec.dual_cfg is None:
        return nodes.add(
            f"{run.prefix}guider", NodeClass.GUIDER, _title(run, "Guider"),
            model=start.model, positive=texts.positive, negative=texts.negative, cfg=spec.cfg,
        )  # fmt: skip
    return nodes.add(
        f"{run.prefix}guider", NodeClass.DUAL_GUIDER, _title(run, "Guider"),
        model=start.model, cond1=texts.positive, cond2=texts.negative,
        negative=texts.unconditional, cfg_conds=spec.cfg, cfg_cond2_negative=spec.dual_cfg,
        style="regular",
    )  # fmt: skip


def _schedule(nodes: Nodes, spec: Generation, model: Link, run: Pass) -> Link:
    if not spec.has_flux2_schedule or spec.scheduler != FLUX2_SCHEDULER:
        return nodes.add(
            f"{run.prefix}schedule", NodeClass.SCHEDULE, _title(run, "Schedule"),
            model=model, scheduler=spec.scheduler, steps=run.steps, denoise=run.denoise,
        )  # fmt: skip
    steps = run.steps
    if 0 < run.denoise < 1 and (run.prefix or spec.source is not None):
        # As KSampler does: all ``steps`` are run, the last ones of a longer schedule.
        steps = min(int(run.steps / run.denoise), _MAX_FLUX2_STEPS)
    schedule = nodes.add(
        f"{run.prefix}schedule", NodeClass.FLUX2_SCHEDULE, _title(run, "Schedule"),
        steps=steps, width=run.width, height=run.height,
    )  # fmt: skip
    if run.denoise >= 1:
        return schedule
    part = nodes.add(
        f"{run.prefix}last_part", NodeClass.SPLIT_SCHEDULE,
        _title(run, "Last part of the schedule"), sigmas=schedule, denoise=run.denoise,
    )  # fmt: skip
    return output(part, 1)
