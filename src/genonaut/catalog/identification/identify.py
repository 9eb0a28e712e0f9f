"""Putting all evidence on one file together, the strongest source first."""

import msgspec

from genonaut.catalog.identification.declared import Declared, read_declared
from genonaut.catalog.identification.findings import Evidence, Finding, Identification
from genonaut.catalog.identification.header import Header
from genonaut.catalog.identification.naming import (
    architecture_from_name,
    prediction_from_name,
    variant_from_name,
)
from genonaut.catalog.identification.precision import precision_of
from genonaut.catalog.identification.rules.engine import find_by_tensors
from genonaut.catalog.identification.weights import Weights
from genonaut.catalog.vocabulary import Architecture, FileFormat, ModelKind, Prediction, Source

_ARCHITECTURES = frozenset(Architecture)
# What the text metadata of derivatives calls their base: no contradiction.
_SAME_FAMILY = (
    frozenset({Architecture.FLUX1, Architecture.CHROMA}),
    frozenset({Architecture.SDXL, Architecture.SDXL_REFINER}),
    frozenset({Architecture.LUMINA2, Architecture.Z_IMAGE}),
    frozenset({Architecture.WAN, Architecture.QWEN_IMAGE}),
    frozenset({Architecture.COSMOS, Architecture.COSMOS_PREDICT2, Architecture.ANIMA}),
    frozenset({Architecture.HUNYUAN_VIDEO, Architecture.HUNYUAN_IMAGE}),
)
_PREDICTING = frozenset({ModelKind.CHECKPOINT, ModelKind.DIFFUSION_MODEL})
NO_WORDS = Declared()


class _State(msgspec.Struct):
    """The answer in the making."""

    kind: ModelKind = ModelKind.UNKNOWN
    architecture: Architecture = Architecture.UNKNOWN
    variant: str = ""
    open_question: tuple[str, ...] = ()
    prediction: Prediction | None = None
    evidence: list[Evidence] = []
    conflicts: list[str] = []


def identify(
    header: Header | None,
    *,
    name: str,
    folder_kind: ModelKind | None = None,
    sidecar: Declared = NO_WORDS,
    format: FileFormat | None = None,  # noqa: A002 - the word of the field
) -> Identification:
    """Say what a file is and why.

    Args:
        header: What the file says; None when it cannot be read, or must not be (pickles).
        name: The file's name, a hint of last resort.
        folder_kind: What the folder is for; decides only when the tensors do not.
        sidecar: What a file beside it says.
        format: The container, when there is no header to tell.
    """
    weights = Weights(header.tensors, header.metadata) if header else None
    finding = find_by_tensors(weights) if weights else None
    declared = read_declared(header) if header else NO_WORDS
    state = _begin(finding)
    _add_words(state, declared, Source.METADATA)
    _add_words(state, sidecar, Source.SIDECAR)
    _add_folder(state, folder_kind)
    _add_name(state, name)
    answer = Identification(
        kind=state.kind,
        architecture=state.architecture,
        variant=state.variant,
        format=header.format if header else format,
        precision=precision_of(header) if header else "",
        prediction=state.prediction,
        evidence=tuple(state.evidence),
        conflicts=tuple(state.conflicts),
        ambiguous_between=state.open_question,
    )
    if finding is not None:
        answer = msgspec.structs.replace(
            answer, parts=finding.parts, adapter=finding.adapter, rank=finding.rank
        )
    return _with_words(answer, declared, sidecar)


def _begin(finding: Finding | None) -> _State:
    if finding is None:
        return _State()
    return _State(
        kind=finding.kind,
        architecture=finding.architecture,
        variant=finding.variant,
        open_question=finding.ambiguous_between,
        prediction=finding.prediction,
        evidence=list(finding.evidence),
    )


def _add_words(state: _State, words: Declared, source: Source) -> None:
    _add_kind(state, words, source)
    if words.architecture is not None:
        _add_architecture(state, words, source)
    if words.prediction is not None:
        _add_prediction(state, words.prediction, source)


def _add_kind(state: _State, words: Declared, source: Source) -> None:
    if words.kind is None:
        return
    if state.kind is ModelKind.UNKNOWN:
        state.kind = words.kind
        state.evidence.append(Evidence(f"{source}.kind", f"declared a {words.kind}", 0.7, source))
    elif state.kind is not words.kind:
        state.conflicts.append(f"{source} declares a {words.kind}, the tensors are a {state.kind}")


