"""Texts beside a file that say how it was made: ``fox.txt`` or ``fox.json`` beside ``fox.png``.

AUTOMATIC1111 and Easy Diffusion write texts, SwarmUI ``.swarm.json``, others a graph of ComfyUI or their own
JSON. A caption for training is no such text.
"""

from collections.abc import Iterable
from pathlib import PurePath

from genonaut.metadata.entries import Entries, Entry, decode_text, parse_object
from genonaut.metadata.generation import Generation
from genonaut.metadata.graph_values import is_graph
from genonaut.metadata.programs.a1111 import looks_like_a1111, read_a1111
from genonaut.metadata.programs.civitai import read_civitai_meta
from genonaut.metadata.programs.others import read_easy_diffusion
from genonaut.metadata.reading import read_file, read_generation

MAX_SIDECAR_BYTES = 1_048_576
SIDECAR_SUFFIXES = (".txt", ".json")
_ENDINGS = (".swarm.json", *SIDECAR_SUFFIXES)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def sidecar_names(name: str) -> tuple[str, ...]:
    """Return the names that a sidecar of a file may have; none for one that is a sidecar itself."""
    suffix = PurePath(name).suffix
    if not suffix or suffix.lower() in SIDECAR_SUFFIXES:
        return ()
    stem = name.removesuffix(suffix)
    return tuple(start + ending for start in (stem, name) for ending in _ENDINGS)


def read_with_sidecars(data: bytes, sidecars: Iterable[bytes]) -> Generation | None:
    """Return how a file was generated; its sidecars count only when the file itself does not say."""
    found = read_file(data)
    if found is not None:
        return found
    return next((found for one in sidecars if (found := read_sidecar(one))), None)


def read_sidecar(data: bytes) -> Generation | None:
    """Return what a sidecar says; None for another text and for one of more than 1 MiB."""
    if len(data) > MAX_SIDECAR_BYTES:
        return None
    text = _decoded(data)
    found = parse_object(text)
    if found is None:
        easy = _easy_diffusion(text)
        return read_a1111(text) if easy is None and looks_like_a1111(text) else easy
    key = "prompt" if is_graph(found) else "workflow" if _is_workflow(found) else "parameters"
    texts = [Entry("sidecar", key, text), Entry("sidecar", "UserComment", text)]
    if "positive_prompt" in found:
        texts.append(Entry("sidecar", "invokeai_metadata", text))
    return read_generation(texts) or read_civitai_meta(found)


def _decoded(data: bytes) -> str:
    code = next((code for mark, code in _MARKS if data.startswith(mark)), None)
    return decode_text(data) if code is None else data.decode(code, "replace")


def _is_workflow(found: dict[str, object]) -> bool:
    return isinstance(found.get("nodes"), list) and "links" in found


def _easy_diffusion(text: str) -> Generation | None:
    pairs = (line.partition(":") for line in text.splitlines())
    named = [Entry("sidecar", key.strip(), value.strip()) for key, colon, value in pairs if colon]
    return read_easy_diffusion(Entries(named))
