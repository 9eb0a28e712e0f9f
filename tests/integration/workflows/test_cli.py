"""``genonaut workflows`` against a running API and worker."""

import json
from pathlib import Path

import pytest
from PIL import Image
from tests.support.server import serving
from tests.support.service import eventually, running_worker
from tests.support.workflow_graphs import has_classes, text_to_image, with_photo

from genonaut.cli.workflows.actions import (
    archive_workflow,
    export_workflow,
    import_workflow,
    list_workflows,
    run_workflow,
    show_workflow,
)
from genonaut.cli.workflows.api import WorkflowNotFoundError
from genonaut.config import Settings
from genonaut.runtime import open_runtime


async def test_a_workflow_is_imported_run_exported_and_archived(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = tmp_path / "portrait.json"
    graph.write_text(json.dumps(text_to_image()))
    photo = tmp_path / "photo.png"
    Image.new("RGB", (64, 48), (200, 30, 30)).save(photo)
    inverted = tmp_path / "invert.json"
    inverted.write_text(json.dumps(with_photo()))
    async with serving(settings) as url, running_worker(settings):
        async with open_runtime(settings, application="test") as runtime:
            await eventually(lambda: has_classes(runtime))
        options = {"title": None, "description": "", "is_shared": True, "note": ""}
        await import_workflow("test", url, graph, version_of=None, **options)  # type: ignore[arg-type]
        assert capsys.readouterr().out == "1 portrait version 1\n"
        await import_workflow("test", url, inverted, version_of=None, **options)  # type: ignore[arg-type]
        await import_workflow("test", url, graph, version_of="portrait", **options)  # type: ignore[arg-type]
        assert "1 portrait version 2" in capsys.readouterr().out
        await list_workflows("test", url, search=None, is_archived=False)
        assert "portrait" in capsys.readouterr().out
        await show_workflow("test", url, "portrait")
        assert "prompt" in capsys.readouterr().out
        out = tmp_path / "out"
        common = {"version": None, "batch": 1, "out": out, "as_json": False}
        values = [("prompt", "a red fox"), ("steps", "2")]
        status = await run_workflow("test", url, "portrait", values=values, files=[], **common)  # type: ignore[arg-type]
        path = Path(capsys.readouterr().out.strip())
        assert (status, path.suffix) == (0, ".png")
        assert "a-red-fox" in path.name
        files = [("image", str(photo))]
        assert await run_workflow("test", url, "invert", values=[], files=files, **common) == 0  # type: ignore[arg-type]
        made = Image.open(capsys.readouterr().out.strip()).convert("RGB")
        assert made.getpixel((5, 5)) == (55, 225, 225)
        await export_workflow("test", url, "portrait", wanted="api", out=None)
        assert json.loads(capsys.readouterr().out) == text_to_image()
        await archive_workflow("test", url, "portrait")
        with pytest.raises(WorkflowNotFoundError, match="no workflow is named"):
            await show_workflow("test", url, "portrait")
