"""Variants of each program's layout: older versions, options, and what other savers make of it."""

from typing import Any

import pytest
from tests.support import metadata_files as files
from tests.support.metadata_files import as_json

from genonaut.metadata import Generation, UsedLora, read_file


def _read(texts: dict[str, str]) -> Generation:
    generation = read_file(files.png(texts))
    assert generation is not None
    return generation


def _a1111(text: str) -> Generation:
    return _read({"parameters": text})


def _graph(graph: dict[str, Any], **more: Any) -> Generation:
    return _read({"prompt": as_json(graph), **more})


def _node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def test_civitai_resources_without_quotes() -> None:
    found = _a1111(
        "a fox: red, (fur:1.2)\nNegative prompt: blurry\nSteps: 25, Sampler: Euler a, CFG scale: 5, Seed: 7,"
        " Size: 832x1216, Clip skip: 2, Created Date: 2024-10-05T0852:32.1Z, Civitai resources:"
        ' [{"type":"checkpoint","modelVersionId":1,"modelName":"WAI [SDXL], v{1}","modelVersionName":"v1"},'
        '{"type":"lora","weight":0,"modelVersionId":2,"modelName":"ink"},{"type":"lora","weight":0.4,"modelVersionId":3}],'
        ' Civitai metadata: {"remix":{"of":[1,2]}}, Hires upscale: 2'
    )
    assert (found.program, found.model) == ("civitai", "WAI [SDXL], v{1}")
    assert found.loras == (UsedLora("ink", 0.0), UsedLora("3", 0.4))
    assert (found.prompt, found.seed, found.width) == ("a fox: red, (fur:1.2)", 7, 832)
    assert found.hires == {"scale": 2}


def test_something_that_is_no_pair_does_not_end_the_settings() -> None:
    found = _a1111(
        'a fox\nSteps: 20, Sampler: Euler, , "odd", Note: "unfinished, Seed: 7, ControlNet 0: "model: canny, weight: 1",'
        " Size: 64x32, Model: base"
    )
    assert (found.seed, found.width, found.height, found.model) == (7, 64, 32, "base")
    assert found.settings["ControlNet 0"] == "model: canny, weight: 1"


def test_templates_after_the_settings() -> None:
    found = _a1111(
        "a red fox\nNegative prompt: blurry\nSteps: 20, Sampler: Euler, Seed: 7, Size: 64x64\n"
        "Template: a {red|blue} fox, Seed: 9\nsecond line\n\n\n\n\n\nNegative Template: {blurry|ugly}, Steps: 1"
    )
    assert (found.prompt, found.negative_prompt) == ("a red fox", "blurry")
    assert (found.steps, found.seed) == (20, 7)
    assert found.settings["Negative Template"] == "{blurry|ugly}, Steps: 1"


@pytest.mark.parametrize(
    ("text", "prompt", "negative"),
    [
        ("Steps: 20, Sampler: Euler, Seed: 7", None, None),
        ("Negative prompt: ugly\nSteps: 20, Sampler: Euler, Seed: 7", None, "ugly"),
        ("a fox\n Negative prompt: ugly\n\nbad\nSteps: 20\nSampler: Euler,\nSeed: 7", "a fox", "ugly\n\nbad"),
        ("Steps: into the sky, a: b, c: d, e: f\nby night\nSteps: 20, Sampler: Euler, Seed: 7",
         "Steps: into the sky, a: b, c: d, e: f\nby night", None),
        ("a fox Negative prompt: ugly Steps: 20, Sampler: Euler, Seed: 7", "a fox", "ugly"),
        ("Parameters                      : a fox.Negative prompt: ugly.Steps: 20, Sampler: Euler, Seed: 7", "a fox", "ugly"),
        ("a fox. Steps: 20, Sampler: Euler, Seed: 7", "a fox.", None),
        ("a fox\r\nNegative prompt: ugly\r\nSteps: 20, Sampler: Euler, Seed: 7\r\n", "a fox", "ugly"),
    ],
    ids=["only-settings", "no-prompt", "one-a-line", "prompt-like-settings", "one-line", "printed", "one-line-prompt", "crlf"],
)  # fmt: skip
def test_shapes_of_the_text(text: str, prompt: str | None, negative: str | None) -> None:
    found = _a1111(text)
    assert (found.prompt, found.negative_prompt) == (prompt, negative)
    assert (found.steps, found.sampler, found.seed) == (20, "Euler", 7)


