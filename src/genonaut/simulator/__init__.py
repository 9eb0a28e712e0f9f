"""Simulator of a ComfyUI server for the demo, tests and benchmarks.

It implements the protocol recorded from ComfyUI 0.3.64 and 0.33.0 and draws an image instead of running a model.
"""

from genonaut.simulator.app import create_app
from genonaut.simulator.faults import Fault, FaultKind, FaultPlan
from genonaut.simulator.options import SimulatedModel, SimulatorOptions
from genonaut.simulator.releases import VERSIONS
from genonaut.simulator.serving import Simulator, running_simulator, serve

__all__ = [
    "VERSIONS",
    "Fault",
    "FaultKind",
    "FaultPlan",
    "SimulatedModel",
    "Simulator",
    "SimulatorOptions",
    "create_app",
    "running_simulator",
    "serve",
]
