"""Execution of one node: sampler, SaveImage, LoadImage, or a pure operation."""

import asyncio
from pathlib import Path
from typing import Any, Protocol

import msgspec
from PIL import Image, UnidentifiedImageError

from genonaut.simulator.errors import InterruptedRunError, NodeFailedError
from genonaut.simulator.faults import Fault, FaultKind
from genonaut.simulator.files import OutsideFolderError, png_texts, save_target
from genonaut.simulator.image.drawing import draw_image
from genonaut.simulator.image.preview import preview_jpeg
from genonaut.simulator.image.request import ImageRequest
from genonaut.simulator.node_operations import OPERATIONS, PIXEL_WORK
from genonaut.simulator.node_values import Guider, Images, Latent, ModelValue, Sigmas
from genonaut.simulator.png import encode_png
from genonaut.simulator.progress_report import ProgressReport
from genonaut.simulator.releases import PREVIEW_METHOD
from genonaut.simulator.result_cache import NodeResult
from genonaut.simulator.simulated_server import SimulatorServer

SAMPLERS = frozenset({"KSampler", "SamplerCustomAdvanced"})
TEMP_PREFIX = "ComfyUI_temp_simul"  # a real server uses five random letters
# Limits on distinct previews; consecutive steps share one.
MAX_PREVIEWS_WITHOUT_DELAY = 1
MAX_PREVIEWS = 24


class Run(Protocol):
    """The attributes of a run that a node needs."""

    prompt_id: str
    graph: dict[str, Any]
    extra_data: Any
    text: str


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """What a sampler does, whichever node it is."""

    model: ModelValue
    prompt: str
    negative: str
    seed: int
    steps: int
    denoise: float
    latent: Latent

    def request(self, index: int) -> ImageRequest:
        """Return what to draw for one image of the batch."""
        return ImageRequest(
            prompt=self.prompt,
            negative=self.negative,
            seed=self.seed + index,
            checkpoint=self.model.name,
            loras=self.model.loras,
            width=self.latent.width,
            height=self.latent.height,
        )


