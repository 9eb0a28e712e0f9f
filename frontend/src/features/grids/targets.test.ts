import { expect, it } from "vitest";
import type { JobSubmit } from "@/api/types";
import { targetIn, targetsOf } from "./targets";

const request = (fields: object): JobSubmit => ({ prompt: "a fox", ...fields }) as JobSubmit;
const loras = request({ lora_models: [{ name: "a" }, { name: "b" }] });

it("offers the LoRAs of the form, and that one more is added", () => {
  expect(targetsOf("lora_strength", loras).map(({ value }) => value)).toEqual(["a", "b"]);
  expect(targetsOf("lora", loras).map(({ value }) => value)).toEqual([null, "a", "b"]);
  expect(targetsOf("lora", request({}))).toEqual([]);
});

it("offers ControlNets and references by their numbers, if there are several", () => {
  const controls = request({ control: [{ model: "depth" }, { model: "" }], references: [{}, {}] });
  expect(targetsOf("control_end", controls).map(({ value, label }) => [value, label])).toEqual([
    [1, "1: depth"],
    [2, "2: ControlNet"],
  ]);
  expect(targetsOf("reference_strength", controls).map(({ value }) => value)).toEqual([1, 2]);
  expect(targetsOf("control_end", request({ control: [{ model: "depth" }] }))).toEqual([]);
  expect(targetsOf("cfg", controls)).toEqual([]);
});

it("acts on the first entry where the chosen one is not in the form any more", () => {
  expect(targetIn(targetsOf("lora_strength", loras), "b")).toBe("b");
  expect(targetIn(targetsOf("lora_strength", loras), "gone")).toBe("a");
  expect(targetIn([], "gone")).toBeNull();
});
