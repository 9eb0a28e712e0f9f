"""Videos, sounds, texts and 3D models of the simulator: real files, from templates' chains of nodes."""

import io
import json
import struct
from typing import Any

import pytest
from PIL import Image
from tests.contract.comfyui.pixels import (
    checkered,
    downloaded,
    images_of,
    node,
    saving,
    upload,
    uploaded,
)
from tests.contract.comfyui.protocol_client import Graph, Server
from tests.integration.simulator.graphs import distance, from_nothing

from genonaut.simulator.media.boxes import boxes, find
from genonaut.simulator.media.mp4 import read_frames, video_facts
from genonaut.simulator.media.sound_files import read_sound

SIZE = (96, 64)


def video_graph(**latent: Any) -> Graph:
    graph = from_nothing(latent_image=["latent", 0])
    graph["latent"] = node(
        "EmptyHunyuanLatentVideo", width=SIZE[0], height=SIZE[1], length=9, batch_size=1, **latent
    )
    graph["video"] = node("CreateVideo", images=["decode", 0], fps=8.0)
    graph["out"] = node(
        "SaveVideo", video=["video", 0], filename_prefix="video/x", format="mp4", codec="h264"
    )
    return graph


async def files_of(server: Server, graph: Graph, key: str) -> list[tuple[dict[str, str], bytes]]:
    """Run a graph; return the entries and contents of node ``out``."""
    entry = await server.run(graph)
    assert "out" in entry["outputs"], entry["status"]["messages"][-1]
    return [(item, await downloaded(server, item)) for item in entry["outputs"]["out"][key]]


async def test_a_video_is_an_mp4_with_all_its_frames(server: Server) -> None:
    ((item, data),) = await files_of(server, video_graph(), "images")
    assert item["filename"].endswith(".mp4")
    assert video_facts(data) == (SIZE, 8.0, 9)
    frames = read_frames(data)
    assert len({frame.tobytes() for frame in frames}) == 9  # it moves
    kinds = [one.kind for one in boxes(data)]
    is_newer = server.release >= (0, 33)
    assert kinds == ([b"ftyp", b"moov", b"mdat"] if is_newer else [b"ftyp", b"mdat", b"moov"])
    tags = find(data, b"moov", b"udta")
    assert tags is not None
    assert b"mdtaprompt" in tags.body
    assert b"EmptyHunyuanLatentVideo" in tags.body


async def test_a_video_is_loaded_into_its_frames(server: Server) -> None:
    ((_, data),) = await files_of(server, video_graph(), "images")
    _, answer = await upload(server, data, "x.mp4", subfolder="contract")
    graph = {
        "load": node("LoadVideo", file=f"contract/{answer['name']}"),
        "parts": node("GetVideoComponents", video=["load", 0]),
        "fps": node("PreviewAny", source=["parts", 2]),
    }
    entry = await server.run(saving(graph, ["parts", 0]))
    images = await images_of(server, entry, "save")
    assert [image.size for image in images] == [SIZE] * 9
    assert distance(images[0], read_frames(data)[0]) < 1
    assert entry["outputs"]["fps"]["text"] == ["8.0"]


async def test_a_video_starts_with_its_image(server: Server) -> None:
    graph = from_nothing(latent_image=["start", 2], positive=["start", 0], negative=["start", 1])
    graph["load"] = node("LoadImage", image=await uploaded(server, checkered(SIZE)))
    graph["start"] = node(
        "WanImageToVideo",
        positive=["positive", 0], negative=["negative", 0], vae=["model", 2],
        width=SIZE[0], height=SIZE[1], length=9, batch_size=1, start_image=["load", 0],
    )  # fmt: skip
    images = await images_of(server, await server.run(saving(graph, ["decode", 0])), "save")
    distances = [distance(image, checkered(SIZE)) for image in images]
    assert len(images) == 9
    assert distances[0] <= 3
    assert distances[:4] == sorted(distances[:4])
    assert min(distances[5:]) > distances[2]


