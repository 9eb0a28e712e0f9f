"""Embeddings that prompts name as ``embedding:name``: the names, and the files that they mean; pure.

Source: ComfyUI comfy/sd1_clip.py, SDTokenizer.tokenize_with_weights and load_embed of 0.3.64.
"""

import re
from collections.abc import Collection, Iterator

EMBEDDING_FOLDER = "embeddings"
_MARK = "embedding:"
# A name begins a text, a word or a group in parentheses, and ends with it; parentheses may be escaped.
_NAMED = re.compile(r"(?:\A|(?<=[ \n])|(?<!\\)(?<=[()]))embedding:((?:\\[()]|[^\s()])+)(\)?)")
_WEIGHT = re.compile(r":[+-]?(?:\d+\.?\d*|\.\d+)\Z")
_ENDINGS = ("", ".safetensors", ".pt", ".bin")
"""In the order in which ComfyUI tries them."""


def embedding_names(text: str) -> list[str]:
    """Return the names of the embeddings in a prompt, without weights, each once."""
    return list(dict.fromkeys(_names(text))) if _MARK in text else []


def _names(text: str) -> Iterator[str]:
    for found in _NAMED.finditer(text):
        name, closing = found.groups()
        if closing:
            name = _WEIGHT.sub("", name)
        name = name.replace("\\(", "(").replace("\\)", ")").replace("\\", "/")
        if name.strip(",/"):
            yield name


def embedding_file(name: str, files: Collection[str]) -> str | None:
    """Return the file that a name means, with ``/`` between subfolders; None if there is none.

    A name may lack the ending and the subfolder. Commas around it are left away if no file has them.

    Args:
        name: the name, as ``embedding_names`` returns it.
        files: the files in the folder of embeddings.
    """
    for wanted in dict.fromkeys((name, name.strip(","))):
        for ending in _ENDINGS:
            if (file := f"{wanted}{ending}") in files:
                return file
        within = sorted(file for file in files if f"/{wanted}" in file)
        for ending in _ENDINGS:
            for file in within:
                if file.endswith(f"/{wanted}{ending}"):
                    return file
    return None
