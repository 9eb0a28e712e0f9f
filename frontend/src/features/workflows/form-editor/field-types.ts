import type { WorkflowField } from "@/api/types";

/** Names of the types of fields. */
export const TYPE_NAMES: Readonly<Record<WorkflowField["type"], string>> = {
  text: "Text",
  integer: "Whole number",
  number: "Number",
  boolean: "Switch",
  choice: "Choice",
  model: "Model",
  image: "Image",
  mask: "Mask",
  video: "Video",
  audio: "Audio",
  file: "File",
  color: "Colour",
  seed: "Seed",
};