@pytest.mark.parametrize("codec", ["vp9", "av1"])
async def test_a_webm_file_is_matroska(codec: str, server: Server) -> None:
    graph = video_graph()
    graph["out"] = node(
        "SaveWEBM", images=["decode", 0], filename_prefix="w", codec=codec, fps=8.0, crf=32.0
    )
    ((item, data),) = await files_of(server, graph, "images")
    assert item["filename"].endswith(".webm")
    assert data.startswith(b"\x1aE\xdf\xa3")
    assert data.count(b"\xa3\x01\x00\x00\x00") >= 9  # simple blocks
    assert b"V_AV1" in data
    assert b"PROMPT" in data


async def test_animated_images_have_all_frames(server: Server) -> None:
    graph = video_graph()
    for kind, extra in (
        ("SaveAnimatedWEBP", {"lossless": False, "quality": 80, "method": "default"}),
        ("SaveAnimatedPNG", {"compress_level": 4}),
    ):
        graph["out"] = node(kind, images=["decode", 0], filename_prefix="a", fps=8.0, **extra)
        ((_, data),) = await files_of(server, graph, "images")
        with Image.open(io.BytesIO(data)) as image:
            assert (image.size, getattr(image, "n_frames", 1)) == (SIZE, 9)
        assert b"EmptyHunyuanLatentVideo" in data


async def test_a_video_with_an_odd_side_fails(server: Server) -> None:
    graph = {
        "image": node("EmptyImage", width=65, height=48, batch_size=2, color=255),
        "video": node("CreateVideo", images=["image", 0], fps=8.0),
        "out": node(
            "SaveVideo", video=["video", 0], filename_prefix="x", format="mp4", codec="h264"
        ),
    }
    entry = await server.run(graph)
    error = dict(entry["status"]["messages"])["execution_error"]
    assert error["exception_type"] == "av.error.ExternalError"


def song(seed: int = 3, seconds: float = 4.0) -> Graph:
    """Return the chain of the template "text to music"."""
    name = "sound/ace_step_v1_3.5b.safetensors"
    return {
        "model": node("CheckpointLoaderSimple", ckpt_name=name),
        "latent": node("EmptyAceStepLatentAudio", seconds=seconds, batch_size=1),
        "positive": node(
            "TextEncodeAceStepAudio",
            clip=["model", 1], tags="soft piano", lyrics="la la", lyrics_strength=1.0,
        ),
        "negative": node("ConditioningZeroOut", conditioning=["positive", 0]),
        "sample": node(
            "KSampler",
            model=["model", 0], positive=["positive", 0], negative=["negative", 0],
            latent_image=["latent", 0], seed=seed, steps=4, cfg=5.0, sampler_name="euler",
            scheduler="simple", denoise=1.0,
        ),
        "decode": node("VAEDecodeAudio", samples=["sample", 0], vae=["model", 2]),
        "out": node("SaveAudio", audio=["decode", 0], filename_prefix="audio/x"),
    }  # fmt: skip


async def test_music_depends_on_prompt_and_seed(server: Server) -> None:
    sounds = []
    for seed in (3, 3, 4):
        await server.forget_results()
        ((item, data),) = await files_of(server, song(seed), "audio")
        assert item["filename"].endswith(".flac")
        sounds.append(data[-200:])  # behind the tags
    assert sounds[0] == sounds[1] != sounds[2]


@pytest.mark.parametrize(
    ("kind", "extra", "ending"),
    [
        ("SaveAudio", {}, "flac"),
        ("SaveAudioMP3", {"quality": "V0"}, "mp3"),
        ("SaveAudioOpus", {"quality": "128k"}, "opus"),
    ],
)
async def test_sounds_have_their_duration(
    kind: str, extra: dict[str, str], ending: str, server: Server
) -> None:
    graph = song()
    graph["out"] = node(kind, audio=["decode", 0], filename_prefix="audio/y", **extra)
    ((item, data),) = await files_of(server, graph, "audio")
    underscore = "" if server.release >= (0, 33) else "_"
    assert item["filename"] == f"y_00001{underscore}.{ending}" or "y_0000" in item["filename"]
    assert item["filename"].endswith(f"{underscore}.{ending}")
    assert read_sound(data).seconds == pytest.approx(4.0, abs=0.05)
    _, answer = await upload(server, data, f"s.{ending}", subfolder="contract")
    again = {
        "load": node("LoadAudio", audio=f"contract/{answer['name']}"),
        "short": node("TrimAudioDuration", audio=["load", 0], start_index=1.0, duration=2.0),
        "long": node("AudioConcat", audio1=["short", 0], audio2=["load", 0], direction="after"),
        "out": node("PreviewAudio", audio=["long", 0]),
    }
    ((preview, heard),) = await files_of(server, again, "audio")
    assert preview["type"] == "temp"
    assert read_sound(heard).seconds == pytest.approx(6.0, abs=0.1)


