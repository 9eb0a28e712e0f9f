"""What each literal input of a graph means, and whether people change it."""

from dataclasses import dataclass
from typing import Any

from .fields import FieldType
from .graph_inputs import GraphInput, is_link
from .roles import (
    LENGTH_NAMES,
    NEGATIVE,
    PROMPT_NAMES,
    SAMPLING_NAMES,
    SHAPE_NAMES,
    SIZE_NAMES,
    SYSTEM,
    Role,
    is_seed,
    is_text,
    media_type,
    model_kind,
)
from .text_polarity import Distance, text_distances

Json = Any

TYPES = {
    "INT": FieldType.INTEGER,
    "FLOAT": FieldType.NUMBER,
    "STRING": FieldType.TEXT,
    "BOOLEAN": FieldType.BOOLEAN,
    "COMBO": FieldType.CHOICE,
    "COMFY_DYNAMICCOMBO_V3": FieldType.CHOICE,
    "COLOR": FieldType.COLOR,
}
PRIMITIVES = frozenset(
    {
        "PrimitiveBoolean", "PrimitiveFloat", "PrimitiveInt", "PrimitiveString",
        "PrimitiveStringMultiline", "CustomCombo", "ResolutionSelector",
    }
)  # fmt: skip
TEXT_TOOLS = frozenset(
    {
        "ComfyMathExpression", "RegexExtract", "RegexMatch", "RegexReplace", "StringCompare",
        "StringConcatenate", "StringContains", "StringReplace", "StringSubstring", "StringTrim",
    }
)  # fmt: skip
"""Classes whose texts belong to the work of the graph, not to the user."""
NEVER = frozenset({"filename_prefix", "control_after_generate", "upload", "compare_view", "device"})
FAR = 1_000
"""Distance of inputs that no sampler depends on."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an input means."""

    role: Role
    type: FieldType
    label: str
    evidence: str
    key: str = ""
    distance: int = FAR
    model_kind: str | None = None
    is_advanced: bool = False
    is_offered: bool = True


def meanings(
    graph: dict[str, Json], inputs: dict[tuple[str, str], GraphInput]
) -> dict[tuple[str, str], Meaning]:
    """Return the meaning of every input that a form can show."""
    texts = text_distances(graph)
    uses = _uses(graph)
    found = {}
    for place, entry in inputs.items():
        kind = TYPES.get(entry.spec.widget_type or "")
        if kind is None or entry.last_name in NEVER or isinstance(entry.value, dict | list):
            continue
        names = uses.get(entry.node_id, set())
        is_dead = not names and not entry.node_class.info.get("output_node")
        near = texts.get(entry.node_id)
        found[place] = _Reading(entry, kind, near, names, is_dead=is_dead).meaning()
    return found


def _uses(graph: dict[str, Json]) -> dict[str, set[str]]:
    """Return the names of the inputs that each node feeds."""
    uses: dict[str, set[str]] = {}
    for node in graph.values():
        for name, value in node["inputs"].items():
            if is_link(value):
                uses.setdefault(value[0], set()).add(name.rpartition(".")[2])
    return uses


