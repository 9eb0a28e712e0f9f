"""``genonaut generate`` with images and ``genonaut upscale``, against API, worker and ComfyUI."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from PIL import Image
from tests.integration.catalog.selection.test_submissions import ready
from tests.support.server import serving
from tests.support.service import running_api, running_worker
from tests.support.uploads import encoded, gradient

from genonaut.cli.generate.image_options import ImageName, ImageOptions, NamedControl
from genonaut.cli.generate.run import run
from genonaut.cli.main import cli
from genonaut.cli.uploads.actions import add_uploads, delete_uploads, list_uploads
from genonaut.cli.upscale.actions import UpscaleRun
from genonaut.config import Settings


def put(path: Path, width: int, height: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(gradient(width, height)))
    return path


async def test_folders_are_enlarged_and_an_interrupted_run_continues(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    put(folder / "one.png", 64, 48)
    put(folder / "deep" / "two.png", 40, 40)
    (folder / "broken.png").write_bytes(b"no image")

    def work() -> UpscaleRun:
        return UpscaleRun(out=out, model="4x", scale=2.0, at_once=2)

    async with running_api(settings) as api, serving(settings) as url, running_worker(settings):
        await ready(api)
        assert await work().run(settings, url, [folder]) == 3
        assert "broken.png" in capsys.readouterr().err
        with Image.open(out / "one.png") as one, Image.open(out / "deep" / "two.png") as two:
            assert (one.size, two.size) == ((128, 96), (80, 80))
        before = (out / "one.png").stat().st_mtime_ns
        (folder / "broken.png").unlink()
        (out / "deep" / "two.png").unlink()
        assert await work().run(settings, url, [folder]) == 0
        assert "1 of 2 are done already" in capsys.readouterr().err
        assert (out / "one.png").stat().st_mtime_ns == before
        assert (out / "deep" / "two.png").exists()
        assert not list(out.rglob("*.part"))


async def test_generate_starts_from_files(settings: Settings, tmp_path: Path) -> None:
    source = ImageName(put(tmp_path / "photo.png", 128, 128))
    mask = tmp_path / "mask.png"
    area = Image.new("L", (128, 128), 0)
    area.paste(255, (40, 40, 80, 80))
    mask.write_bytes(encoded(area))
    body = {
        "prompt": "a fox",
        "checkpoint_model": "sd15.safetensors",
        "params": {"steps": 2, "denoise": 0.8},
    }
    async with running_api(settings) as api, serving(settings) as url, running_worker(settings):
        await ready(api)
        inpainted, extended = tmp_path / "inpainted", tmp_path / "extended"
        options = ImageOptions(source=source, mask=ImageName(mask))
        assert await run(settings, url, body, out=inpainted, as_json=False, images=options) == 0
        options = ImageOptions(source=source, extend={"right": 64})
        body = {**body, "params": {"steps": 2}}
        assert await run(settings, url, body, out=extended, as_json=False, images=options) == 0
        # The checkpoint reads the control image itself: "canny" is no ControlNet.
        body = {**body, "checkpoint_model": "flux1-canny-dev.safetensors"}
        guided = ImageOptions(control=(NamedControl("canny", source, 1.0),))
        assert await run(settings, url, body, out=tmp_path, as_json=False, images=guided) == 0
        other = ImageOptions(control=(NamedControl("depth", source, 1.0),))
        with pytest.raises(click.UsageError, match="reads the control image itself, as canny"):
            await run(settings, url, body, out=tmp_path, as_json=False, images=other)
    (first,) = inpainted.iterdir()
    with Image.open(first) as image:
        assert image.size == (128, 128)
        kept = image.convert("RGB").crop((0, 0, 20, 128))
        assert kept.tobytes() == gradient(128, 128).crop((0, 0, 20, 128)).tobytes()
    (second,) = extended.iterdir()
    with Image.open(second) as image:
        assert image.size == (192, 128)


async def test_uploads_are_stored_listed_and_deleted(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [put(tmp_path / "one.png", 64, 48), put(tmp_path / "two.png", 40, 40)]
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    async with running_api(settings) as _, serving(settings) as url:
        await list_uploads("test", url, [])
        assert capsys.readouterr().err == "no uploads\n"
        assert not await add_uploads("test", url, [*files, broken, files[0]])
        output = capsys.readouterr()
        ids = [int(line.split()[0]) for line in output.out.splitlines()]
        assert len(ids) == 3
        assert ids[2] == ids[0]
        assert "broken.png: the API refused the request (422)" in output.err

        await list_uploads("test", url, [("limit", "1"), ("kind", "image")])
        output = capsys.readouterr()
        assert "image" in output.out
        assert "64x48" in output.out or "40x40" in output.out
        assert output.err == "1 of 2 uploads\n"

        assert not await delete_uploads("test", url, [ids[0], 999_999])
        output = capsys.readouterr()
        assert output.out == f"upload {ids[0]} deleted\n"
        assert output.err == (
            "upload 999999: the API refused the request (404): no upload 999999\n"
        )
        await list_uploads("test", url, [])
        listed = capsys.readouterr().out
        assert "two.png" in listed
        assert "one.png" not in listed


def test_the_command_exits_with_1_if_a_file_is_refused(tmp_path: Path) -> None:
    run = CliRunner().invoke(
        cli, ["uploads", "delete", "5", "--server", "http://127.0.0.1:9", "--env", "test"]
    )
    assert run.exit_code == 1
    assert "does not answer" in run.output
