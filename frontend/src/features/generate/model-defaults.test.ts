import { describe, expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { applyModelDefaults, withModel, withTriggerWord } from "./model-defaults";
import { DEFAULTS } from "./settings";

const sdxl = makeModel({
  name: "sdxl",
  defaults: { width: 1024, height: 1024, steps: 30, cfg: 6, sampler_name: "dpmpp_2m", scheduler: "karras" },
});
const sd15 = makeModel({
  name: "sd15",
  defaults: { width: 512, height: 512, steps: 20, cfg: 7, sampler_name: "euler", scheduler: "normal" },
});

describe("applyModelDefaults", () => {
  it("applies the defaults of the model to settings the user did not change", () => {
    expect(applyModelDefaults(DEFAULTS, null, sdxl)).toEqual({
      width: 1024,
      height: 1024,
      steps: 30,
      cfg: 6,
      sampler: "dpmpp_2m",
      scheduler: "karras",
    });
  });

  it("keeps what the user changed and updates the rest", () => {
    const settings = { ...DEFAULTS, steps: 44, width: 512, height: 768 };
    const changes = applyModelDefaults(settings, sd15, sdxl);
    expect(changes).toMatchObject({ steps: 44, cfg: 6 });
    expect(changes).not.toHaveProperty("width");
  });

  it("restores the defaults when the user goes back to the first model", () => {
    const settings = { ...DEFAULTS, ...applyModelDefaults(DEFAULTS, sd15, sdxl) };
    expect({ ...settings, ...applyModelDefaults(settings, sdxl, sd15) }).toEqual(DEFAULTS);
  });

  it("changes nothing for a model without known defaults", () => {
    expect(applyModelDefaults(DEFAULTS, sdxl, makeModel({ defaults: null }))).toEqual({});
    expect(applyModelDefaults(DEFAULTS, sdxl, null)).toEqual({});
  });
});

it("chooses a model by its name, with its defaults if it is known", () => {
  expect(withModel(DEFAULTS, "sdxl", [sd15, sdxl])).toMatchObject({
    checkpoint: "sdxl",
    steps: 30,
    width: 1024,
  });
  expect(withModel(DEFAULTS, "gone", [sd15, sdxl])).toEqual({ ...DEFAULTS, checkpoint: "gone" });
});

it.each([
  ["", "ink", "ink"],
  ["a fox, ", "ink", "a fox, ink"],
  ["An INK fox", "ink", "An INK fox"],
])("adds to prompt %j the trigger word %s once", (prompt, word, expected) => {
  expect(withTriggerWord(prompt, word)).toBe(expected);
});
