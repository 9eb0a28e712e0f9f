import { expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { fitSettings, type KnownHere } from "./fit-settings";

const known: KnownHere = {
  checkpoints: [makeModel({ name: "sd15.safetensors" })],
  loras: [makeModel({ name: "styles/ink.safetensors", kind: "lora" })],
  vaes: [makeModel({ name: "ema.safetensors" })],
  upscalers: [makeModel({ name: "4x-UltraSharp.pth" })],
  samplers: ["euler"],
  schedulers: ["normal"],
};

const lora = { name: "ink", strength_model: 0.7, strength_clip: 0.7 };

it("names everything as it is named here", () => {
  const { given, missing } = fitSettings(
    {
      prompt: "a fox, <lora:ink:0.7>, red fur",
      negative_prompt: "ugly <lora:ink:0.1>",
      checkpoint_model: "SD15",
      metadata: {
        lora_models: [lora],
        vae: "ema.pt",
        sampler_name: "euler",
        scheduler: "normal",
        hires: { scale: 1.5, denoise: 0.3, steps: 10, upscaler: "4x-UltraSharp" },
      },
    },
    known,
  );
  expect(missing).toEqual([]);
  expect(given).toMatchObject({
    prompt: "a fox, red fur",
    negative_prompt: "ugly",
    checkpoint_model: "sd15.safetensors",
    metadata: {
      lora_models: [{ ...lora, name: "styles/ink.safetensors" }],
      vae: "ema.safetensors",
      sampler_name: "euler",
      hires: { scale: 1.5, denoise: 0.3, method: "model", upscale_model: "4x-UltraSharp.pth" },
    },
  });
});

it("leaves out what is not here, and says so", () => {
  const { given, missing } = fitSettings(
    {
      prompt: "a  fox",
      negative_prompt: "",
      checkpoint_model: "other",
      metadata: { vae: "VAEFix", sampler_name: "Restart", scheduler: "Turbo", hires: { upscaler: "Latent" } },
    },
    known,
  );
  expect(missing).toEqual(["other", "VAEFix", "Restart", "Turbo"]);
  expect(given.prompt).toBe("a  fox");
  expect(given.checkpoint_model).toBe("");
  expect(given.metadata).toMatchObject({
    vae: null,
    sampler_name: undefined,
    scheduler: undefined,
    hires: {},
  });
});

it("keeps names of samplers while no server has said which it has", () => {
  const found = {
    prompt: "",
    negative_prompt: "",
    checkpoint_model: "",
    metadata: { sampler_name: "euler", scheduler: "beta" },
  };
  const { given, missing } = fitSettings(found, { ...known, samplers: [], schedulers: [] });
  expect(missing).toEqual([]);
  expect(given.metadata).toMatchObject({ sampler_name: "euler", scheduler: "beta" });
});
