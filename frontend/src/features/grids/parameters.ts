/** What an axis can vary, for the dialog and for labels. */
import type { Grid, GridAxis, GridParameter } from "@/api/types";
import type { ValueKind } from "./values";

export interface ParameterInfo {
  readonly label: string;
  readonly placeholder: string;
  readonly help?: string;
  /** What its values are; a number without it. */
  readonly kind?: ValueKind;
}

export const PARAMETERS: Record<GridParameter, ParameterInfo> = {
  cfg: { label: "Guidance (CFG)", placeholder: "3, 5, 7 or 1-10 [4]" },
  steps: { label: "Steps", placeholder: "10-40 (+10)" },
  sampler_name: { kind: "text", label: "Sampler", placeholder: "euler, dpmpp_2m" },
  scheduler: { kind: "text", label: "Scheduler", placeholder: "normal, karras" },
  seed: { label: "Seed", placeholder: "1-4 or -1, -1, -1", help: "-1 is drawn." },
  prompt_replace: {
    kind: "text",
    label: "Prompt: search and replace",
    placeholder: "cat, dog, fox",
    help: "The first value is searched in the prompts and replaced by each value; or each replaces its own text: cat=dog, red=blue.",
  },
  prompt_order: {
    kind: "order",
    label: "Prompt: order of parts",
    placeholder: "oil painting, at dusk",
    help: "Parts of the prompt, up to 6; they are put into each order.",
  },
  style: { kind: "text", label: "Style", placeholder: "Choose below", help: "none: no style." },
  prompt: { kind: "text", label: "Prompt", placeholder: '"a fox, at dusk", "a fox, at dawn"' },
  negative_prompt: { kind: "text", label: "Negative prompt", placeholder: '"blurry, dark", text' },
  checkpoint_model: { kind: "text", label: "Model", placeholder: "Choose below" },
  lora: {
    kind: "text",
    label: "LoRA",
    placeholder: "Choose below",
    help: "With a strength: name:0.8; none: no LoRA.",
  },
  lora_strength: { label: "LoRA strength", placeholder: "0, 0.5, 1", help: "Needs a LoRA in the form." },
  size: { label: "Size", placeholder: "512x512, 512x768", help: "One number: a square." },
  width: { label: "Width", placeholder: "512, 768" },
  height: { label: "Height", placeholder: "512, 768" },
  denoise: { label: "Denoise", placeholder: "0.3-0.9 (0.2)", help: "Needs a source image." },
  clip_skip: { label: "CLIP skip", placeholder: "1, 2" },
  vae: { kind: "text", label: "VAE", placeholder: "Choose below", help: "none: that of the model." },
  hires_scale: { label: "Hires scale", placeholder: "1.5, 2", help: "Needs hires in the form." },
  hires_steps: { label: "Hires steps", placeholder: "10, 20", help: "Needs hires in the form." },
  hires_denoise: { label: "Hires denoise", placeholder: "0.3, 0.5", help: "Needs hires in the form." },
  hires_method: {
    kind: "text",
    label: "Hires method",
    placeholder: "latent, model",
    help: "Needs hires in the form.",
  },
  hires_upscale_model: {
    kind: "text",
    label: "Hires upscale model",
    placeholder: "Choose below",
    help: "Needs hires in the form.",
  },
  control_model: {
    kind: "text",
    label: "ControlNet",
    placeholder: "Choose below",
    help: "Needs a ControlNet.",
  },
  control_strength: { label: "ControlNet strength", placeholder: "0.4, 0.8", help: "Needs a ControlNet." },
  control_start: { label: "ControlNet start", placeholder: "0, 0.2", help: "Needs a ControlNet." },
  control_end: { label: "ControlNet end", placeholder: "0.6, 1", help: "Needs a ControlNet." },
  reference_strength: { label: "Reference strength", placeholder: "0.5, 1", help: "Needs a reference." },
  refiner_model: { kind: "text", label: "Refiner", placeholder: "Choose below", help: "Needs a refiner." },
  refiner_switch_at: { label: "Refiner switch", placeholder: "0.7, 0.8", help: "Needs a refiner." },
  upscale_model: {
    kind: "text",
    label: "Upscale model",
    placeholder: "Choose below",
    help: "Only for upscaling.",
  },
  upscale_scale: { label: "Upscale factor", placeholder: "2, 4", help: "Only for upscaling." },
};

/** Short names beside the values of a matrix. */
const SHORT: Partial<Record<GridParameter, string>> = {
  cfg: "CFG",
  checkpoint_model: "",
  sampler_name: "",
  scheduler: "",
  lora: "",
  prompt: "",
  prompt_replace: "",
  prompt_order: "",
  style: "",
  negative_prompt: "",
  size: "",
};

/** Return an axis of a grid: x has the columns, y the rows, z a matrix for each value. */
export const axisOf = ({ axes }: Pick<Grid, "axes">, name: GridAxis["name"]): GridAxis | undefined =>
  axes.find((axis) => axis.name === name);

/** Return the text beside a row or column. */
export function labelOf({ parameter, target }: GridAxis, value: string | number | null): string {
  const name = SHORT[parameter] ?? PARAMETERS[parameter].label;
  const shown = value === null || value === "" ? "none" : String(value);
  return [name, target, shown].filter((part) => part !== "" && part !== null).join(" ");
}

/** Return a description of the axes such as "CFG × Sampler". */
export const describeAxes = (axes: readonly GridAxis[]): string =>
  axes.map(({ parameter, values }) => `${PARAMETERS[parameter].label} (${values.length})`).join(" × ");
