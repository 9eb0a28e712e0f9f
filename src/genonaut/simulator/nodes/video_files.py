"""Nodes that make, load and save videos and animated images."""

import hashlib
import io

from msgspec.structs import replace
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from genonaut.simulator.errors import NodeFailedError
from genonaut.simulator.image.drawing import draw_image
from genonaut.simulator.image.request import ImageRequest
from genonaut.simulator.media import av1
from genonaut.simulator.media.matroska import matroska
from genonaut.simulator.media.mp4 import mp4, read_frames, video_facts
from genonaut.simulator.media.sound import Sound
from genonaut.simulator.nodes.files import entry, input_path, tags_of, target_of, write
from genonaut.simulator.nodes.motion import moving
from genonaut.simulator.nodes.pixels import check_memory, rgb
from genonaut.simulator.nodes.registry import Inputs, NodeContext, Outputs, file_node, node
from genonaut.simulator.nodes.values import Images, Video
from genonaut.simulator.releases import FAST_START
from genonaut.simulator.result_cache import NodeResult

_ODD_SIZE = (
    "[Errno 542398533] Generic error in an external library: 'avcodec_open2(\"libx264\", {})'"
)
_UNREADABLE = "[Errno 1094995529] Invalid data found when processing input: '{path}'"
_EXIF_MODEL = 0x0110  # the first of the tags that count down
_MOST_FRAMES = 600
_UNKNOWN_SIZE = (512, 320)


@node("CreateVideo")
def _create(inputs: Inputs) -> Outputs:
    return (Video(inputs["images"], float(inputs["fps"]), inputs.get("audio")),)


@node("GetVideoComponents")
def _components(inputs: Inputs) -> Outputs:
    video: Video = inputs["video"]
    sound = video.sound or Sound(len(video.images) / video.fps)
    return video.images, sound, video.fps, 8, "sRGB"


@node("Video Slice")
def _slice(inputs: Inputs) -> Outputs:
    video: Video = inputs["video"]
    count = len(video.images)
    first = max(0, min(count - 1, round(inputs["start_time"] * video.fps)))
    length = round(inputs["duration"] * video.fps) or count
    if inputs["strict_duration"] and first + length > count:
        raise ValueError("the video is shorter than the requested duration")
    return (replace(video, images=video.images[first : first + max(1, length)]),)


@file_node("LoadVideo")
def _load(inputs: Inputs, context: NodeContext) -> NodeResult:
    path = input_path(context, inputs["file"])
    try:
        return NodeResult((_read(path.read_bytes()),))
    except ValueError as error:
        message = _UNREADABLE.format(path=path)
        raise NodeFailedError(message, exception_type="av.error.InvalidDataError") from error


def _read(data: bytes) -> Video:
    """Return a video; frames of codecs that Pillow does not know are drawn."""
    if data[4:8] == b"ftyp" and data[8:12] not in {b"avif", b"avis"}:
        size, fps, count = video_facts(data)
        check_memory(*size, min(count, _MOST_FRAMES))
        try:
            return Video(read_frames(data), fps)
        except (ValueError, OSError):
            return Video(_drawn(data, size, min(count, _MOST_FRAMES)), fps)
    if data.startswith(b"\x1aE\xdf\xa3"):  # Matroska
        return Video(_drawn(data, _UNKNOWN_SIZE, 25), 25.0)
    return _animated(data)


def _drawn(data: bytes, size: tuple[int, int], count: int) -> Images:
    seed = int.from_bytes(hashlib.sha256(data).digest()[:4])
    image = draw_image(ImageRequest("", seed=seed, width=size[0], height=size[1]))
    return moving(image, max(1, count), seed)


def _animated(data: bytes) -> Video:
    try:
        with Image.open(io.BytesIO(data)) as file:
            duration_ms = file.info.get("duration", 100) or 100
            frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(file)]
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(str(error)) from error
    return Video(tuple(frames[:_MOST_FRAMES]), 1000 / duration_ms)


@file_node("SaveVideo")
def _save(inputs: Inputs, context: NodeContext) -> NodeResult:
    video: Video = inputs["video"]
    kind = {"mkv": "mkv", "webm": "webm"}.get(inputs["format"], "mp4")
    size = video.images[0].size
    if size[0] % 2 or size[1] % 2:
        raise NodeFailedError(_ODD_SIZE, exception_type="av.error.ExternalError")
    encoded = av1.encode(tuple(rgb(image) for image in video.images), video.fps)
    tags = tags_of(context)
    if kind == "mp4":
        moov_first = context.has(FAST_START)
        data = mp4(encoded, video.sound, tags, moov_first=moov_first)
    else:
        data = matroska(encoded, video.sound, tags, webm=kind == "webm")
    target = target_of(inputs["filename_prefix"], "output", size, context)
    name = target.file_name(0, kind)
    write(target.folder / name, data, context)
    return context.shown(_animation(entry(name, target, "output")), video)


def _animation(item: dict[str, str]) -> dict[str, object]:
    return {"images": [item], "animated": [True]}


@file_node("SaveWEBM")
def _save_webm(inputs: Inputs, context: NodeContext) -> NodeResult:
    images: Images = tuple(rgb(image) for image in inputs["images"])
    encoded = av1.encode(images, float(inputs["fps"]))
    data = matroska(encoded, None, tags_of(context), webm=True)
    return _saved(data, "webm", inputs, context)


@file_node("SaveAnimatedWEBP")
def _save_webp(inputs: Inputs, context: NodeContext) -> NodeResult:
    exif = Image.Exif()
    for place, (name, value) in zip(
        range(_EXIF_MODEL, _EXIF_MODEL - 16, -1), tags_of(context).items(), strict=False
    ):
        exif[place] = f"{name}:{value}"
    images: Images = inputs["images"]
    out = io.BytesIO()
    images[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=images[1:],
        duration=round(1000 / inputs["fps"]),
        lossless=inputs["lossless"],
        quality=inputs["quality"],
        method=0,
        exif=exif.tobytes(),
    )
    return _saved(out.getvalue(), "webp", inputs, context)


@file_node("SaveAnimatedPNG")
def _save_png(inputs: Inputs, context: NodeContext) -> NodeResult:
    info = PngInfo()
    for name, value in tags_of(context).items():
        # Chunks of a private type behind the frames (observed); Pillow does not read them.
        text = name.encode("latin-1", "replace") + b"\x00" + value.encode("latin-1", "replace")
        info.add(b"comf", text, after_idat=True)
    images: Images = inputs["images"]
    out = io.BytesIO()
    images[0].save(
        out,
        "PNG",
        save_all=True,
        append_images=images[1:],
        duration=round(1000 / inputs["fps"]),
        pnginfo=info,
        compress_level=1,
    )
    return _saved(out.getvalue(), "png", inputs, context)


def _saved(data: bytes, ending: str, inputs: Inputs, context: NodeContext) -> NodeResult:
    images: Images = inputs["images"]
    target = target_of(inputs["filename_prefix"], "output", images[0].size, context)
    name = target.file_name(0, ending)
    write(target.folder / name, data, context)
    return context.shown(_animation(entry(name, target, "output")), images)
