import { describe, expect, it } from "vitest";
import type { Reproduction } from "@/api/types";
import { makeContent } from "@/testing/builders";
import { nearest, requestOf } from "./again-request";

type Recorded = Reproduction["models"][number];

const recorded = (changes: Partial<Recorded>): Recorded => ({
  role: "lora",
  name: "ink",
  state: "missing",
  recorded_autov2: null,
  current_autov2: null,
  substitutes: [],
  ...changes,
});
const substitute = (name: string, closeness: "same_file" | "same_architecture" = "same_architecture") => ({
  ...{ name, title: name, architecture: "sd1", autov2: null },
  closeness,
});
const chosen = (...models: Recorded[]) => nearest({ models } as Reproduction);

describe("making an image again", () => {
  it("takes the nearest model, but no other LoRA", () => {
    const other = [substitute("grain.safetensors")];
    expect(chosen(recorded({ role: "checkpoint", name: "gone", substitutes: other }))).toEqual({
      "checkpoint gone": "grain.safetensors",
    });
    expect(chosen(recorded({ substitutes: other }))).toEqual({ "lora ink": "" });
    expect(chosen(recorded({ role: "vae", name: "soft" }))).toEqual({ "vae soft": "" });
    expect(chosen(recorded({ substitutes: [substitute("styles/Ink.safetensors")] }))).toEqual({
      "lora ink": "styles/Ink.safetensors",
    });
    expect(chosen(recorded({ substitutes: [substitute("renamed.pt", "same_file")] }))).toEqual({
      "lora ink": "renamed.pt",
    });
    expect(chosen(recorded({ state: "changed", substitutes: other }))).toEqual({});
  });

  it("leaves out LoRAs and the tags that another program read them from", () => {
    const lora = (name: string) => ({ name, strength_model: 0.7, strength_clip: null });
    const item = makeContent({
      prompt: "a fox, <lora:ink:0.7>",
      job_id: null,
      metadata: { origin: "import", lora_models: [lora("ink"), lora("fog")], vae: "soft" },
    });
    const replacements = { "lora ink": "ink.safetensors", "lora fog": "", "vae soft": "" };
    expect(requestOf(item, null, replacements)).toMatchObject({
      prompt: "a fox",
      lora_models: [{ name: "ink.safetensors", strength_model: 0.7, strength_clip: 0.7 }],
    });
    // An empty name would be refused.
    expect(requestOf(item, null, replacements).vae ?? null).toBeNull();
    const clear = makeContent({ job_id: null, metadata: { vae: "soft" } });
    expect(requestOf(clear, null, { "vae soft": "" }).vae).toBeNull();
    expect(requestOf(clear, null, { "vae soft": "clear" }).vae).toBe("clear");
    const mine = makeContent({ prompt: "a fox, <lora:ink:0.7>", metadata: {} });
    expect(requestOf(mine, null, {}).prompt).toBe("a fox, <lora:ink:0.7>");
  });
});
