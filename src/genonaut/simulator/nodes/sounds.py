"""Nodes that compose, change, load and save sounds."""

from msgspec.structs import replace

from genonaut.simulator.errors import NodeFailedError
from genonaut.simulator.media.flac import flac
from genonaut.simulator.media.mp3 import mp3
from genonaut.simulator.media.opus import opus
from genonaut.simulator.media.sound import Sound
from genonaut.simulator.media.sound_files import read_sound
from genonaut.simulator.nodes.files import TEMP_PREFIX, entry, input_path, tags_of, target_of, write
from genonaut.simulator.nodes.registry import Inputs, NodeContext, Outputs, file_node, node
from genonaut.simulator.nodes.values import Conditioning, Latent
from genonaut.simulator.releases import BARE_NAMES
from genonaut.simulator.result_cache import NodeResult

_LONGEST_SECONDS = 3600.0
_ENCODERS = {"flac": flac, "mp3": mp3, "opus": opus}


def _checked(sound: Sound) -> Sound:
    """Refuse sounds that no device can hold."""
    if not 0 <= sound.seconds <= _LONGEST_SECONDS:
        raise NodeFailedError(
            "Allocation on device (simulated)", exception_type="torch.OutOfMemoryError"
        )
    return sound


@node("EmptyAudio")
def _empty(inputs: Inputs) -> Outputs:
    return (_checked(Sound(inputs["duration"], inputs["sample_rate"], inputs["channels"])),)


@node(
    "EmptyLatentAudio", "EmptyAceStepLatentAudio", "EmptyAceStep1.5LatentAudio",
    "EmptyMiniMaxMusic3LatentAudio",
)  # fmt: skip
def _empty_latent(inputs: Inputs) -> Outputs:
    return (Latent(0, 0, inputs["batch_size"], sound=_checked(Sound(inputs["seconds"]))),)


@node("TextEncodeAceStepAudio", "TextEncodeAceStepAudio1.5")
def _song(inputs: Inputs) -> Outputs:
    tags, lyrics = inputs["tags"], inputs["lyrics"]
    variant = " ".join(str(inputs[name]) for name in ("bpm", "keyscale") if name in inputs)
    return (Conditioning(f"{tags} {lyrics}".strip(), variant=variant, tags=tags, lyrics=lyrics),)


@node("MiniMaxMusic3TextEncode")
def _captioned_song(inputs: Inputs) -> Outputs:
    prompt = Conditioning(inputs["caption"], tags=inputs["caption"], lyrics=inputs["lyrics"])
    return prompt, float(inputs["max_duration"])


@node("ConditioningStableAudio")
def _timed(inputs: Inputs) -> Outputs:
    seconds = inputs["seconds_total"]
    return tuple(replace(inputs[name], seconds=seconds) for name in ("positive", "negative"))


@node("VAEDecodeAudio", "VAEDecodeAudioTiled", "LTXVAudioVAEDecode", slow=True)
def _decode(inputs: Inputs) -> Outputs:
    return (_of_latent(inputs["samples"]),)


def _of_latent(latent: Latent) -> Sound:
    if latent.sound is None:
        raise ValueError("the latent has no sound")
    return latent.sound


@node("VAEEncodeAudio", "LTXVAudioVAEEncode", slow=True)
def _encode(inputs: Inputs) -> Outputs:
    return (Latent(0, 0, 1, sound=inputs["audio"]),)


@node("TrimAudioDuration")
def _trim(inputs: Inputs) -> Outputs:
    sound: Sound = inputs["audio"]
    start = inputs["start_index"]
    start = max(0.0, start + sound.seconds if start < 0 else start)
    end = min(sound.seconds, start + inputs["duration"])
    if end <= start:
        raise ValueError("Start time must be less than end time and be within the audio length.")
    return (replace(sound, seconds=end - start, pitches=_notes_between(sound, start, end)),)


def _notes_between(sound: Sound, start: float, end: float) -> tuple[float, ...]:
    count = len(sound.pitches)
    first, last = (int(at / sound.seconds * count) for at in (start, end))
    return sound.pitches[first : max(first + 1, last)]


@node("AudioConcat")
def _concat(inputs: Inputs) -> Outputs:
    first, second = inputs["audio1"], inputs["audio2"]
    if inputs["direction"] == "before":
        first, second = second, first
    seconds = first.seconds + second.seconds
    return (_checked(replace(first, seconds=seconds, pitches=first.pitches + second.pitches)),)


@node("AudioMerge")
def _merge(inputs: Inputs) -> Outputs:
    first: Sound = inputs["audio1"]
    return (replace(first, pitches=first.pitches or inputs["audio2"].pitches),)


@node("AudioAdjustVolume")
def _volume(inputs: Inputs) -> Outputs:
    sound: Sound = inputs["audio"]
    return (replace(sound, volume=sound.volume * 10 ** (inputs["volume"] / 20)),)


@node("AudioEqualizer3Band")
def _equalizer(inputs: Inputs) -> Outputs:
    return (inputs["audio"],)


@node("SplitAudioChannels")
def _split(inputs: Inputs) -> Outputs:
    mono = replace(inputs["audio"], channels=1)
    return mono, mono


@node("JoinAudioChannels")
def _join(inputs: Inputs) -> Outputs:
    return (replace(inputs["audio_left"], channels=2),)


@file_node("LoadAudio")
def _load(inputs: Inputs, context: NodeContext) -> NodeResult:
    path = input_path(context, inputs["audio"])
    try:
        return NodeResult((read_sound(path.read_bytes()),))
    except ValueError as error:
        kind = "av.error.InvalidDataError"
        raise NodeFailedError(f"{error}: '{path}'", exception_type=kind) from error


@file_node("SaveAudio", "SaveAudioMP3", "SaveAudioOpus", "SaveAudioAdvanced")
def _save(inputs: Inputs, context: NodeContext) -> NodeResult:
    fixed = {"SaveAudio": "flac", "SaveAudioMP3": "mp3", "SaveAudioOpus": "opus"}
    kind = fixed.get(context.class_type) or inputs["format"]
    return _saved(inputs, inputs["filename_prefix"], "output", kind, context)


@file_node("PreviewAudio")
def _preview(inputs: Inputs, context: NodeContext) -> NodeResult:
    return _saved(inputs, TEMP_PREFIX, "temp", "flac", context)


def _saved(inputs: Inputs, prefix: str, folder: str, kind: str, context: NodeContext) -> NodeResult:
    sound = _checked(inputs["audio"])
    target = target_of(prefix, folder, (0, 0), context)
    name = target.file_name(0, kind, bare=context.has(BARE_NAMES))
    write(target.folder / name, _ENCODERS[kind](sound, tags_of(context)), context)
    return context.shown({"audio": [entry(name, target, folder)]}, sound)
