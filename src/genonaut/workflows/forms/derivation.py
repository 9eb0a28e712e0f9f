"""The form of a workflow: the author's choices first, then what people usually change."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genonaut.workflows.conversion.node_classes import NodeClasses

from .author_choices import AuthorChoices, Choice
from .fields import Field, FieldTarget, FieldType
from .graph_inputs import GraphInput, graph_inputs
from .roles import Role
from .scoring import Meaning, meanings, words

Json = Any

MAX_FIELDS = 100
MAX_OTHER_FIELDS = 500
_FILES = frozenset({FieldType.IMAGE, FieldType.MASK, FieldType.VIDEO, FieldType.AUDIO})
"""A graph names no files of its own: without one of these, a run would have none."""
KEY = re.compile(r"[^a-z0-9]+")
BASIC = frozenset(
    {
        Role.PROMPT, Role.NEGATIVE_PROMPT, Role.MEDIA, Role.SIZE, Role.SHAPE, Role.LENGTH, Role.SEED,
        Role.TEXT, Role.PRIMITIVE,
    }
)  # fmt: skip
GROUPS = {
    Role.MODEL: "Models",
    Role.CHOICE: "Models",
    Role.SAMPLING: "Sampling",
    Role.OTHER: "More",
}


def derive_form(
    graph: dict[str, Json], object_info: Mapping[str, Json], ui: dict[str, Json] | None = None
) -> list[Field]:
    """Return the fields of a workflow's form, in the order in which they are shown.

    ``ui`` is the file as ComfyUI's editor saved it, when there is one: it says what its author chose.
    At most 100 fields are returned; the author can add others.
    """
    inputs = graph_inputs(graph, NodeClasses(object_info))
    known = meanings(graph, inputs)
    form = _Form(inputs, known)
    has_choice = False
    if ui is not None:
        choices = AuthorChoices(ui, graph, object_info)
        has_choice = form.add_choices(choices.app_mode(), is_advanced=False)
        has_promoted = form.add_choices(choices.promoted_widgets(), is_advanced=has_choice)
        has_titled = form.add_choices(choices.titled_primitives(), is_advanced=has_choice)
        has_marked = form.add_choices(choices.title_markers(), is_advanced=has_choice)
        has_choice = has_choice or has_promoted or has_titled or has_marked
    form.add_meanings(is_author_chosen=has_choice)
    return _numbered(form.fields)[:MAX_FIELDS]


def other_fields(
    graph: dict[str, Json], object_info: Mapping[str, Json], form: Iterable[Field]
) -> list[Field]:
    """Return a field for every literal input that no field of ``form`` sets, at most 500.

    Each is called as its input; keys are unique among them, not in the form.
    """
    inputs = graph_inputs(graph, NodeClasses(object_info))
    rest = _Form(inputs, meanings(graph, inputs))
    rest.add_others({(one.node_id, one.input) for field in form for one in field.targets})
    return _numbered(rest.fields)[:MAX_OTHER_FIELDS]


def _label(choice: Choice, meaning: Meaning) -> str:
    """Return the author's own label, else what the input means, else the widget's name as words."""
    if choice.label:
        return choice.label
    return words(choice.name) if meaning.role in GROUPS and choice.name else meaning.label


class _Form:
    def __init__(
        self, inputs: dict[tuple[str, str], GraphInput], known: dict[tuple[str, str], Meaning]
    ) -> None:
        self.fields: list[Field] = []
        self._inputs = inputs
        self._known = known
        self._used: set[tuple[str, str]] = set()

    def add_choices(self, choices: Iterable[Choice], *, is_advanced: bool) -> bool:
        """Add what the author chose; return whether anything was added."""
        count = len(self.fields)
        for choice in choices:
            places = [p for p in choice.places if p in self._known and p not in self._used]
            if not places:
                continue
            meaning = self._known[places[0]]
            self._add(
                places,
                meaning,
                label=_label(choice, meaning),
                group=choice.group if meaning.role in GROUPS else "",
                evidence=choice.evidence,
                is_advanced=is_advanced
                or choice.is_advanced
                or (choice.is_promoted and meaning.role in GROUPS),
            )
        return len(self.fields) > count

    def add_meanings(self, *, is_author_chosen: bool) -> None:
        """Add what people usually change and the author did not choose."""
        order = {role: index for index, role in enumerate(Role)}
        rest = [place for place in self._known if place not in self._used]
        rest.sort(key=lambda place: (order[self._known[place].role], self._known[place].distance))
        basic_roles = {
            self._known[(f.node_id, f.input)].role for f in self.fields if not f.is_advanced
        }
        for place in rest:
            meaning = self._known[place]
            if meaning.role is Role.OTHER and not meaning.is_offered:
                continue
            is_covered = is_author_chosen and meaning.role in basic_roles
            self._add(
                [place],
                meaning,
                label=meaning.label,
                group=GROUPS.get(meaning.role, ""),
                evidence=meaning.evidence,
                is_advanced=meaning.role not in BASIC or meaning.is_advanced or is_covered,
            )

    def add_others(self, used: set[tuple[str, str]]) -> None:
        """Add all inputs but the used ones, in the order of the graph."""
        for place, meaning in self._known.items():
            if place not in used:
                self._add(
                    [place],
                    meaning,
                    label=meaning.label,
                    group=GROUPS.get(meaning.role, ""),
                    evidence="added by hand",
                    is_advanced=meaning.role not in BASIC or meaning.is_advanced,
                )

    def _add(
        self,
        places: list[tuple[str, str]],
        meaning: Meaning,
        *,
        label: str,
        group: str,
        evidence: str,
        is_advanced: bool,
    ) -> None:
        entry = self._inputs[places[0]]
        options = entry.spec.options
        is_number = meaning.type in {FieldType.INTEGER, FieldType.NUMBER, FieldType.SEED}
        self._used.update(places)
        self.fields.append(
            Field(
                key=meaning.key or KEY.sub("_", label.lower()).strip("_") or "value",
                label=label,
                type=meaning.type,
                node_id=entry.node_id,
                input=entry.name,
                default=entry.value,
                evidence=evidence,
                group=group,
                help=str(options.get("tooltip") or ""),
                is_advanced=is_advanced,
                required=meaning.type in _FILES,
                is_multiline=bool(options.get("multiline")),
                min=options.get("min") if is_number else None,
                max=options.get("max") if is_number else None,
                step=options.get("step") if is_number else None,
                options=entry.spec.choices if meaning.type is FieldType.CHOICE else (),
                model_kind=meaning.model_kind,
                also=tuple(FieldTarget(*place) for place in places[1:]),
            )
        )


def _numbered(fields: list[Field]) -> list[Field]:
    """Return the fields with unique keys and labels; numbers go to advanced fields first."""
    keys: Counter[str] = Counter()
    labels: Counter[str] = Counter()
    named: dict[int, Field] = {}
    for index in sorted(range(len(fields)), key=lambda index: fields[index].is_advanced):
        field = fields[index]
        key, label = field.key, field.label
        while keys[key]:
            keys[field.key] += 1
            key = f"{field.key}_{keys[field.key]}"
        keys[key] += 1
        labels[label] += 1
        if labels[label] > 1:
            label = f"{label} {labels[label]}"
        named[index] = msgspec.structs.replace(field, key=key, label=label)
    return [named[index] for index in range(len(fields))]
