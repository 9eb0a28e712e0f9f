"""Values of graphs with nodes of common packs, with switches, and with samplers that prepare inputs."""

from typing import Any

import pytest
from tests.support import metadata_files as files
from tests.support.metadata_files import as_json

from genonaut.metadata import Generation, UsedLora, read_file

Graph = dict[str, Any]
Settings = dict[str, Any]
_SETTINGS: Settings = {
    "seed": 5, "steps": 20, "cfg": 7, "sampler_name": "euler", "scheduler": "karras", "denoise": 1,
}  # fmt: skip


def _node(kind: str, inputs: Settings | None = None, **more: object) -> Graph:
    return {"class_type": kind, "inputs": (inputs or {}) | more}


_TEXTS: Graph = {
    "fox": _node("CLIPTextEncode", clip=["base", 1], text="a fox"),
    "ugly": _node("CLIPTextEncode", clip=["base", 1], text="ugly"),
}
_SAMPLER = _node(
    "KSampler", _SETTINGS, model=["base", 0], positive=["fox", 0], negative=["ugly", 0], latent_image=["latent", 0]
)  # fmt: skip
_PLAIN: Graph = {
    "base": _node("CheckpointLoaderSimple", ckpt_name="base"),
    **_TEXTS,
    "latent": _node("EmptyLatentImage", width=512, height=768, batch_size=1),
    "sampler": _SAMPLER,
    "decode": _node("VAEDecode", samples=["sampler", 0], vae=["base", 2]),
    "save": _node("SaveImage", images=["decode", 0]),
}
_EFFICIENCY: Graph = {
    "loader": _node(
        "Efficient Loader", ckpt_name="base", vae_name="Baked VAE", clip_skip=-2, lora_name="ink", lora_model_strength=0.6,
        lora_clip_strength=0.5, positive="a fox", negative="ugly", empty_latent_width=512, empty_latent_height=768,
    ),
    "sampler": _node(
        "KSampler (Efficient)", _SETTINGS, model=["loader", 0], positive=["loader", 1], negative=["loader", 2],
        latent_image=["loader", 3], optional_vae=["loader", 4],
    ),
    "save": _node("SaveImage", images=["sampler", 5]),
}  # fmt: skip
_EASY_USE: Graph = {
    "loader": _node(
        "easy a1111Loader", ckpt_name="base", lora_name="ink", lora_model_strength=0.6, lora_clip_strength=0.5, clip_skip=-2,
        resolution="512 x 768", empty_latent_width=64, empty_latent_height=64, positive="a fox", negative="ugly",
    ),
    "settings": _node("easy preSampling", _SETTINGS, pipe=["loader", 0]),
    "sampler": _node("easy kSampler", pipe=["settings", 0], image_output="Preview"),
    "save": _node("SaveImage", images=["sampler", 0]),
}  # fmt: skip
_IMPACT: Graph = {
    **_PLAIN,
    "base": _node("CheckpointLoaderSimple", ckpt_name="base"),
    "pipe": _node(
        "ToBasicPipe", model=["base", 0], clip=["base", 1], vae=["base", 2], positive=["fox", 0], negative=["ugly", 0]
    ),
    "sampler": _node("ImpactKSamplerBasicPipe", _SETTINGS, basic_pipe=["pipe", 0], latent_image=["latent", 0]),
}  # fmt: skip
_RGTHREE: Graph = {
    **_PLAIN,
    "loras": _node(
        "Power Lora Loader (rgthree)",
        {"lora_1": {"on": True, "lora": "ink", "strength": 0.6, "strengthTwo": 0.5}, "lora_2": {"on": False, "lora": "off"}},
        model=["base", 0], clip=["base", 1],
    ),
    "seed": _node("Seed (rgthree)", seed=5),
    "all": _node(
        "Context Big (rgthree)", model=["loras", 0], clip=["loras", 1], vae=["base", 2], positive=["fox", 0],
        negative=["ugly", 0], latent=["latent", 0], seed=["seed", 0], steps=20, sampler="euler",
    ),
    "context": _node("Context (rgthree)", base_ctx=["all", 0]),
    "sampler": _node(
        "KSampler", _SETTINGS, seed=["context", 8], sampler_name=["context", 12], model=["context", 1],
        positive=["context", 4], negative=["context", 5], latent_image=["context", 6],
    ),
}  # fmt: skip
_WAN: Graph = {
    "loader": _node("WanVideoModelLoader", model="base", lora=["lora", 0]),
    "lora": _node("WanVideoLoraSelect", lora="ink", strength=0.6),
    "t5": _node("LoadWanVideoT5TextEncoder", model_name="umt5"),
    "texts": _node("WanVideoTextEncode", positive_prompt="a fox", negative_prompt="ugly", t5=["t5", 0]),
    "size": _node("WanVideoEmptyEmbeds", width=512, height=768, num_frames=81),
    "sampler": _node(
        "WanVideoSampler", steps=20, cfg=7, seed=5, shift=8, scheduler="unipc", model=["loader", 0],
        text_embeds=["texts", 0], image_embeds=["size", 0],
    ),
    "video": _node("VHS_VideoCombine", images=["sampler", 0]),
}  # fmt: skip
_STYLES: Graph = {
    **_PLAIN,
    "styles": _node("SDXLPromptStyler", text_positive="a fox", text_negative="ugly", style="base"),
    "fox": _node("CLIPTextEncode", clip=["base", 1], text=["styles", 0]),
    "ugly": _node("CLIPTextEncode", clip=["base", 1], text=["styles", 1]),
}
_POWER_PROMPTS: Graph = {
    **_PLAIN,
    "fox": _node(
        "Power Prompt (rgthree)", prompt="a fox", opt_clip=["base", 1], opt_model=["base", 0]
    ),
    "ugly": _node("Power Prompt - Simple (rgthree)", prompt="ugly", opt_clip=["base", 1]),
}
_STASH: Graph = {
    **_PLAIN,
    "stash": _node("PromptStashSaver", use_input_text=False, prompt_text="a fox", save_as_key="x"),
    "fox": _node("CLIPTextEncode", clip=["base", 1], text=["stash", 0]),
}
_GLIGEN: Graph = {
    **_PLAIN,
    "plain": _TEXTS["fox"],
    "fox": _node(
        "GLIGENTextBoxApply",
        text="tail",
        conditioning_to=["plain", 0],
        clip=["base", 1],
        width=64,
        height=64,
    ),
}
_REWRITTEN: Graph = {
    **_PLAIN,
    "is-on": _node("PrimitiveBoolean", value=True),
    "own": _node("PrimitiveStringMultiline", value="a fox"),
    "request": _node(
        "StringConcatenate", string_a="Improve this: ", string_b=["own", 0], delimiter=""
    ),
    "model": _node("TextGenerate", prompt=["request", 0], clip=["base", 1]),
    "text": _node(
        "ComfySwitchNode", switch=["is-on", 0], on_false=["own", 0], on_true=["model", 0]
    ),
    "fox": _node("CLIPTextEncode", clip=["base", 1], text=["text", 0]),
}


