import { describe, expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { applyModelDefaults, withTriggerWord } from "./model-defaults";
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
  it("takes what the model suggests while nothing was set", () => {
    expect(applyModelDefaults(DEFAULTS, null, sdxl)).toEqual({
      width: 1024,
      height: 1024,
      steps: 30,
      cfg: 6,
      sampler: "dpmpp_2m",
      scheduler: "karras",
    });
  });

  it("keeps what the person set, and changes the rest", () => {
    const settings = { ...DEFAULTS, steps: 44, width: 512, height: 768 };
    const followed = applyModelDefaults(settings, sd15, sdxl);
    expect(followed).toMatchObject({ steps: 44, cfg: 6 });
    expect(followed).not.toHaveProperty("width");
  });

  it("goes back with the model", () => {
    const settings = { ...DEFAULTS, ...applyModelDefaults(DEFAULTS, sd15, sdxl) };
    expect({ ...settings, ...applyModelDefaults(settings, sdxl, sd15) }).toEqual(DEFAULTS);
  });

  it("changes nothing for a model nobody knows", () => {
    expect(applyModelDefaults(DEFAULTS, sdxl, makeModel({ defaults: null }))).toEqual({});
    expect(applyModelDefaults(DEFAULTS, sdxl, null)).toEqual({});
  });
});

it.each([
  ["", "ink", "ink"],
  ["a fox, ", "ink", "a fox, ink"],
  ["An INK fox", "ink", "An INK fox"],
])("adds to %j the word %s once", (prompt, word, expected) => {
  expect(withTriggerWord(prompt, word)).toBe(expected);
});
