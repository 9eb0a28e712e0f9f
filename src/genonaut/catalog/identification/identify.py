"""Combine all evidence about one file, the strongest source first."""

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
# Metadata of a derivative may name its base: not a contradiction.
_SAME_FAMILY = (
    frozenset({Architecture.FLUX1, Architecture.CHROMA}),
    frozenset({Architecture.SDXL, Architecture.SDXL_REFINER}),
    frozenset({Architecture.LUMINA2, Architecture.Z_IMAGE}),
    frozenset({Architecture.WAN, Architecture.QWEN_IMAGE}),
    frozenset({Architecture.COSMOS, Architecture.COSMOS_PREDICT2, Architecture.ANIMA}),
    frozenset({Architecture.HUNYUAN_VIDEO, Architecture.HUNYUAN_IMAGE}),
)
_PREDICTING = frozenset({ModelKind.CHECKPOINT, ModelKind.DIFFUSION_MODEL})
_EDIT_RELEASES = ("edit-2509", "edit-2511")
NOTHING_DECLARED = Declared()


class _State(msgspec.Struct):
    """The identification while it is put together."""

    kind: ModelKind = ModelKind.UNKNOWN
    architecture: Architecture = Architecture.UNKNOWN
    variant: str = ""
    ambiguous_between: tuple[str, ...] = ()
    prediction: Prediction | None = None
    evidence: list[Evidence] = []
    conflicts: list[str] = []


def identify(
    header: Header | None,
    *,
    name: str,
    folder_kind: ModelKind | None = None,
    sidecar: Declared = NOTHING_DECLARED,
    format: FileFormat | None = None,  # noqa: A002 - the usual term
    finding: Finding | None = None,
) -> Identification:
    """Identify a file, with evidence.

    Args:
        header: The file's header; None if it cannot be read or must not be (pickles).
        name: The file's name, the weakest hint.
        folder_kind: The kind of models in the folder; used only if the tensors do not decide.
        sidecar: Metadata from the sidecars.
        format: The container, if there is no header.
        finding: What is known of the tensors, if there is no header.
    """
    if header:
        finding = find_by_tensors(Weights(header.tensors, header.metadata))
    declared = read_declared(header) if header else NOTHING_DECLARED
    state = _begin(finding)
    _add_declared(state, declared, Source.METADATA)
    _add_declared(state, sidecar, Source.SIDECAR)
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
        ambiguous_between=state.ambiguous_between,
    )
    if finding is not None:
        answer = msgspec.structs.replace(
            answer,
            parts=finding.parts,
            adapter=finding.adapter,
            rank=finding.rank,
            vectors=finding.vectors,
        )
    return _with_texts(answer, declared, sidecar)


def _begin(finding: Finding | None) -> _State:
    if finding is None:
        return _State()
    return _State(
        kind=finding.kind,
        architecture=finding.architecture,
        variant=finding.variant,
        ambiguous_between=finding.ambiguous_between,
        prediction=finding.prediction,
        evidence=list(finding.evidence),
    )


def _add_declared(state: _State, declared: Declared, source: Source) -> None:
    _add_kind(state, declared, source)
    if declared.architecture is not None:
        _add_architecture(state, declared, source)
    if declared.prediction is not None:
        _add_prediction(state, declared.prediction, source)


def _add_kind(state: _State, declared: Declared, source: Source) -> None:
    if declared.kind is None:
        return
    if state.kind is ModelKind.UNKNOWN:
        state.kind = declared.kind
        state.evidence.append(
            Evidence(f"{source}.kind", f"declared a {declared.kind}", 0.7, source)
        )
    elif state.kind is not declared.kind:
        state.conflicts.append(
            f"{source} declares a {declared.kind}, but the tensors are a {state.kind}"
        )


def _add_architecture(state: _State, declared: Declared, source: Source) -> None:
    stated = declared.architecture
    if stated is None:
        return
    says = f"declared {declared.architecture_text or stated}"
    if state.architecture is Architecture.UNKNOWN:
        if _contradicts_choice(state.ambiguous_between, stated):
            choices = ", ".join(state.ambiguous_between)
            state.conflicts.append(
                f"{source} declares {stated}, but the tensors are one of {choices}"
            )
            return
        state.architecture = stated
        state.variant = declared.variant or state.variant
        state.ambiguous_between = ()
        state.evidence.append(Evidence(f"{source}.architecture", says, 0.8, source))
    elif state.architecture is stated or stated in state.ambiguous_between:
        _resolve_ambiguity(
            state, declared, stated, Evidence(f"{source}.architecture", says, 0.8, source)
        )
    elif not any({state.architecture, stated} <= family for family in _SAME_FAMILY):
        state.conflicts.append(
            f"{source} declares {stated}, but the tensors are {state.architecture}"
        )


