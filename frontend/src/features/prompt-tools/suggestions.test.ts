import { expect, it } from "vitest";
import { matching } from "./suggestions";

const text = (label: string) => ({ label, text: label });
const KNOWN = [
  text("__animals__"),
  { label: "LoRA: Film grain", text: "film", lora: "grain.safetensors" },
  text("embedding:filmic"),
  text("old film"),
  text("film"),
];

it("finds what begins with the typed word, then what has a word that does", () => {
  const labels = (word: string) => matching(KNOWN, word).map(({ label }) => label);
  expect(labels("fil")).toEqual(["LoRA: Film grain", "embedding:filmic", "film", "old film"]);
  expect(labels("gra")).toEqual(["LoRA: Film grain"]);
  expect(labels("ani")).toEqual(["__animals__"]);
  expect(labels("film")).not.toContain("film");
  expect(labels("embedding:film")).toEqual(["embedding:filmic"]);
  expect(labels("embedding:filmic")).toEqual([]);
  expect(labels("f")).toEqual([]);
});
