from importlib import resources

from genonaut.simulator.model_folders import ModelFolders, default_models
from genonaut.simulator.options import SimulatedModel


def test_the_default_models_start_with_sd15() -> None:
    shelf = ModelFolders(None)
    assert shelf.names("checkpoints")[0] == "sd15.safetensors"
    assert {"detail.safetensors", "style/watercolor.safetensors"} <= set(shelf.names("loras"))
    for folder in ("vae", "text_encoders", "diffusion_models"):
        assert shelf.names(folder)


def test_metadata_of_default_models_state_that_they_are_simulated() -> None:
    for folder in ("checkpoints", "loras", "diffusion_models"):
        for model in default_models()[folder]:
            if model.metadata is not None:
                assert "simulated" in model.metadata["modelspec.implementation"]


def test_given_models_replace_the_default_models_and_are_sorted() -> None:
    shelf = ModelFolders({"loras": ["b.safetensors", SimulatedModel("a.safetensors", metadata={})]})
    assert shelf.names("loras") == ["a.safetensors", "b.safetensors"]
    assert shelf.names("checkpoints") == []
    assert shelf.metadata("loras", "a.safetensors") == {}
    assert shelf.metadata("loras", "b.safetensors") is None


def test_legacy_folder_names_work() -> None:
    shelf = ModelFolders(None)
    assert shelf.has_folder("unet")
    assert shelf.names("unet") == shelf.names("diffusion_models")
    assert not shelf.has_folder("nope")


def test_only_safetensors_have_metadata() -> None:
    shelf = ModelFolders({"checkpoints": [SimulatedModel("old.ckpt", metadata={"a": "b"})]})
    assert shelf.metadata("checkpoints", "old.ckpt") is None


def test_the_package_data_is_small() -> None:
    folder = resources.files("genonaut.simulator").joinpath("data")
    assert sum(len(entry.read_bytes()) for entry in folder.iterdir()) < 200_000
