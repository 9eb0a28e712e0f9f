import { expect, it } from "vitest";
import { chosenFiles, withSidecars } from "./files";

const fileOf = (path: string, bytes = 1) => ({
  file: new File(["x".repeat(bytes)], path.split("/").at(-1) ?? ""),
  path,
});

it("gives the texts beside files to those, in place of sending them", () => {
  const texts = fileOf("a/Fox.TXT");
  const found = withSidecars([
    fileOf("a/fox.png"),
    texts,
    fileOf("b/fox.png"),
    fileOf("b/fox.png.json"),
    fileOf("c/fox.png"),
    fileOf("c/fox.txt", 1_048_577),
    fileOf("c/fox.swarm.json"),
    fileOf("alone.txt"),
  ]);
  expect(found.map(({ path, sidecar }) => `${path}: ${sidecar?.name}`)).toEqual([
    "a/fox.png: Fox.TXT",
    "b/fox.png: fox.png.json",
    "c/fox.png: fox.swarm.json",
    "alone.txt: undefined",
  ]);
  expect(found[0]?.sidecar).toBe(texts.file);
});

it("leaves other texts of a chosen folder out, and counts them", () => {
  const list = ["a/fox.png", "a/fox.txt", "a/notes.txt"].map((path) =>
    Object.assign(fileOf(path).file, { webkitRelativePath: path }),
  );
  const { files, leftOut } = chosenFiles(list as unknown as FileList);
  expect(leftOut).toBe(1);
  expect(files.map(({ path, sidecar }) => [path, sidecar?.name])).toEqual([["a/fox.png", "fox.txt"]]);
});
