"""Submissions that work on images: what is accepted, what each refusal says, what is stored."""

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import func, select, update
from tests.builders import make_content, png
from tests.support.accounts import held
from tests.support.models import report_models, rows
from tests.support.people import Person, Town, running_town

from genonaut.accounts.tables import Role
from genonaut.catalog.service import CatalogService, Correction
from genonaut.catalog.vocabulary import Architecture, ModelKind
from genonaut.config import Settings
from genonaut.content.tables import Visibility
from genonaut.jobs.states import JobStatus
from genonaut.jobs.tables import ComfyuiBackend, GenerationJob

PATH = "/generation-jobs/"
BASE: dict[str, Any] = {"prompt": "a lighthouse", "checkpoint_model": "sd15.safetensors"}
MODELS = {
    "checkpoints/sd15.safetensors": (ModelKind.CHECKPOINT, Architecture.SD1),
    "checkpoints/sdxl.safetensors": (ModelKind.CHECKPOINT, Architecture.SDXL),
    "checkpoints/refiner.safetensors": (ModelKind.CHECKPOINT, Architecture.SDXL_REFINER),
    "controlnet/canny.safetensors": (ModelKind.CONTROLNET, Architecture.SD1),
    "controlnet/xl.safetensors": (ModelKind.CONTROLNET, Architecture.SDXL),
    "upscale_models/4x.pth": (ModelKind.UPSCALER, Architecture.UNKNOWN),
    "vae/ema.safetensors": (ModelKind.VAE, Architecture.SD1),
    "vae/xl.safetensors": (ModelKind.VAE, Architecture.SDXL),
}


@pytest.fixture
async def town(settings: Settings) -> AsyncIterator[Town]:
    async with held(running_town(settings)) as town:
        yield town


@pytest.fixture
async def ann(town: Town) -> Person:
    await report_models(town.runtime, "sim1", *MODELS)
    found = await rows(town.runtime)
    async with town.runtime.begin() as uow:
        for name, (kind, architecture) in MODELS.items():
            correction = Correction(kind=kind, architecture=architecture)
            await CatalogService(uow).correct(found[name].id, correction)
    return await town.person("ann")


def mask(width: int = 96, height: int = 64, *, box: tuple[int, ...] | None = None) -> bytes:
    image = Image.new("L", (width, height), 0)
    if box is not None:
        ImageDraw.Draw(image).rectangle(box, fill=255)
    return _bytes(image)


def hole(width: int = 96, height: int = 64, *, alpha: int = 0) -> bytes:
    image = Image.new("RGBA", (width, height), (200, 30, 30, 255))
    image.paste((200, 30, 30, alpha), (8, 8, 40, 40))
    return _bytes(image)


