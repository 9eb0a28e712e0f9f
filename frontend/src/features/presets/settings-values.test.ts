import { describe, expect, it } from "vitest";
import { additionsOf, patchOf, rowsOf, withValue } from "./settings-values";

const LORA = { name: "ink.safetensors", strength_model: 0.8, strength_clip: 0.8 };

describe("values of a preset", () => {
  it("are lines in the order of the form, those that cannot be edited last", () => {
    const settings = {
      hires: { scale: 2 },
      lora_models: [LORA],
      params: { cfg: 6, steps: 28, seed: null },
      height: 1216,
      width: 832,
    };
    expect(rowsOf(settings).map(({ label, fields }) => [label, fields])).toEqual([
      ["Size", ["width", "height"]],
      ["Steps", ["params.steps"]],
      ["CFG", ["params.cfg"]],
      ["Hires", []],
      ["LoRA ink.safetensors 0.8", []],
    ]);
  });

  it("are set and removed; params goes with its last value", () => {
    expect(withValue({ vae: "a" }, "params.steps", 30)).toEqual({ vae: "a", params: { steps: 30 } });
    expect(withValue({ params: { steps: 30, cfg: 6 } }, "params.cfg", undefined)).toEqual({
      params: { steps: 30 },
    });
    expect(withValue({ vae: "a", params: { steps: 30 } }, "params.steps", undefined)).toEqual({ vae: "a" });
  });

  it("are added with the values of the form", () => {
    const form = { width: 640, height: 960, params: { steps: 12 }, hires: { scale: 2 } };
    const added = (label: string, given: typeof form | null) =>
      additionsOf({ vae: "a" }, given)
        .find((one) => one.label === label)
        ?.add({ vae: "a" });
    expect(added("Size", form)).toEqual({ vae: "a", width: 640, height: 960 });
    expect(added("Steps", form)).toEqual({ vae: "a", params: { steps: 12 } });
    expect(added("Hires of the form", form)).toEqual({ vae: "a", hires: { scale: 2 } });
    expect(added("Steps", null)).toEqual({ vae: "a", params: { steps: 25 } });
    expect(added("VAE", form)).toBeUndefined();
  });

  it("are sent as a merge patch of what has changed", () => {
    const before = { width: 832, height: 1216, vae: "a", lora_models: [LORA], params: { steps: 28, cfg: 6 } };
    expect(patchOf(before, before)).toEqual({});
    const after = { width: 832, height: 1024, lora_models: [], params: { steps: 30 } };
    expect(patchOf(before, after)).toEqual({
      vae: null,
      height: 1024,
      lora_models: [],
      params: { cfg: null, steps: 30 },
    });
    expect(patchOf({ params: { cfg: 6 } }, {})).toEqual({ params: null });
  });
});