def _read(graph: Graph) -> Generation:
    generation = read_file(files.png({"prompt": as_json(graph)}))
    assert generation is not None
    return generation


@pytest.mark.parametrize(
    ("graph", "lora"),
    [
        (_EFFICIENCY, UsedLora("ink", 0.6, 0.5)),
        (_EASY_USE, UsedLora("ink", 0.6, 0.5)),
        (_IMPACT, None),
        (_RGTHREE, UsedLora("ink", 0.6, 0.5)),
        (_WAN, UsedLora("ink", 0.6)),
        (_STYLES, None),
        (_POWER_PROMPTS, None),
        (_STASH, None),
        (_GLIGEN, None),
        (_REWRITTEN, None),
    ],
    ids=[
        "efficiency",
        "easy-use",
        "impact",
        "rgthree",
        "wan-video",
        "styles",
        "power-prompts",
        "stash",
        "gligen",
        "rewritten",
    ],
)
def test_graphs_of_node_packs(graph: Graph, lora: UsedLora | None) -> None:
    generation = _read(graph)
    assert (generation.prompt, generation.negative_prompt) == ("a fox", "ugly")
    assert (generation.seed, generation.steps, generation.cfg) == (5, 20, 7)
    assert (generation.width, generation.height, generation.model) == (512, 768, "base")
    assert generation.loras == (() if lora is None else (lora,))
    if graph is not _WAN:
        assert (generation.sampler, generation.scheduler) == ("euler", "karras")
    if graph in (_EFFICIENCY, _EASY_USE):
        assert generation.clip_skip == 2