def _bytes(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


async def image(
    town: Town, person: Person, data: bytes | None = None, **more: Any
) -> dict[str, int]:
    """Store an image of a person and return the reference to it."""
    return {"content_id": await make_content(town.runtime, person.identity, data=data, **more)}


async def uploaded(person: Person, data: bytes) -> dict[str, int]:
    """Upload an image and return the reference to it."""
    answer = await person.http.post("/uploads/", files={"file": ("photo.png", data)})
    assert answer.status_code == 201, answer.text
    return {"upload_id": answer.json()["id"]}


async def accepted(person: Person, **fields: Any) -> dict[str, Any]:
    answer = await person.http.post(PATH, json={**BASE, **fields})
    assert answer.status_code == 201, answer.text
    job: dict[str, Any] = answer.json()
    assert (await person.http.get(f"{PATH}{job['id']}")).json() == job | {
        "queue_position": 1, "waiting_reason": job["waiting_reason"],
    }  # fmt: skip
    await person.http.post(f"{PATH}{job['id']}/cancel")
    return job


async def refused(person: Person, body: dict[str, Any]) -> dict[str, str]:
    """Return the messages by field."""
    answer = await person.http.post(PATH, json=body)
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


async def stored_jobs(town: Town) -> int:
    async with town.runtime.begin() as uow:
        return await uow.session.scalar(select(func.count(GenerationJob.id))) or 0


async def test_each_form_of_work_on_images_is_accepted_and_shown(town: Town, ann: Person) -> None:
    photo = await image(town, ann, png(1024, 768))
    white = await image(town, ann, mask(1024, 768, box=(100, 100, 300, 300)))
    see_through = await image(town, ann, hole())
    shown = {**photo, "upload_id": None}

    job = await accepted(ann, source={"image": photo})
    assert job["source"] == {
        "image": shown, "resize": "crop", "mask": None, "mask_mode": None, "mask_grow_px": None,
        "mask_feather_px": None, "extend": None,
    }  # fmt: skip
    assert (job["width"], job["height"], job["params"]["denoise"]) == (1024, 768, 0.6)

    job = await accepted(ann, source={"image": photo, "mask": white})
    assert job["source"]["mask"] == {**white, "upload_id": None}
    assert job["source"]["mask_mode"] == "preserve"
    assert (job["source"]["mask_grow_px"], job["source"]["mask_feather_px"]) == (6, 8)
    assert job["params"]["denoise"] == 0.8

    job = await accepted(ann, source={"image": photo, "mask": white, "mask_mode": "fill",
                                      "mask_grow_px": 0, "mask_feather_px": 64})  # fmt: skip
    assert job["params"]["denoise"] == 1.0

    job = await accepted(ann, source={"image": see_through, "mask": see_through})
    assert job["source"]["mask"] == job["source"]["image"]

    job = await accepted(ann, source={"image": photo, "extend": {"right": 256}})
    assert job["source"]["extend"] == {
        "left": 0, "top": 0, "right": 256, "bottom": 0, "feather_px": 40,
    }  # fmt: skip
    assert (job["width"], job["params"]["denoise"]) == (1024, 1.0)

    job = await accepted(ann, hires={"scale": 1.5})
    assert job["hires"] == {
        "scale": 1.5, "method": "latent", "upscale_model": None, "steps": None, "denoise": 0.55,
    }  # fmt: skip
    job = await accepted(
        ann, hires={"scale": 2, "method": "model", "upscale_model": "4x.pth", "steps": 12}
    )
    assert job["hires"]["denoise"] == 0.35

    control = {"model": "canny.safetensors", "image": photo, "type": "canny",
               "preprocessor": "canny", "strength": 0.8, "start": 0.1, "end": 0.9}  # fmt: skip
    job = await accepted(ann, control=[control, {**control, "type": "auto"}])
    assert job["control"][0] == {**control, "image": shown}

    job = await accepted(ann, vae="ema.safetensors", clip_skip=2)
    assert (job["vae"], job["clip_skip"]) == ("ema.safetensors", 2)

    refiner = {"model": "refiner.safetensors", "switch_at": 0.7}
    job = await accepted(ann, checkpoint_model="sdxl.safetensors", refiner=refiner)
    assert job["refiner"] == refiner

    job = await accepted(ann, width=4096, height=4096)
    assert (job["width"], job["height"]) == (4096, 4096)
    assert (job["operation"], job["source"], job["references"], job["control"]) == (
        "generate", None, [], [],
    )  # fmt: skip


async def test_an_upscale_needs_no_checkpoint_prompt_or_seed(town: Town, ann: Person) -> None:
    photo = await image(town, ann, png(99, 51))
    body = {
        "operation": "upscale",
        "source": {"image": photo},
        "upscale": {"model": "4x.pth", "scale": 2.5},
    }
    answer = await ann.http.post(PATH, json=body)
    assert answer.status_code == 201, answer.text
    job = answer.json()
    assert (job["width"], job["height"], job["operation"]) == (248, 128, "upscale")
    assert job["upscale"] == {"model": "4x.pth", "scale": 2.5}
    assert (job["prompt"], job["checkpoint_model"]) == ("", "")
    async with town.runtime.begin() as uow:
        newest = select(GenerationJob.needs).order_by(GenerationJob.id.desc())
        needs = await uow.session.scalar(newest.limit(1))
    assert needs is not None
    assert "upscale_models/4x.pth" in needs
    assert not any(one.startswith(("checkpoints/", "samplers/")) for one in needs)


async def test_a_shown_job_can_be_submitted_again_as_it_is(town: Town, ann: Person) -> None:
    photo = await image(town, ann, png(512, 512))
    white = await image(town, ann, mask(512, 512, box=(0, 0, 64, 64)))
    names = [
        "prompt", "checkpoint_model", "width", "height", "params", "operation", "source",
        "references", "control", "hires", "upscale", "vae", "clip_skip", "refiner",
    ]  # fmt: skip
    for fields in (
        {"source": {"image": photo, "mask": white, "mask_feather_px": 3}},
        {"hires": {"scale": 1.5, "steps": 7}},
    ):
        job = await accepted(
            ann,
            **fields,
            control=[{"model": "canny.safetensors", "image": photo}],
            vae="ema.safetensors",
            clip_skip=2,
        )
        again = await accepted(ann, **{name: job[name] for name in names})
        assert {name: again[name] for name in names} == {name: job[name] for name in names}


async def test_text_to_image_is_stored_as_before(town: Town, ann: Person) -> None:
    await accepted(ann, references=[], control=[], hires=None, operation="generate")
    async with town.runtime.begin() as uow:
        inputs = await uow.session.scalar(select(GenerationJob.inputs))
    assert inputs is None


async def test_each_image_counts_with_its_facts(town: Town, ann: Person) -> None:
    photo = await image(town, ann, hole(96, 64))
    await accepted(
        ann, source={"image": photo}, control=[{"model": "canny.safetensors", "image": photo}]
    )
    async with town.runtime.begin() as uow:
        newest = select(GenerationJob.inputs).order_by(GenerationJob.id.desc())
        inputs = await uow.session.scalar(newest.limit(1))
    assert inputs is not None
    (facts,) = inputs["images"]
    assert (facts["width"], facts["height"], facts["mime"], facts["has_alpha"]) == (
        96, 64, "image/png", True,
    )  # fmt: skip
    assert len(facts["sha256"]) == 64
    assert await town.runtime.store.read(facts["storage_key"])
    assert inputs["control"][0]["architecture"] == "sd1"


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"checkpoint_model": "canny.safetensors"},
        "checkpoint_model",
        "'canny.safetensors' is a ControlNet, not a checkpoint",
    ),
    (
        {"lora_models": [{"name": "4x.pth"}]},
        "lora_models[0].name",
        "is an upscale model, not a LoRA",
    ),
    ({"source": {}}, "source.image", "is required"),
    ({"source": {"image": {}}}, "source.image", "name either an upload_id or a content_id"),
    (
        {"source": {"image": {"upload_id": 1, "content_id": 1}}},
        "source.image",
        "name either an upload_id or a content_id",
    ),
    ({"source": {"image": {"content_id": 2**63}}}, "source.image.content_id", "at most"),
    ({"source": {"image": {"url": "http://x/"}}}, "source.image.url", "is not a known field"),
    ({"source": {"image": "IMAGE", "fit": 1}}, "source.fit", "is not a known field"),
    ({"source": {"image": "IMAGE", "resize": "squeeze"}}, "source.resize", "choices"),
    (
        {"source": {"image": "IMAGE", "mask_mode": "fill"}},
        "source.mask_mode",
        "needs source.mask",
    ),
    (
        {"source": {"image": "IMAGE", "mask_grow_px": 1}},
        "source.mask_grow_px",
        "needs source.mask",
    ),
    (
        {"source": {"image": "IMAGE", "mask": "MASK", "mask_feather_px": 257}},
        "source.mask_feather_px",
        "at most 256",
    ),
    (
        {"source": {"image": "IMAGE", "mask": "MASK", "extend": {"left": 8}}},
        "source.extend",
        "cannot be combined with source.mask",
    ),
    ({"source": {"image": "IMAGE", "extend": {}}}, "source.extend", "at least one edge"),
    (
        {"source": {"image": "IMAGE", "extend": {"top": 12}}},
        "source.extend.top",
        "multiple of 8",
    ),
    ({"source": {"image": "IMAGE", "extend": {"top": -8}}}, "source.extend.top", "at least 0"),
    (
        {"source": {"image": "IMAGE", "extend": {"top": 2048, "bottom": 2048}}},
        "source.extend",
        "96 x 4,160 px; at most 4,096",
    ),
    ({"width": 516}, "width", "multiple of 8"),
    ({"width": 4104}, "width", "at most 4,096"),
    ({"references": [{"image": "IMAGE"}] * 5}, "references", "at most 4"),
    (
        {"references": [{"image": "IMAGE", "strength": 11}]},
        "references[0].strength",
        "at most 10",
    ),
    ({"references": [{"strength": 1}]}, "references[0].image", "is required"),
    ({"control": [{"image": "IMAGE"}]}, "control[0].model", "is required"),
    ({"control": [{"model": "canny.safetensors"}]}, "control[0].image", "is required"),
    ({"control": ["CONTROL"] * 4}, "control", "at most 3"),
    ({"control": [{"CONTROL": {"type": "shape"}}]}, "control[0].type", "choices"),
    (
        {"control": [{"CONTROL": {"start": 0.5, "end": 0.5}}]},
        "control[0].end",
        "more than start",
    ),
    ({"control": [{"CONTROL": {"end": 1.01}}]}, "control[0].end", "at most 1"),
    ({"control": [{"CONTROL": {"strength": -0.1}}]}, "control[0].strength", "at least 0"),
    (
        {"control": [{"CONTROL": {"type": "depth", "preprocessor": "canny"}}]},
        "control[0].preprocessor",
        "does not fit type depth",
    ),
    (
        {"control": [{"CONTROL": {"model": "sd15.safetensors"}}]},
        "control[0].model",
        "'sd15.safetensors' is a checkpoint, not a ControlNet",
    ),
    (
        {"control": [{"CONTROL": {"model": "xl.safetensors"}}]},
        "control[0].model",
        "made for sdxl, the base model is sd1",
    ),
    (
        {"control": [{"CONTROL": {"model": "cany.safetensors"}}]},
        "control[0].model",
        "did you mean canny.safetensors",
    ),
    ({"checkpoint_model": "canny.safetensors"}, "checkpoint_model", "not a checkpoint"),
    ({"hires": {}}, "hires.scale", "is required"),
    (
        {"hires": {"scale": 2}, "source": {"image": "IMAGE", "mask": "MASK"}},
        "hires",
        "cannot be combined with a mask",
    ),
    (
        {"hires": {"scale": 2}, "source": {"image": "IMAGE", "extend": {"left": 64}}},
        "hires",
        "cannot be combined with a mask or an extension",
    ),
    ({"hires": {"scale": 1}}, "hires.scale", "more than 1"),
    ({"hires": {"scale": 4.1}}, "hires.scale", "at most 4"),
    (
        {"hires": {"scale": 4}, "width": 4096, "height": 4096},
        "hires.scale",
        "makes an image of 16,384 x 16,384 px; at most 16,384 px per edge and 64,000,000 in total",
    ),
    (
        {"hires": {"scale": 4}, "width": 4096, "height": 2048, "source": {"image": "IMAGE"}},
        "hires.scale",
        "makes an image of 16,384 x 8,192 px",
    ),
    ({"hires": {"scale": 2, "method": "model"}}, "hires.upscale_model", "is required"),
    (
        {"hires": {"scale": 2, "upscale_model": "4x.pth"}},
        "hires.upscale_model",
        "cannot be used with method latent",
    ),
    (
        {"hires": {"scale": 2, "method": "model", "upscale_model": "ema.safetensors"}},
        "hires.upscale_model",
        "'ema.safetensors' is a VAE, not an upscale model",
    ),
    ({"hires": {"scale": 2, "denoise": 1.1}}, "hires.denoise", "at most 1"),
    ({"hires": {"scale": 2, "steps": 151}}, "hires.steps", "at most 150"),
    ({"hires": {"scale": 4}, "width": 4096, "height": 4096}, "hires.scale", "16,384 x 16,384"),
    ({"upscale": {"model": "4x.pth"}}, "upscale", "needs operation upscale"),
    ({"operation": "paint"}, "operation", "choices"),
    ({"vae": "4x.pth"}, "vae", "'4x.pth' is an upscale model, not a VAE"),
    ({"vae": "xl.safetensors"}, "vae", "is a VAE for sdxl and does not fit sd1"),
    ({"clip_skip": 0}, "clip_skip", "at least 1"),
    ({"clip_skip": 25}, "clip_skip", "at most 24"),
    ({"refiner": {"model": "refiner.safetensors"}}, "refiner.model", "only sdxl models"),
    (
        {"refiner": {"model": "sdxl.safetensors"}, "checkpoint_model": "sdxl.safetensors"},
        "refiner.model",
        "is no refiner but sdxl",
    ),
    ({"refiner": {"model": "x", "switch_at": 1}}, "refiner.switch_at", "less than 1"),
    (
        {"refiner": {"model": "refiner.safetensors"}, "hires": {"scale": 2}},
        "refiner",
        "cannot be combined with hires",
    ),
    (
        {"source": {"image": "IMAGE", "mask": "MASK"}, "hires": {"scale": 2}},
        "hires",
        "keep pixels of the source",
    ),
    (
        {"source": {"image": "IMAGE", "extend": {"left": 64}}, "hires": {"scale": 2}},
        "hires",
        "keep pixels of the source",
    ),
    (
        {"references": [{"image": "IMAGE"}]},
        "references",
        "a sd1 model does not support reference images; these do: flux1",
    ),
    ({"params": {"denoise": 1.5}, "source": {"image": "IMAGE"}}, "params.denoise", "at most 1"),
    ({"prompt": None}, "prompt", "must not be null"),
]


