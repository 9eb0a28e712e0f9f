import { screen } from "@testing-library/preact";
import { expect, it } from "vitest";
import type { Content } from "@/api/types";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { ContentTile } from "./content-tile";
import { countOfItems, factsOf } from "./kinds";

const show = (changes: Partial<Content>) =>
  renderApp(<ContentTile item={makeContent({ title: "Harbour", ...changes })} />);

it("shows kind and duration of a video", () => {
  show({ content_type: "video", duration_seconds: 64 });
  expect(screen.getByRole("link", { name: "Video: Harbour" })).toBeInTheDocument();
  expect(screen.getByText("1:04")).toBeInTheDocument();
});

it("shows the beginning of a text", () => {
  show({ content_type: "text", text: "Once upon a time" });
  expect(screen.getByRole("link", { name: "Text: Harbour" })).toBeInTheDocument();
  expect(screen.getByText("Once upon a time")).toBeInTheDocument();
});

it("shows the name and the ending of a file", () => {
  show({ content_type: "model3d", metadata: { output: { filename: "mesh.glb" } } });
  expect(screen.getByRole("link", { name: "3D model: Harbour" })).toBeInTheDocument();
  expect(screen.getByText("GLB")).toBeInTheDocument();
});

it("names an image by its title alone", () => {
  show({});
  expect(screen.getByRole("link", { name: "Harbour" })).toBeInTheDocument();
});

it("describes each kind by what matters for it", () => {
  const facts = (changes: Partial<Content>) => factsOf(makeContent({ size_bytes: 1_200, ...changes }));
  expect(facts({})).toBe("512 × 512");
  expect(facts({ content_type: "video", duration_seconds: 4 })).toBe("512 × 512 · 0:04");
  expect(facts({ content_type: "audio", duration_seconds: 3_723 })).toBe("1:02:03");
  expect(facts({ content_type: "text" })).toBe("1.2 KB");
});

it("counts items of several kinds as items, and those of one kind by its name", () => {
  expect([0, 1, 2, 5_000, null].map((count) => countOfItems(count))).toEqual([
    "0 items",
    "1 item",
    "2 items",
    "5,000 items",
    "More than 10,000 items",
  ]);
  expect(countOfItems(1, "image")).toBe("1 image");
  expect(countOfItems(3, "audio")).toBe("3 audio files");
  expect(countOfItems(2, "model3d")).toBe("2 3D models");
});
