import { expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { matchLoras, matchModel } from "./match-models";

const models = [
  makeModel({ name: "sd15/dreamshaper_8.safetensors", autov2: "879DB523C3" }),
  makeModel({ id: 2, name: "juggernaut.ckpt" }),
];

it("finds a model by its hash, else by its name without folder and ending", () => {
  expect(matchModel(models, "renamed", "879db523c3")).toBe("sd15/dreamshaper_8.safetensors");
  expect(matchModel(models, "DreamShaper_8")).toBe("sd15/dreamshaper_8.safetensors");
  expect(matchModel(models, "models\\Juggernaut.safetensors", "0123456789")).toBe("juggernaut.ckpt");
  expect(matchModel(models, "unknown", "ffffffffff")).toBeNull();
  expect(matchModel(models, "", "")).toBeNull();
});

it("keeps the strengths of LoRAs that are here, and names the others", () => {
  const loras = [
    { name: "detail", strength_model: 0.8, strength_clip: 1 },
    { name: "snow", strength_model: 1, strength_clip: 1 },
  ];
  expect(matchLoras([makeModel({ name: "detail.safetensors", kind: "lora" })], loras)).toEqual({
    found: [{ name: "detail.safetensors", strength_model: 0.8, strength_clip: 1 }],
    missing: ["snow"],
  });
  expect(matchLoras([], undefined)).toEqual({ found: [], missing: [] });
});
