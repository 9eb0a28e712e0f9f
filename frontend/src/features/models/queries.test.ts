import { expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { markIncompatible } from "./queries";

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
