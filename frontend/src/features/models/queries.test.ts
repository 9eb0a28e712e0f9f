import { expect, it } from "vitest";
import { makeAbilities, makeModel } from "@/testing/builders";
import { makesImages, markIncompatible } from "./queries";

it("offers models for images, not those that make sound", () => {
  const nothing = makeAbilities({ text_to_image: false, source: false, mask: false });
  expect([null, makeAbilities(), nothing].map((abilities) => makesImages(makeModel({ abilities })))).toEqual([
    true,
    true,
    false,
  ]);
});

it("marks LoRAs that are not compatible and keeps the others", () => {
  const fits = { fit: "fits", reason: "both are sd1" } as const;
  const ink = makeModel({ kind: "lora", name: "ink.safetensors", architecture: "sd1" });
  const grain = makeModel({ kind: "lora", name: "grain.safetensors", architecture: "sdxl" });
  const merged = markIncompatible([grain, ink], [{ ...ink, compatibility: fits }]);
  expect(merged.map(({ name, compatibility }) => [name, compatibility])).toEqual([
    ["grain.safetensors", { fit: "misfit", reason: "Made for SDXL" }],
    ["ink.safetensors", fits],
  ]);
});
