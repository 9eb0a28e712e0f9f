"""Sending files: what is accepted, what is stored of it, and what is refused."""

import asyncio
import hashlib
import io
import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import httpx
import msgspec
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin
from tests.support.accounts import held
from tests.support.people import Person, Town, running_town
from tests.support.uploads import ORIENTATION, decoded, encoded, gradient, send, uploaded

from genonaut.config import Settings
from genonaut.storage import png as png_chunks


async def stored_files(town: Town) -> list[str]:
    return [head.key async for head in town.runtime.store.list_files(prefix="uploads")]


async def file_of(person: Person, view: dict[str, Any]) -> bytes:
    answer = await person.http.get(view["file_url"].removeprefix("/api/v1"))
    assert answer.status_code == 200
    return answer.content


async def refusal(town: Town, person: Person, data: bytes, name: str = "photo.png") -> str:
    """Return why a file is refused; nothing of it is stored."""
    answer = await send(person.http, data, name)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == "invalid_input"
    assert [error["field"] for error in problem["errors"]] == ["file"]
    assert await stored_files(town) == []
    assert (await person.http.get("/uploads/")).json()["items"] == []
    assert not list(staging_of(town).iterdir())
    return str(problem["errors"][0]["message"])


def staging_of(town: Town) -> Path:
    root = town.runtime.store.local_path("x")
    assert root is not None
    return root.parent / ".staging"


async def test_an_image_is_stored_once_and_served(town: Town, ann: Person, bob: Person) -> None:
    data = encoded(gradient(600, 300))
    first = await send(ann.http, data, "C:\\photos\\my photo.png")
    assert first.status_code == 201
    view = first.json()
    assert (view["kind"], view["mime"], view["name"]) == ("image", "image/png", "my photo.png")
    assert (view["width"], view["height"], view["has_alpha"]) == (600, 300, False)
    assert view["duration_seconds"] is None
    assert view["placeholder"]
    assert [(one["size"], one["width"]) for one in view["thumbnails"]] == [
        ("small", 256),
        ("medium", 512),
        ("large", 600),
    ]
    again = await send(ann.http, data)
    assert again.status_code == 200
    assert again.json()["id"] == view["id"]
    assert await file_of(ann, view) == data
    other = await send(bob.http, data)
    assert other.status_code == 201
    assert other.json()["id"] != view["id"]


