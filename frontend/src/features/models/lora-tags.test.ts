import { expect, it } from "vitest";
import { lorasInPrompt, withoutLoraTags } from "./lora-tags";

it.each([
  ["a fox <lora:ink:0.7>", "ink", 0.7, 0.7],
  ["<lora:styles/ink>", "styles/ink", 1, 1],
  ["<lyco: ink : -0.5 >", "ink", -0.5, -0.5],
  ["<lora:ink:0.5:0.8>", "ink", 0.8, 0.5],
  ["<lora:ink:te=0.5:unet=0.8>", "ink", 0.8, 0.5],
  ["<LoRA:ink:abc>", "ink", 1, 1],
])("reads %s", (prompt, name, model, clip) => {
  expect(lorasInPrompt(prompt)).toEqual([{ name, strength_model: model, strength_clip: clip }]);
});

it("reads nothing else", () => {
  expect(lorasInPrompt("<lora:>, <lora:ink, lora:ink, <hypernet:ink:1>, <lora::1>")).toEqual([]);
});

it("removes the tags with their commas", () => {
  expect(withoutLoraTags("<lora:ink:1>, a fox, <lora:wash:0.2>, red fur")).toBe("a fox, red fur");
  expect(withoutLoraTags("a  fox, , red")).toBe("a  fox, , red");
});
