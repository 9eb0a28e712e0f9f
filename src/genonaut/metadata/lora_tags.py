"""LoRAs that a prompt names: ``<lora:name:strength>``.

With two strengths the first is that of the text encoder and the second that of the diffusion model, as
AUTOMATIC1111 reads them (extensions-builtin/Lora/extra_networks_lora.py).
"""

import re

from genonaut.metadata.generation import UsedLora, number

_TAG = re.compile(r"<(?:lora|lyco):([^:<>]{1,300})((?::[^:<>]{0,100}){0,8})>")


def loras_in_prompt(prompt: str) -> tuple[UsedLora, ...]:
    """Return the LoRAs that a prompt names, in its order."""
    return tuple(_used(match[1].strip(), match[2]) for match in _TAG.finditer(prompt))


def without_lora_tags(prompt: str) -> str:
    """Return a prompt without tags of LoRAs, and without the commas and spaces that they leave."""
    text = _TAG.sub("", prompt)
    if text == prompt:
        return prompt
    text = re.sub(r" {2,}", " ", text)
    text = re.sub(r"(?:, *){2,}", ", ", text)
    return re.sub(r"^, *|, *$", "", text).strip()


def is_in_choice(prompt: str) -> bool:
    """Return whether a tag is between the braces of a choice of a dynamic prompt."""
    for tag in _TAG.finditer(prompt):
        before = re.sub(r"\\.", "", prompt[: tag.start()])
        if before.count("{") > before.count("}"):
            return True
    return False


def _used(name: str, options: str) -> UsedLora:
    parts = [part.strip() for part in options.split(":")[1:]]
    named = dict(part.split("=", 1) for part in parts if "=" in part)
    plain = [value for part in parts if "=" not in part and (value := number(part)) is not None]
    clip = number(named.get("te"))
    if clip is None:
        clip = plain[0] if plain else 1.0
    model = number(named.get("unet"))
    if model is None:
        model = plain[1] if len(plain) > 1 else clip
    return UsedLora(name, model, None if clip == model else clip)
