"""Routes /view and /upload/image."""

import io
import json
from uuid import uuid4

import aiohttp
import pytest
from PIL import Image
from tests.contract.comfyui.protocol_client import Server, trivial, workflow

from genonaut.simulator import Simulator


async def saved(server: Server, prefix: str = "") -> dict[str, str]:
    """Save an image; return its filename, subfolder and type."""
    graph = workflow("modelfree")
    graph["7"]["inputs"]["filename_prefix"] = prefix or f"contract/{uuid4().hex}"
    entry = await server.run(graph, extra_data={"extra_pnginfo": {"workflow": {"été": 1}}})
    image: dict[str, str] = entry["outputs"]["7"]["images"][0]
    return image


async def view(
    server: Server, query: dict[str, str], headers: dict[str, str] | None = None
) -> tuple[aiohttp.ClientResponse, bytes]:
    url = f"{server.url}/view"
    async with server.http.get(url, params=query, headers=headers) as reply:
        return reply, await reply.read()


async def test_an_image_contains_the_graph_and_extra_pnginfo(comfyui_server: Server) -> None:
    reply, body = await view(comfyui_server, await saved(comfyui_server))
    assert (reply.status, reply.content_type) == (200, "image/png")
    with Image.open(io.BytesIO(body)) as image:
        image.load()
        assert (image.format, image.size, image.mode) == ("PNG", (256, 192), "RGB")
        assert json.loads(image.info["prompt"])["1"]["class_type"] == "EmptyImage"
        assert json.loads(image.info["workflow"]) == {"été": 1}


async def test_range_and_conditional_requests_work(
    comfyui_server: Server,
) -> None:
    image = await saved(comfyui_server)
    whole, body = await view(comfyui_server, image)
    part, first = await view(comfyui_server, image, {"Range": "bytes=0-99"})
    assert (part.status, first) == (206, body[:100])
    assert part.headers["Content-Range"] == f"bytes 0-99/{len(body)}"
    tag = whole.headers["ETag"]
    same, nothing = await view(comfyui_server, image, {"If-None-Match": tag})
    assert (same.status, nothing) == (304, b"")


async def test_content_disposition_has_the_raw_name(comfyui_server: Server) -> None:
    image = await saved(comfyui_server, prefix=f"série {uuid4().hex}/été 100%")
    reply, _ = await view(comfyui_server, image)
    assert reply.status == 200
    assert reply.headers["Content-Disposition"] == f'filename="{image["filename"]}"'


@pytest.mark.parametrize(
    ("wish", "kind"),
    [
        ({"preview": "webp;90"}, "webp"),
        ({"preview": "jpeg;80"}, "jpeg"),
        ({"preview": "jpeg"}, "jpeg"),
        ({"preview": "png"}, "webp"),
        ({"preview": "webp;abc"}, "webp"),
        ({"preview": "jpeg;90", "channel": "a"}, "webp"),
        ({"channel": "rgb"}, "png"),
        ({"channel": "a"}, "png"),
        ({"channel": "rgba"}, "png"),
    ],
)
async def test_an_image_is_reencoded_but_never_resized(
    wish: dict[str, str], kind: str, comfyui_server: Server
) -> None:
    reply, body = await view(comfyui_server, await saved(comfyui_server) | wish)
    assert (reply.status, reply.content_type) == (200, f"image/{kind}")
    with Image.open(io.BytesIO(body)) as image:
        assert image.size == (256, 192)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 404),
        ({"filename": "absent.png"}, 404),
        ({"filename": ""}, 400),
        ({"filename": "../x.png"}, 400),
        ({"filename": "/etc/passwd"}, 400),
        ({"filename": "absent.png", "type": "bogus"}, 400),
        ({"filename": "x.png", "subfolder": "../.."}, 403),
        ({"filename": "example.png", "type": "input"}, 200),
        ({"filename": "example.png [input]"}, 200),
    ],
)
async def test_file_names_have_the_recorded_status(
    query: dict[str, str], status: int, comfyui_server: Server
) -> None:
    assert (await view(comfyui_server, query))[0].status == status


async def test_a_cached_run_reports_a_deleted_file(simulator: Simulator, simulated: Server) -> None:
    graph = trivial(color=9)
    first = await simulated.run(graph)
    image = first["outputs"]["2"]["images"][0]
    simulator.folders.output.joinpath(image["filename"]).unlink()
    again = await simulated.run(graph)
    assert again["outputs"] == first["outputs"]
    assert (await view(simulated, image))[0].status == 404


