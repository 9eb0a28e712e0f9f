/** LoRAs that a prompt names as `<lora:name:strength>`, which AUTOMATIC1111 reads and ComfyUI does not. */
import type { NamedLora } from "./match-models";

const TAG = /<(?:lora|lyco):([^<>]{1,400})>/gi;

/**
 * Return the LoRAs that a prompt names.
 *
 * Of two strengths the first is that of the text encoder, the second that of the diffusion model, as AUTOMATIC1111
 * reads them (extensions-builtin/Lora/extra_networks_lora.py).
 */
export const lorasInPrompt = (prompt: string): readonly NamedLora[] =>
  [...prompt.matchAll(TAG)].flatMap(([, content = ""]) => {
    const [name = "", ...options] = content.split(":").map((part) => part.trim());
    const named = new Map(options.map((option) => option.split("=", 2) as [string, string | undefined]));
    const plain = options.map(strengthOf).filter((strength) => strength !== null);
    const clip = strengthOf(named.get("te")) ?? plain[0] ?? 1;
    const model = strengthOf(named.get("unet")) ?? plain[1] ?? clip;
    return name === "" ? [] : [{ name, strength_model: model, strength_clip: clip }];
  });

/** Return a prompt without the tags, and without the commas and spaces that they leave. */
export const withoutLoraTags = (prompt: string): string => {
  const text = prompt.replace(TAG, "");
  return text === prompt
    ? prompt
    : text
        .replace(/ {2,}/g, " ")
        .replace(/(?:, *){2,}/g, ", ")
        .replace(/^, *|, *$/g, "")
        .trim();
};

const strengthOf = (text: string | undefined): number | null =>
  text !== undefined && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : null;