async def test_each_refusal_names_its_field(town: Town, ann: Person) -> None:
    photo = await image(town, ann)
    known: dict[str, Any] = {
        "IMAGE": photo,
        "MASK": await image(town, ann, mask(box=(8, 8, 20, 20))),
    }
    known["CONTROL"] = {"model": "canny.safetensors", "image": photo}
    before = await stored_jobs(town)
    for change, field, words in REFUSALS:
        said = await refused(ann, BASE | _filled(change, known))
        assert set(said) == {field}, (change, said)
        assert words in said[field], (change, said)
    assert await stored_jobs(town) == before


def _filled(value: Any, known: dict[str, Any]) -> Any:
    """Replace names of images by references, and {"CONTROL": changes} by a changed control."""
    if isinstance(value, str):
        return known.get(value, value)
    if isinstance(value, list):
        return [_filled(one, known) for one in value]
    if isinstance(value, dict) and "CONTROL" in value:
        return known["CONTROL"] | value["CONTROL"]
    if isinstance(value, dict):
        return {key: _filled(one, known) for key, one in value.items()}
    return value


NOT_FOR_UPSCALES: list[tuple[str, Any]] = [
    ("prompt", "a cat"),
    ("negative_prompt", "blurry"),
    ("checkpoint_model", "sd15.safetensors"),
    ("lora_models", [{"name": "a"}]),
    ("width", 512),
    ("params", {"seed": 5}),
    ("references", [{"image": {"content_id": 1}}]),
    ("control", [{"model": "c", "image": {"content_id": 1}}]),
    ("hires", {"scale": 2}),
    ("batch_size", 2),
    ("vae", "ema.safetensors"),
    ("clip_skip", 2),
    ("refiner", {"model": "r"}),
    ("source.mask", {"content_id": 1}),
    ("source.extend", {"left": 8}),
    ("source.resize", "fit"),
    ("source.mask_mode", "fill"),
]


