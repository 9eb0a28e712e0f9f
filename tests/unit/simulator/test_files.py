import io
from pathlib import Path

import pytest
from PIL import Image

from genonaut.simulator.files import Folders, OutsideFolderError, png_texts, save_target
from genonaut.simulator.png import encode_png

SIZE = (64, 32)


def test_the_counter_starts_at_one_and_skips_other_names(tmp_path: Path) -> None:
    for name in ("cat_00007_.png", "cat_x_.png", "cats_00020_.png", "cat_00003.png"):
        tmp_path.joinpath(name).touch()
    assert save_target(tmp_path, "cat", SIZE).file_name(0) == "cat_00008_.png"
    assert save_target(tmp_path, "dog", SIZE).file_name(1) == "dog_00002_.png"


def test_a_prefix_may_name_a_subfolder_and_values(tmp_path: Path) -> None:
    target = save_target(tmp_path, "a/b/%width%x%height%_%batch_num%_%nothing%", SIZE)
    assert target.subfolder == "a/b"
    assert target.folder.is_dir()
    assert target.file_name(2) == "64x32_2_%nothing%_00003_.png"
    assert save_target(tmp_path, "%year%", SIZE).stem.isdecimal()


@pytest.mark.parametrize("prefix", ["../x", "/etc/x", "a/../../x"])
def test_a_prefix_may_not_lead_outside(prefix: str, tmp_path: Path) -> None:
    root = tmp_path / "output"
    root.mkdir()
    with pytest.raises(OutsideFolderError, match="not allowed"):
        save_target(root, prefix, SIZE)


def test_close_removes_temporary_folders_and_keeps_a_given_one(tmp_path: Path) -> None:
    given = Folders(tmp_path / "out")
    given.output.joinpath("kept.png").touch()
    private = given.input.parent
    given.close()
    assert tmp_path.joinpath("out/kept.png").exists()
    assert not private.exists()
    own = Folders(None)
    own.close()
    assert not own.output.exists()


def test_paths_stay_inside_their_folder() -> None:
    folders = Folders(None)
    assert folders.inside("output", "a", "b.png") == folders.output / "a" / "b.png"
    assert folders.inside("output", "../input/example.png") is None
    assert folders.inside("nonsense", "x") is None
    folders.close()


def test_inputs_may_name_their_folder() -> None:
    folders = Folders(None)
    assert folders.annotated("sub/x.png") == folders.input / "sub" / "x.png"
    assert folders.annotated("x.png [output]") == folders.output / "x.png"
    assert folders.annotated("../input/x.png") == folders.input / "x.png"
    assert folders.annotated("../output/x.png") is None
    assert folders.annotated("../output/x.png", anywhere=True) == folders.output / "x.png"
    for outside in ("/etc/hostname", "../../etc/hostname"):
        assert folders.annotated(outside, anywhere=True) is None
    folders.close()


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (64, 48), (257, 129)])
def test_encoded_images_decode_to_the_same_pixels(size: tuple[int, int]) -> None:
    image = Image.effect_noise(size, 90).convert("RGB")
    with Image.open(io.BytesIO(encode_png(image, []))) as decoded:
        assert (decoded.format, decoded.mode) == ("PNG", "RGB")
        assert decoded.tobytes() == image.tobytes()


def test_texts_survive_in_any_script() -> None:
    texts = [("prompt", '{"a": 1}'), ("workflow", "été 日本"), ("é", "x" * 5000)]
    with Image.open(io.BytesIO(encode_png(Image.new("RGB", (4, 4)), texts))) as decoded:
        decoded.load()
        assert decoded.info["prompt"] == '{"a": 1}'
        assert decoded.info["workflow"] == "été 日本"
        assert decoded.info["é"] == "x" * 5000


@pytest.mark.parametrize("extra", [None, [], {"extra_pnginfo": "text"}, {"extra_pnginfo": None}])
def test_extra_data_may_have_any_type(extra: object) -> None:
    assert png_texts({}, extra) == [("prompt", "{}")]
