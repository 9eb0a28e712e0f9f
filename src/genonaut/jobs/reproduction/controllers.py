"""The route that compares an item with the present."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from genonaut.accounts.guards import MAY_CONFLICT
from genonaut.accounts.identity import Identity
from genonaut.content.service import ContentService
from genonaut.db import UnitOfWork
from genonaut.jobs.reproduction.schemas import ReproductionView
from genonaut.jobs.reproduction.service import ReproductionService


class ReproductionController(Controller):
    """Whether an item can be made again."""

    path = "/content/{content_id:int}/reproduction"
    tags = ("content",)

    @get(
        "/",
        summary="Compare what made an item with the present",
        opt={MAY_CONFLICT: True},
    )
    async def get_reproduction(
        self,
        content_id: FromPath[int],
        uow: NamedDependency[UnitOfWork],
        content: NamedDependency[ContentService],
        identity: NamedDependency[Identity],
    ) -> ReproductionView:
        """Compare recorded model hashes, the ComfyUI version and node classes with those of the servers.

        Models that are missing or changed have substitutes: the same file under another name, or the same
        architecture with the most similar name.
        """
        service = ReproductionService(uow, content, viewer_id=identity.user_id)
        return ReproductionView.of(await service.compare(content_id))
