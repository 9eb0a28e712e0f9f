"""Prompts and settings of every program, read from files in its layout."""

from typing import Any

import pytest
from tests.support import metadata_files as files
from tests.support.metadata_files import as_json

from genonaut.metadata import Generation, UsedLora, read_file

_GRAPH: dict[str, Any] = {
    "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sub\\base.safetensors"}},
    "2": {
        "class_type": "LoraLoader",
        "inputs": {"model": ["1", 0], "clip": ["1", 1], "lora_name": "ink.safetensors", "strength_model": 0.7, "strength_clip": 0.5},
    },
    "3": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["2", 1], "text": "a fox"}},
    "4": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["2", 1], "text": "blurry"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 768, "height": 512, "batch_size": 1}},
    "6": {
        "class_type": "KSampler",
        "inputs": {
            "model": ["2", 0], "positive": ["3", 0], "negative": ["4", 0], "latent_image": ["5", 0],
            "seed": 2**60, "steps": 20, "cfg": 7.5, "sampler_name": "euler", "scheduler": "karras", "denoise": 1.0,
        },
    },
    "7": {"class_type": "VAEDecode", "inputs": {"samples": ["6", 0], "vae": ["1", 2]}},
    "8": {"class_type": "SaveImage", "inputs": {"images": ["7", 0], "filename_prefix": "x"}},
}  # fmt: skip
_WORKFLOW: dict[str, Any] = {"nodes": [], "links": []}
_A1111 = (
    "a fox, <lora:ink:0.7>\nred fur\nNegative prompt: blurry,\nugly\nSteps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7.5,"
    " Seed: 1234, Size: 768x512, Model hash: 45a21ea00a, Model: base, Denoising strength: 0.3, Clip skip: 2,"
    ' Hires upscale: 1.5, Hires upscaler: 4x, Lora hashes: "ink: abc123", Version: v1.9.4'
)


def _read(data: bytes) -> Generation:
    generation = read_file(data)
    assert generation is not None
    return generation


def _check_graph(generation: Generation) -> None:
    assert generation.program == "comfyui"
    assert (generation.prompt, generation.negative_prompt) == ("a fox", "blurry")
    assert (generation.seed, generation.steps, generation.cfg) == (2**60, 20, 7.5)
    assert (generation.sampler, generation.scheduler) == ("euler", "karras")
    assert (generation.width, generation.height) == (768, 512)
    assert generation.model == "sub\\base.safetensors"
    assert generation.loras == (UsedLora("ink.safetensors", 0.7, 0.5),)
    assert generation.graph == _GRAPH


@pytest.mark.parametrize(
    "data",
    [
        files.png({"prompt": as_json(_GRAPH), "workflow": as_json(_WORKFLOW)}),
        files.png_with_chunk(b"comf", b"prompt\0" + as_json(_GRAPH).encode(), is_late=True),
        files.image_with_exif(
            "WEBP", {0x0110: "prompt:" + as_json(_GRAPH), 0x010F: "workflow:" + as_json(_WORKFLOW)}
        ),
        files.image_with_exif(
            "AVIF", {0x0110: "prompt:" + as_json(_GRAPH), 0x010F: "workflow:" + as_json(_WORKFLOW)}
        ),
        files.image_with_exif(
            "JPEG",
            {0x010F: "Prompt: " + as_json(_GRAPH), 0x010E: "Workflow: " + as_json(_WORKFLOW)},
        ),
        files.mp4({"prompt": as_json(_GRAPH), "workflow": as_json(_WORKFLOW)}),
        files.mp4({"comment": as_json({"prompt": as_json(_GRAPH), "workflow": _WORKFLOW})}),
        files.webm({"prompt": as_json(_GRAPH)}),
        files.flac({"prompt": as_json(_GRAPH)}),
        files.opus({"prompt": as_json(_GRAPH)}),
        files.mp3({"prompt": as_json(_GRAPH)}),
    ],
    ids=[
        "png",
        "apng",
        "webp",
        "avif",
        "jpeg",
        "mp4",
        "mp4-comment",
        "webm",
        "flac",
        "opus",
        "mp3",
    ],
)
def test_a_graph_of_comfyui(data: bytes) -> None:
    _check_graph(_read(data))