class NodeRun:
    """One node of one run."""

    def __init__(
        self,
        server: SimulatorServer,
        run: Run,
        node_id: str,
        inputs: dict[str, Any],
        progress: ProgressReport,
    ) -> None:
        self._server = server
        self._run = run
        self._node_id = node_id
        self._class_type: str = run.graph[node_id]["class_type"]
        self._inputs = inputs
        self._progress = progress

    async def result(self) -> NodeResult:
        """Run the node.

        Raises:
            NodeFailedError: The node raised, or a planned fault applies.
            InterruptedRunError: The run was interrupted between two steps.
        """
        await self._planned_faults()
        if self._class_type in SAMPLERS:
            samples = await self._sample(_sampling(self._inputs))
            return NodeResult((samples,) * len(self._server.nodes.outputs(self._class_type)))
        if self._class_type in {"SaveImage", "PreviewImage"}:
            images = await self._server.run_in_thread(self._save)
            return self._shown({"images": images}, self._inputs["images"])
        if self._class_type == "PreviewAny":
            text = str(self._inputs["source"])
            return self._shown({"text": [text]}, text)
        if self._class_type == "LoadImage":
            return NodeResult(await self._server.run_in_thread(self._load))
        return await self._operate()

    def _shown(self, ui: dict[str, Any], output: Any) -> NodeResult:  # noqa: ANN401
        meta = {
            "node_id": self._node_id,
            "display_node": self._node_id,
            "parent_node": None,
            "real_node_id": self._node_id,
        }
        # From 0.26 on, these nodes have an output.
        outputs = self._server.nodes.outputs(self._class_type)
        return NodeResult((output,) if outputs else (), ui, meta)

    async def _operate(self) -> NodeResult:
        operation = OPERATIONS[self._class_type]
        if self._class_type not in PIXEL_WORK:
            return NodeResult(operation(self._inputs))
        if self._class_type == "VAEDecode":  # returns the images that the sampler drew
            outputs = operation(self._inputs)
        else:
            outputs = await self._server.run_in_thread(lambda: operation(self._inputs))
        await asyncio.sleep(self._server.options.node_delay_ms / 1000)
        return NodeResult(outputs)

    def _trigger_fault(self, kind: FaultKind) -> Fault | None:
        """Return the fault that affects this node, if any."""
        graph = self._run.graph
        default = next((i for i in graph if graph[i]["class_type"] in SAMPLERS), next(iter(graph)))
        default_mark = ("",) if self._node_id == default else ()
        return self._server.faults.trigger(
            kind, self._run.text, node=(self._node_id, self._class_type, *default_mark)
        )

    async def _planned_faults(self) -> None:
        if self._trigger_fault(FaultKind.OUT_OF_MEMORY) is not None:
            raise NodeFailedError(
                "Allocation on device (simulated)", exception_type="torch.OutOfMemoryError"
            )
        failure = self._trigger_fault(FaultKind.NODE_ERROR)
        if failure is not None:
            raise NodeFailedError(failure.message, exception_type=failure.exception_type)
        await self._connection_faults()
        if self._class_type not in SAMPLERS:
            await asyncio.sleep(self._extra_seconds())
        silence = self._trigger_fault(FaultKind.SILENCE)
        if silence is not None:
            await self._server.wait_for_fault(silence)

    def _extra_seconds(self) -> float:
        """Return the seconds that a planned fault adds; a sampler spreads them over its steps."""
        slow = self._trigger_fault(FaultKind.SLOW)
        return 0.0 if slow is None else slow.duration(5)

    async def _connection_faults(self) -> None:
        state = self._server.state
        if self._trigger_fault(FaultKind.DROP_SOCKET) is not None:
            await state.hub.flushed()
            state.hub.drop(state.client_id)
        if self._trigger_fault(FaultKind.DEAF_SOCKET) is not None:
            await state.hub.flushed()
            state.hub.deafen(state.client_id)
        if self._trigger_fault(FaultKind.INTERRUPTED) is not None:
            raise InterruptedRunError
        restart = self._trigger_fault(FaultKind.RESTART)
        if restart is not None:
            self._server.schedule_restart(restart.duration(0.2))
            await asyncio.Event().wait()  # the restart cancels this run

    async def _sample(self, sampling: Sampling) -> Latent:
        latent, steps = sampling.latent, sampling.steps
        requests = [sampling.request(index) for index in range(latent.batch_size)]
        images = await self._server.run_in_thread(lambda: _drawn(requests, sampling))
        previews = await self._server.run_in_thread(lambda: self._previews(images[0], sampling))
        pause_seconds = (self._server.options.delay_ms / 1000 + self._extra_seconds()) / steps
        for step in range(1, steps + 1):
            await asyncio.sleep(pause_seconds)
            if self._server.state.interrupt:
                raise InterruptedRunError
            preview = previews[(step - 1) * len(previews) // steps] if previews else None
            self._progress.step(self._node_id, step, steps, preview)
        return msgspec.structs.replace(latent, images=images)

    def _previews(self, image: Image.Image, sampling: Sampling) -> list[bytes]:
        if not self._sends_previews():
            return []
        is_fast = self._server.options.delay_ms == 0
        count = min(sampling.steps, MAX_PREVIEWS_WITHOUT_DELAY if is_fast else MAX_PREVIEWS)
        return [preview_jpeg(image, (n + 1) / count, sampling.seed + n) for n in range(count)]

    def _sends_previews(self) -> bool:
        """Return whether this run sends previews: the prompt's choice, else the server's."""
        extra_data = self._run.extra_data
        chosen = extra_data.get("preview_method") if isinstance(extra_data, dict) else None
        if self._server.has(PREVIEW_METHOD) and chosen in {"auto", "latent2rgb", "taesd"}:
            return True
        if self._server.has(PREVIEW_METHOD) and chosen == "none":
            return False
        return self._server.options.previews

    def _save(self) -> list[dict[str, str]]:
        images: Images = self._inputs["images"]
        kind = "temp" if self._class_type == "PreviewImage" else "output"
        root = self._server.folders.temp if kind == "temp" else self._server.folders.output
        prefix = TEMP_PREFIX if kind == "temp" else self._inputs["filename_prefix"]
        try:
            target = save_target(root, prefix, images[0].size)
            return [
                self._write(image, target.folder / target.file_name(index), kind, target.subfolder)
                for index, image in enumerate(images)
            ]
        except OutsideFolderError as error:
            raise NodeFailedError(str(error), exception_type="Exception") from error
        except (OSError, ValueError) as error:
            raise NodeFailedError(str(error), exception_type=type(error).__name__) from error

    def _write(self, image: Image.Image, path: Path, kind: str, subfolder: str) -> dict[str, str]:
        path.write_bytes(encode_png(image, png_texts(self._run.graph, self._run.extra_data)))
        self._server.input_texts_by_file[path] = self._run.text
        return {"filename": path.name, "subfolder": subfolder, "type": kind}

    def _load(self) -> tuple[Any, ...]:
        path = self._server.folders.inside("input", self._inputs["image"])
        try:
            with Image.open(path or "") as image:
                mask = image.getchannel("A") if "A" in image.getbands() else None
                converted = image.convert("RGB")
        except UnidentifiedImageError as error:
            exception_type = "PIL.UnidentifiedImageError"
            raise NodeFailedError(str(error), exception_type=exception_type) from error
        except OSError as error:
            raise NodeFailedError(str(error), exception_type=type(error).__name__) from error
        empty = Image.new("L", converted.size, 0)
        return (converted,), empty if mask is None else mask.point([255 - v for v in range(256)])


def _sampling(inputs: dict[str, Any]) -> Sampling:
    """Return what a sampler does: its own inputs, or those of the nodes that it is made of."""
    guider: Guider | None = inputs.get("guider")
    if guider is None:
        return Sampling(
            model=inputs["model"],
            prompt=inputs["positive"].text,
            negative=inputs["negative"].text,
            seed=inputs["seed"],
            steps=inputs["steps"],
            denoise=inputs["denoise"],
            latent=inputs["latent_image"],
        )
    sigmas: Sigmas = inputs["sigmas"]
    return Sampling(
        model=guider.model,
        prompt=guider.positive.text,
        negative=guider.negative.text,
        seed=inputs["noise"],
        steps=sigmas.steps,
        denoise=sigmas.denoise,
        latent=inputs["latent_image"],
    )


def _drawn(requests: list[ImageRequest], sampling: Sampling) -> Images:
    """Draw the images; in image to image, the original remains visible in proportion."""
    images = tuple(draw_image(request) for request in requests)
    if not sampling.latent.images:
        return images
    pairs = zip(sampling.latent.images, images, strict=True)
    return tuple(Image.blend(below, above, sampling.denoise) for below, above in pairs)