class _Reading:
    """Reads one input."""

    def __init__(
        self,
        entry: GraphInput,
        kind: FieldType,
        near: Distance | None,
        uses: set[str],
        *,
        is_dead: bool,
    ) -> None:
        self._entry = entry
        self._kind = kind
        self._near = near
        self._is_dead = is_dead
        self._name = entry.last_name.lower()
        if entry.node_class.name in PRIMITIVES and self._name == "value" and len(uses) == 1:
            self._name = next(iter(uses)).lower()
        self._distance = near.links if near else FAR

    def meaning(self) -> Meaning:
        """Return the first reading that fits."""
        for read in (self._media, self._seed, self._text, self._model, self._size, self._primitive):
            meaning = read()
            if meaning is not None:
                return meaning
        return self._setting()

    def _media(self) -> Meaning | None:
        kind = media_type(self._entry)
        if kind is None:
            return None
        title = self._entry.title
        label = kind.capitalize() if title.startswith("Load") else title
        return self._as(Role.MEDIA, kind, label, f"a file that {title!r} loads", key=str(kind))

    def _seed(self) -> Meaning | None:
        if not is_seed(self._entry, self._name):
            return None
        return self._as(
            Role.SEED, FieldType.SEED, "Seed", f"the seed of {self._entry.title!r}", key="seed"
        )

    def _text(self) -> Meaning | None:
        if not is_text(self._entry):
            return None
        name, title = self._entry.name, self._entry.title
        if self._entry.node_class.name in TEXT_TOOLS:
            return self._as(
                Role.TEXT, self._kind, words(name), f"a text of {title!r}", is_advanced=True
            )
        if SYSTEM.search(name) or SYSTEM.search(title):
            evidence = f"instructions of {title!r}"
            return self._as(Role.TEXT, self._kind, words(name), evidence, is_advanced=True)
        is_negative = bool(NEGATIVE.search(name) or NEGATIVE.search(title))
        if self._near is not None:
            is_negative = is_negative or self._near.is_negative
            which = "negative" if is_negative else "positive"
            links = "1 link" if self._near.links == 1 else f"{self._near.links} links"
            evidence = f"text of the {which} prompt, {links} from the sampler"
        elif self._name in PROMPT_NAMES or "prompt" in name.lower() or "prompt" in title.lower():
            evidence = f"the prompt of {title!r}"
        else:
            has_title = title != self._entry.node_class.display_name
            return self._as(
                Role.TEXT, self._kind, _title_or_name(self._entry), f"a text of {title!r}",
                is_advanced=not has_title,
            )  # fmt: skip
        if is_negative:
            return self._as(
                Role.NEGATIVE_PROMPT, self._kind, "Negative prompt", evidence, key="negative_prompt"
            )
        label = words(name) if self._name in {"lyrics", "tags"} else "Prompt"
        return self._as(Role.PROMPT, self._kind, label, evidence, key=label.lower())

    def _model(self) -> Meaning | None:
        kind = model_kind(self._entry)
        if kind is None:
            return None
        evidence = f"the file that {self._entry.title!r} loads"
        label = words(kind) if kind != "other" else words(self._name)
        return self._as(Role.MODEL, FieldType.MODEL, label, evidence, model_kind=kind)

    def _size(self) -> Meaning | None:
        title = self._entry.title
        outputs = self._entry.node_class.outputs
        makes_size = (
            "LATENT" in outputs or self._is_service or self._entry.node_class.name in PRIMITIVES
        )
        if self._name in SIZE_NAMES and self._kind is FieldType.INTEGER:
            return self._as(
                Role.SIZE, self._kind, words(self._name), f"size of {title!r}",
                key=self._name, is_advanced=not makes_size,
            )  # fmt: skip
        if self._name in SHAPE_NAMES:
            return self._as(
                Role.SHAPE, self._kind, words(self._name), f"shape of {title!r}",
                is_advanced=not makes_size,
            )  # fmt: skip
        if self._name in LENGTH_NAMES:
            return self._as(Role.LENGTH, self._kind, words(self._name), f"length of {title!r}")
        return None

    def _primitive(self) -> Meaning | None:
        entry = self._entry
        if entry.node_class.name not in PRIMITIVES or entry.name.startswith("option"):
            return None
        if entry.title == entry.node_class.display_name:
            return None
        return self._as(
            Role.PRIMITIVE, self._kind, entry.title, f"a value with the title {entry.title!r}"
        )

    def _setting(self) -> Meaning:
        label = f"{words(self._name)}"
        title = self._entry.title
        if self._is_service and self._name in {"model", "model_name"}:
            return self._as(Role.CHOICE, self._kind, label, f"the model of {title!r}")
        if self._name in SAMPLING_NAMES:
            return self._as(Role.SAMPLING, self._kind, label, f"a setting of {title!r}")
        is_offered = not self._entry.spec.options.get("advanced") and (
            self._is_service or self._kind in {FieldType.CHOICE, FieldType.BOOLEAN}
        )
        return self._as(
            Role.OTHER, self._kind, label, f"a setting of {title!r}", is_offered=is_offered
        )

    @property
    def _is_service(self) -> bool:
        """Whether the node asks a service outside of ComfyUI."""
        return bool(self._entry.node_class.info.get("api_node"))

    def _as(
        self,
        role: Role,
        kind: FieldType,
        label: str,
        evidence: str,
        *,
        key: str = "",
        model_kind: str | None = None,
        is_advanced: bool = False,
        is_offered: bool = True,
    ) -> Meaning:
        return Meaning(
            role, kind, label, evidence, key, self._distance, model_kind,
            is_advanced or self._is_dead, is_offered,
        )  # fmt: skip


def words(name: str) -> str:
    """Return the name of an input as words."""
    words = name.rpartition(".")[2].replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _title_or_name(entry: GraphInput) -> str:
    """Return the author's title when there is one, else the name of the input."""
    has_title = entry.title != entry.node_class.display_name
    return entry.title if has_title else words(entry.name)