def test_a_graph_with_guider_noise_and_texts_in_other_nodes() -> None:
    graph = {
        "1": {"class_type": "UNETLoader", "inputs": {"unet_name": "flux.safetensors"}},
        "2": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["9", 0], "text": ["3", 0]}},
        "3": {
            "class_type": "StringConcatenate",
            "inputs": {"string_a": "a fox", "string_b": ["4", 0], "delimiter": ", "},
        },
        "4": {"class_type": "PrimitiveStringMultiline", "inputs": {"value": "red fur"}},
        "5": {"class_type": "FluxGuidance", "inputs": {"conditioning": ["2", 0], "guidance": 3.5}},
        "6": {"class_type": "BasicGuider", "inputs": {"model": ["1", 0], "conditioning": ["5", 0]}},
        "7": {"class_type": "RandomNoise", "inputs": {"noise_seed": ["8", 0]}},
        "8": {"class_type": "Seed (rgthree)", "inputs": {"seed": 77}},
        "9": {"class_type": "CLIPLoader", "inputs": {"clip_name": "t5"}},
        "10": {
            "class_type": "BasicScheduler",
            "inputs": {"model": ["1", 0], "scheduler": "beta", "steps": 8, "denoise": 1},
        },
        "11": {"class_type": "KSamplerSelect", "inputs": {"sampler_name": "dpmpp_2m"}},
        "12": {
            "class_type": "SDXL Empty Latent Image (rgthree)",
            "inputs": {"dimensions": "1216 x 832 (landscape)"},
        },
        "13": {
            "class_type": "SamplerCustomAdvanced",
            "inputs": {
                "noise": ["7", 0],
                "guider": ["6", 0],
                "sampler": ["11", 0],
                "sigmas": ["10", 0],
                "latent_image": ["12", 0],
            },
        },
        "14": {"class_type": "SaveImage", "inputs": {"images": ["13", 0]}},
    }
    generation = _read(files.png({"prompt": as_json(graph)}))
    assert generation.prompt == "a fox, red fur"
    assert generation.negative_prompt is None
    assert (generation.seed, generation.steps, generation.guidance) == (77, 8, 3.5)
    assert (generation.sampler, generation.scheduler, generation.model) == (
        "dpmpp_2m",
        "beta",
        "flux.safetensors",
    )
    assert (generation.width, generation.height) == (1216, 832)


def test_a_cyclic_graph_ends() -> None:
    graph = {
        "1": {
            "class_type": "KSampler",
            "inputs": {
                "model": ["2", 0],
                "positive": ["2", 0],
                "negative": ["1", 0],
                "seed": ["2", 0],
                "steps": 5,
            },
        },
        "2": {
            "class_type": "Anything",
            "inputs": {"model": ["1", 0], "clip": ["2", 0], "text": ["2", 0], "seed": ["2", 0]},
        },
        "3": {"class_type": "SaveImage", "inputs": {"images": ["1", 0]}},
    }
    assert _read(files.png({"prompt": as_json(graph)})).steps == 5


@pytest.mark.parametrize(
    "data",
    [
        files.png({"parameters": _A1111}),
        files.image_with_exif("JPEG", {}, files.unicode_comment(_A1111, "utf-16-be")),
        files.image_with_exif("WEBP", {}, files.unicode_comment(_A1111, "utf-16-le")),
        files.png_with_chunk(b"tEXt", b"parameters\0" + _A1111.encode(), is_late=True),
        files.gif(_A1111),
        files.png_with_hidden_text(b"stealth_pngcomp", _A1111),
        files.png_with_hidden_text(b"stealth_rgbinfo", _A1111),
    ],
    ids=["png", "jpeg", "webp", "text-after-pixels", "gif", "hidden-in-alpha", "hidden-in-colours"],
)
def test_the_text_of_a1111(data: bytes) -> None:
    generation = _read(data)
    assert generation.program == "a1111"
    assert generation.prompt == "a fox, <lora:ink:0.7>\nred fur"
    assert generation.negative_prompt == "blurry,\nugly"
    assert (generation.seed, generation.steps, generation.cfg) == (1234, 20, 7.5)
    assert (generation.sampler, generation.scheduler) == ("DPM++ 2M", "Karras")
    assert (generation.width, generation.height, generation.clip_skip) == (768, 512, 2)
    assert (generation.model, generation.model_hash) == ("base", "45a21ea00a")
    assert generation.loras == (UsedLora("ink", 0.7, hash="abc123"),)
    assert generation.hires == {"scale": 1.5, "upscaler": "4x", "denoise": 0.3}


@pytest.mark.parametrize(
    ("version", "program"),
    [
        ("Version: f2.0.1v1.10.1-previous-669-gdfdcbab6", "forge"),
        ("Version: f1.0.0v2-v1.10.1RC-latest-2498-g5120e679", "reforge"),
        ("Version: neo", "forge-neo"),
        ("Version: classic", "forge-classic"),
        ("App: SD.Next, Version: 56a8aea", "sd.next"),
    ],
)
def test_relatives_of_a1111_are_told_apart(version: str, program: str) -> None:
    text = f"a fox\nSteps: 20, Sampler: Euler, Seed: 1, Size: 64x64, {version}"
    assert _read(files.png({"parameters": text})).program == program


def test_a_prompt_alone_is_all_prompt() -> None:
    generation = _read(files.png({"parameters": "a fox, at: dusk"}))
    assert (generation.prompt, generation.steps) == ("a fox, at: dusk", None)


