import { expect, it } from "vitest";
import type { JobSubmit } from "@/api/types";
import { settingsOfSubmit, submitOf } from "./settings";
import { lostIn } from "./use-given-grid";

it("names the settings of a grid that the form does not have", () => {
  const request = {
    prompt: "a cat",
    negative_prompt: "",
    lora_tags: false,
    operation: "generate",
    params: { seed: 7, steps: 4 },
    hires: null,
  } as unknown as JobSubmit;
  const kept = submitOf(settingsOfSubmit(request));
  expect(kept.params).toMatchObject({ seed: 7, steps: 4 });
  expect(lostIn(request, kept)).toEqual([]);
  const upscaled = { ...request, upscale: { model: "x4", scale: 2 } } as unknown as JobSubmit;
  expect(lostIn(upscaled, submitOf(settingsOfSubmit(upscaled)))).toEqual(["upscale"]);
});
