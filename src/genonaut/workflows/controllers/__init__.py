"""The routes of workflows."""

from genonaut.workflows.controllers.workflows import WorkflowController

__all__ = ["WorkflowController"]