def test_unicode_in_latin_1_chunks_is_repaired() -> None:
    data = files.png_with_chunk(
        b"tEXt", b"parameters\0" + "狐\nSteps: 1, Seed: 2, Size: 8x8".encode()
    )
    assert _read(data).prompt == "狐"


def test_swarmui_beside_a_graph() -> None:
    params = {
        "sui_image_params": {
            "prompt": "a fox", "negativeprompt": "blurry", "model": "base", "seed": 5, "steps": 20, "cfgscale": 7,
            "sampler": "euler", "scheduler": "karras", "width": 768, "height": 512, "loras": ["ink"],
            "loraweights": ["0.7"], "swarm_version": "0.9.7.4",
        },
        "sui_models": [{"name": "base.safetensors", "param": "model", "hash": "0xabc"}],
    }  # fmt: skip
    for data in (
        files.png({"parameters": as_json(params), "prompt": as_json(_GRAPH)}),
        files.image_with_exif("JPEG", {}, files.unicode_comment(as_json(params), "utf-16-le")),
    ):
        generation = _read(data)
        assert (generation.program, generation.version) == ("swarmui", "0.9.7.4")
        assert (generation.prompt, generation.seed, generation.model_hash) == ("a fox", 5, "0xabc")
        assert generation.loras == (UsedLora("ink", 0.7),)


def test_invokeai_of_all_ages() -> None:
    current = {
        "positive_prompt": "a fox", "negative_prompt": "blurry", "width": 768, "height": 512, "seed": 5, "cfg_scale": 7.5,
        "steps": 20, "scheduler": "euler_a", "model": {"name": "base", "hash": "blake3:ab"},
        "loras": [{"model": {"name": "ink"}, "weight": 0.7}], "app_version": "6.10.0",
    }  # fmt: skip
    generation = _read(files.png({"invokeai_metadata": as_json(current)}))
    assert (generation.program, generation.model, generation.sampler) == (
        "invokeai",
        "base",
        "euler_a",
    )
    assert generation.loras == (UsedLora("ink", 0.7),)
    older = {
        "model_weights": "base", "app_version": "2.3.0",
        "image": {"prompt": [{"prompt": "a fox [blurry]", "weight": 1}], "steps": 50, "cfg_scale": 5, "seed": 9,
                  "width": 512, "height": 768, "sampler": "k_lms"},
    }  # fmt: skip
    command = '"a fox [blurry]" -s 50 -S 9 -W 512 -H 768 -C 5.0 -A k_lms'
    for texts in ({"sd-metadata": as_json(older), "Dream": command}, {"Dream": command}):
        generation = _read(files.png(texts))
        assert (generation.prompt, generation.negative_prompt) == ("a fox", "blurry")
        assert (generation.seed, generation.steps, generation.cfg, generation.sampler) == (
            9,
            50,
            5.0,
            "k_lms",
        )
        assert (generation.width, generation.height) == (512, 768)


def _novelai() -> dict[str, Any]:
    return {
        "prompt": "a fox", "uc": "blurry", "steps": 28, "scale": 5, "seed": 7, "sampler": "k_euler", "width": 832,
        "height": 1216, "noise_schedule": "karras",
        "v4_prompt": {"caption": {"base_caption": "a fox", "char_captions": [{"char_caption": "red fur"}]}},
    }  # fmt: skip


def test_novelai_in_texts_and_in_pixels() -> None:
    texts = {
        "Title": "NovelAI generated image",
        "Software": "NovelAI",
        "Source": "NovelAI Diffusion V4.5",
        "Description": "a fox",
    }
    shown = {**texts, "Comment": as_json(_novelai())}
    for data in (files.png(shown), files.png_with_hidden_text(b"stealth_pngcomp", as_json(shown))):
        generation = _read(data)
        assert (generation.program, generation.prompt, generation.negative_prompt) == (
            "novelai",
            "a fox",
            "blurry",
        )
        assert (generation.seed, generation.width, generation.height) == (7, 832, 1216)
        assert generation.character_prompts == ("red fur",)


