import { expect, it } from "vitest";
import type { SavedFilter } from "@/api/types";
import { contentFilterOf, describeFilter, galleryAddressOf, savedFilterOf } from "./saved-filter";

const saved: SavedFilter = {
  scope: "mine",
  search: "red fox",
  tags: ["snow", "night"],
  content_type: "image",
  checkpoint_model: "sd15.safetensors",
  workflow_id: null,
  created_from: null,
  created_to: null,
  min_rating: null,
  size: null,
  favourite: true,
};

it("makes the filter of the gallery a saved one, and the same list of it again", () => {
  const body = savedFilterOf({
    scope: "mine",
    sort: "oldest",
    search: "red fox",
    tags: "snow,night",
    content_type: "image",
    checkpoint_model: "sd15.safetensors",
    favourite: true,
  });
  expect(body).toEqual({
    scope: "mine",
    search: "red fox",
    tags: ["snow", "night"],
    content_type: "image",
    checkpoint_model: "sd15.safetensors",
    favourite: true,
  });
  expect(contentFilterOf(saved, "top-rated")).toEqual({ ...body, tags: "snow,night", sort: "top-rated" });
});

it("leads to the gallery with the same filter", () => {
  expect(galleryAddressOf(saved)).toBe(
    "/gallery?search=red+fox&tags=snow%2Cnight&model=sd15.safetensors&type=image&favourite=1",
  );
  const all = { search: null, tags: [], content_type: null, checkpoint_model: null, favourite: false };
  expect(galleryAddressOf({ ...saved, ...all })).toBe("/gallery");
});

it("says in words what is shown", () => {
  expect(describeFilter(saved)).toEqual([
    "My images",
    "“red fox”",
    "#snow",
    "#night",
    "sd15",
    "images",
    "Favourites",
  ]);
});