async def test_an_upscale_takes_nothing_else(town: Town, ann: Person) -> None:
    photo = await image(town, ann)
    for field, value in NOT_FOR_UPSCALES:
        source: dict[str, Any] = {"image": photo}
        body: dict[str, Any] = {
            "operation": "upscale", "source": source, "upscale": {"model": "4x.pth"},
        }  # fmt: skip
        outer, _, inner = field.partition(".")
        (source if inner else body)[inner or outer] = value
        said = await refused(ann, body)
        assert set(said) == {field}, said
        assert "operation upscale" in said[field]


async def test_an_upscale_names_what_it_lacks(town: Town, ann: Person) -> None:
    assert set(await refused(ann, {"operation": "upscale"})) == {"source", "upscale"}
    photo = await image(town, ann)
    body = {"operation": "upscale", "source": {"image": photo}}
    said = await refused(ann, {**body, "upscale": {"model": "5x.pth"}})
    assert "did you mean 4x.pth" in said["upscale.model"]
    said = await refused(ann, {**body, "upscale": {"model": "4x.pth", "scale": 9}})
    assert "at most 8" in said["upscale.scale"]
    large = await image(town, ann, png(4096, 1024))
    said = await refused(ann, {**body, "source": {"image": large},
                               "upscale": {"model": "4x.pth", "scale": 8}})  # fmt: skip
    assert "32,768 x 8,192" in said["upscale.scale"]