def _contradicts_choice(choices: tuple[str, ...], stated: Architecture) -> bool:
    architectures = [choice for choice in choices if choice in _ARCHITECTURES]
    return bool(architectures) and stated not in architectures


def _resolve_ambiguity(
    state: _State, declared: Declared, stated: Architecture, evidence: Evidence
) -> None:
    """Resolve by metadata what the tensors leave ambiguous, and nothing else."""
    state.evidence.append(evidence)
    if stated in state.ambiguous_between:
        state.architecture = stated
        state.ambiguous_between = ()
    if declared.variant and declared.variant in state.ambiguous_between:
        state.variant = declared.variant
        state.ambiguous_between = ()
    elif declared.variant and not state.variant and not state.ambiguous_between:
        state.variant = declared.variant


def _add_prediction(state: _State, stated: Prediction, source: Source) -> None:
    # Tensors show "v" and EDM by a marker; epsilon is only assumed without one.
    if state.prediction in {Prediction.V, Prediction.EDM} and state.prediction is not stated:
        state.conflicts.append(
            f"{source} declares {stated}, but the tensors are marked {state.prediction}"
        )
    elif state.prediction is not Prediction.FLOW:
        state.prediction = stated
        state.evidence.append(Evidence(f"{source}.prediction", f"declared {stated}", 0.8, source))
        if state.architecture is Architecture.SD2 and state.ambiguous_between:
            state.variant = "768-v" if stated is Prediction.V else "512-epsilon"
            state.ambiguous_between = ()


def _add_folder(state: _State, folder_kind: ModelKind | None) -> None:
    if folder_kind is None or state.kind is folder_kind:
        return
    if state.kind is ModelKind.UNKNOWN:
        state.kind = folder_kind
        says = f"in the {folder_kind} folder"
        state.evidence.append(Evidence("folder.kind", says, 0.5, Source.FOLDER))
    else:
        state.conflicts.append(f"in the {folder_kind} folder, but the tensors are a {state.kind}")


def _add_name(state: _State, name: str) -> None:
    """Apply hints from the name; a guess does not clear the ambiguity."""
    if state.ambiguous_between:
        _add_named_choice(state, name)
    _add_named_edit(state, name)
    undecided = state.prediction in {None, Prediction.EPSILON}
    if undecided and state.kind in _PREDICTING and not _prediction_is_declared(state):
        guessed = prediction_from_name(name)
        if guessed is not None:
            state.prediction = guessed
            state.evidence.append(Evidence("name.prediction", f"{guessed}?", 0.5, Source.NAME))


def _add_named_choice(state: _State, name: str) -> None:
    architecture = architecture_from_name(name, state.ambiguous_between)
    if architecture is not None and state.architecture is not architecture:
        state.architecture = architecture
        state.evidence.append(Evidence("name.architecture", f"{architecture}?", 0.4, Source.NAME))
    variant = variant_from_name(name, state.ambiguous_between)
    if variant:
        state.variant = variant
        state.evidence.append(Evidence("name.variant", f"{variant}?", 0.4, Source.NAME))


def _add_named_edit(state: _State, name: str) -> None:
    """Tell the releases of Qwen-Image-Edit apart, which declare themselves alike."""
    if state.architecture is not Architecture.QWEN_IMAGE or state.variant != "edit":
        return
    variant = variant_from_name(name, _EDIT_RELEASES)
    if variant:
        state.variant = variant
        state.evidence.append(Evidence("name.variant", f"{variant}?", 0.4, Source.NAME))


def _prediction_is_declared(state: _State) -> bool:
    return any(evidence.rule.endswith(".prediction") for evidence in state.evidence)


def _with_texts(answer: Identification, declared: Declared, sidecar: Declared) -> Identification:
    """Add descriptive texts; a sidecar is newer than the file, so its texts win."""
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
