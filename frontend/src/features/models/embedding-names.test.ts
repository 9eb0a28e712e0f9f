import { expect, it } from "vitest";
import { makeModel } from "@/testing/builders";
import { canBeNamed, fileOfName, lengthOf, nameInPrompt, nameOfFile } from "./embedding-names";

it("names a file without its ending unless that is ambiguous", () => {
  const files = ["ink.safetensors", "fog.pt", "fog.safetensors", "sdxl/rain.safetensors"];
  expect(files.map((file) => nameOfFile(file, files))).toEqual([
    "ink",
    "fog.pt",
    "fog.safetensors",
    "sdxl/rain",
  ]);
  expect(["ink", "fog.pt", "rain", "in"].map((name) => fileOfName(name, files))).toEqual([
    "ink.safetensors",
    "fog.pt",
    "sdxl/rain.safetensors",
    undefined,
  ]);
  expect([canBeNamed("ink.pt"), canBeNamed("my ink.pt")]).toEqual([true, false]);
});

it("escapes parentheses, which would set a weight", () => {
  expect(nameInPrompt("styles/ink(v2).pt")).toBe(String.raw`styles/ink\(v2\)`);
});

it("knows the vectors of a file, or estimates them from its size", () => {
  const embedding = { kind: "embedding", name: "ink.pt", size_bytes: 24_655 } as const;
  const length = (changes: object) => {
    const { vectors, isExact } = lengthOf(makeModel({ ...embedding, ...changes }));
    return [vectors, isExact];
  };
  expect(length({ vectors: 16 })).toEqual([16, true]);
  expect(length({})).toEqual([8, false]);
  expect(length({ architecture: "sdxl" })).toEqual([3, false]);
  expect(length({ size_bytes: null })).toEqual([1, false]);
});