async def test_masks_that_cannot_be_used(town: Town, ann: Person) -> None:
    photo = await image(town, ann)
    cases = {
        "has 64 x 64 pixels, but the source has 96 x 64": mask(64, 64, box=(0, 0, 9, 9)),
        "has no white pixels, so nothing would be painted": mask(),
    }
    for words, data in cases.items():
        wrong = await image(town, ann, data)
        said = await refused(ann, BASE | {"source": {"image": photo, "mask": wrong}})
        assert words in said["source.mask"]
    said = await refused(ann, BASE | {"source": {"image": photo, "mask": photo}})
    assert "has no transparent pixels to paint" in said["source.mask"]
    opaque = await image(town, ann, hole(alpha=255))
    said = await refused(ann, BASE | {"source": {"image": opaque, "mask": opaque}})
    assert "has no transparent pixels" in said["source.mask"]
    white = await image(town, ann, mask(box=(0, 0, 96, 64)))
    await accepted(ann, source={"image": photo, "mask": white})


async def test_images_of_others_are_used_only_if_public(town: Town, ann: Person) -> None:
    bob = await town.person("bob")
    private = await image(town, bob)
    said = await refused(ann, BASE | {"source": {"image": private}})
    assert "you may use" in said["source.image"]
    absent = await refused(ann, BASE | {"source": {"image": {"content_id": 999_999}}})
    assert absent["source.image"].replace("999999", "1") == said["source.image"].replace(
        str(private["content_id"]), "1"
    )
    trashed = await image(town, ann, is_trashed=True)
    assert "source.image" in await refused(ann, BASE | {"source": {"image": trashed}})
    said = await refused(ann, BASE | {"source": {"image": {"upload_id": 77}}})
    assert said["source.image"] == "you have no upload 77"
    theirs = await uploaded(bob, png())
    said = await refused(ann, BASE | {"source": {"image": theirs}})
    assert said["source.image"] == f"you have no upload {theirs['upload_id']}"
    public = await image(town, bob, visibility=Visibility.PUBLIC)
    await accepted(ann, source={"image": public})
    root = await town.person("root", role=Role.ADMIN)
    assert "source.image" in await refused(root, BASE | {"source": {"image": private}})


