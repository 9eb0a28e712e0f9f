import { expect, it } from "vitest";
import { makeContent } from "@/testing/builders";
import { idsIn, markWords, parameterRows } from "./parameters";

it("marks the parameters that differ, and leaves out those that none has", () => {
  const rows = parameterRows([
    makeContent({ metadata: { seed: 1, steps: 20, lora_models: [{ name: "snow", strength_model: 0.8 }] } }),
    makeContent({ id: 2, prompt: "a lighthouse at dawn", metadata: { seed: 2, steps: 20 } }),
  ]);
  const row = (label: string) => rows.find((one) => one.label === label);
  expect(row("Seed")).toMatchObject({ values: ["1", "2"], differs: true });
  expect(row("Steps")).toMatchObject({ values: ["20", "20"], differs: false });
  expect(row("LoRAs")).toMatchObject({ values: ["snow 0.8", ""], differs: true });
  expect(row("Prompt")).toMatchObject({ differs: true, isText: true });
  expect(row("Sampler")).toBeUndefined();
});

it("marks the words of a prompt that another one lacks", () => {
  expect(markWords("A red fox, snow", ["a red cat, snow"])).toEqual([
    { text: "A", isOwn: false },
    { text: " ", isOwn: false },
    { text: "red", isOwn: false },
    { text: " ", isOwn: false },
    { text: "fox", isOwn: true },
    { text: ", ", isOwn: false },
    { text: "snow", isOwn: false },
  ]);
});

it("reads up to four different ids of an address", () => {
  expect(idsIn("3,1,3,x,-1,2,9,8")).toEqual([3, 1, 2, 9]);
  expect(idsIn(null)).toEqual([]);
});