def test_strengths_and_hashes_of_loras() -> None:
    found = _a1111(
        "a fox <lora:sub/ink:0.5:0.8> <lora:wash:te=0.2:unet=0.9> <lyco:old:-1> <lora:plain>\n"
        'Steps: 20, Sampler: Euler, Seed: 7, Hashes: {"model": "45a21ea00a", "lora:ink": "ab", "vae": "cd"}'
    )
    assert found.loras == (
        UsedLora("sub/ink", 0.8, 0.5, "ab"),
        UsedLora("wash", 0.9, 0.2),
        UsedLora("old", -1.0),
        UsedLora("plain", 1.0),
    )
    assert found.model_hash == "45a21ea00a"


def test_the_scheme_of_fooocus_that_follows_a1111() -> None:
    found = _a1111(
        "a fox, sharp\nNegative prompt: ugly\nSteps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 7, Size: 1152x896,"
        ' CFG scale: 4, Sharpness: 2, ADM Guidance: "(1.5, 0.8, 0.3)", Model: base, Model hash: ab, Scheduler: karras,'
        ' VAE: Default (model), Lora hashes: "ink: cd, wash: ef", Lora weights: "ink: 0.1, wash: 0.7", Version: Fooocus v2.4.3'
    )
    assert (found.program, found.sampler, found.scheduler) == ("fooocus", "DPM++ 2M SDE", "karras")
    assert found.vae is None
    assert found.loras == (UsedLora("ink", 0.1, hash="cd"), UsedLora("wash", 0.7, hash="ef"))


def test_settings_of_sd_next_and_forge() -> None:
    found = _a1111(
        "a fox\nSteps: 20, Size: 1024x768, Sampler: Default, Scheduler: EulerDiscreteScheduler, Seed: 7, CFG scale: 6, App: SD.Next,"
        " Operations: txt2img; upscale, HiRes mode: 1, Hires upscaler: 4x, Hires scale: 1.5, Hires size: 1536x1152, Hires steps: 5,"
        " Hires strength: 0.3, Denoising strength: 0.9, Sampler sigma: karras"
    )
    assert (found.sampler, found.scheduler) == ("EulerDiscreteScheduler", "karras")
    assert found.hires == {
        "scale": 1.5, "upscaler": "4x", "size": "1536x1152", "steps": 5, "denoise": 0.3,
    }  # fmt: skip
    found = _a1111(
        "a fox\nSteps: 20, Sampler: Euler, Schedule type: Simple, Distilled CFG Scale: 3.5, Seed: -1, Model: flux,"
        " Version: f2.0.1v1.10.1, Module 1: t5xxl_fp16, Module 2: clip_l, Module 3: ae"
    )
    assert (found.vae, found.guidance, found.seed) == ("ae", 3.5, None)


def test_a_text_without_scheduler_beside_a_graph() -> None:
    graph = {
        "1": _node("CheckpointLoaderSimple", ckpt_name="base.safetensors"),
        "2": _node("CLIPTextEncode", clip=["1", 1], text="a fox"),
        "3": _node(
            "KSampler", model=["1", 0], positive=["2", 0], seed=7, steps=20, cfg=5, sampler_name="euler", scheduler="beta",
            denoise=1,
        ),
        "4": _node("SaveImage", images=["3", 0]),
    }  # fmt: skip
    text = "a fox\nSteps: 20, Sampler: Euler a, Seed: 7"
    found = _graph(graph, parameters=text, workflow=as_json({"nodes": []}))
    assert (found.program, found.sampler, found.scheduler) == ("comfyui", "Euler a", "beta")
    assert (found.model, found.cfg, found.workflow) == ("base.safetensors", 5, {"nodes": []})
    unset = "unknown\nNegative prompt: unknown\nSteps: 9, Sampler: euler_simple, CFG Scale: 8.0, Seed: 0, Version: ComfyUI"
    unlinked = _graph(graph, parameters=unset)
    assert (unlinked.prompt, unlinked.steps, unlinked.seed, unlinked.cfg) == ("a fox", 20, 7, 5)
    saved = _graph(graph, parameters=text.replace("Euler a", "euler_ancestral_sgm_uniform"))
    assert (saved.sampler, saved.scheduler) == ("euler_ancestral", "sgm_uniform")


