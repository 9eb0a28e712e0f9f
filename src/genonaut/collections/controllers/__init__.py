"""The routes of collections."""

from genonaut.collections.controllers.collections import CollectionController
from genonaut.collections.controllers.items import CollectionItemController
from genonaut.collections.controllers.shared import SharedController
from genonaut.collections.controllers.sharing import SharingController

CONTROLLERS = (
    CollectionController,
    CollectionItemController,
    SharingController,
    SharedController,
)

__all__ = ["CONTROLLERS"]