@pytest.mark.parametrize(
    ("loader", "inputs", "lora"),
    [
        (
            "CR LoRA Stack",
            {"switch_1": "On", "lora_name_1": "ink", "model_weight_1": 0.6, "clip_weight_1": 0.5, "switch_2": "Off", "lora_name_2": "x"},
            UsedLora("ink", 0.6, 0.5),
        ),
        (
            "LoRA Stacker",
            {"input_mode": "simple", "lora_count": 1, "lora_name_1": "ink", "lora_wt_1": 0.6, "model_str_1": 1, "lora_name_2": "x"},
            UsedLora("ink", 0.6),
        ),
        (
            "easy loraStack",
            {"toggle": True, "mode": "advanced", "num_loras": 1, "lora_1_name": "ink", "lora_1_strength": 1,
             "lora_1_model_strength": 0.6, "lora_1_clip_strength": 0.5},
            UsedLora("ink", 0.6, 0.5),
        ),
        (
            "Lora Loader (LoraManager)",
            {"text": "<lora:ink:0.6>", "loras": {"__value__": [
                {"name": "ink", "strength": "0.6", "clipStrength": "0.5", "active": True}, {"name": "x", "active": False},
            ]}},
            UsedLora("ink", 0.6, 0.5),
        ),
        ("LoraTagLoader", {"text": "<lora:ink:0.6>"}, UsedLora("ink", 0.6)),
    ],
)  # fmt: skip
def test_loras_of_stacks_and_lists(loader: str, inputs: Settings, lora: UsedLora) -> None:
    graph = _PLAIN | {
        "loras": _node(loader, inputs, model=["base", 0]),
        "sampler": _node("KSampler", _SAMPLER["inputs"], model=["loras", 0]),
    }
    assert _read(graph).loras == (lora,)


@pytest.mark.parametrize(("is_on", "steps", "loras"), [(True, 4, 1), (False, 20, 0)])
def test_only_the_used_branch_of_a_switch_counts(is_on: bool, steps: int, loras: int) -> None:
    def switch(off: str, on: str) -> Graph:
        return _node("ComfySwitchNode", switch=["is-on", 0], on_false=[off, 0], on_true=[on, 0])

    graph = _PLAIN | {
        "is-on": _node("PrimitiveBoolean", value=is_on),
        "few": _node("PrimitiveInt", value=4),
        "many": _node("PrimitiveInt", value=20),
        "steps": switch("many", "few"),
        "fast": _node("LoraLoaderModelOnly", lora_name="fast", strength_model=1, model=["base", 0]),
        "model": switch("base", "fast"),
        "sampler": _node("KSampler", _SAMPLER["inputs"], steps=["steps", 0], model=["model", 0]),
    }
    generation = _read(graph)
    assert generation.steps == steps
    assert len(generation.loras) == loras


def test_a_sampler_that_prepares_an_input_and_its_vae_do_not_count() -> None:
    depth: Graph = {
        "depth-model": _node("UNETLoader", unet_name="depth"),
        "depth-vae": _node("VAELoader", vae_name="depth-vae"),
        "photo": _node("LoadImage", image="x.png"),
        "depth-latent": _node("VAEEncode", pixels=["photo", 0], vae=["depth-vae", 0]),
        "depth": _node("KSampler", _SETTINGS, seed=9, model=["depth-model", 0], positive=["photo", 0], latent_image=["depth-latent", 0]),
        "map": _node("VAEDecode", samples=["depth", 0], vae=["depth-vae", 0]),
    }  # fmt: skip
    graph = depth | _PLAIN | {
        "control": _node("ControlNetApplyAdvanced", positive=["fox", 0], negative=["ugly", 0], image=["map", 0]),
        "vae": _node("VAELoader", vae_name="own-vae"),
        "sampler": _node("KSampler", _SAMPLER["inputs"], positive=["control", 0], negative=["control", 1]),
        "decode": _node("VAEDecode", samples=["sampler", 0], vae=["vae", 0]),
    }  # fmt: skip
    generation = _read(graph)
    assert (generation.seed, generation.model, generation.vae) == (5, "base", "own-vae")
    assert (generation.prompt, generation.negative_prompt) == ("a fox", "ugly")


def test_the_vae_of_the_checkpoint_has_no_name() -> None:
    graph = _PLAIN | {"other": _node("VAELoader", vae_name="unused")}
    assert _read(graph).vae is None


def test_texts_in_a_dense_circle_end() -> None:
    names = (
        "text",
        "prompt",
        "positive",
        "string",
        "value",
        "tags",
        "text_g",
        "text_l",
        "clip_l",
        "t5xxl",
    )
    circle = {
        f"text-{index}": _node("Texts", {key: [f"text-{(index + 1) % 30}", 0] for key in names})
        for index in range(30)
    }
    graph = _PLAIN | circle | {"fox": _node("CLIPTextEncode", clip=["base", 1], text=["text-0", 0])}
    generation = _read(graph)
    assert (generation.prompt, generation.seed) == (None, 5)
