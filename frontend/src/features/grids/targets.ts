/** The entry of a list of the form that an axis acts on: one of several LoRAs, ControlNets or references. */
import type { GridParameter, JobSubmit } from "@/api/types";

export type Target = string | number | null;

export interface TargetChoice {
  readonly value: Target;
  readonly label: string;
}

/** Return what a parameter can act on; nothing if there is no choice. */
export function targetsOf(parameter: GridParameter | null, request: JobSubmit): readonly TargetChoice[] {
  if (parameter === null) return [];
  const loras = (request.lora_models ?? []).map(({ name }) => ({ value: name, label: name }));
  if (parameter === "lora" && loras.length > 0) {
    const replaced = loras.map(({ value, label }) => ({ value, label: `Replaces ${label}` }));
    return [{ value: null, label: "One more LoRA" }, ...replaced];
  }
  if (parameter === "lora_strength") return severalOf(loras);
  if (parameter.startsWith("control_")) {
    const names = (request.control ?? []).map(({ model, type }) => model || type || "ControlNet");
    return severalOf(names.map((name, place) => ({ value: place + 1, label: `${place + 1}: ${name}` })));
  }
  if (parameter === "reference_strength") {
    const references = request.references ?? [];
    return severalOf(
      references.map((_one, place) => ({ value: place + 1, label: `Reference ${place + 1}` })),
    );
  }
  return [];
}

const severalOf = (choices: readonly TargetChoice[]): readonly TargetChoice[] =>
  choices.length > 1 ? choices : [];

/** Return the chosen target if it is still there, else the first one. */
export function targetIn(choices: readonly TargetChoice[], chosen: Target): Target {
  return (choices.find(({ value }) => value === chosen) ?? choices[0])?.value ?? null;
}
