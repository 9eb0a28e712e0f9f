import { describe, expect, it } from "vitest";
import { DEFAULTS, parseSettings, submitOf } from "./settings";

describe("submitOf", () => {
  it("sends the seed only when it is locked", () => {
    const settings = { ...DEFAULTS, prompt: "a fox", seed: 7 };
    expect(submitOf(settings).params?.seed).toBeNull();
    expect(submitOf({ ...settings, isSeedLocked: true }).params?.seed).toBe(7);
  });
});

describe("parseSettings", () => {
  it("returns the defaults for values that are not settings", () => {
    for (const invalid of [null, 3, "x", [], {}]) expect(parseSettings(invalid)).toEqual(DEFAULTS);
  });

  it("keeps valid values and replaces invalid ones with defaults", () => {
    const parsed = parseSettings({
      prompt: "a fox",
      steps: "many",
      cfg: Number.NaN,
      loras: [{ name: "a" }, 3],
      checkpoint: 4,
    });
    expect(parsed).toEqual({ ...DEFAULTS, prompt: "a fox" });
  });

  it("returns stored settings unchanged", () => {
    const settings = {
      ...DEFAULTS,
      checkpoint: "sd15.safetensors",
      loras: [{ name: "detail", strength_model: 0.4, strength_clip: 0.5 }],
    };
    expect(parseSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });
});