async def test_temporary_images_are_viewed_by_their_type(comfyui_server: Server) -> None:
    graph = trivial(color=uuid4().int % 0xFFFFFF)
    graph["2"] = {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}
    entry = await comfyui_server.run(graph)
    image = entry["outputs"]["2"]["images"][0]
    assert image["type"] == "temp"
    assert (await view(comfyui_server, image))[0].status == 200


async def upload(server: Server, name: str, data: bytes, **fields: str) -> tuple[int, object]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("image", io.BytesIO(data), filename=name)
    for field, value in fields.items():
        form.add_field(field, value)
    async with server.http.post(f"{server.url}/upload/image", data=form) as reply:
        return reply.status, await reply.json() if reply.status == 200 else None


async def test_uploads_are_renamed_unless_identical_or_overwriting(
    comfyui_server: Server,
) -> None:
    folder = f"contract {uuid4().hex}"

    def answer(name: str) -> tuple[int, object]:
        return 200, {"name": name, "subfolder": folder, "type": "input"}

    first = await upload(comfyui_server, "up.png", b"one", subfolder=folder)
    same = await upload(comfyui_server, "up.png", b"one", subfolder=folder)
    other = await upload(comfyui_server, "up.png", b"two", subfolder=folder)
    over = await upload(comfyui_server, "up.png", b"three", subfolder=folder, overwrite="true")
    assert [first, same, other, over] == [
        answer(n) for n in ("up.png", "up.png", "up (1).png", "up.png")
    ]


@pytest.mark.parametrize(
    ("name", "fields", "status"),
    [
        ("up.png", {"type": "bogus"}, 500),
        ("a/b.png", {}, 500),
        ("up.png", {"subfolder": "../.."}, 400),
        ("note.txt", {"type": "temp"}, 200),
    ],
)
async def test_uploads_have_the_recorded_status(
    name: str, fields: dict[str, str], status: int, comfyui_server: Server
) -> None:
    assert (await upload(comfyui_server, name, b"data", **fields))[0] == status


async def test_an_upload_without_an_image_is_refused(comfyui_server: Server) -> None:
    url = f"{comfyui_server.url}/upload/image"
    async with comfyui_server.http.post(url, json={}) as reply:
        assert reply.status == 400
    form = aiohttp.FormData()
    form.add_field("subfolder", "x", content_type="text/plain", filename="x")
    async with comfyui_server.http.post(url, data=form) as reply:
        assert reply.status == 400


async def test_an_uploaded_image_can_be_loaded(comfyui_server: Server) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (80, 40), (10, 200, 30, 128)).save(out, "PNG")
    name = f"{uuid4().hex}.png"
    await upload(comfyui_server, name, out.getvalue())
    graph = {
        "1": {"class_type": "LoadImage", "inputs": {"image": name}},
        "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}},
    }
    entry = await comfyui_server.run(graph)
    _, body = await view(comfyui_server, entry["outputs"]["2"]["images"][0])
    with Image.open(io.BytesIO(body)) as image:
        assert image.size == (80, 40)
        assert image.convert("RGB").getpixel((5, 5)) == (10, 200, 30)


async def test_the_counter_continues_after_the_highest_existing_one(
    simulator: Simulator, simulated: Server
) -> None:
    simulator.folders.output.joinpath("count_00041_.png").write_bytes(b"")
    entry = await simulated.run(trivial(prefix="count"))
    assert entry["outputs"]["2"]["images"][0]["filename"] == "count_00042_.png"


@pytest.mark.parametrize(
    ("name", "kind", "is_download"),
    [
        ("a.html", "application/octet-stream", True),
        ("a.svg", "application/octet-stream", True),
        ("a.js", "application/octet-stream", True),
        ("a.txt", "text/plain", False),
        ("a.mkv", "video/x-matroska", False),
        ("a.webp", "image/webp", False),
    ],
)
async def test_newer_releases_view_nothing_that_could_run(
    name: str, kind: str, is_download: bool, newer_server: Server
) -> None:
    folder = f"contract-{uuid4().hex}"
    assert (await upload(newer_server, name, b"<svg/>", subfolder=folder))[0] == 200
    query = {"filename": name, "subfolder": folder, "type": "input"}
    reply, _ = await view(newer_server, query)
    assert (reply.status, reply.content_type) == (200, kind)
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Disposition"].startswith("attachment") is is_download
    if name == "a.svg":
        as_image, _ = await view(newer_server, query, {"Sec-Fetch-Dest": "image"})
        assert as_image.content_type == "image/svg+xml"


