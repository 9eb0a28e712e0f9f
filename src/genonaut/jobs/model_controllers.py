"""What the ComfyUI servers offer, straight from what their workers reported."""

from litestar import Controller, get
from litestar.di import NamedDependency

from genonaut.core.schemas import View
from genonaut.db import UnitOfWork
from genonaut.jobs.inventory import Inventory
from genonaut.jobs.params import CHECKPOINTS, LORAS, SAMPLERS, SCHEDULERS


class ModelView(View, frozen=True):
    """One model file as ComfyUI calls it."""

    name: str
    display_name: str
    available: bool
    source: str


class ModelList(View, frozen=True):
    """All models of a kind, by name."""

    items: list[ModelView]
    total: int


class SamplingOptions(View, frozen=True):
    """The samplers and schedulers that at least one server knows."""

    samplers: list[str]
    schedulers: list[str]


class ModelController(Controller):
    """Which models and samplers can be asked for."""

    tags = ("models",)

    @get("/checkpoint-models", summary="List checkpoints")
    async def checkpoints(self, uow: NamedDependency[UnitOfWork]) -> ModelList:
        """Return the checkpoints of all enabled ComfyUI servers."""
        return _listed(await Inventory.read(uow.session), CHECKPOINTS)

    @get("/lora-models", summary="List LoRAs")
    async def loras(self, uow: NamedDependency[UnitOfWork]) -> ModelList:
        """Return the LoRAs of all enabled ComfyUI servers."""
        return _listed(await Inventory.read(uow.session), LORAS)

    @get("/sampling-options", summary="List samplers and schedulers")
    async def sampling_options(self, uow: NamedDependency[UnitOfWork]) -> SamplingOptions:
        """Return what ``params.sampler_name`` and ``params.scheduler`` may be."""
        inventory = await Inventory.read(uow.session)
        return SamplingOptions(
            samplers=inventory.names(SAMPLERS), schedulers=inventory.names(SCHEDULERS)
        )


def _listed(inventory: Inventory, folder: str) -> ModelList:
    items = [
        ModelView(name=name, display_name=_display(name), available=True, source="comfyui")
        for name in inventory.names(folder)
    ]
    return ModelList(items=items, total=len(items))


def _display(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0].replace("_", " ") or name