def test_fooocus_and_its_relatives() -> None:
    fooocus = {
        "prompt": "a fox", "negative_prompt": "", "styles": "['Fooocus V2']", "performance": "Speed", "steps": 30,
        "resolution": "(768, 1280)", "guidance_scale": 4.0, "base_model": "base", "base_model_hash": "ab", "sampler": "dpmpp_2m",
        "scheduler": "karras", "seed": "6952411511246973023", "loras": [["ink", 0.5, "cd"]], "version": "Fooocus v2.4.3",
    }  # fmt: skip
    for data in (
        files.png({"parameters": as_json(fooocus), "fooocus_scheme": "fooocus"}),
        files.image_with_exif(
            "JPEG", {0x0131: "Fooocus v2.4.3"}, b"ASCII\0\0\0" + as_json(fooocus).encode()
        ),
    ):
        generation = _read(data)
        assert (generation.program, generation.seed) == ("fooocus", 6952411511246973023)
        assert (generation.width, generation.height, generation.cfg) == (768, 1280, 4.0)
        assert generation.loras == (UsedLora("ink", 0.5, hash="cd"),)
    ruined = {
        "Prompt": "a fox",
        "Negative": "blurry",
        "seed": 5,
        "sampler_name": "euler",
        "base_model_name": "base",
        "software": "RuinedFooocus",
    }
    assert _read(files.png({"parameters": as_json(ruined)})).program == "ruined-fooocus"
    mre = {
        "prompt": "a fox",
        "negative_prompt": "blurry",
        "real_prompt": ["a fox"],
        "seed": 5,
        "steps": 30,
        "cfg": 7,
    }
    assert _read(files.png({"Comment": as_json(mre)})).program == "fooocus-mre"


def test_draw_things() -> None:
    values = '{"c":"a fox","uc":"blurry","seed":5,"steps":20,"scale":7.5,"sampler":"Euler","size":"768x512","model":"base.ckpt","lora":[{"model":"ink","weight":0.7}]}'
    packet = (
        '<x:xmpmeta><rdf:RDF><rdf:Description><xmp:CreatorTool>Draw Things</xmp:CreatorTool><exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">'
        + values.replace('"', "&quot;")
        + "</rdf:li></rdf:Alt></exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    generation = _read(files.png_with_xmp(packet))
    assert (generation.program, generation.prompt, generation.seed, generation.width) == (
        "draw-things",
        "a fox",
        5,
        768,
    )
    assert generation.loras == (UsedLora("ink", 0.7),)


def test_programs_with_layouts_of_their_own() -> None:
    easy = {
        "prompt": "a fox",
        "negative_prompt": "blurry",
        "seed": "5",
        "use_stable_diffusion_model": "base",
        "num_inference_steps": "20",
        "guidance_scale": "7.5",
    }
    for data in (
        files.png(easy),
        files.image_with_exif("JPEG", {}, b"ASCII\0\0\0" + as_json(easy).encode()),
        files.png(
            {
                "Prompt": "a fox",
                "Seed": "5",
                "Stable Diffusion model": "base",
                "Steps": "20",
                "Guidance Scale": "7.5",
            }
        ),
    ):
        generation = _read(data)
        assert (generation.program, generation.seed, generation.steps, generation.cfg) == (
            "easy-diffusion",
            5,
            20,
            7.5,
        )
    matrix = {
        "PositivePrompt": "a fox",
        "NegativePrompt": "blurry",
        "Steps": 20,
        "CfgScale": 7,
        "Seed": 5,
        "ModelName": "base",
    }
    generation = _read(
        files.png(
            {"parameters-json": as_json(matrix), "parameters": _A1111, "prompt": as_json(_GRAPH)}
        )
    )
    assert (generation.program, generation.seed, generation.graph is not None) == (
        "stability-matrix",
        5,
        True,
    )
    tensorart = {
        "prompt": "a fox",
        "negativePrompt": "blurry",
        "seed": "-1",
        "steps": 25,
        "cfgScale": 7,
        "baseModel": {"label": "base"},
    }
    generation = _read(
        files.png({"generation_data": as_json(tensorart) + "\0\0", "prompt": as_json(_GRAPH)})
    )
    assert (generation.program, generation.seed, generation.model) == ("tensorart", 2**60, "base")
    space = {
        "prompt": "a fox",
        "negative_prompt": "blurry",
        "resolution": "832 x 1216",
        "guidance_scale": 7,
        "num_inference_steps": 28,
        "seed": 5,
        "sampler": "Euler a",
    }
    generation = _read(files.png({"parameters": as_json(space)}))
    assert (generation.program, generation.width, generation.steps) == (
        "huggingface-space",
        832,
        28,
    )


def test_civitai_with_a_graph_and_metadata_beside_it() -> None:
    extra = {"prompt": "a fox", "negativePrompt": "blurry", "cfgScale": 5, "steps": 25, "seed": 11, "sampler": "Euler a",
             "resources": [{"type": "lora", "modelName": "ink", "strength": 0.7}]}  # fmt: skip
    comment = files.unicode_comment(
        as_json({**_GRAPH, "extra": {}, "extraMetadata": as_json(extra)}), "utf-16-be"
    )
    generation = _read(files.image_with_exif("JPEG", {}, comment))
    assert (generation.program, generation.seed, generation.sampler, generation.width) == (
        "civitai",
        11,
        "Euler a",
        768,
    )
    assert generation.loras == (UsedLora("ink", 0.7),)
    assert generation.graph == _GRAPH