def test_loaders_with_prompts_size_and_loras() -> None:
    graph = {
        "1": _node(
            "Efficient Loader", ckpt_name="base.safetensors", vae_name="Baked VAE", clip_skip=-2, lora_name="ink.safetensors",
            lora_model_strength=0.7, lora_clip_strength=0.5, positive="a fox", negative="ugly", empty_latent_width=832,
            empty_latent_height=1216, lora_stack=["2", 0],
        ),
        "2": _node(
            "LoRA Stacker", input_mode="simple", lora_count=1, lora_name_1="wash.safetensors", lora_wt_1=0.3,
            lora_name_2="unused.safetensors", lora_wt_2=1,
        ),
        "3": _node(
            "KSampler (Efficient)", model=["1", 0], positive=["1", 1], negative=["1", 2], latent_image=["1", 3], seed=7,
            steps=20, cfg=5, sampler_name="euler", scheduler="karras", denoise=1,
        ),
        "4": _node("SaveImage", images=["3", 5]),
    }  # fmt: skip
    found = _graph(graph)
    assert (found.prompt, found.negative_prompt) == ("a fox", "ugly")
    assert (found.width, found.height, found.clip_skip, found.vae) == (832, 1216, 2, None)
    assert found.loras == (
        UsedLora("ink.safetensors", 0.7, 0.5),
        UsedLora("wash.safetensors", 0.3),
    )


def test_a_pipe_carries_model_and_prompts() -> None:
    graph = {
        "1": _node("CheckpointLoader|pysssss", ckpt_name={"content": "base.safetensors", "image": None}),
        "2": _node("LoraLoader|pysssss", model=["1", 0], lora_name={"content": "ink.safetensors"}, strength_model=0.7),
        "3": _node("CLIPTextEncode", clip=["1", 1], text=["9", 0]),
        "4": _node("CLIPTextEncode", clip=["1", 1], text="ugly"),
        "5": _node("ToBasicPipe", model=["2", 0], clip=["1", 1], vae=["1", 2], positive=["3", 0], negative=["4", 0]),
        "6": _node(
            "ImpactKSamplerBasicPipe", basic_pipe=["5", 0], latent_image=["7", 0], seed=["8", 0], steps=20, cfg=5,
            sampler_name="euler", scheduler="karras", denoise=1,
        ),
        "7": _node("CR SDXL Aspect Ratio", width=1024, height=1024, aspect_ratio="3:4 portrait 896x1152", swap_dimensions="On"),
        "8": _node("Reroute", anything=["10", 0]),
        "9": _node("StringFunction|pysssss", action="append", text_a="a fox", text_b=["11", 0], text_c=""),
        "10": _node("PrimitiveInt", value=2**60),
        "11": _node("SDXLPromptStyler", text_positive=", red", text_negative="wrong"),
        "12": _node("SaveImage", images=["6", 0]),
    }  # fmt: skip
    found = _graph(graph)
    assert (found.prompt, found.negative_prompt) == ("a fox, red", "ugly")
    assert (found.model, found.seed) == ("base.safetensors", 2**60)
    assert found.loras == (UsedLora("ink.safetensors", 0.7),)
    assert (found.width, found.height) == (1152, 896)


