import { describe, expect, it } from "vitest";
import type { Content } from "@/api/types";
import { DEFAULTS, parseSettings, settingsOfContent, submitOf } from "./settings";

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
      loras: [{ name: "a" }, { name: "b", strength_model: 0.5 }, { strength_model: 1 }, 3],
      checkpoint: 4,
    });
    const loras = [
      { name: "a", strength_model: 1, strength_clip: 1 },
      { name: "b", strength_model: 0.5, strength_clip: 0.5 },
    ];
    expect(parsed).toEqual({ ...DEFAULTS, prompt: "a fox", loras });
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

describe("settingsOfContent", () => {
  const item = { prompt: "a fox", negative_prompt: "", checkpoint_model: "", width: 64, height: 64 };

  it("keeps the current settings where nothing was recorded", () => {
    const current = { ...DEFAULTS, checkpoint: "here.safetensors", steps: 33, cfg: 3, sampler: "dpmpp_2m" };
    const next = settingsOfContent(
      { ...item, metadata: { scheduler: "karras" } } as unknown as Content,
      current,
    );
    expect(next).toMatchObject({
      checkpoint: "here.safetensors",
      steps: 33,
      cfg: 3,
      sampler: "dpmpp_2m",
      scheduler: "karras",
      isSeedLocked: false,
    });
  });

  it("does not lock a seed that is rounded: no image can be made with it", () => {
    const metadata = { seed: 2 ** 60 };
    const next = settingsOfContent({ ...item, metadata } as unknown as Content, { ...DEFAULTS, seed: 7 });
    expect(next).toMatchObject({ seed: 7, isSeedLocked: false });
  });
});
