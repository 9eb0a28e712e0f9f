"""The routes of the gallery."""

from genonaut.content.controllers.archives import ArchiveController
from genonaut.content.controllers.bulk import BulkController
from genonaut.content.controllers.discovery import DiscoveryController
from genonaut.content.controllers.files import ContentFileController
from genonaut.content.controllers.items import ContentController
from genonaut.content.controllers.tags import TagController

CONTROLLERS = (
    ContentController,
    BulkController,
    DiscoveryController,
    ArchiveController,
    ContentFileController,
    TagController,
)

__all__ = ["CONTROLLERS"]