def test_combined_prompts_are_all_kept() -> None:
    graph = {
        "1": _node("CheckpointLoaderSimple", ckpt_name="base.safetensors"),
        "2": _node("CLIPTextEncode", clip=["1", 1], text="a forest"),
        "3": _node("CLIPTextEncode", clip=["1", 1], text="a fox"),
        "4": _node("ConditioningSetArea", conditioning=["3", 0], width=64, height=64),
        "5": _node("ConditioningCombine", conditioning_1=["4", 0], conditioning_2=["2", 0]),
        "6": _node("ControlNetApplyAdvanced", positive=["5", 0], negative=["7", 0], image=["8", 0]),
        "7": _node("ConditioningZeroOut", conditioning=["2", 0]),
        "8": _node("LoadImage", image="x.png"),
        "9": _node(
            "KSampler", model=["1", 0], positive=["6", 0], negative=["6", 1], seed=7, steps=20, cfg=["10", 0], denoise=1,
        ),
        "10": _node("Other", seed=99),
        "11": _node("SaveImage", images=["9", 0]),
    }  # fmt: skip
    found = _graph(graph)
    assert (found.prompt, found.negative_prompt) == ("a forest\na fox", None)
    assert found.cfg is None, "a value of another name was taken"


def test_a_video_of_wan() -> None:
    graph = {
        "1": _node("WanVideoModelLoader", model="wan.safetensors", lora=["2", 0]),
        "2": _node("WanVideoLoraSelect", lora="fast.safetensors", strength=0.6),
        "3": _node("WanVideoTextEncode", positive_prompt="a fox runs", negative_prompt="ugly", t5=["9", 0]),
        "4": _node("WanVideoEmptyEmbeds", width=832, height=480, num_frames=81),
        "5": _node(
            "WanVideoSampler", model=["1", 0], text_embeds=["3", 0], image_embeds=["4", 0], seed=7, steps=6, cfg=1,
            scheduler="unipc",
        ),
        "6": _node("VHS_VideoCombine", images=["5", 0]),
    }  # fmt: skip
    comment = as_json({"prompt": as_json(graph), "workflow": {"nodes": []}})
    found = read_file(files.mp4({"comment": comment}))
    assert found is not None
    assert (found.prompt, found.negative_prompt, found.model) == (
        "a fox runs",
        "ugly",
        "wan.safetensors",
    )
    assert found.loras == (UsedLora("fast.safetensors", 0.6),)
    assert (found.width, found.height, found.workflow) == (832, 480, {"nodes": []})


def test_a_profile_of_exif_as_text() -> None:
    """ImageMagick converts EXIF to such a text of PNG."""
    picture = files.image_with_exif(
        "WEBP",
        {},
        files.unicode_comment("a fox\nSteps: 20, Sampler: Euler, Seed: 7", "utf-16-be"),
    )
    at = picture.index(b"EXIF") + 4
    exif = picture[at + 4 : at + 4 + int.from_bytes(picture[at : at + 4], "little")]
    digits = exif.hex()
    found = _read(
        {"Raw profile type exif": f"\nexif\n    {len(exif)}\n{digits[:72]}\n{digits[72:]}\n"}
    )
    assert (found.prompt, found.seed) == ("a fox", 7)


def test_swarmui_takes_missing_values_from_the_graph_and_keeps_its_second_pass() -> None:
    params = {
        "prompt": "a fox", "model": "base", "seed": 5, "steps": 20, "cfgscale": 7, "vae": "Automatic", "width": 64,
        "height": 64, "refinerupscale": 1.5, "refinercontrolpercentage": 0.3, "refinerupscalemethod": "model-4x.pth",
    }  # fmt: skip
    graph = {
        "1": _node("SwarmKSampler", model=["2", 0], positive=["2", 1], noise_seed=5, steps=20, sampler_name="euler", scheduler="beta"),
        "2": _node("CheckpointLoaderSimple", ckpt_name="base.safetensors"),
        "3": _node("SwarmSaveImageWS", images=["1", 0]),
    }  # fmt: skip
    found = _graph(graph, parameters=as_json({"sui_image_params": params}))
    assert (found.program, found.sampler, found.scheduler, found.vae) == (
        "swarmui",
        "euler",
        "beta",
        None,
    )
    assert found.hires == {"scale": 1.5, "denoise": 0.3, "upscaler": "model-4x.pth"}


