"""Routes of alerts, statistics and storage."""

from genonaut.monitoring.controllers.alerts import AlertController
from genonaut.monitoring.controllers.statistics import StatisticsController
from genonaut.monitoring.controllers.storage import StorageController

CONTROLLERS = [AlertController, StatisticsController, StorageController]
