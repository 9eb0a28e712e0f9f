"""Routes of alerts and statistics."""

from genonaut.monitoring.controllers.alerts import AlertController
from genonaut.monitoring.controllers.statistics import StatisticsController

CONTROLLERS = [AlertController, StatisticsController]