def test_stability_matrix_without_its_json() -> None:
    found = _read(
        {"smproj": "{}", "parameters": "a fox <lora:ink:0.5>\nSteps: 20, Sampler: Euler, Seed: 7"}
    )
    assert (found.program, found.seed) == ("stability-matrix", 7)
    assert found.loras == (UsedLora("ink", 0.5),)


def test_stability_matrix_names_the_size_of_the_enlarged_image() -> None:
    values = {
        "PositivePrompt": "a fox # note",
        "Seed": 7,
        "Steps": 20,
        "Width": 96,
        "Height": 96,
        "Sampler": "Euler Ancestral Karras",
    }
    graph = {
        "1": _node("EmptyLatentImage", width=64, height=64),
        "2": _node(
            "KSampler", model=["9", 0], positive=["9", 0], latent_image=["1", 0], seed=7, steps=20,
            sampler_name="euler_ancestral", scheduler="karras",
        ),
        "3": _node("ImageScale", width=96, height=96, image=["2", 0]),
        "4": _node("PreviewImage", images=["3", 0]),
    }  # fmt: skip
    alone = _read({"parameters-json": as_json(values)})
    assert (alone.width, alone.sampler, alone.scheduler) == (96, "Euler Ancestral", "Karras")
    found = _graph(graph, **{"parameters-json": as_json(values)})
    assert (found.prompt, found.width, found.height) == ("a fox # note", 64, 64)
    assert (found.sampler, found.scheduler) == ("euler_ancestral", "karras")


def test_an_image_that_civitai_only_enlarged() -> None:
    extra = {
        "prompt": "a fox",
        "seed": 7,
        "steps": 25,
        "sampler": "Euler a",
        "clipSkip": 2,
        "baseModel": "Illustrious",
    }
    graph = {"1": _node("ImageScale", width=96, height=96, image=["2", 0])}
    found = _read({"parameters": as_json({**graph, "extraMetadata": as_json(extra)})})
    assert (found.program, found.model, found.clip_skip) == ("civitai", "Illustrious", 2)


def test_forms_of_loras_and_json_of_other_programs() -> None:
    ruined = {
        "Prompt": "a fox", "seed": 5, "software": "RuinedFooocus", "base_model_name": "base",
        "loras": ["0.5 - ink.safetensors", ["wash.safetensors", 0], "None"],
    }  # fmt: skip
    twice = as_json(as_json(ruined))
    assert _read({"parameters": twice}).loras == (
        UsedLora("ink.safetensors", 0.5),
        UsedLora("wash.safetensors", 0.0),
    )
    easy = {
        "prompt": "a fox",
        "use_stable_diffusion_model": "base",
        "use_vae_model": "None",
        "use_lora_model": "['ink', 'wash']",
        "lora_alpha": "[0.5, 0]",
    }
    found = _read(easy)
    assert found.loras == (UsedLora("ink", 0.5), UsedLora("wash", 0.0))
    assert found.vae is None
    fooocus = {
        "prompt": "a fox",
        "base_model": "base",
        "styles": "[]",
        "lora_combined_1": "ink : 0.3",
        "lora_combined_2": "None : 1",
    }
    assert _read({"parameters": as_json(fooocus)}).loras == (UsedLora("ink", 0.3),)
    invoke = {
        "positive_prompt": "a fox", "model": "base", "hrf_enabled": True, "hrf_strength": 0.4, "hrf_method": "ESRGAN",
        "loras": [{"lora": {"model_name": "ink", "base_model": "sdxl"}, "weight": 0}],
    }  # fmt: skip
    found = _read({"invokeai_metadata": as_json(invoke)})
    assert (found.model, found.loras) == ("base", (UsedLora("ink", 0.0),))
    assert found.hires == {"denoise": 0.4, "upscaler": "ESRGAN"}