async def test_all_wrong_images_and_models_are_named_together(town: Town, ann: Person) -> None:
    gone = {"content_id": 999_999}
    body = BASE | {
        "source": {"image": gone, "mask": {"upload_id": 8}},
        "control": [
            {"model": "nope", "image": gone},
            {"model": "xl.safetensors", "image": {"upload_id": 9}},
        ],
        "vae": "nope",
    }
    said = await refused(ann, body)
    assert set(said) == {
        "source.image", "source.mask", "control[0].image", "control[0].model", "control[1].model",
        "control[1].image", "vae",
    }  # fmt: skip


SIZES: list[tuple[tuple[int, int], dict[str, Any], tuple[int, int]]] = [
    ((1000, 700), {}, (1000, 696)),
    ((1000, 700), {"resize": "fit"}, (1000, 704)),
    ((4000, 3000), {}, (2048, 1536)),
    ((20, 10), {}, (64, 64)),
    ((1000, 500), {"width": 512}, (512, 256)),
    ((1000, 500), {"height": 512}, (1024, 512)),
    ((1000, 500), {"width": 512, "height": 512}, (512, 512)),
]


async def test_a_missing_size_is_that_of_the_source(town: Town, ann: Person) -> None:
    for size, fields, expected in SIZES:
        photo = await image(town, ann, png(*size))
        source = {"image": photo} | {name: fields[name] for name in ("resize",) if name in fields}
        wanted = {name: fields[name] for name in ("width", "height") if name in fields}
        job = await accepted(ann, source=source, **wanted)
        assert (job["width"], job["height"]) == expected, size


async def test_a_repeated_key_finds_its_jobs_even_without_the_image(
    town: Town, ann: Person
) -> None:
    photo = await image(town, ann)
    body = BASE | {"source": {"image": photo}, "batch_size": 3}
    key = {"Idempotency-Key": "once"}
    first = (await ann.http.post(PATH, json=body, headers=key)).json()
    assert len(first["batch_job_ids"]) == 3
    other = BASE | {"source": {"image": photo, "resize": "fit"}, "batch_size": 3}
    answer = await ann.http.post(PATH, json=other, headers=key)
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    await ann.http.delete(f"/content/{photo['content_id']}")
    again = await ann.http.post(PATH, json=body, headers=key)
    assert again.status_code == 201
    assert again.json()["batch_job_ids"] == first["batch_job_ids"]
    seeds = [
        (await ann.http.get(f"{PATH}{job_id}")).json()["params"]["seed"]
        for job_id in first["batch_job_ids"]
    ]
    assert [seed - seeds[0] for seed in seeds] == [0, 1, 2]


