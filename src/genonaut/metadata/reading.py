"""Which program wrote a file, and what it says."""

from collections.abc import Callable, Iterable

import msgspec

from genonaut.metadata.entries import Entries, Entry, parse_object
from genonaut.metadata.files import read_entries
from genonaut.metadata.generation import Generation
from genonaut.metadata.graph_values import is_graph
from genonaut.metadata.hidden_text import hidden_text
from genonaut.metadata.programs.a1111 import looks_like_a1111, read_a1111
from genonaut.metadata.programs.civitai import read_civitai
from genonaut.metadata.programs.comfyui import read_comfyui, with_graph
from genonaut.metadata.programs.draw_things import read_draw_things
from genonaut.metadata.programs.fooocus import read_fooocus
from genonaut.metadata.programs.invokeai import read_invokeai
from genonaut.metadata.programs.novelai import novelai_values, read_novelai
from genonaut.metadata.programs.others import (
    read_easy_diffusion,
    read_hugging_face,
    read_stability_matrix,
    read_tensorart,
)
from genonaut.metadata.programs.swarmui import read_swarmui

_A1111_KEYS = ("parameters", "UserComment", "Comment", "comment", "postprocessing", "extras")

_UNSET = "unknown"
"""What a saver of ComfyUI writes for a prompt that is not linked to it, beside other made-up values."""


def read_file(data: bytes) -> Generation | None:
    """Return how a file was generated; None when it does not say.

    Only when nothing else is found, the pixels are searched for hidden text.
    """
    generation = read_generation(read_entries(data))
    if generation is not None:
        return generation
    text = hidden_text(data)
    return None if text is None else _read_hidden(text)


def read_generation(entries: Iterable[Entry]) -> Generation | None:
    """Return what the texts of a file say; None when no program is recognised."""
    found = Entries(entries)
    for read in _READERS:
        generation = read(found)
        if generation is not None:
            return generation
    return None


def _read_text(entries: Entries) -> Generation | None:
    """Return the text of A1111; a graph beside it is kept for running it again."""
    for key in _A1111_KEYS:
        text = entries.text(key)
        if not text or text.lstrip().startswith(("{", "[")) or not looks_like_a1111(text):
            continue
        generation = read_a1111(text)
        graph = entries.mapping("prompt")
        workflow = entries.mapping("workflow")
        if generation.prompt == _UNSET and is_graph(graph):
            return read_comfyui(entries)
        if is_graph(graph) or workflow is not None:
            is_own = generation.program == "a1111"
            program = "comfyui" if is_own else generation.program
            named = msgspec.structs.replace(generation, program=program)
            generation = with_graph(named, graph, workflow)
        return generation
    return None


def _read_plain_prompt(entries: Entries) -> Generation | None:
    """Return ``parameters`` without settings: all of it is the prompt."""
    text = entries.text("parameters")
    if not text or text.lstrip().startswith("{"):
        return None
    return read_a1111(text)


def _read_hidden(text: str) -> Generation | None:
    data = parse_object(text)
    if data is None:
        return read_a1111(text) if looks_like_a1111(text) else None
    comment = data.get("Comment")
    inner = parse_object(comment) if isinstance(comment, str) else comment
    if isinstance(inner, dict):
        source = data.get("Source") or data.get("Software")
        return novelai_values(
            inner, data.get("Description"), source if isinstance(source, str) else None
        )
    key = "parameters" if "sui_image_params" in data or not is_graph(data) else "prompt"
    return read_generation([Entry("pixels", key, text)])


_READERS: tuple[Callable[[Entries], Generation | None], ...] = (
    read_novelai,
    read_draw_things,
    read_invokeai,
    read_tensorart,
    read_stability_matrix,
    read_easy_diffusion,
    read_swarmui,
    read_civitai,
    read_fooocus,
    _read_text,
    read_comfyui,
    read_hugging_face,
    _read_plain_prompt,
)
"""In an order in which none takes the files of another."""
