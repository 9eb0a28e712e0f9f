/** The fields of the form, for the command palette. */

export interface FormField {
  readonly id: string;
  /** What it is called in the palette. */
  readonly title: string;
  /** The heading of the section that must be open; absent for fields that are always shown. */
  readonly section?: string;
  /** Its accessible name; absent where the first control of the section is meant. */
  readonly label?: string;
  /** Other words by which people look for it. */
  readonly words: string;
}

const SAMPLING = "Sampling";
const OPTIONS = "Size and model options";

export const FORM_FIELDS: readonly FormField[] = [
  { id: "prompt", title: "prompt", label: "Prompt", words: "prompt positive text description" },
  {
    id: "negative-prompt",
    title: "negative prompt",
    label: "Negative prompt",
    words: "negative prompt unwanted exclude avoid",
  },
  { id: "model", title: "model", label: "Model", words: "model checkpoint base" },
  { id: "loras", title: "LoRAs", label: "LoRAs", words: "loras lora lycoris style" },
  { id: "embeddings", title: "embeddings", label: "Embeddings", words: "embeddings textual inversion ti" },
  {
    id: "width",
    title: "width",
    label: "Width in pixels",
    words: "width size resolution dimensions aspect ratio format landscape",
  },
  {
    id: "height",
    title: "height",
    label: "Height in pixels",
    words: "height size resolution dimensions aspect ratio format portrait",
  },
  {
    id: "batch",
    title: "images per run",
    label: "Images per run",
    words: "images per run batch count number amount quantity",
  },
  { id: "seed", title: "seed", section: SAMPLING, label: "Seed", words: "seed random noise" },
  { id: "steps", title: "steps", section: SAMPLING, label: "Steps", words: "steps iterations quality" },
  {
    id: "cfg",
    title: "CFG",
    section: SAMPLING,
    label: "Guidance (CFG)",
    words: "cfg guidance scale classifier free creativity",
  },
  { id: "sampler", title: "sampler", section: SAMPLING, label: "Sampler", words: "sampler sampling method" },
  {
    id: "scheduler",
    title: "scheduler",
    section: SAMPLING,
    label: "Scheduler",
    words: "scheduler schedule type sigmas",
  },
  {
    id: "denoise",
    title: "denoise",
    section: SAMPLING,
    label: "Denoise",
    words: "denoise denoising strength",
  },
  {
    id: "source",
    title: "source image",
    section: "Source image",
    words: "source image img2img init input inpaint mask outpaint extend strength",
  },
  {
    id: "reference",
    title: "references",
    section: "References",
    words: "references reference ip-adapter ipadapter style face",
  },
  {
    id: "control",
    title: "control",
    section: "Control",
    words: "control controlnet pose depth canny lines",
  },
  {
    id: "hires",
    title: "hires fix",
    section: OPTIONS,
    label: "Enlarge and refine (hires fix)",
    words: "hires fix highres high-resolution enlarge upscale refine second pass",
  },
  { id: "vae", title: "VAE", section: OPTIONS, label: "VAE", words: "vae autoencoder decoder" },
  { id: "clip-skip", title: "clip skip", section: OPTIONS, label: "Clip skip", words: "clip skip layers" },
  { id: "refiner", title: "refiner", section: OPTIONS, label: "Refiner", words: "refiner second model" },
];