async def upload_mask(server: Server, data: bytes, name: str, **fields: str) -> tuple[int, object]:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("image", io.BytesIO(data), filename=name)
    for field, value in fields.items():
        form.add_field(field, value)
    async with server.http.post(f"{server.url}/upload/mask", data=form) as reply:
        return reply.status, await reply.json() if reply.status == 200 else None


def png(mode: str, size: tuple[int, int] = (16, 12), color: object = (9, 80, 200)) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, "PNG")  # type: ignore[arg-type]
    return out.getvalue()


async def test_a_mask_upload_combines_colours_and_alpha(comfyui_server: Server) -> None:
    original, name = f"{uuid4().hex}.png", f"{uuid4().hex}.png"
    await upload(comfyui_server, original, png("RGB"))
    reference = json.dumps({"filename": original, "subfolder": "", "type": "input"})
    mask = png("RGBA", color=(0, 0, 0, 77))
    status, answer = await upload_mask(comfyui_server, mask, name, original_ref=reference)
    assert (status, answer) == (200, {"name": name, "subfolder": "", "type": "input"})
    _, body = await view(comfyui_server, {"filename": name, "type": "input"})
    with Image.open(io.BytesIO(body)) as image:
        assert (image.mode, image.getpixel((3, 3))) == ("RGBA", (9, 80, 200, 77))


@pytest.mark.parametrize(
    ("reference", "size", "status", "is_stored"),
    [
        ({"filename": "nosuch.png", "type": "input"}, (64, 64), 200, False),
        ({"filename": "../x.png", "type": "input"}, (64, 64), 200, False),
        ({"filename": "ORIGINAL"}, (64, 64), 200, False),  # the type is output by default
        ({"filename": "ORIGINAL", "type": "input"}, (65, 64), 500, False),
        ({"filename": "ORIGINAL", "type": "input"}, (64, 64), 200, True),
        (None, (64, 64), 500, False),
    ],
)
async def test_mask_uploads_have_the_recorded_status(
    reference: dict[str, str] | None,
    size: tuple[int, int],
    status: int,
    is_stored: bool,
    comfyui_server: Server,
) -> None:
    name, original = f"{uuid4().hex}.png", f"{uuid4().hex}.png"
    await upload(comfyui_server, original, png("RGB", (64, 64)))
    named = json.dumps(reference).replace("ORIGINAL", original)
    fields = {} if reference is None else {"original_ref": named}
    data = png("RGBA", size, (0, 0, 0, 9))
    assert (await upload_mask(comfyui_server, data, name, **fields))[0] == status
    reply, _ = await view(comfyui_server, {"filename": name, "type": "input"})
    assert reply.status == (200 if is_stored else 404)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("x.png [output]", "x.png [output]"),
        (" lead.png", " lead.png"),
        (".hidden.png", ".hidden.png"),
        ("été 日本.png", "été 日本.png"),
        ("%C3%A9.png", "%C3%A9.png"),
        ("/abs.png", "abs.png"),
        ("n" * 251 + ".png", "n" * 251 + ".png"),
    ],
)
async def test_names_of_uploads_are_kept(name: str, stored: str, comfyui_server: Server) -> None:
    folder = f"contract-{uuid4().hex}"
    status, answer = await upload(comfyui_server, name, b"data", subfolder=folder)
    assert (status, answer) == (200, {"name": stored, "subfolder": folder, "type": "input"})


@pytest.mark.parametrize("name", ["../esc.png", "n" * 252 + ".png", "", "ü" * 127 + ".png"])
async def test_bad_names_of_uploads_are_refused(name: str, comfyui_server: Server) -> None:
    status, _ = await upload(comfyui_server, name, b"data")
    assert status == (400 if name.startswith("..") else 500)


async def test_an_upload_above_the_limit_is_refused(newer: Server) -> None:
    limit = (await newer.get("/features"))["max_upload_size"]
    form = aiohttp.FormData()
    form.add_field("image", io.BytesIO(bytes(limit + 1)), filename="large.png")
    async with newer.http.post(f"{newer.url}/upload/image", data=form) as reply:
        assert reply.status == 413