def _add_architecture(state: _State, words: Declared, source: Source) -> None:
    stated = words.architecture
    if stated is None:
        return
    says = f"declared {words.architecture_text or stated}"
    if state.architecture is Architecture.UNKNOWN:
        if _contradicts_choice(state.open_question, stated):
            choices = ", ".join(state.open_question)
            state.conflicts.append(f"{source} declares {stated}, the tensors are one of {choices}")
            return
        state.architecture = stated
        state.variant = words.variant or state.variant
        state.open_question = ()
        state.evidence.append(Evidence(f"{source}.architecture", says, 0.8, source))
    elif state.architecture is stated or stated in state.open_question:
        _settle(state, words, stated, Evidence(f"{source}.architecture", says, 0.8, source))
    elif not any({state.architecture, stated} <= family for family in _SAME_FAMILY):
        state.conflicts.append(f"{source} declares {stated}, the tensors are {state.architecture}")


def _contradicts_choice(choices: tuple[str, ...], stated: Architecture) -> bool:
    architectures = [choice for choice in choices if choice in _ARCHITECTURES]
    return bool(architectures) and stated not in architectures


def _settle(state: _State, words: Declared, stated: Architecture, evidence: Evidence) -> None:
    """Let words answer the question that the tensors left open, and no other."""
    state.evidence.append(evidence)
    if stated in state.open_question:
        state.architecture = stated
        state.open_question = ()
    if words.variant and words.variant in state.open_question:
        state.variant = words.variant
        state.open_question = ()
    elif words.variant and not state.variant and not state.open_question:
        state.variant = words.variant


def _add_prediction(state: _State, stated: Prediction, source: Source) -> None:
    # Tensors prove "v" and EDM by a marker; epsilon is only the assumption without one.
    if state.prediction in {Prediction.V, Prediction.EDM} and state.prediction is not stated:
        state.conflicts.append(
            f"{source} declares {stated}, the tensors are marked {state.prediction}"
        )
    elif state.prediction is not Prediction.FLOW:
        state.prediction = stated
        state.evidence.append(Evidence(f"{source}.prediction", f"declared {stated}", 0.8, source))
        if state.architecture is Architecture.SD2 and state.open_question:
            state.variant = "768-v" if stated is Prediction.V else "512-epsilon"
            state.open_question = ()


def _add_folder(state: _State, folder_kind: ModelKind | None) -> None:
    if folder_kind is None or state.kind is folder_kind:
        return
    if state.kind is ModelKind.UNKNOWN:
        state.kind = folder_kind
        says = f"it lies in a folder for {folder_kind}"
        state.evidence.append(Evidence("folder.kind", says, 0.5, Source.FOLDER))
    else:
        state.conflicts.append(
            f"it lies in a folder for {folder_kind}, the tensors are a {state.kind}"
        )


def _add_name(state: _State, name: str) -> None:
    """Follow the name; a guess leaves the question open for whoever looks closer."""
    if state.open_question:
        _add_named_choice(state, name)
    undecided = state.prediction in {None, Prediction.EPSILON}
    if undecided and state.kind in _PREDICTING and not _prediction_is_declared(state):
        guessed = prediction_from_name(name)
        if guessed is not None:
            state.prediction = guessed
            state.evidence.append(Evidence("name.prediction", f"{guessed}?", 0.5, Source.NAME))


def _add_named_choice(state: _State, name: str) -> None:
    architecture = architecture_from_name(name, state.open_question)
    if architecture is not None and state.architecture is not architecture:
        state.architecture = architecture
        state.evidence.append(Evidence("name.architecture", f"{architecture}?", 0.4, Source.NAME))
    variant = variant_from_name(name, state.open_question)
    if variant:
        state.variant = variant
        state.evidence.append(Evidence("name.variant", f"{variant}?", 0.4, Source.NAME))


def _prediction_is_declared(state: _State) -> bool:
    return any(evidence.rule.endswith(".prediction") for evidence in state.evidence)


def _with_words(answer: Identification, declared: Declared, sidecar: Declared) -> Identification:
    """Add what people wrote; a sidecar is younger than the file, so its words win."""
    return msgspec.structs.replace(
        answer,
        alpha=declared.alpha,
        trigger_words=sidecar.trigger_words or declared.trigger_words,
        title=sidecar.title or declared.title,
        description=sidecar.description or declared.description,
        author=sidecar.author or declared.author,
        license=sidecar.license or declared.license,
        tags=tuple(dict.fromkeys(declared.tags + sidecar.tags)),
        resolution=declared.resolution or sidecar.resolution,
        base_model_hint=sidecar.base_model_hint or declared.base_model_hint,
        has_embedded_preview=declared.has_preview,
        declared_hashes=tuple(dict.fromkeys(declared.hashes + sidecar.hashes)),
    )
