"""A stand-in for a ComfyUI server: for the demo, for tests, for benchmarks.

It speaks the protocol recorded from ComfyUI 0.3.64 and draws a picture instead of computing one.
"""

from genonaut.simulator.app import create_app
from genonaut.simulator.faults import Fault, FaultBook, FaultKind
from genonaut.simulator.options import SimulatedModel, SimulatorOptions
from genonaut.simulator.running import Simulator, running_simulator, serve

__all__ = [
    "Fault",
    "FaultBook",
    "FaultKind",
    "SimulatedModel",
    "Simulator",
    "SimulatorOptions",
    "create_app",
    "running_simulator",
    "serve",
]
