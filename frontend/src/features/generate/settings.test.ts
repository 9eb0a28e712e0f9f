import { describe, expect, it } from "vitest";
import { DEFAULTS, revive, submitOf } from "./settings";

describe("submitOf", () => {
  it("sends the seed only when it is locked", () => {
    const settings = { ...DEFAULTS, prompt: "a fox", seed: 7 };
    expect(submitOf(settings).params?.seed).toBeNull();
    expect(submitOf({ ...settings, isSeedLocked: true }).params?.seed).toBe(7);
  });
});

describe("revive", () => {
  it("returns the defaults for nonsense", () => {
    for (const nonsense of [null, 3, "x", [], {}]) expect(revive(nonsense)).toEqual(DEFAULTS);
  });

  it("keeps what fits and replaces what does not", () => {
    const revived = revive({
      prompt: "a fox",
      steps: "many",
      cfg: Number.NaN,
      loras: [{ name: "a" }, 3],
      checkpoint: 4,
    });
    expect(revived).toEqual({ ...DEFAULTS, prompt: "a fox" });
  });

  it("brings settings back as they were stored", () => {
    const settings = {
      ...DEFAULTS,
      checkpoint: "sd15.safetensors",
      loras: [{ name: "detail", strength_model: 0.4, strength_clip: 0.5 }],
    };
    expect(revive(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });
});
