"""Roots are read from ComfyUI's models folder and configuration."""

from pathlib import Path

import pytest

from genonaut.catalog.scanning.roots import (
    MAX_CONFIG_BYTES,
    Root,
    merge,
    roots_of_extra_paths,
    roots_of_models_folder,
)
from genonaut.catalog.vocabulary import ModelKind

EXAMPLE = """
a111:
    base_path: {base}/webui
    checkpoints: models/Stable-diffusion
    loras: |
         models/Lora
         models/LyCORIS
    is_default: true
comfyui:
    base_path: sub/../other
    unet: /absolute/unet
    clip: text
    custom_thing: things
empty:
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "extra_model_paths.yaml"


def test_sections_become_roots(config: Path) -> None:
    base = config.parent
    config.write_text(EXAMPLE.format(base=base))
    found = roots_of_extra_paths(config)
    assert found.problems == ()
    assert found.roots == (
        Root(f"{base}/webui/models/Stable-diffusion", "checkpoints"),
        Root(f"{base}/webui/models/Lora", "loras"),
        Root(f"{base}/webui/models/LyCORIS", "loras"),
        Root("/absolute/unet", "diffusion_models"),
        Root(f"{base}/other/text", "text_encoders"),
        Root(f"{base}/other/things", "custom_thing"),
    )


def test_variables_and_home_are_expanded(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    monkeypatch.setenv("MODELS", "/models")
    config.write_text("a:\n  loras: ~/loras\n  vae: $MODELS/vae\n")
    assert [root.path for root in roots_of_extra_paths(config).roots] == [
        "/home/someone/loras",
        "/models/vae",
    ]


def test_folders_have_kinds() -> None:
    assert Root("/x", "loras").kind is ModelKind.LORA
    assert Root("/x", "diffusion_models").kind is ModelKind.DIFFUSION_MODEL
    assert Root("/x", "whatever").kind is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: [unclosed", "not YAML"),
        ("- a\n- b", "not a mapping of sections"),
        ("text", "not a mapping of sections"),
        ("a: 5", "section a is not a mapping"),
        ("a:\n  loras: [1, 2]", "a.loras is not a string"),
        ("a: !!python/object/apply:os.system ['true']", "not YAML"),
        ("a: &x {loras: p}\nb: *x", "aliases are not supported"),
        ("[" * 200, "not YAML"),
        ("[" * 20_000, "more than 200 brackets"),
        ("- " * 2_000, "not YAML"),
        ("a:\n  loras: |\n" + "    x\n" * 2_000, "only the first 1000 are used"),
    ],
)
def test_problems_of_the_config_are_reported(text: str, problem: str, config: Path) -> None:
    config.write_text(text)
    found = roots_of_extra_paths(config)
    assert len(found.problems) == 1
    assert problem in found.problems[0]
    assert len(found.roots) <= 1_000


def test_a_missing_or_too_large_config_is_reported(config: Path) -> None:
    assert "No such file" in roots_of_extra_paths(config).problems[0]
    config.write_bytes(b"#" * (MAX_CONFIG_BYTES + 1))
    assert "larger than" in roots_of_extra_paths(config).problems[0]
    config.write_text("")
    assert roots_of_extra_paths(config).roots == ()


def test_a_models_folder_gives_one_root_per_subfolder(tmp_path: Path) -> None:
    for name in ("loras", "unet", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "file.txt").touch()
    found = roots_of_models_folder(tmp_path)
    assert found.roots == (
        Root(str(tmp_path / "loras"), "loras"),
        Root(str(tmp_path / "unet"), "diffusion_models"),
    )
    absent = roots_of_models_folder(tmp_path / "absent")
    assert absent.problems
    assert merge([found, found, absent]).roots == found.roots