async def test_a_missing_sound_is_refused(server: Server) -> None:
    graph = {
        "load": node("LoadAudio", audio="nosuch.wav"),
        "out": node("SaveAudio", audio=["load", 0], filename_prefix="x"),
    }
    status, answer = await server.post(graph)
    error = answer["node_errors"]["load"]["errors"][0]
    assert (status, error["details"]) == (400, "audio - Invalid audio file: nosuch.wav")


async def test_a_video_with_sound_has_two_tracks(current: Server) -> None:
    graph = video_graph()
    graph["sound"] = node("EmptyAudio", duration=1.0, sample_rate=44100, channels=2)
    graph["video"]["inputs"]["audio"] = ["sound", 0]
    for kind, marker in (("mp4", b"fLaC"), ("mkv", b"A_FLAC"), ("webm", b"A_OPUS")):
        graph["out"]["inputs"] = {
            "video": ["video", 0], "filename_prefix": "v", "format": kind,
            "format.codec": "auto",
        }  # fmt: skip
        ((item, data),) = await files_of(current, graph, "images")
        assert item["filename"].endswith(kind)
        assert marker in data


async def test_texts_are_saved_in_their_format(current: Server) -> None:
    text = '{"größe": [1, 2]}'
    for kind, stored in (
        ("txt", text),
        ("json", json.dumps({"größe": [1, 2]}, indent=4, ensure_ascii=False)),
    ):
        graph = {
            "text": node("PrimitiveStringMultiline", value=text),
            "out": node("SaveText", text=["text", 0], filename_prefix="t", format=kind),
        }
        entry = await current.run(graph)
        assert entry["outputs"]["out"]["text"] == [text]
        (item,) = entry["outputs"]["out"]["files"]
        assert (await downloaded(current, item)).decode() == stored


async def test_a_latent_is_saved_and_loaded(server: Server) -> None:
    graph = from_nothing(SIZE)
    graph["out"] = node("SaveLatent", samples=["sample", 0], filename_prefix="latents/l")
    ((item, data),) = await files_of(server, graph, "latents")
    _, answer = await upload(server, data, "x.latent")
    again = {
        "model": node("CheckpointLoaderSimple", ckpt_name="sd15.safetensors"),
        "load": node("LoadLatent", latent=answer["name"]),
        "decode": node("VAEDecode", samples=["load", 0], vae=["model", 2]),
    }
    first = await images_of(server, await server.run(saving(graph, ["decode", 0])), "save")
    second = await images_of(server, await server.run(saving(again, ["decode", 0])), "save")
    assert first[0].tobytes() == second[0].tobytes()
    assert item["filename"].endswith(".latent")


async def test_a_3d_model_is_binary_gltf(server: Server) -> None:
    graph = from_nothing(latent_image=["latent", 0])
    graph |= {
        "latent": node("EmptyLatentHunyuan3Dv2", resolution=3072, batch_size=1),
        "voxel": node(
            "VAEDecodeHunyuan3D",
            samples=["sample", 0], vae=["model", 2], num_chunks=8000, octree_resolution=256,
        ),
        "mesh": node("VoxelToMesh", voxel=["voxel", 0], algorithm="surface net", threshold=0.6),
        "out": node("SaveGLB", mesh=["mesh", 0], filename_prefix="mesh/m"),
    }  # fmt: skip
    ((item, data),) = await files_of(server, graph, "3d")
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    (size,) = struct.unpack_from("<I", data, 12)
    assert "prompt" in json.loads(data[20 : 20 + size])["asset"]["extras"]
    assert item["filename"].endswith(".glb")