async def test_concurrent_uploads_of_the_same_bytes_make_one_row(town: Town, ann: Person) -> None:
    data = encoded(gradient(300, 200))
    answers = await asyncio.gather(*(send(ann.http, data) for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await stored_files(town)) == 3  # image, 256 px, 300 px


async def test_metadata_are_in_the_row_but_not_in_the_file(town: Town, ann: Person) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("prompt", '{"3": {"class_type": "KSampler"}}')
    texts.add_text("huge", "x" * 300_000)
    image = gradient()
    view = await uploaded(ann.http, encoded(image, pnginfo=texts))
    stored = decoded(await file_of(ann, view))
    assert stored.tobytes() == image.tobytes()
    assert stored.info == {}
    entries = view["metadata"]["texts"]
    assert [(one["key"], one["text"][:5]) for one in entries] == [("prompt", '{"3":')]
    assert view["metadata"]["omitted_texts"] == 1
    assert view == (await ann.http.get(f"/uploads/{view['id']}")).json() | {
        "last_used_at": view["last_used_at"]
    }
    # The same image with other metadata is the same upload.
    plain = await send(ann.http, encoded(image))
    assert (plain.status_code, plain.json()["id"]) == (200, view["id"])


async def test_an_avif_is_stored_as_png(town: Town, ann: Person) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010E] = "a secret"
    data = encoded(gradient(), "AVIF", exif=exif, xmp=b"<x>a secret</x>", speed=10)
    view = await uploaded(ann.http, data, "photo.avif")
    assert (view["mime"], view["width"], view["height"]) == ("image/png", 48, 64)
    assert view["metadata"]["texts"][0]["text"] == "a secret"
    file = await file_of(ann, view)
    assert b"secret" not in file
    assert decoded(file).tobytes() == ImageOps.exif_transpose(decoded(data)).tobytes()
    assert (await send(ann.http, data)).json()["id"] == view["id"]


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(2, 9))
async def test_exif_orientation_is_applied(
    town: Town, ann: Person, image_format: str, orientation: int
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "a camera"
    options = {"lossless": True} if image_format == "WEBP" else {"quality": 100, "subsampling": 0}
    view = await uploaded(ann.http, encoded(gradient(), image_format, exif=exif, **options))
    size = (48, 64) if orientation > 4 else (64, 48)
    assert (view["width"], view["height"]) == size
    stored = decoded(await file_of(ann, view))
    assert stored.size == size
    assert not stored.getexif()
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    expected = gradient().transpose(turns[orientation])
    worst = max(abs(a - b) for a, b in zip(stored.tobytes(), expected.tobytes(), strict=True))
    assert worst <= (8 if image_format == "JPEG" else 0)


async def test_alpha_and_profile_are_kept(town: Town, ann: Person) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = gradient(mode="RGBA")
    view = await uploaded(ann.http, encoded(image, icc_profile=profile))
    assert view["has_alpha"]
    stored = decoded(await file_of(ann, view))
    assert stored.mode == "RGBA"
    assert stored.tobytes() == image.tobytes()
    assert stored.info["icc_profile"] == profile


async def test_an_opaque_alpha_channel_is_no_transparency(town: Town, ann: Person) -> None:
    view = await uploaded(ann.http, encoded(gradient().convert("RGBA")))
    assert view["has_alpha"] is False


async def test_a_palette_with_transparency_is_accepted(town: Town, ann: Person) -> None:
    image = gradient().quantize(8)
    data = encoded(image, transparency=0)
    view = await uploaded(ann.http, data)
    assert view["has_alpha"]
    stored = decoded(await file_of(ann, view))
    assert stored.convert("RGBA").tobytes() == decoded(data).convert("RGBA").tobytes()


async def test_16_bit_and_grey_images_are_accepted(town: Town, ann: Person) -> None:
    deep = Image.new("I;16", (32, 16), 40_000)
    view = await uploaded(ann.http, encoded(deep))
    assert decoded(await file_of(ann, view)).getpixel((0, 0)) == 40_000
    grey = await uploaded(ann.http, encoded(gradient(mode="L")))
    assert (grey["width"], grey["has_alpha"]) == (64, False)


async def test_cmyk_is_converted_to_srgb(town: Town, ann: Person) -> None:
    image = Image.new("CMYK", (32, 16), (0, 255, 255, 0))
    view = await uploaded(ann.http, encoded(image, "JPEG", quality=95))
    stored = decoded(await file_of(ann, view))
    assert stored.mode == "RGB"
    red, green, blue = stored.getpixel((5, 5))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


def animation(image_format: str) -> bytes:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    return encoded(frames[0], image_format, save_all=True, append_images=frames[1:], duration=50)


@pytest.mark.parametrize("image_format", ["PNG", "WEBP"])
async def test_an_animation_is_refused(town: Town, ann: Person, image_format: str) -> None:
    message = await refusal(town, ann, animation(image_format))
    assert message == "the file is an animation of 3 frames; send one frame, or a video"


def png_of_size(width: int, height: int) -> bytes:
    """Return a small PNG that declares a size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    return png_chunks.SIGNATURE + b"".join(png_chunks.make_chunk(*one) for one in chunks)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"hello, this is no image", "no image, video or audio"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no image, video or audio"),
        (animation("GIF"), "GIF is not accepted; send PNG"),
        (encoded(gradient(), "BMP"), "BMP is not accepted"),
        (encoded(gradient(), "TIFF"), "TIFF is not accepted"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(50), "HEIC is not accepted"),
        (encoded(gradient(), "AVIF", speed=10)[:-20], "AVIF"),
        (encoded(gradient())[:-40], "PNG"),
        (encoded(gradient(), "JPEG")[:-40], "ends before"),
        (encoded(gradient(), "WEBP")[:-20], "WEBP"),
        (
            png_of_size(50_000, 50_000),
            "50,000 x 50,000 pixels are too many; at most 64,000,000 pixels are allowed",
        ),
        (b"", "the file is empty"),
        (
            b"\0\0\0\x18ftypisom" + bytes(100),
            "the mp4 file does not decode: Invalid data found when",
        ),
        (b"fLaC" + bytes(100), "flac"),
    ],
)
async def test_bad_files_are_refused_with_the_reason(
    town: Town, ann: Person, data: bytes, words: str
) -> None:
    assert words.lower() in (await refusal(town, ann, data)).lower()


async def test_the_form_must_have_one_field_named_file(town: Town, ann: Person) -> None:
    data = encoded(gradient())
    cases: list[tuple[Any, str]] = [
        ({"files": {"picture": ("a.png", data)}}, "send one field named file"),
        ({"files": [("file", ("a.png", data)), ("file", ("b.png", data))]}, "one file per request"),
    ]
    for arguments, words in cases:
        answer = await ann.http.post("/uploads/", **arguments)
        assert answer.status_code == 422
        assert words in answer.json()["errors"][0]["message"]
    kind = {"content-type": "multipart/form-data; boundary=x"}
    empty = await ann.http.post("/uploads/", content=b"--x--\r\n", headers=kind)
    assert empty.status_code == 422
    assert "a field named file" in empty.json()["errors"][0]["message"]
    assert await stored_files(town) == []


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 415),
        ("image/png", 415),
        ("", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=other", 400),
    ],
)
async def test_other_bodies_are_refused(
    ann: Person, town: Town, content_type: str, status: int
) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    headers = {"content-type": content_type} if content_type else {}
    answer = await ann.http.post("/uploads/", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["code"] in {"unsupported_media_type", "malformed_multipart"}


async def test_multipart_is_refused_elsewhere(ann: Person, town: Town) -> None:
    answer = await ann.http.post("/generation-jobs/", files={"file": ("a.png", b"x")})
    assert answer.status_code == 415


async def test_a_truncated_body_is_400_and_leaves_nothing(ann: Person, town: Town) -> None:
    data = encoded(gradient())
    request = ann.http.build_request("POST", "/uploads/", files={"file": ("a.png", data)})
    body = request.read()[:-30]
    kind = {"content-type": request.headers["content-type"]}
    answer = await ann.http.post("/uploads/", content=body, headers=kind)
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed_multipart"
    assert await stored_files(town) == []
    assert not list(staging_of(town).iterdir())


@pytest.fixture
async def narrow_town(settings: Settings) -> AsyncIterator[Town]:
    replace = msgspec.structs.replace
    uploads = replace(settings.uploads, max_bytes=200_000, quota_bytes=300_000)
    async with held(running_town(replace(settings, uploads=uploads))) as town:
        yield town


def noise(size_bytes: int, seed: int) -> bytes:
    """Return a PNG of about this size."""
    edge = int((size_bytes / 3) ** 0.5)
    state = hashlib.shake_128(bytes([seed])).digest(edge * edge * 3)
    return encoded(Image.frombytes("RGB", (edge, edge), state), compress_level=0)


async def test_a_file_above_the_limit_is_413(narrow_town: Town) -> None:
    ann = await narrow_town.person("ann")
    for kind in ("declared", "streamed"):
        data = noise(250_000, 1)

        async def chunks(data: bytes = data) -> AsyncIterator[bytes]:
            head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
            for part in (head, data, b"\r\n--x--\r\n"):
                yield part

        if kind == "declared":
            answer = await send(ann.http, data)
        else:
            answer = await ann.http.post(
                "/uploads/",
                content=chunks(),
                headers={"content-type": "multipart/form-data; boundary=x"},
            )
        assert answer.status_code == 413
        assert answer.json()["code"] == "request_entity_too_large"
        assert "uploads.max_bytes" in answer.json()["detail"]
    assert await stored_files(narrow_town) == []


async def test_the_quota_is_enforced_and_deleting_makes_room(narrow_town: Town) -> None:
    ann = await narrow_town.person("ann")
    first = await uploaded(ann.http, noise(180_000, 1))
    refused = await send(ann.http, noise(180_000, 2))
    assert refused.status_code == 422
    assert refused.json()["code"] == "upload_quota_exceeded"
    assert (await send(ann.http, noise(180_000, 1))).status_code == 200
    assert (await ann.http.delete(f"/uploads/{first['id']}")).status_code == 204
    assert (await send(ann.http, noise(180_000, 2))).status_code == 201
    bob = await narrow_town.person("bob")
    assert (await send(bob.http, noise(180_000, 3))).status_code == 201


def movie(*, has_video: bool = True, container: str = "mp4") -> bytes:
    """Return a second of a moving image, or of silence."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        if has_video:
            frames: list[Any]
            stream: Any = output.add_stream("libx264" if container == "mp4" else "libvpx", rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            images = [gradient()] * 10
            frames = [av.VideoFrame.from_image(image) for image in images]  # type: ignore[no-untyped-call]
        else:
            stream = output.add_stream("flac", rate=8_000)
            silence = av.AudioFrame(format="s16", layout="mono", samples=8_000)
            silence.rate, silence.pts = 8_000, 0
            silence.planes[0].update(bytes(16_000))
            frames = [silence]
        for frame in frames:
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return file.getvalue()


@pytest.mark.parametrize(("container", "mime"), [("mp4", "video/mp4"), ("webm", "video/webm")])
async def test_a_video_is_stored_as_it_is(
    town: Town, ann: Person, container: str, mime: str
) -> None:
    data = movie(container=container)
    view = await uploaded(ann.http, data, "clip")
    assert (view["kind"], view["mime"]) == ("video", mime)
    assert (view["width"], view["height"]) == (64, 48)
    assert view["duration_seconds"] == pytest.approx(1.0, abs=0.15)
    assert len(view["thumbnails"]) == 3
    assert view["placeholder"]
    url = view["file_url"].removeprefix("/api/v1")
    assert await file_of(ann, view) == data
    part = await ann.http.get(url, headers={"range": "bytes=4-11"})
    assert (part.status_code, part.content) == (206, data[4:12])
    assert part.headers["content-type"] == mime
    poster = await ann.http.get(view["thumbnails"][0]["url"].removeprefix("/api/v1"))
    assert poster.status_code == 200


async def test_audio_is_stored_without_thumbnails(town: Town, ann: Person) -> None:
    data = movie(has_video=False, container="flac")
    view = await uploaded(ann.http, data, "sound.flac")
    assert (view["kind"], view["mime"]) == ("audio", "audio/flac")
    assert (view["width"], view["height"], view["thumbnails"]) == (None, None, [])
    assert view["duration_seconds"] == pytest.approx(1.0, abs=0.05)
    assert await file_of(ann, view) == data
    missing = await ann.http.get(f"/uploads/{view['id']}/thumbnails/small")
    assert missing.status_code == 404
    assert (await send(ann.http, data)).status_code == 200


async def test_a_large_upload_is_never_held_in_memory(
    town: Town, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiver writes at most about 1 MiB at a time, while chunks arrive."""
    sizes: list[int] = []
    total = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal total
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(60):
            yield bytes(262_144)
            total += 262_144
            sizes.append(sum(path.stat().st_size for path in staging_of(town).iterdir()))
        yield b"\r\n--x--\r\n"

    kind = {"content-type": "multipart/form-data; boundary=x"}
    request = httpx.Request("POST", "http://test/api/v1/uploads/")
    assert request.method == "POST"
    answer = await ann.http.post("/uploads/", content=chunks(), headers=kind)
    assert answer.status_code == 422
    assert total == 60 * 262_144
    assert max(sizes) >= total - 2 * 1_048_576
