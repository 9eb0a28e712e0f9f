"""Remember how the models of recent submissions are loaded, until PostgreSQL says that it changed."""

from collections import OrderedDict
from collections.abc import Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from genonaut.catalog.compatibility import LACKING_IN
from genonaut.catalog.selection.plan import ModelPlan
from genonaut.jobs.backends.offers import BackendOffers
from genonaut.jobs.params import CHECKPOINTS
from genonaut.jobs.submission.store_query import VERSIONS

_REMEMBERED = 64


class WantedKey(msgspec.Struct, frozen=True):
    """What the choice of models depends on in a request."""

    checkpoint: str
    loras: tuple[str, ...]
    allow_mismatch: bool


class ModelVersions(msgspec.Struct, frozen=True, kw_only=True):
    """Versions of all rows on which a choice of models was based."""

    backends: Sequence[str]
    names: Sequence[str]
    models: Sequence[str]

    @classmethod
    async def read(cls, session: AsyncSession, names: Sequence[str]) -> "ModelVersions":
        """Return the current versions; read them before the rows themselves."""
        backends, models = (await session.execute(VERSIONS, {"model_names": list(names)})).one()
        return cls(backends=backends, names=names, models=models)


class KnownModels(msgspec.Struct, frozen=True, kw_only=True):
    """The chosen models of a request, and what the servers offered then."""

    versions: ModelVersions
    offers: BackendOffers
    checkpoint: str
    plan: ModelPlan

    @classmethod
    def without_checkpoint(cls, versions: ModelVersions, offers: BackendOffers) -> "KnownModels":
        """Return what is known for a request that loads no checkpoint."""
        plan = ModelPlan(folder=CHECKPOINTS, name="")
        return cls(versions=versions, offers=offers, checkpoint="", plan=plan)

    @property
    def depends_only_on_versions(self) -> bool:
        """Return whether equal versions mean an equal choice: no companions, no server versions."""
        plan = self.plan
        return (
            self.offers.is_known
            and plan.folder == CHECKPOINTS
            and not (plan.text_encoders or plan.vae or plan.clip_type)
            and plan.architecture not in LACKING_IN
        )


class KnownModelsCache:
    """The newest choices; the statement that stores a submission checks their versions."""

    def __init__(self) -> None:
        self._known: OrderedDict[WantedKey, KnownModels] = OrderedDict()

    def find(self, key: WantedKey) -> KnownModels | None:
        """Return the choice for a request, if one is remembered."""
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
        return known

    def store(self, key: WantedKey, known: KnownModels) -> None:
        """Remember a choice if its versions tell when it is outdated."""
        if not known.depends_only_on_versions:
            return
        newest = next(reversed(self._known.values()), known)
        if newest.versions.backends == known.versions.backends:
            # One object for all: the offers of large installations have thousands of names.
            known = msgspec.structs.replace(known, offers=newest.offers)
        else:
            self._known.clear()
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, key: WantedKey) -> None:
        """Forget a choice that is outdated."""
        self._known.pop(key, None)

    def forget_all(self, outdated: Sequence[KnownModels]) -> None:
        """Forget these choices, whatever their requests were."""
        versions = [one.versions for one in outdated]
        for key in [key for key, one in self._known.items() if one.versions in versions]:
            del self._known[key]