async def test_a_retry_has_the_same_inputs_or_says_which_is_gone(town: Town, ann: Person) -> None:
    photo = await image(town, ann, png(512, 512))
    job = await accepted(
        ann,
        source={"image": photo, "extend": {"left": 64}},
        control=[{"model": "canny.safetensors", "image": photo}],
        clip_skip=2,
    )
    answer = await ann.http.post(f"{PATH}{job['id']}/retry")
    assert answer.status_code == 201, answer.text
    again = answer.json()
    same = ("source", "control", "clip_skip", "width", "height", "params", "prompt")
    assert {name: again[name] for name in same} == {name: job[name] for name in same}
    async with town.runtime.begin() as uow:
        values = update(GenerationJob).values(status=JobStatus.FAILED)
        await uow.session.execute(values.where(GenerationJob.id == again["id"]))
    await ann.http.delete(f"/content/{photo['content_id']}")
    answer = await ann.http.post(f"{PATH}{again['id']}/retry")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {
        "source.image", "control[0].image",
    }  # fmt: skip


async def test_a_job_keeps_its_upload_but_a_new_one_cannot_name_it(town: Town, ann: Person) -> None:
    photo, other = await uploaded(ann, png(512, 256)), await uploaded(ann, png(colour="red"))
    body = BASE | {"source": {"image": photo}, "references": []}
    key = {"Idempotency-Key": "once"}
    first = (await ann.http.post(PATH, json=body, headers=key)).json()
    assert (first["width"], first["height"]) == (512, 256)
    assert first["source"]["image"] == {**photo, "content_id": None}
    assert (await ann.http.delete(f"/uploads/{photo['upload_id']}")).status_code == 204
    said = await refused(ann, body)
    assert said["source.image"] == f"you have no upload {photo['upload_id']}"
    again = await ann.http.post(PATH, json=body, headers=key)
    assert (again.status_code, again.json()["id"]) == (201, first["id"])
    assert (await ann.http.get(f"{PATH}{first['id']}")).json()["source"] == first["source"]
    async with town.runtime.begin() as uow:
        newest = select(GenerationJob.inputs).order_by(GenerationJob.id.desc())
        inputs = await uow.session.scalar(newest.limit(1))
    assert inputs is not None
    assert await town.runtime.store.read(inputs["images"][0]["storage_key"])
    await ann.http.post(f"{PATH}{first['id']}/cancel")
    await accepted(ann, source={"image": other})


async def test_models_that_no_server_has_together_are_named(town: Town, ann: Person) -> None:
    offers = {
        "gpu1": ["checkpoints/sd15.safetensors", "samplers/euler", "schedulers/normal"],
        "gpu2": ["controlnet/canny.safetensors", "upscale_models/4x.pth", "samplers/euler"],
    }
    async with town.runtime.begin() as uow:
        for name, offered in offers.items():
            uow.session.add(
                ComfyuiBackend(
                    name=name, url="http://x", slots=1, enabled=True, status="up", offers=offered
                )
            )
    photo = await image(town, ann)
    control = {"model": "canny.safetensors", "image": photo}
    said = await refused(ann, BASE | {"control": [control]})
    assert "gpu1 has the checkpoint 'sd15.safetensors'" in said["checkpoint_model"]
    assert "the ControlNet 'canny.safetensors'" in said["checkpoint_model"]
    async with town.runtime.begin() as uow:
        nothing = update(ComfyuiBackend).values(offers=["upscale_models/4x.pth", "nodes/SaveImage"])
        await uow.session.execute(nothing)
    body = {"operation": "upscale", "source": {"image": photo}, "upscale": {"model": "4x.pth"}}
    said = await refused(ann, body)
    assert "the node 'UpscaleModelLoader'" in said["upscale.model"]


async def test_models_of_each_kind_are_listed(town: Town, ann: Person) -> None:
    async def names(**query: Any) -> list[str]:
        answer = await ann.http.get("/models/", params=query)
        assert answer.status_code == 200, answer.text
        return [one["name"] for one in answer.json()["items"]]

    assert await names(kind="upscale_model") == await names(kind="upscaler") == ["4x.pth"]
    assert await names(kind="controlnet") == ["canny.safetensors", "xl.safetensors"]
    assert await names(kind="controlnet", architecture="sdxl") == ["xl.safetensors"]
    assert await names(kind=["vae", "upscale_model"]) == [
        "4x.pth",
        "ema.safetensors",
        "xl.safetensors",
    ]
    assert (await ann.http.get("/models/", params={"kind": "picture"})).status_code == 422
